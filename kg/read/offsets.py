"""The text of a clause → where in the source each of its characters stands."""

from __future__ import annotations

from kg.models import Clause, Document


def text_offsets(document: Document, clause: Clause) -> list[int | None]:
    """Return for each character of `clause.text` its offset in the source; None for white space.

    The text has the visible characters of the clause's span in their order, but for second copies of doubled headings
    and page numbers between its lines; what it leaves out is passed over. A character that cannot be found, and those
    behind it, are None too: that is a fault of the text, and `kg.pipeline` finds it.
    """
    source = document.source.text
    copied = {i for copy in document.copies for i in range(copy.start, copy.end)}
    place = clause.start
    found: list[int | None] = []
    for character in clause.text:
        if character.isspace():
            found.append(None)
            continue
        while place < clause.end and (source[place] != character or place in copied):
            place += 1
        found.append(place if place < clause.end else None)
        place += 1
    return found
