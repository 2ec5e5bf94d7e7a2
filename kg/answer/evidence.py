"""Passages and obligations → what an answer shows of them: the quotes that bear it, and what limits it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answer.record import Evidence, Qualifier
from kg.answer.wording import say
from kg.models import Obligation
from kg.search.units import Unit

EVIDENCE = 5


def evidence_of(first: Evidence | None, units: Sequence[Unit]) -> tuple[Evidence, ...]:
    """The first quote and the best sentences, each stretch of text once."""
    found = [first] if first is not None else []
    for unit in units:
        if len(found) == EVIDENCE:
            break
        if not any(unit.document == e.document and unit.start < e.end and e.start < unit.end for e in found):
            found.append(quoted(unit))
    return tuple(found)


def quoted(unit: Unit) -> Evidence:
    """Return the words of *unit* with their place."""
    return Evidence(unit.clause, unit.quote, unit.start, unit.end, unit.document)


def qualifier_of(obligation: Obligation | None) -> Qualifier | None:
    """What limits an answer from *obligation*; None where it is firm and nothing else limits it."""
    if obligation is None:
        return None
    zone = say("zh-Hans", "names", names=obligation.zones) or None
    force = None if obligation.force == "firm" else obligation.force
    found = Qualifier(force, obligation.condition, obligation.exception, zone)
    return found if any((force, found.condition, found.exception, zone)) else None
