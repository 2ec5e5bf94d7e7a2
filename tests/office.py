"""A file of an office program → what LibreOffice, run without a window, makes of it: recalculated, or as pages."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


def find_office() -> str | None:
    """The program, by its path."""
    return shutil.which("soffice")


@cache
def _profile() -> TemporaryDirectory[str]:
    """The program's profile, which takes it seconds to make: one for each process that runs tests, until it ends."""
    return TemporaryDirectory(prefix="hetao-office-")


def converted(program: str, file: Path, form: str, folder: Path) -> Path:
    """Write *file* in *form* (xlsx, ods, pdf) into *folder*, every formula worked out anew, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation={Path(_profile().name).as_uri()}"
    command = [program, profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(file)]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    made = folder / f"{file.stem}.{form.partition(':')[0]}"
    assert made.is_file(), done.stdout + done.stderr
    return made
