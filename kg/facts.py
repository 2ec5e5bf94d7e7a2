"""Records of a document → the little of it that is kept in memory for every document of a build."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kg.errors import BuildError
from kg.models import Records
from kg.records import LISTS

FILE: Final = "facts.json"

Category = Literal["agent", "zone", "policy"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of every document of a build: what it is called, and which names it has for what.

    `file` is the name of its file, `sha256` that file's, `form` its kind; `notes` say what was lost or is in doubt.
    `counts` has the number of records of each kind, `clauses` the ids in reading order. `names` and `aliases` are the
    forms under which questions know its agents of a proper name or group, its zones and (by name alone) its policies:
    the form, the category, and the name.
    """

    slug: str
    title: str
    identifier: str | None
    issued: str | None
    publisher: str | None
    file: str
    form: str
    sha256: str
    notes: tuple[str, ...]
    counts: dict[str, int]
    clauses: tuple[str, ...]
    names: tuple[tuple[str, Category, str], ...]
    aliases: tuple[tuple[str, Category, str], ...]


def facts_of(records: Records, folded: Callable[[str], str]) -> Facts:
    """Return the facts of *records*; *folded* gives the form in which names are matched."""
    document = records.document
    return Facts(
        slug=document.slug,
        title=document.title,
        identifier=document.identifier,
        issued=document.issued,
        publisher=document.publisher,
        file=document.source.name,
        form=document.source.form,
        sha256=document.source.sha256,
        notes=(*document.source.notes, *records.notes),
        counts={kind: len(document.clauses if kind == "clauses" else getattr(records, kind)) for kind in LISTS},
        clauses=tuple(clause.id for clause in document.clauses),
        names=tuple(_forms(records, folded, by_name=True)),
        aliases=tuple(_forms(records, folded, by_name=False)),
    )


def _forms(records: Records, folded: Callable[[str], str], *, by_name: bool) -> Iterator[tuple[str, Category, str]]:
    zones = {folded(zone.name) for zone in records.zones}
    for policy in records.policies if by_name else ():
        yield folded(policy.name), "policy", policy.name
    for zone in records.zones:
        for form in map(folded, (zone.name,) if by_name else zone.aliases):
            yield form, "zone", zone.name
    for agent in (agent for agent in records.agents if agent.tier in ("named", "collective")):
        for form in map(folded, (agent.name,) if by_name else agent.aliases):
            if form not in zones:
                yield form, "agent", agent.name


def facts_file(facts: Facts) -> bytes:
    """Return *facts* as the bytes of `facts.json`."""
    return json.dumps(asdict(facts), ensure_ascii=False).encode("utf-8")


def load_facts(folder: Path) -> Facts:
    """Return the facts that `facts_file` wrote to the folder of a document.

    Raises:
        BuildError: the file is missing or damaged.
    """
    try:
        plain: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        plain |= {name: _listed(plain[name]) for name in ("notes", "clauses", "names", "aliases")}
        return Facts(**plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuildError(folder / FILE, "the file is missing or damaged", "run `hetao build` again") from error


def _listed(value: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)
