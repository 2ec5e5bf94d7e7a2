"""A library of too many documents for a page to go through: its pages say the same of what they show, and load less."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kg.builds import load_build
from kg.records import StoredRecords
from kg.views import many_things
from kg.views.nearest import nearest
from kg.views.text_search import find
from kg.views.things import Things
from kg.vocab import thing
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.fragments import things, times
from kg.web.fragments.chooser import chooser_html, zones_html
from kg.web.fragments.coverage import coverage_html
from kg.web.fragments.graph import things as graph_choices
from kg.web.fragments.ledger import choices
from kg.web.fragments.page import head_html
from kg.web.fragments.reading import contents_html
from kg.web.fragments.things import open_html, thing_html
from kg.web.fragments.times import timeline_html
from kg.web.http.application import create_app
from tests.two_plans import SLUGS, build_two
from tests.web.test_office import client, post

TODAY = datetime.date(2024, 6, 1)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_two(tmp_path_factory.mktemp("two"))


@pytest.fixture
def small(two: Path) -> Iterator[Desk]:
    desk = Desk(load_build(two))
    assert desk.small
    yield desk
    desk.close()


class LargeDesk(Desk):
    """A desk of the same documents as if there were many."""

    small = False


@pytest.fixture
def large(two: Path) -> Iterator[Desk]:
    desk = LargeDesk(load_build(two))
    yield desk
    desk.close()


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    load: Callable[[StoredRecords, int], object] = StoredRecords.load

    def watched(self: StoredRecords, at: int) -> object:
        found.append(at)
        return load(self, at)

    monkeypatch.setattr(StoredRecords, "load", watched)
    return found


def test_a_thing_is_put_together_of_the_documents_that_name_it(small: Desk, large: Desk) -> None:
    for one in Things(small.records).of("agent"):
        found = large.things.find("agent", one.name)
        assert found is not None
        assert (found.name, found.total, found.tier, found.further) == (one.name, one.total, one.tier, 0)
        assert {row.row.task_id for row in found.rows} >= {
            row.row.task_id for row in one.rows if row.document in {place for place, _ in found.clauses}
        }
    assert large.things.find("agent", "没有这个单位") is None
    for place, slug in enumerate(SLUGS):
        for policy in small.records[place].policies:
            found = large.things.find("policy", policy.name, slug)
            assert found is not None
            assert found.document == slug


def test_a_page_says_of_how_many_documents_it_does_not_show_the_tasks(
    large: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_things, "LOADED", 1)
    body = next(one for one in large.things.of("agent") if len(documents_of(large, one.name)) == 2)
    found = large.things.find("agent", body.name)
    assert found is not None
    assert found.further == 1
    assert "1" in re.findall(r"另有(\d+)份文件", thing_html(large, found, "zh-Hans"))


def documents_of(desk: Desk, name: str) -> list[int]:
    assert isinstance(desk.things, many_things.ManyThings)
    return desk.things.documents_of("agent", name)


def test_lists_and_choices_load_no_document(large: Desk, loaded: list[int]) -> None:
    assert "市交通运输局" in chooser_html(large, "zh-Hans")
    assert "hk-tree" in zones_html(large, "zh-Hans") or "hk-empty" in zones_html(large, "zh-Hans")
    assert any("市园林局" in label for label, _ in graph_choices(large, "zh-Hans"))
    offered = choices(large, "zh-Hans")
    assert [value for _, value in offered["clause"]] == ["", *(f"{slug}/" for slug in SLUGS)]
    visit = read_visit(large, {"view": "ledger", "document": SLUGS[1], "agent": "白沙市园林局"}, "zh-Hans")
    assert (visit.wanted.document, visit.wanted.agent) == (SLUGS[1], "白沙市园林局")
    assert loaded == []


def test_the_head_counts_the_documents_and_leads_to_their_list(large: Desk, small: Desk) -> None:
    titles = [one.document.title for one in small.records]
    assert all(title in head_html(small, "en", {}) for title in titles)
    shown = head_html(large, "en", {})
    assert not any(title in shown for title in titles)
    assert '<a href="?view=library"' in shown
    assert "2 documents" in shown


def test_overviews_of_times_and_open_matters_show_the_next_ones(
    large: Desk, small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "today", lambda: TODAY)
    shown = timeline_html(large, "zh-Hans")
    assert "2026-12-31" in shown
    assert "只列出今天起最近的300项" in shown
    assert re.findall(r"data-task|hk-opens", open_html(large, "zh-Hans")) == re.findall(
        r"data-task|hk-opens", open_html(small, "zh-Hans")
    )
    monkeypatch.setattr(things, "LISTED", 1)
    assert "只列出前1份的，另有1份" in open_html(large, "zh-Hans")
    assert "只列出前" not in open_html(small, "zh-Hans")


def test_the_contents_and_the_audit_are_those_of_the_document_that_is_open(large: Desk) -> None:
    one, other = large.records
    assert contents_html(large, "en").count("data-clause") == len(one.document.clauses)
    assert contents_html(large, "en", other).count("data-clause") == len(other.document.clauses)
    assert other.document.title in coverage_html(large, "en", SLUGS[1])
    assert other.document.title not in coverage_html(large, "en")
    assert all(near.records is one for near in nearest(large, one, one.document.clauses[0], by_meaning=False))


def test_a_text_is_found_in_whichever_document_has_it_and_no_other_is_loaded(large: Desk, loaded: list[int]) -> None:
    (hit,) = find(large, "养护办法")
    assert hit.records.document.slug == SLUGS[1]
    assert loaded == [1]


def test_the_graph_around_a_body_is_that_of_its_documents(large: Desk, small: Desk) -> None:
    iri = thing("agent", "白沙市园林局")
    (few, whole) = (TestClient(create_app(desk)).get("/api/graph", params={"around": iri}) for desk in (large, small))
    assert few.status_code == whole.status_code == 200
    assert few.json()["nodes"] == whole.json()["nodes"]
    clause = thing(SLUGS[0], "clause", small.records[0].document.clauses[1].id)
    assert TestClient(create_app(large)).get("/api/graph", params={"around": clause}).status_code == 200
    unknown = thing("agent", "没有")
    assert TestClient(create_app(large)).get("/api/graph", params={"around": unknown}).status_code == 404


def test_a_summary_is_of_the_documents_with_reports_and_says_so(tmp_path: Path) -> None:
    desk = LargeDesk(load_build(build_two(tmp_path)))
    try:
        asking = client(desk)
        nothing = asking.get("/desk/summary")
        assert nothing.status_code == 200
        assert "文件库共2份文件，只汇总有填报记录的0份。" in nothing.text
        one, other = desk.records
        task = other.obligations[0].task_id
        assert post(asking, "/desk/task", id=task, revision="0", who="张三", status="under_way").status_code == 303
        shown = asking.get("/desk/summary").text
        assert "只汇总有填报记录的1份。" in shown
        assert f"《{other.document.title}》" in shown
        assert one.document.title not in shown
        assert asking.get("/desk/briefing.docx").status_code == 200
    finally:
        desk.close()
