"""A question about the area or the boundary of a place → what the graph holds of it, and the words that say it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answer.items import measure, members, patterns, quantities
from kg.answer.library import Library, Named
from kg.answer.question import Question
from kg.answer.record import Item
from kg.answer.rows import Rows, Select, of_zone
from kg.models import strip_space
from kg.search.units import Unit


def find_of_zone(
    select: Select, question: Question, named: Sequence[Named], library: Library, units: Sequence[Unit]
) -> tuple[Rows, Unit] | None:
    """Return the area or the boundary of the first place in *named* that has one, with the unit that says it.

    *units* are phrases and sentences of the documents. None where neither is asked for or no place named has it.
    """
    wanted = measure(question.plain)
    field = "boundary" if patterns()["boundary"].search(question.plain) else None
    if field is None and question.kind == "quantity" and wanted is not None and wanted.id == "area":
        field = "areaKm2"
    places = [one for one in named if one.category == "zone" and one.name]
    if field is None:
        return None
    for place in places:
        assert place.name is not None
        found = of_zone(select, place.name, field)
        for item in found.items:
            for unit in units:
                if field == "boundary" and strip_space(item.text) in unit.quote:
                    items = tuple(Item(text, item.iri) for text in members(item.text, library.cut))
                    return Rows(items, found.query), unit
                if field == "areaKm2":
                    words = [text for text in quantities(unit.quote, wanted) if item.text in text]
                    if words:
                        return Rows((Item(words[0], item.iri),), found.query), unit
    return None
