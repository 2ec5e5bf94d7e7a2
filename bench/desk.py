"""A served build → answers over HTTP, timed as a user's program sees them."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Desk:
    """A server on this machine: where it answers, its process, and how long it took to answer first."""

    base: str
    pid: int
    seconds_to_first: float

    def get(self, path: str, accept: str = "application/json", **query: object) -> tuple[float, Any]:
        """Ask for *path*; return the seconds until the whole answer was there, and the answer."""
        url = f"{self.base}{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, headers={"Accept": accept})
        begin = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as reply:
            body = reply.read()
        return time.perf_counter() - begin, json.loads(body)

    def memory_mb(self) -> float:
        """Return the memory the server holds now."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return round(int(line.split()[1]) / 1024, 1)


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
        yield Desk(base, process.pid, round(time.perf_counter() - begin, 3))
    finally:
        process.terminate()
        process.wait(30)
