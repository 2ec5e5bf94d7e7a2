"""A build's graph store and the ledger → a store with the reports in a graph of their own, renewed as they change.

The build stays as it is. A copy of its store with one more named graph is kept beside the ledger, in a folder that is
removed with this process; its files are shared with the build's on disk (a checkpoint).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.builds import Build
from kg.errors import QueryError
from kg.graph.guard import MAX_QUERY
from kg.graph.store import GraphStore, open_store
from kg.graph.tokens import plain_text, says
from kg.writing import writing

_PREFIX: Final = ".graph-"
_LOCK: Final = "in-use"


def names_graph(query: str) -> bool:
    """Return whether *query* says GRAPH; every other one reads the build's own graph alone."""
    if len(query) > MAX_QUERY:
        return False
    try:
        text = plain_text(query)
    except QueryError:
        return False  # it is refused with a reason when it is run
    return says(text, "GRAPH")


@dataclass(slots=True)
class _Made:
    version: str
    folder: Path
    store: GraphStore
    lock: int  # a descriptor, held while the folder is used
    users: int = 0
    retired: bool = False


@dataclass(slots=True)
class Snapshots:
    """The stores with reports over one build, for any thread. Unless closed, their folders stay until the next."""

    build: Build
    data: Path
    url: str
    _current: _Made | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def lease(self) -> Iterator[GraphStore | None]:
        """Yield the store with all current reports, None if nothing was ever reported; it is kept while in use."""
        with self._guard:
            made = self._fresh()
            if made is not None:
                made.users += 1
        try:
            yield made.store if made else None
        finally:
            if made is not None:
                with self._guard:
                    made.users -= 1
                    _let_go(made)

    def close(self) -> None:
        """Remove the store, at once or after its last use."""
        with self._guard:
            self._replace(None)

    def _replace(self, made: _Made | None) -> None:
        old, self._current = self._current, made
        if old is not None:
            old.retired = True
            _let_go(old)

    def _fresh(self) -> _Made | None:
        # imported late: the database's library takes an eighth of a second, which most queries need not pay
        from kg.graph.export import serialise
        from kg.ledger.provenance import reports_graph
        from kg.ledger.store import Ledger

        with Ledger.lent(self.data, self.url) as ledger:
            if ledger is None:
                return None
            version = ledger.version()
            if self._current is None or self._current.version != version:
                lines = serialise(reports_graph(ledger.tasks(), ledger.histories(), self.build.records), "nt")
                self._replace(self._made(version, lines))
        return self._current

    def _made(self, version: str, lines: bytes) -> _Made:
        from kg.ledger.provenance import REPORTS_IRI

        home = self._home()
        with writing(home):
            folder, lock = _own_folder(home)
            try:
                _remove_leftovers(home)
                path = folder / "store"
                ox.Store.read_only(str(self.build.store)).backup(str(path))
                store = ox.Store(str(path))
                store.bulk_load(lines, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(REPORTS_IRI))
                store.flush()
                del store  # closes the files
            except BaseException:
                os.close(lock)
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return _Made(version, folder, open_store(path), lock)

    def _home(self) -> Path:
        """The folder of the ledger, where files can be shared with the build, else that of the system."""
        from kg.ledger.engine import store_file

        home = store_file(self.data).parent
        return home if home.is_dir() and os.access(home, os.W_OK) else Path(tempfile.gettempdir())


def _own_folder(home: Path) -> tuple[Path, int]:
    """Make a folder in *home* and return it with the lock held on it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_SH)
        if (folder / _LOCK).exists():
            return folder, lock
        os.close(lock)  # another process took it for a leftover before it was locked


def _let_go(made: _Made) -> None:
    if made.retired and not made.users:
        made.store.close()
        shutil.rmtree(made.folder, ignore_errors=True)
        os.close(made.lock)


def _remove_leftovers(home: Path) -> None:
    """Remove the folders of killed processes: those whose lock nobody holds."""
    for folder in home.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDONLY)
        except OSError:
            continue  # it is just being made or removed
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # it is in use
        finally:
            os.close(lock)
