"""Records → those of their quotes, texts and names that differ from the source."""

from __future__ import annotations

from kg.models import Agent, Clause, Deadline, Document, Obligation, Policy, Records, Zone, strip_space
from kg.read.offsets import text_offsets


def wrong_quotes(records: Records) -> list[str]:
    """Return a line for each record that differs from the source at its place; [] if none does.

    A quote is `source[start:end]` without white space; a clause's text leaves out only copies of headings and page
    numbers; a name stands at every place that is recorded for it.
    """
    source = records.document.source.text
    wrong = []
    quoted: list[tuple[str, Policy | Deadline | Obligation]] = [
        *((f"policy {row.name}", row) for row in records.policies),
        *((f"deadline {row.text}", row) for row in records.deadlines),
        *((f"obligation {row.id}", row) for row in records.obligations),
    ]
    for name, row in quoted:
        if strip_space(source[row.start : row.end]) != row.quote or not row.quote:
            wrong.append(f"{name}: the quote is not what stands at {row.start} to {row.end}")
    wrong += [
        f"clause {clause.id}: the text is not what stands at {clause.start} to {clause.end}"
        for clause in records.document.clauses
        if not _is_text_of(records.document, clause)
    ]
    things: list[Agent | Zone] = [*records.agents, *records.zones]
    for thing in things:
        wrong += [
            f"{thing.name}: {mention.surface} does not stand at {mention.start} to {mention.end}"
            for mention in thing.mentions
            if strip_space(source[mention.start : mention.end]) != mention.surface
        ]
    return wrong


def _is_text_of(document: Document, clause: Clause) -> bool:
    places = text_offsets(document, clause)
    if any(place is None and not c.isspace() for place, c in zip(places, clause.text, strict=True)):
        return False
    used = {place for place in places if place is not None}
    used |= {i for copy in document.copies for i in range(copy.start, copy.end)}
    source = document.source.text
    left = (source[i] for i in range(clause.start, clause.end) if i not in used and not source[i].isspace())
    # page numbers: 12, — 12 —, -12-
    return all(c.isdecimal() or c in "-–—―－·" for c in left)
