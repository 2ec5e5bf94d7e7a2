"""A build in a folder → the desk over it, served on a free port for as long as a block runs."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Desk:
    """A server on this machine, by the address it answers at."""

    base: str


@contextmanager
def served(hetao: Path, data: Path, *, patience: float = 300) -> Iterator[Desk]:
    """Serve the build in *data* on a free port of 127.0.0.1 until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    begin = time.perf_counter()
    command = [str(hetao), "serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"hetao serve ended with {process.returncode}")
            try:
                with urllib.request.urlopen(f"{base}/healthz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                if time.perf_counter() - begin > patience:
                    raise
                time.sleep(0.02)
        yield Desk(base)
    finally:
        process.terminate()
        process.wait(30)
