"""A document's records → its search units: clauses, their sentences, obligations and comma phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.models import Clause, Document, Records, Span
from kg.read.sentences import clause_sentences
from kg.search.words import folded

Kind = Literal["clause", "sentence", "obligation", "phrase"]

_OPEN = "《〈（(“‘「『【〔［["
_CLOSE = "》〉）)”’」』】〕］]"
_PART = re.compile(r"[^；;]*[；;]+[”’」』）)]*|[^；;]+")
_PHRASE = re.compile(r"[^，,：:；;]*[，,：:；;]+[”’」』）)]*|[^，,：:；;]+")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a document that can be found.

    `heading` is the title of its clause, which often holds the subject that a sentence omits; the titles of the chapter
    and of the document say too little about any one sentence to help.
    `obligation` is the id of the obligation, or None for a sentence or a whole clause.
    """

    document: str
    clause: str
    kind: Kind
    start: int
    end: int
    quote: str
    heading: str
    obligation: str | None

    @property
    def text(self) -> str:
        """The indexed text: heading and quote."""
        return f"{self.heading}：{self.quote}" if self.heading else self.quote


def document_units(records: Records) -> list[Unit]:
    """Return the units of *records* in reading order: each clause, then its sentences, its obligations, its phrases.

    A phrase is the text between two commas or colons; it may hold a fact that no obligation has (an area, a name).
    """
    document, source = records.document, records.document.source.text
    found: list[Unit] = []
    for clause in document.clauses:
        found.append(_unit(document, clause, "clause", Span(clause.start, clause.end), ""))
        spans = [part for sentence in clause_sentences(clause, source) for part in sentence_parts(source, sentence)]
        found += [_unit(document, clause, "sentence", span, clause.title) for span in spans or [_title(clause, source)]]
        found += [
            Unit(document.slug, clause.id, "obligation", row.start, row.end, row.quote, clause.title, row.id)
            for row in records.obligations
            if row.clause == clause.id
        ]
        found += [
            _unit(document, clause, "phrase", phrase, clause.title)
            for span in spans
            for phrase in _cut(source, span, _PHRASE)
        ]
    return found


def names(records: Records) -> Iterator[str]:
    """Yield the names and aliases of the agents, zones and policies of *records*, in their order."""
    for name, other in _named(records):
        yield from (name, *other)
    yield from (policy.name for policy in records.policies)


def aliases(records: Records) -> dict[str, list[str]]:
    """Return the aliases of the agents and zones of *records* with the names they are aliases of, both folded."""
    found: dict[str, set[str]] = {}
    for name, other in _named(records):
        for alias in other:
            found.setdefault(folded(alias), set()).add(folded(name))
    return {alias: sorted(means) for alias, means in sorted(found.items())}


def single_aliases(found: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, str]:
    """Return the aliases of several documents, each with the documents' own name for the thing.

    An alias of two things is left out, because it would send a question about one to the other. So is one that is
    part of the name (深圳 of 深圳市), because it finds the name by itself.
    """
    every: dict[str, set[str]] = {}
    for one in found:
        for alias, means in one.items():
            every.setdefault(alias, set()).update(means)
    single = {alias: min(means) for alias, means in sorted(every.items()) if len(means) == 1}
    return {alias: name for alias, name in single.items() if alias not in name}


def sentence_parts(source: str, sentence: Span) -> list[Span]:
    """Return *sentence* cut after its semicolons, except inside brackets or quotes."""
    return _cut(source, sentence, _PART)


def _cut(source: str, sentence: Span, piece: re.Pattern[str]) -> list[Span]:
    parts: list[Span] = []
    start, depth = sentence.start, 0
    for match in piece.finditer(source, sentence.start, sentence.end):
        depth += sum(c in _OPEN for c in match.group()) - sum(c in _CLOSE for c in match.group())
        if depth <= 0 or match.end() == sentence.end:
            part = source[start : match.end()]
            left, right = len(part) - len(part.lstrip()), len(part.rstrip())
            if left < right:
                parts.append(Span(start + left, start + right))
            start, depth = match.end(), 0
    return parts


def _named(records: Records) -> list[tuple[str, tuple[str, ...]]]:
    bodies = [(agent.name, agent.aliases) for agent in records.agents]
    return bodies + [(zone.name, zone.aliases) for zone in records.zones]


def _unit(document: Document, clause: Clause, kind: Kind, span: Span, heading: str) -> Unit:
    quote = span.quote(document.source.text)
    return Unit(document.slug, clause.id, kind, span.start, span.end, quote, heading, None)


def _title(clause: Clause, source: str) -> Span:
    """Return the words of a clause that has a title and no body, without white space at the ends."""
    text = source[clause.start : clause.end]
    return Span(clause.start + len(text) - len(text.lstrip()), clause.start + len(text.rstrip()))
