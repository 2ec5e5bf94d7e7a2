"""A file of an old Office form (.doc, .wps, .rtf) → the same as a Word document, made by LibreOffice without a window.

The file is a stranger's: the program runs with a profile of its own that is thrown away, runs no macro and fetches
nothing, and may take so much time, memory and disk. Its process group is ended whatever happens.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from kg.errors import SourceError
from kg.read.forms.kinds import SAVE

OldForm = Literal["doc", "rtf"]

SECONDS = 120
"""How long it may take: a plan of 60 pages took 4 s where it was measured, the program's start 2 of them."""

_MEMORY_KB = 4 * 1024**2
_FILE_BLOCKS = 256 * 1024 * 2  # of 512 bytes
_LIMITED = f'ulimit -f {_FILE_BLOCKS} && ulimit -v {_MEMORY_KB} 2>/dev/null; exec "$0" "$@"'
"""Sets the limits in the process that becomes the program; macOS knows none on memory."""

_FILTERS: dict[OldForm, str] = {"doc": "MS Word 97", "rtf": "Rich Text Format"}
"""Named, or a file in no form at all would be taken for plain text."""

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value>
</prop></item></oor:items>
"""


def find_office() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def as_docx(form: OldForm, data: bytes, name: str, *, seconds: int = SECONDS) -> bytes:
    """Return *data*, a file in *form* that is called *name*, as a Word document.

    Raises `SourceError` where LibreOffice is not installed, or cannot read the file within *seconds*.
    """
    program = find_office()
    if program is None:
        raise SourceError(name, f"is a .{form} file, which needs LibreOffice to be read, and there is none", SAVE)
    with TemporaryDirectory(prefix="hetao-office-") as made:
        folder = Path(made)
        source = folder / f"source.{form}"
        source.write_bytes(data)
        _run(program, form, folder, name, seconds)
        docx = folder / "out" / "source.docx"
        if not docx.is_file():
            raise SourceError(name, "cannot be read by LibreOffice: it is damaged or protected with a password", SAVE)
        return docx.read_bytes()


def _run(program: str, form: OldForm, folder: Path, name: str, seconds: int) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    command = [
        *("/bin/sh", "-c", _LIMITED, program, f"-env:UserInstallation={profile.as_uri()}", "--headless"),
        *("--norestore", "--nolockcheck", "--nodefault", f"--infilter={_FILTERS[form]}"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(folder / f"source.{form}")),
    ]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        problem = f"LibreOffice cannot be started to read it ({error.strerror or error})"
        raise SourceError(name, problem, SAVE) from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise SourceError(name, f"takes LibreOffice more than {seconds} s to be read", SAVE) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it has started; nothing else is in its group."""
    with suppress(ProcessLookupError):  # where all of it has ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
