"""Workbooks that were sent and wait for a person's yes: in memory, for a while, for nobody but who sent them."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST: Final = 8
"""Workbooks that are kept at a time; the oldest goes first."""

SECONDS: Final = 1800.0

LYING: Final = "workbook.xlsx"
"""What it is called while it lies on the disk to be read: whatever somebody called it is no name for a file here."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook as it was sent: under what name, by whom, and what it is."""

    name: str
    who: str
    content: bytes


class Uploads:
    """The workbooks of one server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Upload, float]] = OrderedDict()

    def add(self, upload: Upload) -> str:
        """Keep *upload* and return the token it is found by."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[token] = (upload, self._clock() + SECONDS)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str, who: str) -> Upload | None:
        """Return what *who* sent, None where it is another's or gone."""
        with self._lock:
            upload, until = self._kept.get(token, (None, 0.0))
            if upload and until < self._clock():
                del self._kept[token]
                return None
        return upload if upload and upload.who == who else None

    def drop(self, token: str) -> None:
        """Let go of it."""
        with self._lock:
            self._kept.pop(token, None)


@contextmanager
def as_file(upload: Upload) -> Iterator[Path]:
    """Yield a path at which the workbook lies for as long as the block runs, for libraries that open files."""
    with tempfile.TemporaryDirectory(prefix="hetao-import-") as folder:
        path = Path(folder) / LYING
        path.write_bytes(upload.content)
        yield path
