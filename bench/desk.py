"""A build in a folder → the desk over it, served on a free port for as long as a block runs."""

from __future__ import annotations

import os
import re
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
    """A server on this machine, by the address it answers at and the process it is."""

    base: str
    pid: int

    def memory_mb(self) -> float:
        """Return what the server's own process holds in memory now (Linux); its query workers are others."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        held = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        if held is None:
            raise RuntimeError(f"process {self.pid} has no memory: it has ended")
        return round(int(held[1]) / 1024, 1)

    def cpu_seconds(self) -> float:
        """Return the time the server's own process has computed so far, on all cores together (Linux)."""
        # the command's name, in brackets, may hold spaces; the 12th and 13th field behind it are utime and stime
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(hetao: Path, data: Path, *, patience: float = 300, **environment: str) -> Iterator[Desk]:
    """Serve the build in *data* on a free port of 127.0.0.1 until the block ends, with *environment* set for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    begin = time.perf_counter()
    command = [str(hetao), "serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
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
        yield Desk(base, process.pid)
    finally:
        process.terminate()
        process.wait(30)
