"""An obligation, or what was typed → the lines of the review's form; and the form → the text that corrections read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kg.models import Obligation
from kg.review.corrections import written

SPARE: Final = 2
"""Empty lines below those that are filled in."""

MOST: Final = 40
"""The most lines that are read."""

DATELESS: Final = ("vague", "conditional", "recurring")
"""The kinds that a time without a date can have."""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """A line of the form: an agent with its role, the words the text uses for it, and whether the context names it."""

    role: str = ""
    name: str = ""
    words: str = ""
    inherited: bool = False


def agent_lines(row: Obligation, typed: Mapping[str, str]) -> list[AgentLine]:
    """Return the lines of the agents of *row*, or those *typed*, with empty ones below."""
    if any(name.startswith("a:") for name in typed):
        lines = [line for number in range(MOST) if (line := _typed(typed, number)) != AgentLine()]
    else:
        lines = [
            AgentLine(p.role, p.name, "" if p.surface == p.name else p.surface, p.basis == "inherited")
            for p in row.agents
        ]
    return [*lines, *([AgentLine()] * SPARE)]


def zone_lines(row: Obligation, typed: Mapping[str, str]) -> list[str]:
    """Return the zones of *row*, or those *typed*, with empty lines below."""
    given = any(name.startswith("z:") for name in typed)
    zones = [zone for n in range(MOST) if (zone := typed.get(f"z:{n}", "").strip())] if given else list(row.zones)
    return [*zones, *([""] * SPARE)]


def deadline_parts(row: Obligation, typed: Mapping[str, str]) -> tuple[str, str]:
    """Return the words of the time of *row*, or those *typed*, and its kind if no date is read from them."""
    if "d:words" in typed:
        return typed["d:words"], typed.get("d:kind", "")
    words, _, kind = (part.strip() for part in written(row, "deadline").partition("|"))
    return words, kind


def read_lines(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that the form has in lines, as the text that `kg.review.corrections` reads."""
    found = {}
    if any(name.startswith("a:") for name in form):
        lines = [_typed(form, number) for number in range(MOST)]
        found["agents"] = "\n".join(_agent_text(line) for line in lines if line.name)
    if any(name.startswith("z:") for name in form):
        found["zones"] = "\n".join(zone for n in range(MOST) if (zone := form.get(f"z:{n}", "").strip()))
    if "d:words" in form:
        parts = (form["d:words"].strip(), form.get("d:kind", ""))
        found["deadline"] = " | ".join(part for part in parts if part) if parts[0] else ""
    return found


def _typed(form: Mapping[str, str], number: int) -> AgentLine:
    role, name, words = (form.get(f"a:{number}:{part}", "").strip() for part in ("role", "name", "words"))
    return AgentLine(role if name else "", name, words, f"a:{number}:inherited" in form)


def _agent_text(line: AgentLine) -> str:
    words = f"={line.words}" if line.words and line.words != line.name else ""
    return f"{line.role}: {line.name}{words}{', inherited' if line.inherited else ''}"
