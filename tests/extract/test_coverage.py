"""No sentence is lost: it has a row or says why it has none; and a second run says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.extract import Extraction, Silence, extract_with_coverage, names_for
from kg.models import Obligation
from kg.read import clause_sentences, parse, read_file

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1 << 25
OTHERS = ["dashuju2020", "sc2018_42_nongji", "sd_moxing2023", "law_data_security", "luce2021", "huanbao125"]
# A bracket that says who is responsible may stand behind the 。 of its task and be all there is behind it.
BRACKET = re.compile(r"[（(].*(?:负责|牵头|配合|单位|部门).*[）)][。；]?")


def analysed(path: Path) -> Extraction:
    source = read_file(path, LIMIT)
    return extract_with_coverage(parse(source), names_for(source))


@pytest.fixture(scope="module", params=["the plan", *OTHERS])
def path(request: pytest.FixtureRequest) -> Path:
    if request.param == "the plan":
        return ROOT / "corpus" / "hetao-2023.txt"
    found = ROOT.parent / "shared" / "plans" / f"{request.param}.txt"
    if not found.is_file():
        pytest.skip(f"{request.param} is missing: the other plans lie in ../shared/plans beside the project")
    return found


@pytest.fixture(scope="module")
def found(path: Path) -> Extraction:
    return analysed(path)


def test_each_sentence_has_a_row_or_says_why_it_has_none(found: Extraction) -> None:
    source = found.records.document.source.text
    told = bytearray(len(source))
    parts: list[Obligation | Silence] = [*found.records.obligations, *found.silent]
    for part in parts:
        told[part.start : part.end] = b"\1" * (part.end - part.start)
    sentences = [s for clause in found.records.document.clauses for s in clause_sentences(clause, source)]
    assert len(sentences) > 20
    lost = [s.quote(source) for s in sentences if not any(told[s.start : s.end])]
    assert [quote for quote in lost if not BRACKET.fullmatch(quote)] == []
    assert {silence.why for silence in found.silent} <= {
        "heading",
        "background",
        "past",
        "framing",
        "case",
        "no-predicate",
    }


def test_a_sentence_that_is_said_to_have_no_row_has_none(found: Extraction) -> None:
    rows = found.records.obligations
    both = [s.quote for s in found.silent for row in rows if row.start < s.end and s.start < row.end]
    assert both == []


def test_every_record_lies_in_a_clause_it_names(found: Extraction) -> None:
    clauses = {clause.id: clause for clause in found.records.document.clauses}
    places = [(m.clause, m.start, m.end) for a in found.records.agents for m in a.mentions]
    places += [(m.clause, m.start, m.end) for z in found.records.zones for m in z.mentions]
    places += [(p.clauses[0], p.start, p.end) for p in found.records.policies]
    places += [(s.clause, s.start, s.end) for s in found.silent]
    assert [p for p in places if not clauses[p[0]].start <= p[1] < p[2] <= clauses[p[0]].end] == []


def test_rows_stand_in_reading_order_and_each_task_has_an_id_of_its_own(found: Extraction) -> None:
    order = {clause.id: clause.order for clause in found.records.document.clauses}
    rows = found.records.obligations
    places = [(order[row.clause], row.start, row.end) for row in rows]
    assert places == sorted(places)
    assert len({row.task_id for row in rows}) == len({row.id for row in rows}) == len(rows) > 0


def test_a_second_run_gives_the_same_records_and_task_ids(found: Extraction, path: Path) -> None:
    again = analysed(path)
    assert [r.task_id for r in again.records.obligations] == [r.task_id for r in found.records.obligations]
    assert again == found
