"""The spaCy pipeline: a clause's text → a Doc with its sentences, names, times, conditions and comma clauses."""

from __future__ import annotations

import re
import sys
import warnings
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import spacy
from spacy.language import Language
from spacy.tokens import Span, SpanGroup

from kg.extract.brackets import responsibilities
from kg.extract.conditions import conditions
from kg.extract.dates import times
from kg.extract.drafts import Context, drafts
from kg.extract.segments import Sentence
from kg.extract.terms import terms
from kg.extract.tokenizer import LacTokenizer
from kg.read import paragraph_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

    from kg.extract.names import NameBook
    from kg.models import Span as SourceSpan
    from kg.read.script import Reading


@Language.component("hetao_names")
def mark_names(doc: Doc) -> Doc:
    """Put the names found by the tokenizer into `doc.spans["names"]`, labelled agent, zone or facility."""
    _group(doc, "names", ((h.start, h.end, h.entry.category) for h in doc.user_data["names"]))
    return doc


@Language.component("hetao_times")
def mark_times(doc: Doc) -> Doc:
    """Put the times into `doc.spans["times"]`, labelled with their kind."""
    _group(doc, "times", ((t.start, t.end, t.kind) for t in times(doc.user_data["text"])))
    return doc


@Language.component("hetao_conditions")
def mark_conditions(doc: Doc) -> Doc:
    """Put conditions and exceptions, sentence by sentence, into `doc.spans["conditions"]`."""
    text = doc.user_data["text"]
    found = (c for s in doc.user_data["sentences"] for c in conditions(text, s.start, s.end))
    _group(doc, "conditions", ((c.start, c.end, "exception" if c.exception else "condition") for c in found))
    return doc


@Language.component("hetao_terms")
def mark_terms(doc: Doc) -> Doc:
    """Put the noun phrases into `doc.spans["terms"]`."""
    words = [(token.idx, token.idx + len(token.text), token.text, token.tag_) for token in doc]
    _group(doc, "terms", ((start, end, "term") for start, end in terms(words)))
    return doc


@Language.component("hetao_brackets")
def mark_brackets(doc: Doc) -> Doc:
    """Read the brackets that say who is responsible into `doc.user_data["brackets"]`; cut them off the sentences.

    They close the task before them, inside its 。 or behind it: a sentence may begin with the bracket of the last one.
    """
    context: Context = doc.user_data["context"]
    hits = {h.start: h for h in doc.user_data["names"]}
    found = responsibilities(doc.user_data["text"], hits, doc.user_data["book"], context.first_leads)
    context.first_leads = context.first_leads or any(b.first_leads for b in found)
    doc.user_data["brackets"] = found
    trimmed = []
    text: str = doc.user_data["text"]
    for sentence in doc.user_data["sentences"]:
        start, end = sentence.start, sentence.end
        for bracket in found[bisect_right(found, start, key=lambda b: b.end) :]:
            if bracket.start >= end:
                break
            if bracket.start <= start < bracket.end:
                start = bracket.end
            if start < bracket.start and bracket.end >= end - 1 and bracket.start < end:
                end = bracket.start
        stops = _STOPS.match(text, start, max(start, end))
        start = stops.end() if stops else start
        if start < end:
            trimmed.append(replace(sentence, start=start, end=end))
    doc.user_data["sentences"] = trimmed
    _group(doc, "brackets", ((b.start, b.end, "responsibility") for b in found))
    return doc


_STOPS = re.compile("[。；！]*")
_LONGEST = 1000  # the longest sentence of 68 documents has 396 characters


@Language.component("hetao_rows")
def mark_rows(doc: Doc) -> Doc:
    """Draft the rows: `doc.user_data["drafts"]`, and `doc.spans["rows"]` labelled with their modality.

    `doc.user_data["silent"]` says of each sentence without a row why it has none.
    """
    context: Context = doc.user_data["context"]
    found = []
    silent: list[tuple[Sentence, str]] = []
    for sentence in doc.user_data["sentences"]:
        if sentence.first and sentence.heading:
            silent.append((sentence, "heading"))
            continue
        rows, why = drafts(doc, sentence, context)
        found += rows
        if why is not None:
            silent.append((sentence, why))
    doc.user_data["drafts"] = found
    doc.user_data["silent"] = silent
    _group(doc, "rows", ((d.start, d.end, d.modality) for d in found))
    return doc


def pipeline(names: NameBook) -> Language:
    """Return the pipeline for one document's names."""
    nlp = _blank()
    nlp.tokenizer = LacTokenizer(nlp.vocab, names)
    nlp.max_length = sys.maxsize  # spaCy's limit guards a parser's memory; there is none here
    return nlp


@cache
def _blank() -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nlp = spacy.blank("xx")  # the words come from our tokenizer; spaCy's own Chinese one is a global jieba
    for name in ("hetao_names", "hetao_times", "hetao_terms", "hetao_brackets", "hetao_conditions", "hetao_rows"):
        nlp.add_pipe(name)
    return nlp


def analyse(
    nlp: Language, plain: Reading, paragraphs: tuple[SourceSpan, ...], source: str, names: NameBook, context: Context
) -> Doc:
    """Return the Doc of a clause's body: *plain* is the view over *paragraphs* of the *source* text."""
    doc = nlp.make_doc(plain.text)
    doc.user_data["written"] = plain.written
    doc.user_data["sentences"] = _sentences(plain, paragraphs, source)
    doc.user_data["context"] = context
    doc.user_data["book"] = names
    return nlp(doc)


def _sentences(plain: Reading, paragraphs: tuple[SourceSpan, ...], source: str) -> list[Sentence]:
    """Return the sentences of the paragraphs; one longer than any that is written by hand is cut, so that what is
    looked for within a sentence never takes long.
    """
    found: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs):
        whole = [plain.from_source(s.start, s.end) for s in paragraph_sentences([paragraph], source)]
        spans = [(at, min(at + _LONGEST, b)) for a, b in whole for at in range(a, b, _LONGEST)]
        for i, (a, b) in enumerate(spans):
            only = len(spans) == 1
            found.append(
                Sentence(a, b, number, first=i == 0, last=i == len(spans) - 1, heading=_heading(plain.text[a:b], only))
            )
    return found


def _heading(sentence: str, only: bool) -> bool:
    """——完善区域对外交通网络。 is the title of the item it opens; a short line without 。 is a title too."""
    if sentence.startswith(("——", "—", "--")):
        return not only and len(sentence) <= 32 and "，" not in sentence
    if only:
        return len(sentence) <= 24 and sentence[-1] not in "。；！？;：:）)"
    return False


def _group(doc: Doc, key: str, marks: Iterable[tuple[int, int, str]]) -> None:
    """Put marks (plain offsets and a label) into `doc.spans[key]`, each widened to the words it touches."""
    begins: list[int] = doc.user_data["edges"]
    words = ((bisect_right(begins, a) - 1, bisect_left(begins, b), label) for a, b, label in marks if b > a)
    doc.spans[key] = SpanGroup(doc, name=key, spans=[Span(doc, a, b, label=label) for a, b, label in words])
