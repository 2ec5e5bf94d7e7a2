"""What workers do in tests: a process of its own must be able to import it."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BuildError
from kg.pipeline import document_parts, workers
from kg.pipeline.document_parts import PartJob


@dataclass(frozen=True)
class Errand:
    """A job: `does` is what becomes of it, `folder` where each process leaves its id for each time it begins one."""

    name: str
    does: str
    folder: Path


def run_errand(errand: Errand) -> str:
    """Do it, and return the process that did."""
    earlier = sorted(errand.folder.glob(f"{errand.name}.*"))
    (errand.folder / f"{errand.name}.{os.getpid()}").touch()
    if errand.does == "die" or (errand.does == "die once" and not earlier):
        os.kill(os.getpid(), signal.SIGKILL)
    if errand.does == "refuse":
        raise BuildError(errand.name, "it is refused", "report it")
    if errand.does == "fail":
        raise ZeroDivisionError(errand.name)
    if errand.does == "wait":
        time.sleep(600)
    return f"{errand.name} by {os.getpid()}"


def make_part_or_die(job: PartJob) -> str:
    """Make a part, as a build does; reading `baisha.txt` takes more memory than there is."""
    if job.taken.source.name == "baisha.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return document_parts.make_part(job)


if __name__ == "__main__":
    # a parent to be killed, whose workers never finish
    wait = [Errand(name, "wait", Path(sys.argv[1])) for name in ("a", "b")]
    for _ in workers.run(wait, run_errand, 2):
        raise AssertionError
