"""An uploaded workbook → kept in memory for a while, until the person who sent it confirms the import."""

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
"""The most workbooks that are kept at a time; the oldest goes first."""

SECONDS: Final = 1800.0

FILE_NAME: Final = "workbook.xlsx"
"""Its name on disk while it is read; the name its sender gave it is never used as a path."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook as it was sent: its name, its sender and its content."""

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
        """Keep *upload* and return its token."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._kept[token] = (upload, self._clock() + SECONDS)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str, who: str) -> Upload | None:
        """Return the upload with *token* if *who* sent it and it is still kept, else None."""
        with self._lock:
            upload, until = self._kept.get(token, (None, 0.0))
            if upload and until < self._clock():
                del self._kept[token]
                return None
        return upload if upload and upload.who == who else None

    def drop(self, token: str) -> None:
        """Discard the upload with *token*."""
        with self._lock:
            self._kept.pop(token, None)


@contextmanager
def as_file(upload: Upload) -> Iterator[Path]:
    """Yield the path of a temporary file with the workbook, for libraries that open files."""
    with tempfile.TemporaryDirectory(prefix="hetao-import-") as folder:
        path = Path(folder) / FILE_NAME
        path.write_bytes(upload.content)
        yield path
