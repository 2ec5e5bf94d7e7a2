"""A plan's names → the spaCy pipeline over them; spaCy takes seconds to import, so only a call does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.names import name_book

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.extract.rules import PlanNames


def load_nlp(names: PlanNames | None = None) -> Language:
    """Return the pipeline that extraction itself runs, to be called with the text of a clause without white space.

    *names* are a plan's own names (None: the general ones alone); `nlp.to_disk` keeps them. A Doc has `doc.ents`
    (AGENT, ZONE, FACILITY, DATE, POLICY), `doc.sents`, `doc.spans["mentions"]` and `doc.spans["terms"]`, as spans
    `doc._.clauses`, `doc._.conditions` and `doc._.rows`, and in `doc._.analysis` all that was found, with exact
    offsets (`kg.extract.analysis.Analysis`). `span._.hit` of a mention is the gazetteer's entry for it.
    """
    from kg.extract.pipeline import pipeline

    return pipeline(name_book(names))
