"""Whom the office gave a task to is kept like all else that is reported; changes of many tasks are undone at once."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from kg.answer.facts import facts_of
from kg.errors import ReportError
from kg.extract import extract
from kg.extract.localities import named_in_full
from kg.facts import DocumentFacts
from kg.ledger import engine as engines
from kg.ledger import migrations
from kg.ledger.assignment import assigned_or_not, known_assignees, read_names
from kg.ledger.changes import Edit, Task, Undone
from kg.ledger.reports import Report, read_value
from kg.ledger.store import Ledger
from kg.read import parse, read_bytes
from tests.ledger.conftest import Store

TASKS = [Task(f"plan-{i}-aaaa", "plan", str(i), f"第{i}项") for i in range(1, 5)]
ONE, TWO, THREE, FOUR = TASKS


def reported(ledger: Ledger) -> dict[str, Report]:
    return {key: one.report for key, one in ledger.current().items() if one.report}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("市发展改革委", ("市发展改革委",)),
        ("市科技局、市财政局", ("市科技局", "市财政局")),
        (" 市科技局；市财政局\n市科技局，", ("市科技局", "市财政局")),
        ("市委宣传部（市新闻办、市广电局）、市文化局", ("市委宣传部（市新闻办、市广电局）", "市文化局")),
        ("未分办", None),
        ("原文未明确", None),
        ("、；", None),
    ],
)
def test_names_are_read_as_offices_write_them(written: str, expected: tuple[str, ...] | None) -> None:
    assert read_value("assigned_to", written) == expected
    assert read_names(written) == (expected or ())


def test_each_assignment_is_kept_with_who_and_when_and_the_last_one_holds(ledger: Ledger) -> None:
    assert ledger.assignments() == {}
    ledger.save(
        [Edit(ONE, {"assigned_to": ("市科技局",), "assisting": ("市财政局", "市口岸办"), "officer": "李四"})], "甲", "x"
    )
    ledger.save([Edit(TWO, {"note": "无关"})], "甲", "x")
    ledger.save([Edit(ONE, {"assigned_to": ("市发展改革委", "市科技局"), "assisting": None})], "乙", "x")
    history = [(e.who, e.field, e.old, e.new) for e in ledger.history(ONE.task_id) if e.field == "assigned_to"]
    assert history == [
        ("甲", "assigned_to", None, ("市科技局",)),
        ("乙", "assigned_to", ("市科技局",), ("市发展改革委", "市科技局")),
    ]
    assert all(datetime.datetime.fromisoformat(e.at).tzinfo for e in ledger.history(ONE.task_id))
    assert ledger.assignments() == {ONE.task_id: {"assigned_to": ("市发展改革委", "市科技局")}}
    assert assigned_or_not(ledger.current()[TWO.task_id].report) == ("未分办",)
    ledger.save([Edit(ONE, {"assigned_to": None})], "乙", "x")
    assert ledger.assignments() == {}


def test_a_unit_is_taken_out_of_the_ledger_like_any_other_words(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"assigned_to": ("王五工作室",)})], "甲", "x")
    assert ledger.redact("王五", "管理员") == 1
    assert ledger.assignments() == {ONE.task_id: {"assigned_to": ("〔已隐去〕工作室",)}}


def test_a_bulk_change_is_undone_as_a_whole_and_the_history_keeps_both(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"assigned_to": ("甲局",), "note": "原有"})], "甲", "x")
    before = reported(ledger)
    edits = [Edit(task, {"assigned_to": ("乙局",), "status": "under_way"}) for task in (ONE, TWO, THREE)]
    assert ledger.save(edits, "乙", "desk", together=True) == 3
    (made,) = ledger.bulk_changes()
    assert (made.who, made.through, made.tasks, made.undoes, made.undone_by) == ("乙", "desk", 3, None, None)
    assert ledger.undo(made.number, "丙", "desk") == Undone(3, ())
    assert reported(ledger) == before
    events = ledger.history(ONE.task_id)
    assert [(e.who, e.bulk, e.undoes) for e in events if e.field == "assigned_to"] == [
        ("甲", None, None),
        ("乙", made.number, None),
        ("丙", made.number + 1, made.number),
    ]
    assert [e.means for e in events if e.field == "assigned_to"] == ["x", "desk (#1)", "desk (undoes #1)"]
    undoing, undone = ledger.bulk_changes()
    assert (undoing.undoes, undone.undone_by) == (undone.number, undoing.number)
    with pytest.raises(ReportError, match="undone already"):
        ledger.undo(made.number, "丙", "desk")
    # the undoing is a bulk change too, so what it took back can be had again
    assert ledger.undo(undoing.number, "丁", "desk").tasks == 3
    assert {reported(ledger)[task.task_id]["assigned_to"] for task in (ONE, TWO, THREE)} == {("乙局",)}


def test_undoing_leaves_what_was_changed_since(ledger: Ledger) -> None:
    ledger.save([Edit(task, {"assigned_to": ("乙局",)}) for task in (ONE, TWO, THREE)], "乙", "desk", together=True)
    ledger.save([Edit(TWO, {"assigned_to": ("丙局",)}), Edit(THREE, {"note": "另一栏"})], "丙", "x")
    (made,) = ledger.bulk_changes()
    assert ledger.undo(made.number, "乙", "desk") == Undone(2, (TWO.task_id,))
    assert reported(ledger) == {TWO.task_id: {"assigned_to": ("丙局",)}, THREE.task_id: {"note": "另一栏"}}


def test_there_is_nothing_to_undo_of_what_is_no_bulk_change_or_has_moved_on(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"note": "一"}), Edit(TWO, {"note": "二"})], "甲", "x")
    assert ledger.bulk_changes() == []
    with pytest.raises(ReportError, match="there is none"):
        ledger.undo(1, "甲", "x")
    ledger.save([Edit(ONE, {"note": "三"})], "甲", "x", together=True)
    ledger.save([Edit(ONE, {"note": "四"})], "甲", "x")
    with pytest.raises(ReportError, match="changed since"):
        ledger.undo(1, "甲", "x")
    with pytest.raises(ReportError, match="whose"):
        ledger.undo(1, " ", "x")
    assert len(ledger.bulk_changes()) == 1


def test_whoever_undoes_is_not_the_one_who_reported_it_done(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"status": "done", "evidence": ("函",)})], "甲", "x")
    ledger.save([Edit(ONE, {"status": "under_way", "note": "退回"})], "乙", "x", together=True)
    ledger.undo(1, "乙", "x")
    with pytest.raises(ReportError, match="another person"):
        ledger.save([Edit(ONE, {"status": "closed"})], "甲", "x")
    ledger.save([Edit(ONE, {"status": "closed"})], "乙", "x")


def test_a_status_is_not_restored_without_what_it_depends_on(ledger: Ledger) -> None:
    ledger.save([Edit(ONE, {"status": "done", "evidence": ("函",)})], "甲", "x")
    ledger.save([Edit(ONE, {"status": "under_way", "note": "退回"})], "乙", "x", together=True)
    ledger.save([Edit(ONE, {"evidence": None})], "甲", "x")
    with pytest.raises(ReportError, match="changed since"):
        ledger.undo(1, "乙", "x")


@pytest.fixture
def earlier(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of the version before, with reports in it."""
    from alembic import command
    from alembic.config import Config

    opened = engines._engine(store.data, store.url) if store.url else None
    if opened is None:
        engines.store_file(store.data).parent.mkdir(parents=True)
        opened = engines._engine(store.data, "")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with opened.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    said: dict[Task, list[tuple[str, dict[str, object]]]] = {
        # suggested and given out
        ONE: [
            ("甲", {"suggested_owner": "市科技局、市财政局"}),
            ("乙", {"assigned": "2024-04-01", "status": "under_way"}),
        ],
        # only suggested
        TWO: [("甲", {"suggested_owner": "市科技局"})],
        # given out, and nobody says to whom
        THREE: [("甲", {"assigned": "2024-04-01"})],
        # the suggestion was withdrawn
        FOUR: [("甲", {"suggested_owner": "市科技局", "assigned": "2024-04-01"}), ("甲", {"suggested_owner": None})],
    }
    with opened.begin() as connection:
        for task, changes in said.items():
            row = {"t": task.task_id, "d": task.document, "c": task.clause, "q": task.quote}
            connection.execute(sa.text("INSERT INTO task VALUES (:t, :d, :c, :q)"), row)
            for revision, (who, fields) in enumerate(changes, 1):
                made = {"t": task.task_id, "r": revision, "w": who}
                statement = (
                    "INSERT INTO change (task_id, revision, at, who, through)"
                    " VALUES (:t, :r, '2024-05-01T00:00:00.000+00:00', :w, 'x') RETURNING id"
                )
                number = connection.execute(sa.text(statement), made).scalar_one()
                for name, value in fields.items():
                    new = None if value is None else json.dumps(value, ensure_ascii=False)
                    event = {"n": number, "f": name, "v": new}
                    connection.execute(sa.text("INSERT INTO event (change_id, field, new) VALUES (:n, :f, :v)"), event)
    opened.dispose()
    return store


def test_a_suggested_lead_that_a_task_was_given_to_is_carried_over_and_no_other(earlier: Store) -> None:
    ledger = earlier.open()
    assert ledger.assignments() == {ONE.task_id: {"assigned_to": ("市科技局", "市财政局")}}
    last = ledger.history(ONE.task_id)[-1]
    assert (last.revision, last.who, last.through) == (3, "甲", "upgraded from suggested_owner")
    # what was said before is all there
    assert ledger.as_of_revision(ONE.task_id, 2) == {
        "suggested_owner": "市科技局、市财政局",
        "assigned": datetime.date(2024, 4, 1),
        "status": "under_way",
    }
    assert ledger.current()[TWO.task_id].report == {"suggested_owner": "市科技局"}
    assert [ledger.current()[task.task_id].revision for task in TASKS] == [3, 1, 1, 2]
    # and goes on being append-only
    with pytest.raises(sa.exc.DBAPIError, match="in a ledger"), ledger.engine.begin() as connection:
        connection.execute(sa.text("UPDATE change SET bulk_id = NULL, revision = 9, redacted = 'x'"))
    assert ledger.redact("甲", "管理员") > 0
    ledger.close()
    again = earlier.open()
    assert len(again.history(ONE.task_id)) == 4
    again.close()


def test_a_body_is_offered_as_its_own_office_calls_it_unless_two_places_have_one() -> None:
    def naming(city: str) -> DocumentFacts:
        text = f"{city}市人民政府关于印发绿道方案的通知\n\n一、任务\n\n（一）建设。市财政局负责补助。\n"
        return facts_of(named_in_full(extract(parse(read_bytes(text.encode("utf-8"), f"{city}.txt")))))

    one, other = naming("青石"), naming("白沙")
    assert known_assignees([one], {})[0] == "市财政局"
    assert {"青石市财政局", "白沙市财政局"} <= set(known_assignees([one, other], {}))
    assert "市财政局" not in known_assignees([one, other], {})
