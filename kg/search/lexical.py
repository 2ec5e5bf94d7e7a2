"""Passages of a document → an index of their words → passages ranked for a question."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.models import Records
from kg.read.sentences import clause_sentences

if TYPE_CHECKING:
    import bm25s


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can be found: an obligation or a sentence of a clause.

    `context` is the clause's text: words of the question that stand around the passage count for it too, but less.
    `obligation` is the id of the obligation it is, None for a sentence.
    """

    document: str
    clause: str
    start: int
    end: int
    quote: str
    context: str
    obligation: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score; 0 and below never occur."""

    passage: Passage
    score: float


def passages(records: Records) -> list[Passage]:
    """Return the passages of *records* in reading order: every sentence of every clause, and every obligation."""
    document, source = records.document, records.document.source.text
    found: list[Passage] = []
    for clause in document.clauses:
        context = clause.text
        found += [
            Passage(document.slug, clause.id, span.start, span.end, span.quote(source), context, None)
            for span in clause_sentences(clause, source)
        ]
        found += [
            Passage(document.slug, clause.id, row.start, row.end, row.quote, context, row.id)
            for row in records.obligations
            if row.clause == clause.id
        ]
    return found


def simplified(text: str) -> str:
    """Return *text* in Simplified characters, for matching alone: no source is ever rewritten with it."""
    converted: str = _converter().convert(text)
    return converted


def words(text: str) -> list[str]:
    """Return the words of *text* as they are indexed: Simplified, lower case, in jieba's search cut.

    A long word gives its shorter parts as well (货物分线管理 gives 货物, 管理, …); signs and spaces give none.
    """
    cut = _tokenizer().cut_for_search(simplified(text).lower())
    return [word for word in cut if any(c.isalnum() for c in word)]


class LexicalIndex:
    """BM25 over passages, and over the clauses they stand in.

    A passage's score is its own plus `CONTEXT` times its clause's: a short sentence often leaves its subject to the
    clause's title.
    """

    CONTEXT = 0.5

    def __init__(self, found: Sequence[Passage]) -> None:
        self.passages = tuple(found)
        contexts = sorted({p.context for p in self.passages})
        place = {context: i for i, context in enumerate(contexts)}
        self._context = [place[p.context] for p in self.passages]
        self._of_quotes = _Bm25([p.quote for p in self.passages])
        self._of_contexts = _Bm25(contexts)

    def rank(self, query: str, *, top: int | None = None, obligations_only: bool = False) -> list[Hit]:
        """Return the passages that share a word with *query*, best first; equal scores stay in reading order."""
        asked = list(dict.fromkeys(words(query)))
        own, around = self._of_quotes.scores(asked), self._of_contexts.scores(asked)
        scored = [
            Hit(passage, round(own[i] + self.CONTEXT * around[self._context[i]], 6))
            for i, passage in enumerate(self.passages)
            if not (obligations_only and passage.obligation is None) and own[i] > 0
        ]
        scored.sort(key=lambda hit: -hit.score)
        return scored[:top]

    def covered(self, query: str, passage: Passage) -> float:
        """Return how much of what *query* asks for *passage* and its clause speak of: 0 (nothing) to 1.

        Each of the query's words weighs by how rare it is in the document; one that never occurs there weighs most, so
        that a question about another thing is not taken for one about the nearest thing.
        """
        asked = list(dict.fromkeys(words(query)))
        if not asked:
            return 0.0
        there = set(words(passage.quote)) | set(words(passage.context))
        weights = [self._of_quotes.rarity(word) for word in asked]
        return sum(w for w, word in zip(weights, asked, strict=True) if word in there) / sum(weights)


class _Bm25:
    """bm25s over texts cut by `words`; a text or question without a known word scores 0."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        corpus = [words(text) for text in texts]
        self._count = len(corpus)
        self._found_in = Counter(word for text in corpus for word in set(text))
        self._known = set(self._found_in)
        self._index: bm25s.BM25 | None = None
        if self._known:
            self._index = bm25s.BM25(method="lucene")
            self._index.index(corpus, show_progress=False)

    def rarity(self, word: str) -> float:
        """Return BM25's inverse document frequency of *word*, above 0."""
        found_in = self._found_in.get(word, 0)
        return math.log(1 + (self._count - found_in + 0.5) / (found_in + 0.5))

    def scores(self, asked: Sequence[str]) -> list[float]:
        known = [word for word in asked if word in self._known]
        if self._index is None or not known:
            return [0.0] * self._count
        return [float(score) for score in self._index.get_scores(known)]


@cache
def _converter() -> Any:  # noqa: ANN401 - the package has no types
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _tokenizer() -> Any:  # noqa: ANN401 - the package has no types
    with warnings.catch_warnings():
        # jieba 0.42 imports pkg_resources, which says at every import that it will go
        warnings.simplefilter("ignore")
        import jieba
    # a tokenizer of its own: the module's is shared with whoever else adds words to it. Its dictionary is read here
    # because `initialize` would keep a copy in the system's temporary folder and load whatever lies there
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
