"""A build → what must be known of it to judge an answer: source, time, version, model, counts, figures, libraries.

The desk's tab "about" and `hetao doctor` say the same, from here.
"""

from __future__ import annotations

import datetime
import json
import platform
import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import kg
from kg.builds import Build
from kg.serve.vendor import packages

CHINA = datetime.timezone(datetime.timedelta(hours=8))
"""Days and times of this product are China's, wherever it runs; no daylight saving since 1992."""

EVALUATION = "evaluation.json"
"""The file in the data folder that holds the figures of the last evaluation."""

_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read: its file, what it is, and the SHA-256 of the file's bytes."""

    file: str
    sha256: str
    title: str
    identifier: str | None
    publisher: str | None
    issued: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model of the search index: its name, what runs it, and the fingerprint of its files. All of it is
    None where the index holds no vectors; `notes` says why.
    """

    name: str | None
    engine: str | None
    dimensions: int | None
    fingerprint: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Something used that is not ours, in the version that is installed. `shipped`: a script in the package itself."""

    name: str
    version: str
    licence: str
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to know. `built` is when, in China; `built_by` the version that did; `evaluation` may be None, and
    `evaluation_problem` says so where its file cannot be read.
    """

    version: str
    python: str
    build: str
    built: str
    built_by: str
    sources: tuple[Source, ...]
    counts: dict[str, int]
    model: Model
    store: str
    evaluation: dict[str, Any] | None
    evaluation_problem: str | None
    libraries: tuple[Library, ...]


def facts(build: Build) -> Facts:
    """Return what there is to know of *build*, of the product that shows it, and of its last evaluation."""
    inputs = build.manifest["inputs"]
    # a build holds no clock, so that the same sources give the same build; its file knows when it was written
    written = datetime.datetime.fromtimestamp((build.folder / "manifest.json").stat().st_mtime, CHINA)
    evaluation, problem = read_evaluation(build.folder.parent.parent / EVALUATION)
    return Facts(
        version=kg.__version__,
        python=platform.python_version(),
        build=build.folder.name,
        built=written.isoformat(" ", "minutes"),
        built_by=str(inputs["version"]),
        sources=tuple(
            Source(
                one.document.source.name,
                one.document.source.sha256,
                one.document.title,
                one.document.identifier,
                one.document.publisher,
                one.document.issued,
                len(one.document.source.text),
            )
            for one in build.records
        ),
        counts=dict(build.manifest["counts"]),
        model=_model(build),
        store=f"Oxigraph {metadata.version('pyoxigraph')}",
        evaluation=evaluation,
        evaluation_problem=problem,
        libraries=libraries(),
    )


def read_evaluation(path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """Return the figures in *path* and None; None twice where there is no such file; None and why it cannot be read."""
    try:
        plain = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError) as error:
        return None, f"{path.name}: {type(error).__name__}"
    return (plain, None) if isinstance(plain, dict) else (None, f"{path.name}: it is no object")


@cache
def libraries() -> tuple[Library, ...]:
    """Return what the distribution requires and is installed, and the scripts it ships, each sorted by name."""
    try:
        required = metadata.requires("hetao-kg") or []
    except metadata.PackageNotFoundError:
        required = []
    names = {match[0] for line in required if "extra ==" not in line and (match := _REQUIREMENT.match(line))}
    spelt = sorted((str(metadata.metadata(name)["Name"]) for name in names), key=str.lower)
    found = [Library(name, metadata.version(name), _licence(name)) for name in spelt]
    return (*found, *(Library(name, version, licence, shipped=True) for name, version, licence in packages()))


def _licence(name: str) -> str:
    """Return the licence that a package declares: as an SPDX expression, else in a line of its own, else classified."""
    about = metadata.metadata(name)
    said = [*about.get_all("License-Expression", []), *about.get_all("License", []), ""]
    short = str(said[0]).strip()
    if short and "\n" not in short and len(short) <= 120:
        return short
    kinds = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    return "; ".join(kinds) or (short.partition("\n")[0][:80] if short else "?")


def _model(build: Build) -> Model:
    about = json.loads((build.index / "index.json").read_bytes())
    model = about["model"] or {}
    fingerprint = build.manifest["inputs"]["model"] if model else None
    name = model.get("model") or (Path(model["folder"]).name if "folder" in model else None)
    return Model(name, model.get("engine"), model.get("dimensions"), fingerprint, tuple(about["notes"]))
