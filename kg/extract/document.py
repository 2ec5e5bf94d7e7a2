"""A document → its records: each clause through the pipeline, then what is mentioned where, over all clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.agents import AgentMentions
from kg.extract.candidates import announced, announces_no_tasks
from kg.extract.names import name_book
from kg.extract.obligations import ClauseContext, obligations
from kg.extract.policies import policy_records
from kg.extract.roles import claims
from kg.extract.scanned import with_scores
from kg.extract.tables import TaskTables
from kg.extract.timetable import deadline_records
from kg.extract.zones import ZoneMentions
from kg.models import NounPhrase, Records
from kg.patterns import rules
from kg.read.script import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.extract.analysis import Analysis
    from kg.extract.rules import PlanNames
    from kg.models import Clause, Document, Modality, Obligation


@dataclass(frozen=True, slots=True)
class Silence:
    """A sentence that yielded no row, and why: heading, background, past, framing, table (a cell that is no task),
    footnote or no-predicate.
    """

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
    Never fails on odd text: what is not understood yields nothing and is listed in `silent`.
    """
    # spaCy takes seconds to import, and a build that finds nothing changed needs this room's names alone
    from kg.extract.pipeline import analyse, pipeline

    book = name_book(names, document.title, document.source.text)
    nlp = pipeline(book)
    # like_url and the rest are for users of `load_nlp`; no component reads them
    nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
    source = document.source.text
    titles = {chapter.id: chapter.title for chapter in document.chapters}
    agents = AgentMentions(book)
    tables = TaskTables(document, book)
    zones = ZoneMentions(book)
    rows: list[Obligation] = []
    silent: list[Silence] = []
    read: list[tuple[Clause, Reading, Analysis]] = []
    terms: list[NounPhrase] = []
    seen: dict[str, int] = {}
    first_leads = False
    plains = [Reading(source, clause.paragraphs) for clause in document.clauses]
    docs = nlp.tokenizer.pipe(plain.written for plain in plains)  # type: ignore[union-attr]
    lists: dict[str, Modality | None] = {}
    without_tasks: set[str] = set()
    for done, (clause, plain, doc) in enumerate(zip(document.clauses, plains, docs, strict=True)):
        analyse(
            nlp,
            doc,
            plain,
            clause.paragraphs,
            source,
            background=_background(clause.title) or _background(titles.get(clause.chapter or "", "")),
            quiet=clause.chapter is None and clause.id == "preamble",
            first_leads=first_leads,
            issued=document.issued,
            announced=lists.get(clause.id.rpartition(".")[0]),
            no_tasks=clause.id.rpartition(".")[0] in without_tasks,
        )
        analysis: Analysis = tables.with_tasks(doc._.analysis, plain)
        first_leads = analysis.first_leads
        lists[clause.id] = announced(analysis.text)
        if announces_no_tasks(analysis.text):
            without_tasks.add(clause.id)
        addressees = [
            claim
            for sentence in analysis.sentences
            for claim in claims(plain.text, sentence.start, sentence.end, analysis.hits, book, "salutation")
        ]
        notified = tuple(agent for claim in addressees for agent in claim.list.agents)
        context = ClauseContext(clause, plain, analysis, book, notified)
        found = tables.as_given(obligations(context, document.slug, seen))
        rows += found
        agents.read(tables.with_cells(context))
        zones.read(context, found)
        for sentence, why in analysis.silent:
            span = plain.to_source(sentence.start, sentence.end)
            silent.append(Silence(clause.id, span.start, span.end, span.quote(source), why))
        terms += [
            NounPhrase(clause.id, span.start, span.end)
            for term in doc.spans["terms"]
            for span in [plain.to_source(term.start_char, term.end_char)]
        ]
        read.append((clause, plain, analysis))
        if progress is not None:
            progress(done + 1, len(document.clauses))
    records = Records(
        document=document,
        agents=tuple(agents.records(document)),
        zones=tuple(zones.records({clause.id: clause.order for clause in document.clauses})),
        policies=tuple(policy_records(read, rows)),
        deadlines=tuple(deadline_records(read, rows)),
        obligations=tuple(rows),
        terms=tuple(terms),
    )
    return Extraction(with_scores(records), tuple(silent))


def _background(title: str) -> bool:
    return any(rule.where == "title" and rule.regex.search(title) for rule in rules("framing"))
