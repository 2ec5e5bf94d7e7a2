"""A file of an office program → what LibreOffice, run without a window, makes of it: recalculated, or as pages."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def find_office() -> str | None:
    """The program, by its path."""
    return shutil.which("soffice")


def converted(program: str, file: Path, form: str, folder: Path) -> Path:
    """Write *file* in *form* (xlsx, ods, pdf) into *folder*, every formula worked out anew, and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    # a profile of its own: two that run at once share nothing
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(file)]
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    made = folder / f"{file.stem}.{form.partition(':')[0]}"
    assert made.is_file(), done.stdout + done.stderr
    return made
