"""Rows of a reading set and the documents they are asked of → what the reader learns from, as tokens."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.answer.reader_input import KINDS, Piece, ReaderInput, UnitTokens, assemble
from kg.answer.windows import LONGEST, Window, Windows
from kg.models import Document, strip_space
from kg.read import clause_sentences, parse, read_file
from kg.read.sentences import paragraph_sentences
from kg.search.units import Unit, sentence_parts
from kg.search.words import plain

IGNORED = -100
NONE, NEAR, ANSWERS = 0, 1, 2
"""What a sentence is to a question: nothing; near it without answering; what answers it."""
OUT, BEGIN, INSIDE = 0, 1, 2
YES, NO = 0, 1
LIMIT = 1 << 26


@dataclass(frozen=True, slots=True)
class Row:
    """A question with, for each sentence of its document that bears on it, what it is and where its items stand.

    `spans` are (start, end) in the source. `verdict` is `YES`, `NO` or `IGNORED`, as is `several`, 1 for more than one
    item. `near` are the numbers of the sentences that the product ranks first, best first, none of them bearing.
    """

    id: str
    doc: str
    question: str
    kind: int
    several: int
    answerable: bool
    verdict: int
    bearing: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    near: tuple[int, ...] = ()


class Texts:
    """The documents: their sentences as units, and windows over them."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = dict(documents)
        self.units: dict[str, list[Unit]] = {name: list(_units(name, one)) for name, one in documents.items()}
        renamed = {name: _renamed(one, name) for name, one in self.documents.items()}
        self.windows = {name: Windows(renamed, self.units.__getitem__) for name in renamed}

    @classmethod
    def read(cls, folder: Path, names: Iterable[str]) -> Texts:
        """Return the documents of these *names* in *folder*, each a .txt file."""
        return cls({name: parse(read_file(folder / f"{name}.txt", LIMIT)) for name in names})

    def source(self, doc: str) -> str:
        """Return the source text of a document."""
        return self.documents[doc].source.text


def split_of(path: Path) -> dict[str, str]:
    """Return for each document that is left out of learning what it is for: "measuring" or "choosing"."""
    return {name: what for what, names in yaml.safe_load(path.read_text(encoding="utf-8")).items() for name in names}


def load_rows(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the rows of *files* as they stand."""
    return [json.loads(line) for file in sorted(files) for line in file.read_text(encoding="utf-8").splitlines()]


def row_of(plain_row: Mapping[str, Any], texts: Texts) -> Row | None:
    """Return a row of ../shared/reading with the sentences it rests on; None where no sentence holds all of an item."""
    doc, units = plain_row["doc"], texts.units[plain_row["doc"]]
    start, end = plain_row["evidence"]
    spans = tuple((one[-2], one[-1]) for one in plain_row["answers"])
    bearing: list[tuple[int, int]] = []
    for number, unit in enumerate(units):
        shared = min(end, unit.end) - max(start, unit.start)
        holds = any(unit.start <= a and b <= unit.end for a, b in spans)
        if holds:
            bearing.append((number, ANSWERS))
        elif shared > 0:
            half = shared >= 0.5 * min(end - start, unit.end - unit.start)
            answers = plain_row["yesno"] is not None and half
            bearing.append((number, ANSWERS if answers else NEAR))
    if not bearing or (plain_row["answerable"] and all(what != ANSWERS for _, what in bearing)):
        return None
    if any(not any(u.start <= a and b <= u.end for u in units) for a, b in spans):
        return None
    return Row(
        plain_row["id"],
        doc,
        plain(plain_row["q"]),
        KINDS.index(plain_row["kind"]),
        int(len(spans) > 1) if spans else IGNORED,
        plain_row["answerable"],
        {None: IGNORED, "是": YES, "否": NO}[plain_row["yesno"]],
        tuple(bearing),
        spans,
    )


@dataclass(frozen=True, slots=True)
class Example:
    """A question read with one window: token ids and what each head is to say. `IGNORED` is learned from by none."""

    ids: list[int]
    marks: list[int]
    relevance: list[int]
    verdicts: list[int]
    tags: list[int]
    kind: int
    several: int


def examples(row: Row, texts: Texts, pieces: UnitTokens, rng: random.Random, others: int = 1) -> Iterator[Example]:
    """Yield *row* read with a window that bears on it, then with *others* that the product ranks high."""
    units, windows = texts.units[row.doc], texts.windows[row.doc]
    answering = [n for n, what in row.bearing if what == ANSWERS] or [n for n, _ in row.bearing]
    target = rng.choice(answering)
    aside = [n for n in (target - 1, target + 1) if 0 <= n < len(units) and units[n].clause == units[target].clause]
    size = rng.randrange(60, 200)
    window = windows.around(units[target], size)
    if aside and rng.random() < 0.4:
        beside = windows.around(units[rng.choice(aside)], max(size, 120))
        window = beside if units[target] in beside.units else window
    yield example(row, window, texts, pieces)
    bearing = {units[n] for n, _ in row.bearing}
    answers = [strip_space(texts.source(row.doc)[a:b]) for a, b in row.spans]
    telling = [text for text in answers if len(text) > 2]
    chosen: list[Window] = []
    near = list(row.near[:10])
    rng.shuffle(near)
    for number in near:
        if len(chosen) == others:
            break
        window = windows.around(units[number], rng.randrange(60, 200))
        # a sentence that holds the same words may answer just as well
        if any(unit in bearing or any(text in unit.quote for text in telling) for unit in window.units):
            continue
        chosen.append(window)
    for window in chosen:
        yield example(row, window, texts, pieces)


def example(row: Row, window: Window, texts: Texts, pieces: UnitTokens) -> Example:
    """Return *row* read with *window*, with what is to be said of it."""
    units = texts.units[row.doc]
    what_of = {units[n]: what for n, what in row.bearing}
    read = assemble(row.question, window, pieces)
    relevance, verdicts = [], []
    for unit in window.units:
        what = what_of.get(unit, NONE)
        if what == ANSWERS and not row.answerable:
            what = NEAR
        relevance.append(what)
        verdicts.append(row.verdict if what == ANSWERS else IGNORED)
    tags = [IGNORED] * len(read.ids)
    if row.spans and ANSWERS in relevance:
        _tag(row, window, read, texts.source(row.doc), tags)
    return Example(read.ids, read.marks, relevance, verdicts, tags, row.kind, row.several)


def _tag(row: Row, window: Window, read: ReaderInput, source: str, tags: list[int]) -> None:
    """Write into *tags* what each token of the sentences of *window* is to the items."""
    for at, (first, unit, piece) in enumerate(zip(read.firsts, window.units, read.pieces, strict=True)):
        del at
        visible = [i for i in range(unit.start, unit.end) if not source[i].isspace()][:LONGEST]
        for k, (a, b) in enumerate(piece.offsets):
            if a == b:
                tags[first + k] = OUT
                continue
            begin, end = visible[a], visible[b - 1] + 1
            tags[first + k] = OUT
            for start, stop in row.spans:
                if begin < stop and start < end:
                    before = k > 0 and piece.offsets[k - 1][0] < piece.offsets[k - 1][1]
                    earlier = before and visible[piece.offsets[k - 1][1] - 1] >= start
                    tags[first + k] = INSIDE if earlier and tags[first + k - 1] != OUT else BEGIN


# ------------------------------------------------------------------ public sets


def public_rows(folder: Path) -> tuple[list[Row], Texts]:
    """Return the questions of CMRC 2018 and XQuAD in *folder*, their passages as documents.

    An English question of XQuAD is asked of the Chinese passage as well, where both have the same answer.
    """
    documents: dict[str, Document] = {}
    rows: list[Row] = []
    passages: list[tuple[str, str, list[tuple[str, str, str, int]]]] = []
    english: dict[str, str] = {}
    for article in json.loads((folder / "xquad.en.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            english |= {qa["id"]: qa["question"] for qa in paragraph["qas"]}
    for name in ("xquad.zh", "xquad.en"):
        for article in json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                asked = []
                for qa in paragraph["qas"]:
                    answer = qa["answers"][0]
                    asked.append((qa["id"], qa["question"], answer["text"], answer["answer_start"]))
                    if name == "xquad.zh":
                        asked.append((f"{qa['id']}-en", english[qa["id"]], answer["text"], answer["answer_start"]))
                passages.append((name, paragraph["context"], asked))
    for name in ("cmrc2018_dev", "cmrc2018_trial"):
        for passage in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            context = passage["context_text"]
            answers = [(qa["query_id"], qa["query_text"], qa["answers"][0]) for qa in passage["qas"]]
            passages.append((name, context, [(key, q, text, context.find(text)) for key, q, text in answers]))
    for number, (name, context, asked) in enumerate(passages):
        doc = f"{name}-{number}"
        documents[doc] = _passage(doc, context)
        for identifier, question, text, at in asked:
            if context[at : at + len(text)] != text:
                at = context.find(text)
            if at < 0 or not text.strip():
                continue
            rows.append(Row(identifier, doc, plain(question), IGNORED, 0, True, IGNORED, (), ((at, at + len(text)),)))
    texts = Texts(documents)
    kept = []
    for row in rows:
        units = texts.units[row.doc]
        (start, end) = row.spans[0]
        holding = [n for n, u in enumerate(units) if u.start <= start and end <= u.end]
        if holding:
            near = tuple(n for n in range(len(units)) if n not in holding)
            kept.append(Row(row.id, row.doc, row.question, row.kind, row.several, True, IGNORED,
                            ((holding[0], ANSWERS),), row.spans, near))  # fmt: skip
    return kept, texts


def _passage(name: str, context: str) -> Document:
    from kg.models import Clause, SourceText, Span

    span = Span(0, len(context))
    clause = Clause("p1", "", "", None, 1, 0, len(context), 0, (span,), context)
    return Document(
        source=SourceText(name, context, "utf-8", ""), slug=name, title="", identifier=None, issued=None,
        publisher=None, chapters=(), clauses=(clause,), copies=(),
    )  # fmt: skip


def _units(name: str, document: Document) -> Iterator[Unit]:
    source = document.source.text
    for clause in document.clauses:
        spans = (clause_sentences(clause, source) if clause.title or clause.label
                 else paragraph_sentences(clause.paragraphs, source))  # fmt: skip
        for sentence in spans:
            for part in sentence_parts(source, sentence):
                yield Unit(name, clause.id, "sentence", part.start, part.end, part.quote(source), clause.title, None)


def _renamed(document: Document, name: str) -> Document:
    from dataclasses import replace

    return replace(document, slug=name)


__all__ = ["Example", "Piece", "Row", "Texts", "examples", "load_rows", "public_rows", "row_of", "split_of"]
