"""The plan's records, its index with the packaged model, and questions nobody wrote for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.models import Obligation, ObligationAgent, Records, Span
from kg.pipeline.stages import ENCODERS
from kg.read.document import parse
from kg.read.sentences import clause_sentences
from kg.read.source import read_bytes
from kg.search.build import build_index
from kg.search.document_index import Indexed
from kg.search.ranking import Ranker
from kg.search.reference import Reference
from tests.conftest import OnceARun

ROOT = Path(__file__).resolve().parents[2]


def records_of(text: str, name: str = "notice.txt") -> Records:
    return Records(parse(read_bytes(text.encode("utf-8"), name)))


def obligation(records: Records, clause: str, words: str, number: int = 1) -> Obligation:
    """An obligation that stands at *words* in *clause*; no word of it is wrapped."""
    source = records.document.source.text
    found = next(c for c in records.document.clauses if c.id == clause)
    start = source.index(words, found.start)
    return Obligation(
        id=f"{clause}-{number:02}",
        task_id=f"{clause}-{number:02}",
        clause=clause,
        quote=Span(start, start + len(words)).quote(source),
        start=start,
        end=start + len(words),
        modality="duty",
        force="firm",
        agents=(ObligationAgent("财政部", "财政部", "named", "responsible", "explicit"),),
        open_list=False,
        action="制定",
        object="办法",
        beneficiaries=(),
        zones=(),
        policy=None,
        deadline=None,
        condition=None,
        exception=None,
        tier="A",
    )


@pytest.fixture(scope="session")
def plan() -> Records:
    return records_of((ROOT / "corpus" / "hetao-2023.txt").read_bytes().decode("utf-8"))


@pytest.fixture(scope="session")
def plan_sentences(plan: Records) -> list[str]:
    source = plan.document.source.text
    return [span.quote(source) for clause in plan.document.clauses for span in clause_sentences(clause, source)]


@pytest.fixture(scope="session")
def questions(plan_sentences: Sequence[str]) -> list[str]:
    """200 questions: the real ones beside the project where they are, and others made of the plan's own words."""
    gold = ROOT.parent / "shared" / "gold" / "questions.jsonl"
    rows = gold.read_bytes().decode("utf-8").splitlines() if gold.is_file() else []
    real = [json.loads(row)["q"] for row in rows]
    forms = ("{}由谁负责？", "關於{}，有甚麼安排？", "What does the plan say about {}?", "到哪一年{}", "{}")
    made = [
        forms[i % len(forms)].format(sentence[: 4 + 3 * (i % 9)])
        for i, sentence in enumerate(sentence for sentence in [*plan_sentences, *plan_sentences] if len(sentence) > 8)
    ]
    return (real + made)[:200]


@pytest.fixture(scope="session")
def reference(model_folder: Path) -> Reference:
    return Reference(model_folder)


@pytest.fixture(scope="session")
def index_folder(plan: Records, built: Path, model_folder: Path, once_a_run: OnceARun) -> Path:
    """The plan's index; one obligation stands in it beside the sentences."""
    words = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
    source = plan.document.source.text
    clause = next(c for c in plan.document.clauses if c.id == "15")
    at = next(s for s in clause_sentences(clause, source) if words in s.quote(source))
    row = obligation(plan, "15", at.of(source))
    records = [Records(plan.document, obligations=(row,))]

    def make(folder: Path) -> None:
        about = build_index(
            [Indexed.of(one) for one in records], folder / "index", model_folder, exports=built / ENCODERS
        )
        assert about["notes"] == []

    return once_a_run("search", make) / "index"


@pytest.fixture(scope="session")
def ranker(index_folder: Path) -> Ranker:
    return Ranker.open(index_folder)
