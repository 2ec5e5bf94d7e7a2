"""A document → its records: each clause through the pipeline, then what is mentioned where, over all clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.bodies import AgentMentions
from kg.extract.drafts import Context
from kg.extract.names import name_book
from kg.extract.obligations import ClauseContext, obligations
from kg.extract.parties import claims
from kg.extract.policies import policy_records
from kg.extract.regions import ZoneMentions
from kg.extract.rules import rules
from kg.extract.timetable import deadline_records
from kg.models import Records, Term
from kg.read.script import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc

    from kg.extract.rules import PlanNames
    from kg.models import Clause, Document, Obligation


@dataclass(frozen=True, slots=True)
class Silence:
    """A sentence that yielded no row, and why: heading, background, past, framing or no-predicate."""

    clause: str
    start: int
    end: int
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The records of a document and the sentences that yielded none."""

    records: Records
    silent: tuple[Silence, ...]


def extract(
    document: Document, names: PlanNames | None = None, progress: Callable[[int, int], None] | None = None
) -> Records:
    """Return everything found in *document*; see `extract_with_coverage`."""
    return extract_with_coverage(document, names, progress).records


def extract_with_coverage(
    document: Document, names: PlanNames | None = None, progress: Callable[[int, int], None] | None = None
) -> Extraction:
    """Return the records of *document* and, beside them, each sentence without a row.

    *names* are the plan's own names (None: the general ones alone). *progress* is called with (clauses done, all).
    Never fails on odd text: what is not understood yields nothing and is told in the silence.
    """
    # spaCy takes seconds to import, and a build that finds nothing changed needs this room's names alone
    from kg.extract.pipeline import analyse, pipeline

    book = name_book(names)
    nlp = pipeline(book)
    source = document.source.text
    titles = {chapter.id: chapter.title for chapter in document.chapters}
    agents = AgentMentions(book)
    zones = ZoneMentions(book)
    rows: list[Obligation] = []
    silent: list[Silence] = []
    docs: list[tuple[Clause, Reading, Doc]] = []
    terms: list[Term] = []
    seen: dict[str, int] = {}
    first_leads = False
    for done, clause in enumerate(document.clauses):
        plain = Reading(source, clause.paragraphs)
        context = Context(
            background=_background(clause.title) or _background(titles.get(clause.chapter or "", "")),
            quiet=clause.chapter is None and clause.id == "preamble",
            first_leads=first_leads,
        )
        doc = analyse(nlp, plain, clause.paragraphs, source, book, context)
        hits = {h.start: h for h in doc.user_data["names"]}
        first_leads = context.first_leads
        addressees = [
            c for s in doc.user_data["sentences"] for c in claims(plain.text, s.start, s.end, hits, book, "salutation")
        ]
        notified = tuple(body for claim in addressees for body in claim.list.bodies)
        clause_context = ClauseContext(clause, doc, plain, hits, book, doc.user_data["brackets"], notified)
        found = obligations(clause_context, doc.user_data["drafts"], document.slug, seen)
        rows += found
        agents.read(clause_context, doc)
        zones.read(clause_context, found)
        for sentence, why in doc.user_data["silent"]:
            span = plain.to_source(sentence.start, sentence.end)
            silent.append(Silence(clause.id, span.start, span.end, span.quote(source), why))
        terms += [
            Term(clause.id, span.start, span.end)
            for term in doc.spans["terms"]
            for span in [plain.to_source(term.start_char, term.end_char)]
        ]
        docs.append((clause, plain, doc))
        if progress is not None:
            progress(done + 1, len(document.clauses))
    records = Records(
        document=document,
        agents=tuple(agents.records(document)),
        zones=tuple(zones.records({clause.id: clause.order for clause in document.clauses})),
        policies=tuple(policy_records(docs, rows)),
        deadlines=tuple(deadline_records(docs, rows)),
        obligations=tuple(rows),
        terms=tuple(terms),
    )
    return Extraction(records, tuple(silent))


def _background(title: str) -> bool:
    return any(rule.where == "title" and rule.regex.search(title) for rule in rules("framing"))
