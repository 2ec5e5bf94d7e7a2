"""Roles that are limited to documents: what they may change, and that the limit holds at every door that writes."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from kg.ledger.accounts import Accounts
from kg.ledger.store import Ledger
from kg.web.desk.desk import Desk
from kg.web.office.bulk_page import SEEN, TICK
from kg.web.wording import words
from tests.web.conftest import PEOPLE
from tests.web.test_office import desk, first_task, post, signed_in
from tests.web.test_office_import import filled, send, token_of
from tests.web.test_office_review import boxes

__all__ = ["desk"]

ELSEWHERE = "another-plan"
SAY = words("zh-Hans")["office"]
TOLD = SAY["may_not_there"].format(documents=ELSEWHERE)


@pytest.fixture(autouse=True)
def limited(accounts: object, data: Path) -> Accounts:
    known = Accounts(data)
    for name in ("张三", "李四"):
        known.change_documents(name, [ELSEWHERE])
    return known


def test_a_limited_editor_reports_on_their_own_documents_alone(desk: Desk, data: Path, limited: Accounts) -> None:
    asking, task = signed_in(desk, "张三"), first_task(desk)
    shown = asking.get("/desk/task", params={"id": task})
    assert shown.status_code == 200
    assert "disabled" in shown.text
    reply = post(asking, "/desk/task", id=task, revision="0", status="under_way")
    assert reply.status_code == 403
    assert TOLD in html.unescape(reply.text)
    assert Ledger.find(data) is None or Ledger.open(data).current() == {}
    limited.change_documents("张三", [ELSEWHERE, desk.slugs[0]])
    assert post(asking, "/desk/task", id=task, revision="0", status="under_way").status_code == 303
    limited.change_documents("张三", [])
    assert post(asking, "/desk/task", id=task, revision="1", status="behind").status_code == 303


def test_many_at_once_and_taking_them_back_hold_to_the_limit(desk: Desk, data: Path, limited: Accounts) -> None:
    asking, task = signed_in(desk, "张三"), first_task(desk)
    form = {f"{SEEN}{task}": "0", f"{TICK}{task}": "1", "status": "under_way"}
    reply = post(asking, "/desk/bulk", **form)
    assert reply.status_code == 403
    assert TOLD in html.unescape(reply.text)
    limited.change_documents("张三", [])
    assert post(asking, "/desk/bulk", **form).status_code == 200
    kept = Ledger.open(data)
    (change,) = kept.bulk_changes(10)
    limited.change_documents("张三", [ELSEWHERE])
    reply = post(asking, "/desk/bulk/undo", number=str(change.number))
    assert reply.status_code == 403
    assert kept.current()[task].report["status"] == "under_way"


def test_a_workbook_with_a_task_of_another_document_is_kept_by_none(desk: Desk, data: Path, tmp_path: Path) -> None:
    asking = signed_in(desk, "张三")
    shown = send(asking, filled(desk, tmp_path, 完成状态="推进中"))
    assert shown.status_code == 422
    assert TOLD in html.unescape(shown.text)
    reply = post(asking, "/desk/import/apply", token=token_of(shown.text), do="apply")
    assert TOLD in html.unescape(reply.text)
    assert Ledger.open(data).current() == {}


def test_a_limited_supervisor_reviews_their_own_and_keeps_neither_accounts_nor_documents(
    desk: Desk, limited: Accounts
) -> None:
    limited.change_role("李四", "supervisor")
    asking, task = signed_in(desk, "李四"), first_task(desk)
    for page in ("/desk/accounts", "/desk/library"):
        reply = asking.get(page)
        assert reply.status_code == 403
        assert TOLD in html.unescape(reply.text)
    assert post(asking, "/desk/accounts", do="documents", name="李四", documents="").status_code == 403
    said = {
        "id": task,
        "number": "0",
        "verdict": "confirmed",
        "reason": "核对无误",
        **boxes(desk.records[0].obligations[0]),
    }
    refused = post(asking, "/desk/review", **said)
    assert refused.status_code == 403
    assert TOLD in html.unescape(refused.text)
    limited.change_documents("李四", [desk.slugs[0]])
    assert post(asking, "/desk/review", **said).status_code == 303


def test_a_supervisor_limits_accounts_on_the_page_but_not_the_last_supervisor(desk: Desk, limited: Accounts) -> None:
    asking, slug = signed_in(desk, "督查"), desk.slugs[0]
    reply = post(asking, "/desk/accounts", do="documents", name="张三", documents=f" {slug}，{slug}")
    assert reply.status_code == 303
    assert SAY["accounts"]["done"]["documents"] in asking.get(reply.headers["location"]).text
    assert limited.all()["张三"].documents == (slug,)
    assert f'value="{slug}"' in asking.get("/desk/accounts").text
    unknown = post(asking, "/desk/accounts", do="documents", name="张三", documents="没有这份文件")
    assert unknown.status_code == 422
    assert "没有这份文件" in unknown.text
    assert limited.all()["张三"].documents == (slug,)
    last = post(asking, "/desk/accounts", do="documents", name="督查", documents=slug)
    assert last.status_code == 422
    assert SAY["accounts"]["last"] in last.text
    assert post(asking, "/desk/accounts", do="role", name="张三", role="supervisor").status_code == 303
    # one whose role is limited does not take the last one's place
    assert post(asking, "/desk/accounts", do="remove", name="督查").status_code == 422


def test_reading_is_not_limited_and_a_new_password_keeps_the_limit(desk: Desk, limited: Accounts) -> None:
    asking = signed_in(desk, "张三")
    for page in ("/desk/summary", "/desk/bulk", "/desk/review", "/api/obligations"):
        assert asking.get(page).status_code == 200, page
    limited.put("张三", "editor", "another pass phrase")
    assert limited.all()["张三"].documents == (ELSEWHERE,)
    assert set(limited.all()) == set(PEOPLE)
