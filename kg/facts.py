"""What is kept in memory of every document of a build, which `kg.answer.facts` draws from its records ↔ its file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import BuildError

FILE: Final = "facts.json"
LETTERS: Final = "letters.txt"
"""The files of a document with its facts, and with its text as names are compared: folded letters and digits alone."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document is called, how much it holds, and which names it has for what.

    Attributes:
        region, status, changed_by, repeals, amends: as `kg.models.Document` has them.
        file, sha256, form, characters: of its source: the file's name and checksum, its kind, the length of its text.
        notes: what was lost or is in doubt.
        counts: the number of records of each kind.
        reviewed: how many of its obligations show a person's review.
        clauses, chapters: their ids in reading order.
        agents: the name, the tier, and the forms by which questions know it, folded, that of the name first.
        zones: the name and such forms.
        policies: the name and its form.
        spoken: the folded general names of bodies and places that stand in its text.
    """

    slug: str
    title: str
    identifier: str | None
    issued: str | None
    publisher: str | None
    region: str | None
    status: str | None
    changed_by: str | None
    repeals: tuple[str, ...]
    amends: tuple[str, ...]
    file: str
    sha256: str
    form: str
    characters: int
    notes: tuple[str, ...]
    counts: dict[str, int]
    reviewed: int
    clauses: tuple[str, ...]
    chapters: tuple[str, ...]
    agents: tuple[tuple[str, str, tuple[str, ...]], ...]
    zones: tuple[tuple[str, tuple[str, ...]], ...]
    policies: tuple[tuple[str, str], ...]
    spoken: tuple[str, ...]


def facts_file(facts: DocumentFacts) -> bytes:
    """Return *facts* as the bytes of `facts.json`."""
    return json.dumps(asdict(facts), ensure_ascii=False).encode("utf-8")


def load_facts(folder: Path) -> DocumentFacts:
    """Return the facts that `facts_file` wrote to the folder of a document.

    Raises:
        BuildError: the file is missing or damaged.
    """
    try:
        plain: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        return DocumentFacts(**{name: _frozen(value) for name, value in plain.items()})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BuildError(folder / FILE, "the file is missing or damaged", "run `hetao build` again") from error


def _frozen(value: Any) -> Any:  # noqa: ANN401 - JSON
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
