"""A build to be changed → a copy of its data folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LARGE = (".npy", ".onnx")
"""Files of these kinds are written once and never into, so a copy shares them: a build is a few hundred megabytes."""


def copy_build(built: Path, folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Let *folder* be a copy of the data folder *built*, but for what is called as in *without*, and return it."""
    shutil.copytree(
        built,
        folder,
        symlinks=True,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(*without),
        copy_function=lambda source, target: (os.link if source.endswith(LARGE) else shutil.copy2)(source, target),
    )
    return folder


def copy_exports(built: Path, data: Path) -> Path:
    """Let the data folder *data* have what was exported of the model for *built*, so that a build there need not do it
    again, and return it.
    """
    from kg.pipeline.stages import ENCODERS  # the settings of the tests are made after this module is imported

    copy_build(built / ENCODERS, data / ENCODERS)
    return data
