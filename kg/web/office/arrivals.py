"""Documents that are sent to the desk → files in DATA/documents, and a process that builds them into the library.

The build runs beside the desk, which goes on showing the one it has; the new one is shown when the desk opens it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Collection
from pathlib import Path, PurePath
from typing import IO, Final, Literal

from kg.builds import current_name
from kg.errors import HetaoError, SourceError
from kg.read.forms.kinds import ENDINGS
from kg.refusals import refused
from kg.settings import MAX_SOURCE_BYTES
from kg.writing import make_folder, write_whole

FOLDER: Final = "documents"
LOG: Final = "documents.log"
"""What the last build of documents that were sent had to say, below DATA."""

LINES: Final = 6
_NAME: Final = re.compile(r"[\w（）()〔〕\[\]《》“”、·.\- ]{1,120}")

State = Literal["idle", "running", "made", "failed"]


class Arrivals:
    """The documents sent to the desk over *data*, which shows the build *shown*. Threads may share it."""

    def __init__(self, data: Path, shown: str) -> None:
        self.folder = data / FOLDER
        self._data, self._shown = data, shown
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self, name: str, content: bytes) -> Path:
        """Write a document that was sent as *name* and return its path; one of the same name is replaced.

        Raises:
            SourceError: the name is none of a document, or it is empty or too long.
        """
        plain = PurePath(name.replace("\\", "/")).name.strip()
        ending = PurePath(plain).suffix.lower()
        if ending not in ENDINGS or plain.startswith(".") or not _NAME.fullmatch(plain):
            raise refused(SourceError, "no-document-name", name=plain[:60], endings=" ".join(sorted(ENDINGS)))
        if not content.strip() or len(content) > MAX_SOURCE_BYTES:
            raise refused(SourceError, "no-document-size", name=plain[:60], megabytes=str(MAX_SOURCE_BYTES // 1024**2))
        make_folder(self.folder)
        path = self.folder / plain
        write_whole(path, content)
        return path

    def start(self, paths: Collection[Path]) -> None:
        """Build *paths* into the library in a process of their own, unless one is at it.

        Raises:
            HetaoError: the last one is not done.
        """
        with self._lock:
            if self.state() == "running":
                raise refused(HetaoError, "build-under-way", name=FOLDER)
            command = [sys.executable, "-m", "kg.cli", "library", "add", *map(str, paths), "--data", str(self._data)]
            with self._log("wb") as log:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def state(self) -> State:
        """Return how far the last build is: none yet, running, made and not shown yet, or failed."""
        if self._process is None:
            return "idle"
        code = self._process.poll()
        if code is None:
            return "running"
        if code:
            return "failed"
        return "made" if current_name(self._data) != self._shown else "idle"

    def said(self) -> list[str]:
        """Return the last lines of what the build had to say, without the folders of this machine."""
        try:
            with self._log("rb") as log:
                lines = log.read().decode("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [line.replace(f"{self.folder}/", "").replace(f"{self._data}/", "") for line in lines if line][-LINES:]

    def _log(self, mode: Literal["rb", "wb"]) -> IO[bytes]:
        return (self._data / LOG).open(mode)
