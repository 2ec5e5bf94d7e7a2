"""Reviews in a build: records, graph, store, coverage and answers agree, and a rebuild keeps what still holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import Build, load_build
from kg.errors import BuildError
from kg.graph.sparql import select
from kg.graph.store import open_store
from kg.graph.validate import faults_of
from kg.models import Obligation
from kg.review.applied import Case, cases, load_reviewed
from kg.review.reviews import cases_for_tests, make_review, wrong_fields
from kg.review.verdicts import Review, Verdict
from kg.web.desk.desk import Desk
from tests.copies import copy_build
from tests.small_plan import TEXT, write_small_plan

MARKS = """PREFIX hk: <https://w3id.org/hetao-kg/ns#>
SELECT ?task ?mark ?force WHERE { ?row hk:taskId ?task ; hk:review ?mark ; hk:force ?force } ORDER BY ?task"""


@pytest.fixture
def data(small_build: Path, tmp_path: Path) -> Path:
    return copy_build(small_build, tmp_path) / "data"


def built(data: Path, reviews: dict[str, Review], text: str = TEXT) -> Build:
    pipeline.build([write_small_plan(data.parent, text)], data, reviews=reviews)
    build = load_build(data)
    assert [check.wrong for check in pipeline.run_checks(build)] == [[]] * 5
    return build


def found(build: Build, reviews: dict[str, Review] | None = None) -> dict[str, Case]:
    return cases(build.records, load_reviewed(build), reviews or {})


def said(data: Path, words: str, verdict: Verdict, **values: str) -> dict[str, Review]:
    build = load_build(data)
    case = next(one for one in found(build).values() if one.extracted and words in one.extracted.quote)
    build.close()
    return {case.task_id: replace(make_review(case, verdict, "原文如此", "甲", "test", values, faults_of), number=1)}


def row_of(build: Build, words: str) -> Obligation | None:
    return next((row for one in build.records for row in one.obligations if words in row.quote), None)


def test_everything_that_holds_a_row_says_how_it_was_reviewed(data: Path) -> None:
    plain = load_build(data)
    before = [row for one in plain.records for row in one.obligations]
    assert {row.review for row in before} == {"extracted"}
    reviews = {
        **said(data, "清理河道淤泥", "confirmed"),
        **said(data, "鼓励居民", "corrected", force="firm"),
        **said(data, "倾倒垃圾", "rejected"),
    }
    build = built(data, reviews)
    assert build.folder != plain.folder
    after = [row for one in build.records for row in one.obligations]
    # the neighbours of what was rejected keep their ids
    assert [row.id for row in after] == [row.id for row in before if "倾倒垃圾" not in row.quote]
    marks = {row.task_id: row.review for row in after if row.review != "extracted"}
    assert marks == {key: one.verdict for key, one in reviews.items() if one.verdict != "rejected"}
    with open_store(build.store) as store:
        rows = select(store, MARKS).values()
    assert {one["task"]: one["mark"] for one in rows if one["mark"] != "extracted"} == marks
    corrected = next(row for row in after if row.review == "corrected")
    forces = {one["task"]: one["force"].rpartition("#")[2] for one in rows}
    assert (corrected.force, forces[corrected.task_id]) == ("firm", "firm")
    assert {one.outcome for one in load_reviewed(build).values()} == {"taken"}
    (silent,) = (one for one in pipeline.coverage(build).silent if "倾倒垃圾" in one.quote)
    assert (silent.why, silent.gap) == ("rejected", False)
    assert not pipeline.build([data.parent / "qingchuan.txt"], data, reviews=reviews).new, "nothing is done twice"
    desk = Desk(build)
    try:
        answer = desk.ask("河道淤泥何时清理完成？")
        assert answer.answered
        assert "所据条目经人确认。" in answer.notes
        assert b"corrected" in desk.export("csv")
        assert b'"confirmed"' in desk.export("ttl")
    finally:
        desk.close()
    plain.close()


def test_what_is_withdrawn_gives_the_build_that_was(data: Path) -> None:
    first = load_build(data)
    name = first.folder.name
    first.close()
    reviews = said(data, "鼓励居民", "corrected", force="firm")
    built(data, reviews).close()
    (one,) = reviews.values()
    build = built(data, {one.task_id: replace(one, verdict="withdrawn", number=2)})
    assert build.folder.name == name
    build.close()


def test_a_confirmation_holds_for_what_was_seen(data: Path) -> None:
    """The words stay and are read otherwise: as after a better rule."""
    reviews = said(data, "清理河道淤泥", "confirmed")
    (one,) = reviews.values()
    other = {one.task_id: replace(one, seen={**one.seen, "force": "support"})}
    build = built(data, other)
    row = row_of(build, "清理河道淤泥")
    assert row is not None
    assert row.review == "extracted"
    (case,) = (case for case in found(build, other).values() if case.review)
    assert case.state == "changed"
    assert case.reviewed is not None
    assert "force" in case.reviewed.why
    build.close()


def test_a_row_that_only_moved_stays_confirmed(data: Path) -> None:
    reviews = said(data, "清理河道淤泥", "confirmed")
    build = built(data, reviews, TEXT.replace("请认真组织实施", "请各单位认真组织实施"))
    row = row_of(build, "清理河道淤泥")
    assert row is not None
    assert row.review == "confirmed"
    build.close()


def test_a_row_that_is_gone_and_a_correction_that_no_longer_fits_are_told(data: Path) -> None:
    gone = (
        said(data, "修复堤岸", "confirmed") if row_of(load_build(data), "修复堤岸") else said(data, "补助", "confirmed")
    )
    misfit = said(data, "鼓励居民", "corrected", object="垃圾")
    reviews = {**gone, **misfit}
    words = next(iter(gone.values())).seen["quote"]
    text = TEXT.replace(str(words), "沿岸企业自愿出资").replace("倾倒垃圾", "倾倒废物")
    build = built(data, reviews, text)
    states = {key: case.state for key, case in found(build, reviews).items() if case.review}
    assert states == {next(iter(gone)): "gone", next(iter(misfit)): "refused"}
    row = row_of(build, "鼓励居民")
    assert row is not None
    assert (row.review, row.object) != ("corrected", "垃圾")
    build.close()


def test_reviews_come_out_as_test_cases(data: Path) -> None:
    reviews = {
        **said(data, "清理河道淤泥", "confirmed"),
        **said(data, "鼓励居民", "corrected", force="firm"),
        **said(data, "倾倒垃圾", "rejected"),
    }
    build = load_build(data)
    made = cases_for_tests(found(build, reviews).values())
    rows = {row.task_id: row for one in build.records for row in one.obligations}
    wrong = {one["verdict"]: wrong_fields(one["expected"], rows.get(one["task_id"])) for one in made}
    assert wrong == {"confirmed": [], "corrected": ["force"], "rejected": ["row"]}
    source = build.records[0].document.source
    for one in made:
        assert one["source_sha256"] == source.sha256
        assert "".join(source.text[one["start"] : one["end"]].split()) == one["quote"]
        assert "甲" not in str(one)
    build.close()


def test_a_damaged_file_of_reviews_is_said(data: Path) -> None:
    build = load_build(data)
    (path,) = build.folder.glob("documents/*/reviewed.jsonl")
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BuildError, match="missing or damaged"):
        load_reviewed(build)
    build.close()


def test_a_review_of_a_document_that_is_not_built_waits_for_nothing(data: Path) -> None:
    reviews = said(data, "清理河道淤泥", "confirmed")
    (one,) = reviews.values()
    build = load_build(data)
    other = {"x": replace(one, task_id="x"), "y": replace(one, task_id="y", document="elsewhere")}
    states = {key: case.state for key, case in found(build, other).items() if case.review}
    assert states == {"x": "waiting", "y": "gone"}
    build.close()
