"""`python -m bench.library_questions DATA READING` → as JSON, what asking, querying and the ledger take in a library.

The questions are those of ../shared/reading on the documents for measuring, and what is said of them is totals alone.
Each is ranked three times: its document named, the document's title before it, and with nothing that names it.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.measure import percentile
from bench.tree import memory_of
from kg.answer.library import Library
from kg.answer.named_documents import narrow
from kg.builds import load_build
from kg.errors import SlowQueryError
from kg.graph.named import bind, load, names, run_named
from kg.graph.sparql import run
from kg.ledger.filters import Filter
from kg.models import strip_space
from kg.search.hits import Ranking
from kg.search.ranking import Ranker
from kg.search.units import Unit
from kg.web.desk.console import ROWS, SECONDS
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import ledger_html

LEFT_OUT = Path(__file__).with_name("left_out.yaml")
ASKED, ANSWERED = 300, 60
"""How many questions are ranked, and how many answered in full."""

AT = (1, 3, 10)
ALIKE = 0.8
"""The share of a passage's pairs of characters that a sentence which answers alike has too."""

DOCUMENTS = 20
"""Of how many documents each named query is asked."""

_EXAMPLE = re.compile(r"e\.g\. ([^,，]+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the document that answers it, by slug and title, the passage there and the items asked for."""

    text: str
    document: str
    title: str
    start: int
    end: int
    passage: str
    items: tuple[str, ...]

    def answered_by(self, unit: Unit) -> bool:
        """Return whether *unit* lies in the passage."""
        return unit.document == self.document and unit.start < self.end and self.start < unit.end

    def answered_alike_by(self, unit: Unit) -> bool:
        """Return whether *unit* says what the passage says with all the items, wherever it stands."""
        if self.answered_by(unit) or unit.quote in self.passage:
            return True
        if not self.items or not all(item in unit.quote for item in self.items):
            return False
        own, other = _pairs(self.passage), _pairs(unit.quote)
        return len(own & other) >= ALIKE * min(len(own), len(other))


def questions(rows: Sequence[dict[str, Any]], desk: Desk) -> list[Asked]:
    """Return the answerable questions of *rows* on documents of the library that are for measuring, shuffled."""
    measuring = set(yaml.safe_load(LEFT_OUT.read_text("utf-8"))["measuring"])
    known = {one.document.source.name.removesuffix(".txt"): one.document for one in desk.records}
    found = []
    for row in rows:
        if row["doc"] not in measuring or row["doc"] not in known or not row["answerable"]:
            continue
        document = known[row["doc"]]
        start, end = row["evidence"]
        passage = strip_space(document.source.text[start:end])
        items = tuple(strip_space(item[0]) for item in row["answers"])
        found.append(Asked(row["q"], document.slug, strip_space(document.title), start, end, passage, items))
    random.Random(1).shuffle(found)
    return found[:ASKED]


def recall(asked: Sequence[Asked], ranker: Ranker, library: Library) -> Iterator[dict[str, Any]]:
    """Yield for each way to ask how many questions find a passage that answers, and how long ranking takes."""

    def named(one: Asked) -> Ranking:
        return ranker.rank(one.text, documents=(one.document,))

    def titled(one: Asked) -> Ranking:
        narrowed = narrow(f"《{one.title}》{one.text}", library)
        return ranker.rank(narrowed.text, documents=narrowed.documents)

    def alone(one: Asked) -> Ranking:
        return ranker.rank(one.text)

    ways: list[tuple[str, Callable[[Asked], Ranking], Callable[[Asked, Unit], bool]]] = [
        ("its document named", named, Asked.answered_by),
        ("its title before the question", titled, Asked.answered_by),
        ("not named", alone, Asked.answered_alike_by),
    ]
    for what, rank, right in ways:
        firsts, took = [], []
        for one in asked:
            begin = time.perf_counter()
            ranking = rank(one)
            took.append(1000 * (time.perf_counter() - begin))
            hits = [right(one, hit.unit) for hit in ranking.sentences[: max(AT)]]
            firsts.append(hits.index(True) + 1 if True in hits else 0)
        shares = {f"recall@{k}": round(sum(1 <= f <= k for f in firsts) / max(1, len(firsts)), 3) for k in AT}
        yield {"what": f"ranking, {what}", "questions": len(asked), **shares, **_times(took)}


def main(data: Path, reading: Path) -> list[dict[str, Any]]:
    """Return a row for each thing that was measured."""
    desk = Desk(load_build(data))
    begin = time.perf_counter()
    ranker = desk.ranker
    rows = [{"what": "the search index opened", "seconds": _since(begin), "memory MB": _memory()}]
    begin = time.perf_counter()
    answerer = desk.answerer
    rows.append({"what": "everything for answers opened", "seconds": _since(begin), "memory MB": _memory()})
    files = sorted(reading.glob("[a-z].jsonl"))
    asked = questions([json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()], desk)
    if asked:
        rows += recall(asked, ranker, answerer.library)
        took = []
        for one in asked[:ANSWERED]:
            begin = time.perf_counter()
            answerer.ask(one.text)
            took.append(1000 * (time.perf_counter() - begin))
        rows.append({"what": "answering, not named", "questions": len(took), **_times(took)})
    rows.append({"what": "at rest behind questions", "memory MB": _memory()})
    rows += queried(desk)
    begin = time.perf_counter()
    ledger_html(desk, "zh-Hans", Filter())
    rows.append({"what": "the ledger's first view", "seconds": _since(begin), "memory MB": _memory()})
    return rows


def queried(desk: Desk) -> Iterator[dict[str, Any]]:
    """Yield how long the named queries take: each of one document, and of all within the time that the desk gives."""
    given = {name: {one.name: _example(one.words) for one in load(name).parameters if one.required} for name in names()}
    made, took = [], []
    for slug in random.Random(1).sample(desk.slugs, min(DOCUMENTS, len(desk.slugs))):
        begin = time.perf_counter()
        graph = desk.graph_of(slug)
        graph.evaluate("ASK {}")
        made.append(1000 * (time.perf_counter() - begin))
        for name, values in given.items():
            begin = time.perf_counter()
            run_named(graph, name, values)
            took.append(1000 * (time.perf_counter() - begin))
    yield {"what": "the graph of one document made", **_times(made)}
    yield {"what": f"{len(given)} named queries of one document", **_times(took)}
    took = []
    for name, values in given.items():
        begin = time.perf_counter()
        with suppress(SlowQueryError):
            run(desk.store, load(name).text, SECONDS, ROWS, bind(load(name), values))
        took.append(1000 * (time.perf_counter() - begin))
    late = sum(one >= 1000 * SECONDS for one in took)
    yield {"what": f"{len(given)} named queries of all documents, {late} not ended in {SECONDS:g} s", **_times(took)}


def _example(words: str) -> str:
    found = _EXAMPLE.search(words)
    if found is None:
        raise RuntimeError(f"a parameter gives no example: {words}")
    return found.group(1)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _times(took: Sequence[float]) -> dict[str, float]:
    return {"p50 ms": round(percentile(took, 0.5), 1), "p95 ms": round(percentile(took, 0.95), 1)}


def _since(begin: float) -> float:
    return round(time.perf_counter() - begin, 2)


def _memory() -> int:
    import os

    return round(memory_of(os.getpid()))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
