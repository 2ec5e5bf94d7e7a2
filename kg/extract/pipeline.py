"""The spaCy pipeline: a clause's text → a Doc with its names, noun phrases and entities, and the analysis of it.

What the product reads of a Doc is `doc.spans["mentions"]` (by the tokenizer), `doc.spans["terms"]` and
`doc._.analysis`, which the components fill one after the other. The rest is the same for a reader's eye: `doc.ents`,
`doc.sents`, and the comma clauses, conditions and rows as spans, made when asked for.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import spacy
from spacy.lang.xx import MultiLanguage
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from kg.extract.analysis import words_and_names
from kg.extract.brackets import responsibilities
from kg.extract.candidates import candidates
from kg.extract.date_reach import GoalDate, date_afterwards
from kg.extract.dates import times
from kg.extract.extensions import spans
from kg.extract.noun_phrases import terms
from kg.extract.policies import titles
from kg.extract.segments import Sentence, comma_clauses
from kg.extract.tokenizer import LacTokenizer
from kg.models import Span as SourceSpan
from kg.read import paragraph_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.extract.analysis import Analysis
    from kg.extract.brackets import Responsibility
    from kg.extract.names import NameBook
    from kg.models import Modality
    from kg.read.script import Reading

COMPONENTS = (
    "hetao_sentences",
    "hetao_terms",
    "hetao_brackets",
    "hetao_clauses",
    "hetao_rows",
    "hetao_entities",
)
_STOPS = re.compile("[。；！]*")
_LONGEST = 1000  # the longest sentence of 68 documents has 396 characters


@Language.factory("hetao_sentences", assigns=["doc._.analysis", "token.is_sent_start"], requires=["token.tag"])
def sentences(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that begins the analysis; a Doc without sentences is read as one paragraph."""

    def begin(doc: Doc) -> Doc:
        if doc._.analysis is None:
            analysis = words_and_names(doc)
            whole = SourceSpan(0, len(doc.text))
            edges = [(sentence.start, sentence.end) for sentence in paragraph_sentences([whole], doc.text)]
            doc._.analysis = replace(analysis, sentences=tuple(_paragraph(analysis.text, 0, edges)))
        marks = ((sentence.start, sentence.end, "") for sentence in doc._.analysis.sentences)
        starts = {0, *(span.start for span in spans(doc, marks))}
        # all at once: each token's own setter looks over the whole Doc
        marks_of_starts = [1 if i in starts else -1 for i in range(len(doc))]
        return doc.from_array(["SENT_START"], np.array(marks_of_starts, np.int64).astype(np.uint64)[:, None])  # type: ignore[arg-type]

    return begin


@Language.factory("hetao_terms", assigns=["doc.spans"], requires=["doc._.analysis"])
def noun_phrases(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that puts the noun phrases into `doc.spans["terms"]`."""

    def mark(doc: Doc) -> Doc:
        found = [Span(doc, first, behind, "TERM") for first, behind in terms(doc._.analysis.words)]
        doc.spans["terms"] = SpanGroup(doc, name="terms", spans=found)
        return doc

    return mark


@Language.factory("hetao_brackets", assigns=["doc._.analysis"], requires=["doc._.analysis"])
def brackets(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that reads the brackets that say who is responsible, and cuts them off the sentences.

    They close the task before them, inside its 。 or behind it: a sentence may begin with the bracket of the last one.
    """

    def read(doc: Doc) -> Doc:
        analysis: Analysis = doc._.analysis
        book = cast("LacTokenizer", nlp.tokenizer).names
        found = responsibilities(analysis, book)
        trimmed = (_without(found, analysis.text, sentence) for sentence in analysis.sentences)
        doc._.analysis = replace(
            analysis,
            brackets=tuple(found),
            sentences=tuple(sentence for sentence in trimmed if sentence.start < sentence.end),
            first_leads=analysis.first_leads or any(b.first_leads for b in found),
        )
        return doc

    return read


@Language.factory("hetao_clauses", assigns=["doc._.analysis"], requires=["doc._.analysis"])
def clauses(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that cuts each sentence into comma clauses and classifies them."""

    def cut(doc: Doc) -> Doc:
        analysis: Analysis = doc._.analysis
        doc._.analysis = replace(analysis, clauses=tuple(comma_clauses(analysis, s) for s in analysis.sentences))
        return doc

    return cut


@Language.factory("hetao_rows", assigns=["doc._.analysis"], requires=["doc._.analysis"])
def rows(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that finds the candidates for obligations and says why a sentence has none."""

    def collect(doc: Doc) -> Doc:
        analysis: Analysis = doc._.analysis
        found = []
        silent = []
        goal = GoalDate()
        for sentence, segments in zip(analysis.sentences, analysis.clauses, strict=True):
            goal.enter(analysis, sentence)
            if sentence.first and sentence.heading:
                silent.append((sentence, "heading"))
                continue
            more, why = candidates(analysis, sentence, segments, goal)
            found += more
            date_afterwards(analysis, sentence, found)
            if why is not None:
                silent.append((sentence, why))
        doc._.analysis = replace(analysis, candidates=tuple(found), silent=tuple(silent))
        return doc

    return collect


@Language.factory("hetao_entities", assigns=["doc.ents"], requires=["doc._.analysis"])
def entities(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Return the component that sets `doc.ents`: AGENT, ZONE, FACILITY, DATE (its kind as id) and POLICY (a 《title》).

    Of those that overlap the longest is taken; the names inside a title remain in `doc.spans["mentions"]`.
    """

    def name_them(doc: Doc) -> Doc:
        text = doc._.analysis.text
        dates = [s for t in times(text) for s in spans(doc, [(t.start, t.end, "DATE")], t.kind)]
        policies = spans(doc, ((a, b, "POLICY") for a, b in titles(text)))
        doc.ents = filter_spans([*policies, *doc.spans["mentions"], *dates])
        return doc

    return name_them


def _without(found: list[Responsibility], text: str, sentence: Sentence) -> Sentence:
    """Return *sentence* without the brackets that stand at its edges; where nothing is left it ends where it begins."""
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
    return replace(sentence, start=start, end=max(start, end))


def pipeline(names: NameBook) -> Language:
    """Return a pipeline for one document's names."""
    # spaCy's defaults are filled in once: that takes three quarters of the time of making a pipeline
    nlp = MultiLanguage.from_config(_config(), auto_fill=False, validate=False)
    nlp.tokenizer = LacTokenizer(nlp.vocab, names)
    return nlp


@cache
def _config() -> dict[str, Any]:
    """Return the whole configuration of a pipeline."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # the words come from our tokenizer; spaCy's own Chinese one is a global jieba
        nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "hetao.LacTokenizer.v1"}}})
    for component in COMPONENTS:
        nlp.add_pipe(component)
    return nlp.config


def analyse(
    nlp: Language,
    doc: Doc,
    plain: Reading,
    paragraphs: tuple[SourceSpan, ...],
    source: str,
    *,
    background: bool = False,
    quiet: bool = False,
    first_leads: bool = False,
    issued: str | None = None,
    announced: Modality | None = None,
    no_tasks: bool = False,
) -> None:
    """Run the pipeline over *doc*, the Doc of a clause's body; *plain* is the view over *paragraphs* of *source*.

    *background*, *quiet*, *first_leads*, *issued*, *announced* and *no_tasks* are what the document says of the
    clause; see `Analysis`.
    """
    found = tuple(
        sentence
        for number, paragraph in enumerate(paragraphs)
        for sentence in _paragraph(
            plain.text, number, [plain.from_source(s.start, s.end) for s in paragraph_sentences([paragraph], source)]
        )
    )
    doc._.analysis = replace(
        words_and_names(doc),
        sentences=found,
        background=background,
        quiet=quiet,
        first_leads=first_leads,
        issued=issued,
        announced=announced,
        no_tasks=no_tasks,
    )
    nlp(doc, disable=["hetao_entities"])  # which nothing of the product reads


def _paragraph(text: str, number: int, whole: list[tuple[int, int]]) -> list[Sentence]:
    """Return the sentences of a paragraph; one longer than any that is written by hand is cut, so that what is looked
    for within a sentence never takes long.
    """
    spans = [(at, min(at + _LONGEST, b)) for a, b in whole for at in range(a, b, _LONGEST)]
    only = len(spans) == 1
    return [
        Sentence(a, b, number, first=i == 0, last=i == len(spans) - 1, heading=_heading(text[a:b], only))
        for i, (a, b) in enumerate(spans)
    ]


def _heading(sentence: str, only: bool) -> bool:
    """——完善区域对外交通网络。 is the title of the item it opens; a short line without 。 is a title too."""
    if sentence.startswith(("——", "—", "--")):
        return not only and len(sentence) <= 32 and "，" not in sentence
    if only:
        return len(sentence) <= 24 and sentence[-1] not in "。；！？;：:）)】］]"
    return False
