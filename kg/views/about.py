"""A build → the facts about it: source, time, version, model, counts, figures, libraries.

Both the desk's tab "about" and `hetao doctor` show them.
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
from kg.views.scripts import packages

CHINA = datetime.timezone(datetime.timedelta(hours=8))
"""Days and times are China's wherever the product runs; there has been no daylight saving since 1992."""

EVALUATION = "evaluation.json"
"""The file in the data folder that holds the figures of the last evaluation."""

_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read: its file, its identity, and the SHA-256 of the file's bytes."""

    file: str
    sha256: str
    title: str
    identifier: str | None
    publisher: str | None
    issued: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model of the search index: its name, what runs it, and the fingerprint of its files.

    All are None if the index holds no vectors; `notes` says why.
    """

    name: str | None
    engine: str | None
    dimensions: int | None
    fingerprint: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A third-party library in its installed version. `shipped`: a script in the package itself."""

    name: str
    version: str
    licence: str
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about a build. `built` is its time in China, `built_by` the version that made it.

    `evaluation` may be None; if its file cannot be read, `evaluation_problem` says why.
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
    libraries: tuple[Dependency, ...]


def facts(build: Build) -> Facts:
    """Return the facts about *build*, the product that shows it, and its last evaluation."""
    inputs = build.manifest["inputs"]
    # a build records no time, so that the same sources give the same build; its file has a modification time
    written = datetime.datetime.fromtimestamp((build.folder / "manifest.json").stat().st_mtime, CHINA)
    evaluation, problem = read_evaluation(build.folder.parent.parent / EVALUATION)
    return Facts(
        version=kg.__version__,
        python=platform.python_version(),
        build=build.folder.name,
        built=written.isoformat(" ", "minutes"),
        built_by=str(inputs["version"]),
        sources=tuple(
            Source(one.file, one.sha256, one.title, one.identifier, one.publisher, one.issued, one.characters)
            for one in build.facts
        ),
        counts=dict(build.manifest["counts"]),
        model=_model(build),
        store=f"Oxigraph {metadata.version('pyoxigraph')}",
        evaluation=evaluation,
        evaluation_problem=problem,
        libraries=libraries(),
    )


def read_evaluation(path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """Return the figures in *path* and a problem: (figures, None), (None, None) without a file, or (None, why not)."""
    try:
        plain = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError) as error:
        return None, f"{path.name}: {type(error).__name__}"
    return (plain, None) if isinstance(plain, dict) else (None, f"{path.name}: not a JSON object")


@cache
def libraries() -> tuple[Dependency, ...]:
    """Return the installed requirements of the distribution, then the scripts it ships, each sorted by name."""
    try:
        required = metadata.requires("hetao-kg") or []
    except metadata.PackageNotFoundError:
        required = []
    names = {match[0] for line in required if "extra ==" not in line and (match := _REQUIREMENT.match(line))}
    spelt = sorted((str(metadata.metadata(name)["Name"]) for name in names), key=str.lower)
    found = [Dependency(name, metadata.version(name), _licence(name)) for name in spelt]
    return (*found, *(Dependency(name, version, licence, shipped=True) for name, version, licence in packages()))


def _licence(name: str) -> str:
    """Return the licence that a package declares: an SPDX expression, else one line of text, else a classifier."""
    about = metadata.metadata(name)
    declared = [*about.get_all("License-Expression", []), *about.get_all("License", []), ""]
    short = str(declared[0]).strip()
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
