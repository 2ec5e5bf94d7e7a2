"""The page of accounts: a supervisor makes, changes and removes them; nobody else, and never the last supervisor."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from kg.ledger.accounts import Accounts
from kg.web.desk.desk import Desk
from kg.web.wording import words
from tests.web.conftest import PASSWORD, PEOPLE
from tests.web.test_office import client, desk, post, signed_in

__all__ = ["desk"]

SAY = words("zh-Hans")["office"]["accounts"]
NEW = "another pass phrase"


@pytest.mark.usefixtures("accounts")
def test_only_a_supervisor_sees_or_changes_accounts(desk: Desk, data: Path) -> None:
    assert client(desk, alone=False).get("/desk/accounts").status_code == 401
    assert post(client(desk, alone=False), "/desk/accounts", do="remove", name="张三").status_code == 401
    for name in ("读者", "张三"):
        asking = signed_in(desk, name)
        page = asking.get("/desk/accounts")
        assert page.status_code == 403
        assert "李四" not in page.text
        assert post(asking, "/desk/accounts", do="role", name=name, role="supervisor").status_code == 403
    assert {name: one.role for name, one in Accounts(data).all().items()} == PEOPLE


@pytest.mark.usefixtures("accounts")
def test_a_supervisor_makes_changes_and_removes_accounts(desk: Desk, data: Path) -> None:
    asking, known = signed_in(desk, "督查"), Accounts(data)
    page = asking.get("/desk/accounts").text
    assert all(name in page for name in PEOPLE)
    assert "$argon2" not in page
    steps = (
        ({"do": "add", "name": "王五", "role": "reader", "password": NEW}, "added"),
        ({"do": "role", "name": "王五", "role": "editor"}, "role"),
        ({"do": "unit", "name": "王五", "unit": " 市水务局"}, "unit"),
        ({"do": "reset", "name": "李四", "password": NEW}, "reset"),
        ({"do": "remove", "name": "读者"}, "removed"),
    )
    for form, done in steps:
        reply = post(asking, "/desk/accounts", **form)
        assert reply.status_code == 303, form
        assert SAY["done"][done] in asking.get(reply.headers["location"]).text
    assert {name: one.role for name, one in known.all().items()} == {
        "张三": "editor", "李四": "editor", "督查": "supervisor", "王五": "editor"
    }  # fmt: skip
    assert {name: one.unit for name, one in known.all().items() if one.unit} == {"王五": "市水务局"}
    assert 'value="市水务局"' in asking.get("/desk/accounts").text
    assert known.verify("王五", NEW)
    assert known.verify("李四", NEW)
    assert known.verify("李四", PASSWORD) is None


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"do": "remove", "name": "督查"}, 422, SAY["last"]),
        ({"do": "role", "name": "督查", "role": "reader"}, 422, SAY["last"]),
        ({"do": "add", "name": "张三", "role": "supervisor", "password": NEW}, 409, SAY["taken"]),
        ({"do": "add", "name": "王五", "role": "reader", "password": "short"}, 422, "密码：有5个字；设8至200个字"),
        ({"do": "add", "name": "<b>", "role": "reader", "password": NEW}, 422, "不能作姓名"),
        ({"do": "add", "name": "王五", "role": "owner", "password": NEW}, 422, "表单：读不出"),
        ({"do": "unit", "name": "张三", "unit": "市水务局、市林业局"}, 422, "不是一个单位的名称"),
        ({"do": "unit", "name": "张三", "unit": "<b>"}, 422, "不能作姓名"),
        ({"do": "reset", "name": "赵六", "password": NEW}, 422, "表单：读不出"),
    ],
)
def test_what_may_not_be_is_told_and_changes_nothing(
    desk: Desk, data: Path, form: dict[str, str], status: int, told: str
) -> None:
    before = Accounts(data).path.read_bytes()
    reply = post(signed_in(desk, "督查"), "/desk/accounts", **form)
    assert (reply.status_code, told in html.unescape(reply.text)) == (status, True)
    assert "<b>" not in reply.text
    assert Accounts(data).path.read_bytes() == before


def test_the_first_account_is_a_supervisor_s_and_then_people_sign_in(desk: Desk, data: Path) -> None:
    asking = client(desk)
    assert SAY["none"] in asking.get("/desk/accounts").text
    reply = post(asking, "/desk/accounts", do="add", name="张三", role="editor", password=NEW)
    assert (reply.status_code, SAY["last"] in reply.text) == (422, True)
    assert not Accounts(data)
    other = post(asking, "/desk/accounts", origin="http://evil.example", do="add", name="x", role="supervisor")
    assert other.status_code == 403
    assert post(asking, "/desk/accounts", do="add", name="督查", role="supervisor", password=NEW).status_code == 303
    assert asking.get("/desk/accounts").status_code == 401


@pytest.mark.usefixtures("accounts")
def test_who_is_signed_in_is_led_to_the_tasks_their_unit_was_given_or_assists_in(desk: Desk, data: Path) -> None:
    first, second, third = (row.task_id for row in desk.records[0].obligations[:3])
    boss = signed_in(desk, "督查")
    for task, form in {
        first: {"assigned_to": "市水务局"},
        second: {"assigned_to": "市林业局", "assisting": "市水务局、市财政局"},
        third: {"assigned_to": "市林业局"},
    }.items():
        assert post(boss, "/desk/task", id=task, revision="0", **form).status_code == 303
    mine = words("zh-Hans")["mine"].format(unit="市水务局")
    editor = signed_in(desk, "张三")
    assert mine not in editor.get("/desk/summary").text
    assert post(boss, "/desk/accounts", do="unit", name="张三", unit="市水务局").status_code == 303
    # the session stays, and has it at once
    page = editor.get("/desk/bulk").text
    assert page.count(mine) == 2
    assert mine not in boss.get("/desk/bulk").text
    listed = editor.get("/desk/bulk", params={"assignee": "市水务局"}).text
    assert [task in listed for task in (first, second, third)] == [True, True, False]
    assert '协办单位：<span lang="zh-Hans">市水务局、市财政局</span>' in listed
