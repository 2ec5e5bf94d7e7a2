"""A file of a form that is no plain text → its text, read in a process that may be stopped.

The formats are large and the files strangers': one of a few kilobytes can unfold to gigabytes, keep a parser busy for
hours or end the process it is read in. So each is read in a process of its own with a limit on time and memory, and
whatever happens to that process is one clear line here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from kg.errors import SourceError, one_line
from kg.models import Form
from kg.read.forms.ocr import MAX_SCANNED, SECONDS_A_PAGE
from kg.read.forms.office import as_docx
from kg.read.forms.paragraphs import FileText
from kg.resources import PACKAGE

SECONDS = 120
"""How long one file may take: 2,000 pages of a PDF took 25 s where it was measured, 30 MB of HTML 9 s."""

MEMORY = 2 * 1024**3
"""Bytes of address space the reader may take: the longest plan seen takes 54 MB as a PDF, less in other forms."""

_SMALLER = "give its text, or a smaller part of it"


def read_apart(form: Form, data: bytes, name: str, *, seconds: int = SECONDS, memory: int = MEMORY) -> FileText:
    """Return what is read out of *data*, a file in *form*.

    Raises `SourceError` where it cannot be read: damaged, protected, without text, or not within *seconds* and
    *memory* bytes.
    """
    if form == "doc" or form == "rtf":
        data = as_docx(form, data, name)
        form = "docx"
    # threads of the libraries' own would each reserve a part of the memory that there is
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
    # the package that runs here is the one that runs there, from whatever folder this was started
    environment["PYTHONPATH"] = os.pathsep.join(p for p in (str(PACKAGE.parent), environment.get("PYTHONPATH")) if p)
    command = [sys.executable, "-P", "-m", "kg.read.forms.worker", form, str(seconds), str(memory)]
    # the process ends itself in time; this is for one that cannot
    longest = seconds + 30 + (MAX_SCANNED * SECONDS_A_PAGE if form == "pdf" else 0)
    try:
        done = subprocess.run(command, input=data, capture_output=True, env=environment, timeout=longest, check=False)
    except subprocess.TimeoutExpired:
        raise _too_slow(name, seconds) from None
    except OSError as error:
        problem = f"no process can be started to read it ({error.strerror or error})"
        raise SourceError(name, problem, "free some memory and run it again") from error
    if done.returncode == 0:
        reply = json.loads(done.stdout)
        if "error" in reply:
            problem, fix = reply["error"]
            raise SourceError(name, problem, fix)
        return FileText.of_json(reply)
    if done.returncode == -signal.SIGALRM:
        raise _too_slow(name, seconds)
    if done.returncode < 0:
        raise SourceError(name, f"is damaged, or needs more than {memory // 2**20} MB to be read", _SMALLER)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise SourceError(name, f"cannot be read ({one_line(said[-1], 120) if said else 'no reason given'})", _SMALLER)


def _too_slow(name: str, seconds: int) -> SourceError:
    return SourceError(name, f"takes more than {seconds} s to be read", _SMALLER)
