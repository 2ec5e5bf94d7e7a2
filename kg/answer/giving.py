"""What was chosen → the rows of the graph that give it, and which sentence tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import rows
from kg.answer.choose import Choice
from kg.answer.question import Form
from kg.answer.record import Item
from kg.answer.rows import Rows, Select
from kg.answer.yesno import YES


def rows_of(select: Select, choice: Choice) -> Rows | None:
    """Return the rows of the graph that give what the passage was read to say; None where it says it alone."""
    reading, passage = choice.candidate.reading, choice.candidate.passage
    document, row = passage.unit.document, passage.obligation
    if row is None or reading.field is None:
        return None
    if reading.field == "bodies":
        found = rows.bodies(select, document, row, reading.roles)
        return found if {item.text for item in found.items} == set(reading.items) else None
    if reading.field in ("zone", "beneficiary"):
        order = row.zones if reading.field == "zone" else row.beneficiaries
        found = rows.things(select, document, row, reading.field, order)
        kept = tuple(item for item in found.items if item.text in reading.items)
        return replace(found, items=kept) if len(kept) == len(reading.items) else None
    found = rows.values(select, document, row, reading.field)
    # the row has the whole phrase, of which the items are the parts that were asked for
    items = tuple(Item(text, found.items[0].iri) for text in reading.items) if found.items else ()
    return replace(found, items=items) if items else None


def message_key(form: Form | None, choice: Choice, items: Sequence[Item]) -> str:
    """Return which sentence tells the answer."""
    candidate = choice.candidate
    row, sort = candidate.passage.obligation, candidate.own_sort
    if sort == "verdict":
        return "yes" if items[0].text == YES else "no"
    if row is not None and candidate.reading.roles:
        if sort == "group":
            return "who_vague"
        leads = any(party.role == "lead" for party in row.agents)
        if form is not None and form.id == "lead" and len(items) > 1 and not leads:
            return "who_no_lead"
        return "who_open" if row.open_list else "who"
    if sort == "time" and row is not None and row.deadline and row.deadline.date is None:
        return "when_vague"
    return "passage" if sort == "phrase" else "found"
