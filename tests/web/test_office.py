"""The office's pages: who may do what, what is kept, what is refused and why, and that guessing is slowed."""

from __future__ import annotations

import datetime
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from docx import Document
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from kg.builds import load_build
from kg.ledger.accounts import Accounts
from kg.ledger.filters import Filter
from kg.ledger.reports import rules
from kg.ledger.store import Ledger
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import choices, ledger_html, scope_of
from kg.web.http.application import create_app
from kg.web.office import bulk_routes
from kg.web.office.requests import read_form
from kg.web.office.sessions import FREE, LONGEST_WAIT, Sessions
from tests.web.conftest import PASSWORD, PEOPLE

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def desk(data: Path) -> Iterator[Desk]:
    desk = Desk(load_build(data))
    yield desk
    desk.close()


def client(desk: Desk, *, alone: bool = True, host: str = "127.0.0.1:7860") -> TestClient:
    return TestClient(create_app(desk, alone=alone), base_url=f"http://{host}", follow_redirects=False)


def signed_in(desk: Desk, name: str) -> TestClient:
    asking = client(desk, alone=False)
    reply = post(asking, "/desk/signin", name=name, password=PASSWORD)
    assert reply.status_code == 303
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    return asking


def post(asking: TestClient, path: str, /, *, origin: str = "", **form: str) -> Any:  # noqa: ANN401
    return asking.post(path, content=urlencode(form), headers=FORM | ({"Origin": origin} if origin else {}))


def first_task(desk: Desk) -> str:
    return desk.records[0].obligations[0].task_id


def revision_of(text: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', text)
    assert found
    return found[1]


def test_every_field_of_a_report_has_its_box_once(desk: Desk) -> None:
    page = client(desk).get("/desk/task", params={"id": first_task(desk)}).text
    boxes = re.findall(r'<(?:input|select|textarea)[^>]* id="f-(\w+)"', page)
    assert sorted(boxes) == sorted(rules().fields)


def test_on_this_machine_alone_a_task_is_reported_of_and_its_history_shown(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    page = asking.get("/desk/task", params={"id": task})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert html.escape(desk.records[0].obligations[0].quote) in page.text
    said = {
        "id": task,
        "revision": "0",
        "who": "张三",
        "status": "under_way",
        "progress": "已开会",
        "due": "2026年12月底前",
    }
    reply = post(asking, "/desk/task", **said)
    assert reply.status_code == 303
    shown = asking.get(reply.headers["location"]).text
    assert "已保存。" in shown
    assert revision_of(shown) == "1"
    for words in ("张三", "推进中", "2026-12-31", "已开会", "<td>网页</td>"):
        assert words in shown
    kept = Ledger.open(data).current()[task]
    assert kept.report["due"] == datetime.date(2026, 12, 31)
    assert str(kept.report["progress"]).endswith("：已开会")
    # progress is added to; what was said stays as it is
    post(asking, "/desk/task", id=task, revision="1", who="张三", status="under_way", progress="第二次")
    lines = str(Ledger.open(data).current()[task].report["progress"]).splitlines()
    assert [line.partition("：")[2] for line in lines] == ["已开会", "第二次"]
    again = post(asking, "/desk/task", id=task, revision="2", who="张三", status="under_way")
    assert "没有改动" in asking.get(again.headers["location"]).text


def test_what_cannot_be_kept_stays_in_its_boxes_with_the_reason(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    reply = post(asking, "/desk/task", id=task, revision="0", who="张三", status="done", note="<b>已办</b>")
    assert reply.status_code == 422
    assert "佐证材料" in reply.text
    assert "&lt;b&gt;已办&lt;/b&gt;</textarea>" in reply.text
    assert "<b>已办" not in reply.text
    assert '<option value="done" selected>' in reply.text
    assert post(asking, "/desk/task", id=task, revision="0", who=" ", status="under_way").status_code == 422
    assert post(asking, "/desk/task", id=task, revision="0", who="张三", due="某日").status_code == 422
    assert post(asking, "/desk/task", id="没有", revision="0", who="张三").status_code == 404
    assert Ledger.find(data) is None or Ledger.open(data).current() == {}


@pytest.mark.parametrize("path", ["/desk/task?id={task}", "/desk/summary"])
def test_without_accounts_nobody_from_elsewhere_sees_or_reports_anything(path: str, desk: Desk) -> None:
    task = first_task(desk)
    for asking in (client(desk, alone=False), client(desk, host="evil.example:7860")):
        reply = asking.get(path.format(task=task))
        assert reply.status_code == 403
        assert "hetao account put" in reply.text
        assert post(asking, "/desk/task", id=task, revision="0", who="x", status="under_way").status_code == 403


def test_a_page_of_another_host_may_report_nothing(desk: Desk, accounts: Accounts) -> None:
    asking = signed_in(desk, "督查")
    form = {"id": first_task(desk), "revision": "0", "status": "under_way", "number": "0", "verdict": "rejected"}
    for path in ("task", "bulk", "review", "import/apply", "signin", "signout"):
        assert post(asking, f"/desk/{path}", origin="http://evil.example", **form).status_code == 403


@pytest.mark.parametrize(
    ("name", "form", "status"),
    [
        ("读者", {"status": "under_way"}, 403),
        ("张三", {"status": "under_way"}, 303),
        ("张三", {"extended_to": "2027-01-01"}, 403),
        (
            "督查",
            {"status": "extended", "extended_to": "2027-01-01", "extended_by": "督查", "extended_why": "条件未成熟"},
            303,
        ),
    ],
)
def test_each_role_does_what_is_its_own(
    name: str, form: dict[str, str], status: int, desk: Desk, accounts: Accounts, data: Path
) -> None:
    task = first_task(desk)
    asking = signed_in(desk, name)
    assert asking.get("/desk/task", params={"id": task}).status_code == 200
    assert asking.get("/desk/summary").status_code == 200
    assert post(asking, "/desk/task", id=task, revision="0", who="别人", **form).status_code == status
    history = Ledger.open(data).history(task)
    assert [event.who for event in history] == [name] * len(history)
    assert bool(history) == (status == 303)


def test_done_is_closed_by_a_supervisor_and_by_no_editor(desk: Desk, accounts: Accounts, data: Path) -> None:
    task = first_task(desk)
    one, other, boss = (signed_in(desk, name) for name in ("张三", "李四", "督查"))
    done = {"status": "done", "evidence": "深府〔2026〕1号", "done_on": "2026-03-01"}
    assert post(one, "/desk/task", id=task, revision="0", **done).status_code == 303
    assert post(other, "/desk/task", id=task, revision="1", **done | {"status": "closed"}).status_code == 403
    assert post(boss, "/desk/task", id=task, revision="1", **done | {"status": "closed"}).status_code == 303
    assert Ledger.open(data).current()[task].report["status"] == "closed"


def test_strangers_are_asked_to_sign_in_and_go_on_to_where_they_were(desk: Desk, accounts: Accounts) -> None:
    asking = client(desk)
    reply = asking.get("/desk/summary?lang=en&as_of=2026-01-01")
    assert reply.status_code == 401
    following = html.unescape(re.search(r'name="next" value="([^"]*)"', reply.text)[1])  # type: ignore[index]
    assert following == "/desk/summary?lang=en&as_of=2026-01-01"
    assert post(asking, "/desk/task", id=first_task(desk), revision="0", who="x", status="behind").status_code == 401
    reply = post(asking, "/desk/signin", name="读者", password=PASSWORD, next=following)
    assert reply.headers["location"] == following
    for evil in ("https://evil.example/", "//evil.example/desk/task", "/desk/task\\@evil", "/api/export"):
        reply = post(client(desk), "/desk/signin", name="读者", password=PASSWORD, next=evil)
        assert reply.headers["location"].startswith("/desk/summary?")


def test_who_signs_out_or_is_taken_away_or_gets_a_new_password_is_out(desk: Desk, accounts: Accounts) -> None:
    for how in ("signed out", "another password"):
        asking = signed_in(desk, "张三")
        token = asking.cookies["hetao_session"]
        assert asking.get("/desk/summary").status_code == 200
        if how == "signed out":
            assert post(asking, "/desk/signout").status_code == 303
        else:
            accounts.put("张三", "editor", how)
        assert asking.get("/desk/summary", headers={"Cookie": f"hetao_session={token}"}).status_code == 401
    asking = signed_in(desk, "李四")
    accounts.remove("李四")
    assert asking.get("/desk/summary").status_code == 401


def refusal(sessions: Sessions, name: str) -> int:
    """The seconds that a wrong password for *name* has to wait; 0 where it was looked at."""
    try:
        assert sessions.sign_in(name, "wrong") is None
    except HTTPException as refused:
        return int((refused.headers or {})["Retry-After"]) if refused.status_code == 429 else -1
    return 0


def test_guessing_is_slowed_for_names_there_are_and_names_there_are_not(accounts: Accounts) -> None:
    for name in ("张三", "没有这个人"):
        now = 0.0
        sessions = Sessions(accounts, alone=False, clock=lambda: now)  # noqa: B023 - it is of this round alone
        waits = []
        for _ in range(FREE + 12):
            if wait := refusal(sessions, name):
                waits.append(wait)
                now += wait
                assert refusal(sessions, name) == 0
        assert len(waits) == 12
        assert waits == sorted(waits)
        assert waits[-1] >= LONGEST_WAIT
        # the right one is not looked at either before the wait is over
        with pytest.raises(HTTPException):
            sessions.sign_in(name, PASSWORD)
        now += LONGEST_WAIT + 1
        assert (sessions.sign_in(name, PASSWORD) is not None) == (name in PEOPLE)


def test_passwords_are_kept_salted_and_hashed_for_their_owner_s_eyes(accounts: Accounts) -> None:
    text = accounts.path.read_text("utf-8")
    assert PASSWORD not in text
    hashes = {one.hash for one in accounts.all().values()}
    assert len(hashes) == len(PEOPLE)
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert accounts.path.stat().st_mode & 0o077 == 0


def test_a_session_that_somebody_made_up_is_none(desk: Desk, accounts: Accounts) -> None:
    for token in ("", "x", "x" * 5000):
        made_up = {"Cookie": f"hetao_session={token}"}
        assert client(desk).get("/desk/summary", headers=made_up).status_code == 401


@pytest.mark.parametrize(("lang", "word"), [("zh-Hans", "按单位"), ("zh-Hant", "按單位"), ("en", "By body")])
def test_the_summary_speaks_each_language_and_tells_a_day_that_is_none(lang: str, word: str, desk: Desk) -> None:
    reply = client(desk).get("/desk/summary", params={"lang": lang, "as_of": "2026-03-31"})
    assert f'lang="{lang}"' in reply.text
    assert word in reply.text
    assert "2026-03-31" in reply.text
    assert desk.records[0].document.title in reply.text
    for path in ("/desk/summary", "/desk/briefing.docx"):
        wrong = client(desk).get(path, params={"as_of": "<某日>"})
        assert wrong.status_code == 200
        assert 'role="alert"' in wrong.text
        assert "&lt;某日&gt;" in wrong.text


def test_the_briefing_lists_passed_dates_on_the_page_and_as_a_word_file(desk: Desk) -> None:
    asked = {"as_of": "2026-03-31", "number": "2026年第3期", "issuer": "督查室"}
    page = client(desk).get("/desk/summary", params=asked).text
    assert "<h3>（二）截止日期已过、没有填报完成状态、有待核实的任务1项</h3>" in page
    assert "没有逾期任务" not in page
    assert re.search(
        r"<p>（一）清理河道 1-02：2025年底前完成（青川市水务局；截止2025-12-31） <a class=\"screen\"", page
    )
    assert "data-print" in page
    reply = client(desk).get("/desk/briefing.docx", params=asked)
    assert reply.headers["content-disposition"].endswith(quote("落实情况专报2026-03-31.docx"))
    text = "\n".join(line.text for line in Document(io.BytesIO(reply.content)).paragraphs)
    assert "（2026年第3期）" in text
    assert text.rindex("督查室") < text.rindex("2026年3月31日")
    assert not [row.task_id for row in desk.records[0].obligations if row.task_id in text]


def test_a_form_says_only_what_it_has_boxes_for() -> None:
    day = datetime.date(2026, 5, 4)
    found = read_form({"status": "推进中", "percent": "", "evidence": "甲\n乙", "unknown": "x"}, {"percent": 5}, day)
    assert found == {"status": "under_way", "percent": None, "evidence": ("甲", "乙")}
    assert read_form({"progress": " "}, {"progress": "2026.1.1：旧"}, day) == {}


# ------------------------------------------------------------------ many at once


def ticks(desk: Desk, count: int) -> dict[str, str]:
    """The ticks of the first tasks, each shown before anything was said of it."""
    ids = [row.task_id for row in desk.records[0].obligations[:count]]
    return {f"r:{task_id}": "0" for task_id in ids} | {f"t:{task_id}": "1" for task_id in ids}


def test_many_tasks_are_reported_of_at_once_and_empty_boxes_change_nothing(desk: Desk, data: Path) -> None:
    asking = client(desk)
    page = asking.get("/desk/bulk", params={"clause": "2"})
    assert page.status_code == 200
    fit = [row for row in desk.records[0].obligations if row.clause == "2"]
    # one for each and one for all, and none of them is ticked
    assert page.text.count('type="checkbox"') == len(fit) + 1 > 1
    assert " checked" not in page.text
    said = {"who": "张三", "status": "under_way", "note": "", "progress": "已分解"}
    reply = post(asking, "/desk/bulk", **said, **ticks(desk, 2))
    assert reply.status_code == 200
    assert "已写入 2 项任务" in reply.text
    kept = Ledger.open(data).current()
    assert len(kept) == 2
    assert all(set(one.report) == {"status", "progress"} for one in kept.values())


def test_who_is_told_of_a_conflict_keeps_what_the_other_wrote_elsewhere(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    first = {"id": task, "who": "张三", "status": "under_way", "note": "", "problems": "旧"}
    assert post(asking, "/desk/task", revision="0", **first).status_code == 303
    # both pages show the same; one writes a note, the other, with the old note in the box, a problem
    assert post(asking, "/desk/task", revision="1", **first | {"note": "别人的话"}).status_code == 303
    reply = post(asking, "/desk/task", revision="1", **first | {"who": "李四", "problems": "新"})
    assert reply.status_code == 409
    assert "张三其间改过" in reply.text
    boxes = dict(re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', reply.text))
    assert (boxes["note"], boxes["problems"]) == ("别人的话", "新")
    again = {"id": task, "who": "李四", "revision": revision_of(reply.text), "status": "under_way"}
    kept = {name: boxes[name] for name in ("note", "problems")}
    assert post(asking, "/desk/task", **again, **kept).status_code == 303
    assert Ledger.open(data).current()[task].report == {"status": "under_way", "note": "别人的话", "problems": "新"}


def test_of_many_all_are_changed_or_none(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    assert post(asking, "/desk/task", id=task, revision="0", who="李四", status="behind").status_code == 303
    # the first was changed since it was seen
    reply = post(asking, "/desk/bulk", who="张三", status="under_way", **ticks(desk, 2))
    assert reply.status_code == 422
    assert "李四" in reply.text
    assert '<option value="under_way" selected>' in reply.text
    assert list(Ledger.open(data).current()) == [task]
    for said in ({"who": "张三"}, {"who": "张三", "status": "under_way"} | {}):
        count = 2 if "status" not in said else 0
        assert post(asking, "/desk/bulk", **said, **ticks(desk, count)).status_code == 422
    assert asking.get("/desk/bulk", params={"due_before": "某日"}).status_code == 422


def test_many_at_once_is_for_editors_and_closing_for_supervisors(desk: Desk, accounts: Accounts, data: Path) -> None:
    assert client(desk).get("/desk/bulk").status_code == 401
    assert post(client(desk), "/desk/bulk", status="under_way", **ticks(desk, 1)).status_code == 401
    assert post(signed_in(desk, "读者"), "/desk/bulk", status="under_way", **ticks(desk, 1)).status_code == 403
    assert post(signed_in(desk, "张三"), "/desk/bulk", status="closed", **ticks(desk, 1)).status_code == 403
    assert Ledger.find(data) is None


def test_what_was_done_to_many_is_undone_and_the_history_of_each_shows_both(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    where = f"/desk/bulk?clause={desk.records[0].obligations[0].clause}"
    reply = post(asking, where, who="张三", assigned_to="市水务局、市林业局", every="1", **ticks(desk, 1))
    assert "已写入 1 项任务" in reply.text
    assert Ledger.open(data).assignments() == {task: {"assigned_to": ("市水务局", "市林业局")}}
    assert 'name="number" value="1"' in reply.text
    undone = post(asking, "/desk/bulk/undo", who="李四", number="1")
    assert "已撤销，1 项任务恢复原状。" in undone.text
    assert "已由第 2 号撤销" in undone.text
    assert Ledger.open(data).assignments() == {}
    history = asking.get("/desk/task", params={"id": task}).text
    cells = re.findall(r"<td>([^<]*)</td>", history)
    assert [cells[i + 1 : i + 6] for i in (0, 6)] == [
        ["李四", "网页（撤销第1号批量改动）", "承办单位", "市水务局、市林业局", ""],
        ["张三", "批量填报页面（第1号批量改动）", "承办单位", "", "市水务局、市林业局"],
    ]
    # its names are offered from now on, with the bodies of the text
    post(asking, "/desk/bulk/undo", who="李四", number="2")
    offered = re.findall(r'<option value="([^"]+)"></option>', asking.get("/desk/task", params={"id": task}).text)
    assert {"市林业局", "财政部"} <= set(offered)
    for number in ("1", "9", "", "x"):
        assert post(asking, "/desk/bulk/undo", who="李四", number=number).status_code == 422


def test_many_are_changed_only_once_they_are_confirmed(desk: Desk, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_routes, "UNASKED", 2)
    asking = client(desk)
    said = {"who": "张三", "status": "under_way", "assigned_to": "市水务局"}
    asked = post(asking, "/desk/bulk", **said, **ticks(desk, 3))
    assert asked.status_code == 200
    assert "将改动 3 项任务：承办单位＝市水务局；完成状态＝推进中。" in asked.text
    assert asked.text.count(" checked") == 3
    assert Ledger.find(data) is None
    # what was confirmed for another number is asked again
    assert "将改动 3 项任务" in post(asking, "/desk/bulk", sure="2", **said, **ticks(desk, 3)).text
    assert "已写入 3 项任务" in post(asking, "/desk/bulk", sure="3", **said, **ticks(desk, 3)).text
    assert len(Ledger.open(data).assignments()) == 3


def test_only_what_the_filter_shows_is_changed(desk: Desk, data: Path) -> None:
    asking = client(desk)
    rows = desk.records[0].obligations
    clause = rows[0].clause
    outside = sum(row.clause != clause for row in rows)
    reply = post(asking, f"/desk/bulk?clause={clause}", who="张三", note="一", **ticks(desk, len(rows)))
    assert reply.status_code == 409
    assert f"{outside} 项已不符合当前筛选" in reply.text
    assert Ledger.find(data) is None
    everyone = {name: value for name, value in ticks(desk, len(rows)).items() if name.startswith("r:")}
    assert "已写入" in post(asking, "/desk/bulk", who="张三", note="一", every="1", **everyone).text
    assert len(Ledger.open(data).current()) == len(rows)


def test_the_summary_tells_the_office_s_units_from_the_text_s_bodies(desk: Desk, data: Path) -> None:
    asking, task = client(desk), first_task(desk)
    total = len(desk.records[0].obligations)
    post(asking, "/desk/task", id=task, revision="0", who="张三", assigned_to="市住房局")
    page = asking.get("/desk/summary").text
    assert f"未分办 {total - 1} 项" in page
    assert re.search(r'<th scope="row">市住房局</th>', page)
    one = asking.get("/desk/summary", params={"assigned": "市住房局"}).text
    assert "任务共1项" in one
    other = asking.get("/desk/summary", params={"assigned": "无此单位"}).text
    assert "no task is assigned to it" in other
    assert f"任务共{total}项" in other


def test_the_office_s_units_are_in_the_ledger_on_the_desk_and_in_the_api(desk: Desk) -> None:
    asking, task = client(desk), first_task(desk)
    before = asking.get("/api/obligations")
    assert asking.get("/api/obligations", headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    said = {"assigned_to": "市住房局", "assisting": "市口岸办", "officer": "王小明"}
    post(asking, "/desk/task", id=task, revision="0", who="张三", **said)
    # what was reported since makes another page
    assert asking.get("/api/obligations", headers={"If-None-Match": before.headers["etag"]}).status_code == 200
    (item,) = asking.get("/api/obligations", params={"assigned": "市住房局"}).json()["items"]
    assert (item["task_id"], item["assigned_to"], item["assisting"]) == (task, ["市住房局"], ["市口岸办"])
    assert asking.get("/api/obligations", params={"agent": "市住房局"}).json()["total"] == 0
    total = before.json()["total"]
    assert asking.get("/api/obligations", params={"assigned": "none"}).json()["total"] == total - 1
    exported = asking.get("/api/export", params={"format": "json", "assigned": "市住房局"})
    assert [row["task_id"] for row in exported.json()["obligations"]] == [task]
    assert "王小明" not in exported.text
    for wrong in ({"format": "csv", "assigned": "无此单位"}, {"format": "ttl", "assigned": "市住房局"}):
        assert asking.get("/api/export", params=wrong).status_code == 422
    table = ledger_html(desk, "en", Filter(text="住房局"))
    assert re.findall(r'class="hk-c-(\w+)"', table)[:3] == ["deadline", "assigned_to", "task_id"]
    assert '<span lang="zh-Hans">市住房局</span>' in table
    assert "not assigned" in ledger_html(desk, "en", Filter(assigned="none"))
    assert choices(desk, "en")["assigned"] == [
        ("all", ""), (f"not assigned ({total - 1})", "未分办"), ("市住房局 (1)", "市住房局")
    ]  # fmt: skip
    assert scope_of(desk, "en", Filter(assigned="none")) == "Assigned to＝not assigned"
    assert asking.get("/desk/bulk", params={"assigned": "市住房局"}).text.count('type="checkbox"') == 2


# ------------------------------------------------------------------ what users said of answers


def test_where_there_are_accounts_what_users_said_is_for_supervisors(desk: Desk, accounts: Accounts) -> None:
    for name in ("", "张三"):
        asking = signed_in(desk, name) if name else client(desk)
        assert asking.get("/desk/feedback/answers.csv").status_code == 401
        assert asking.delete("/desk/feedback").status_code == 401
        assert asking.get("/desk/feedback").status_code == 200
    boss = signed_in(desk, "督查")
    assert boss.get("/desk/feedback/answers.csv").status_code == 200
    assert boss.delete("/desk/feedback").json() == {"erased": 0}
