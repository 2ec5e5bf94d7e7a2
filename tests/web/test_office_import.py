"""A filled-in workbook sent to the desk: seen first, kept whole or not at all, by those who may."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from kg.ledger.accounts import Accounts
from kg.ledger.reading import read_workbook
from kg.ledger.store import Ledger
from kg.web.desk.desk import Desk
from kg.web.http.middleware import LONGER
from kg.web.office.uploads import MOST, SECONDS, Upload, Uploads
from tests.ledger.filled import Filled
from tests.web.test_office import client, desk, first_task, post, signed_in

__all__ = ["desk"]

SHEET = "督查督办台账"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def filled(desk: Desk, folder: Path, **changes: object) -> bytes:
    path = folder / "ledger.xlsx"
    path.write_bytes(desk.export("xlsx", personal=True))
    book = Filled(path)
    book.put(SHEET, first_task(desk), changes)
    return book.save().read_bytes()


def send(asking: TestClient, content: bytes, name: str = "台账.xlsx", who: str = "张三", **headers: str) -> Any:  # noqa: ANN401
    return asking.post("/desk/import", files={"file": (name, content, XLSX)}, data={"who": who}, headers=headers)


def token_of(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    return found[1]


def test_what_a_workbook_changes_is_seen_then_kept_once(desk: Desk, data: Path, tmp_path: Path) -> None:
    asking, task = client(desk), first_task(desk)
    assert asking.get("/desk/import").status_code == 200
    reply = send(asking, filled(desk, tmp_path, 完成状态="推进中", 备注="已开会"))
    assert reply.status_code == 200
    assert "2 处改动，涉及 1 项任务" in reply.text
    assert task in reply.text
    assert "推进中" in reply.text
    assert Ledger.find(data) is None or Ledger.open(data).current() == {}
    token = token_of(reply.text)
    kept = post(asking, "/desk/import/apply", token=token, who="张三", do="apply")
    assert kept.status_code == 303
    assert "已写入 1 项任务" in asking.get(kept.headers["location"]).text
    history = Ledger.open(data).history(task)
    assert {(event.who, event.through) for event in history} == {("张三", "import 台账.xlsx")}
    assert {event.field for event in history} == {"status", "note"}
    assert post(asking, "/desk/import/apply", token=token, who="张三", do="apply").status_code == 410
    again = send(asking, filled(desk, tmp_path))
    assert "没有改动" in again.text


def test_what_is_refused_comes_back_marked_and_the_rest_is_kept(desk: Desk, data: Path, tmp_path: Path) -> None:
    asking = client(desk)
    reply = send(asking, filled(desk, tmp_path, 完成状态="快好了", 备注="好的", 原文摘录="改过的原文"))
    assert reply.status_code == 422
    assert "2 处不能接受" in reply.text
    token = token_of(reply.text)
    link = re.search(r'href="(/desk/import/marked[^"]*)"', reply.text)
    assert link
    file = asking.get(unescape(link[1]))
    assert file.status_code == 200
    assert "%EF%BC%88%E9%80%80%E5%9B%9E%EF%BC%89" in file.headers["content-disposition"]
    book = load_workbook(io.BytesIO(file.content))
    assert sum(cell.comment is not None for row in book[SHEET].iter_rows() for cell in row) >= 2
    assert asking.get(f"/desk/import/marked?token={token}&who=别人").status_code == 410
    assert post(asking, "/desk/import/apply", token=token, who="张三", do="apply").status_code == 303
    assert [one.report for one in Ledger.open(data).current().values()] == [{"note": "好的"}]


def hidden_row(content: bytes, folder: Path, row: int) -> bytes:
    path = folder / "hidden.xlsx"
    path.write_bytes(content)
    book = Filled(path)
    book.sheet(SHEET).row_dimensions[row].hidden = True
    return book.save().read_bytes()


def test_hidden_rows_are_told_first_and_left_out_when_that_is_ticked(desk: Desk, data: Path, tmp_path: Path) -> None:
    asking = client(desk)
    content = filled(desk, tmp_path, 备注="筛选留下的")
    row = Filled(tmp_path / "ledger.xlsx").rows(SHEET)[first_task(desk)]
    reply = send(asking, hidden_row(content, tmp_path, row))
    told = f"工作簿里有隐藏的内容，也已读入：“{SHEET}”第{row}行"
    assert 0 < reply.text.index(told) < reply.text.index("筛选留下的")
    assert "（隐藏行）" in reply.text
    token = token_of(reply.text)
    asked = {"token": token, "who": "张三", "skip_hidden": "1"}
    left_out = post(asking, "/desk/import/apply", do="compare", **asked)
    assert f"隐藏的内容没有读入：“{SHEET}”第{row}行" in left_out.text
    assert "筛选留下的" not in left_out.text
    assert re.search(r'name="skip_hidden"[^>]* checked', left_out.text)
    assert post(asking, "/desk/import/apply", do="apply", **asked).status_code == 200
    assert Ledger.open(data).current() == {}
    assert post(asking, "/desk/import/apply", token=token, who="张三", do="apply").status_code == 303
    assert [one.report for one in Ledger.open(data).current().values()] == [{"note": "筛选留下的"}]


@pytest.mark.parametrize(
    ("lang", "change", "why", "fix"),
    [
        ("zh-Hans", "推进中", "不是百分比", "填0至100的整数"),
        ("zh-Hant", "推進中", "不是百分比", "填0至100的整數"),
        ("en", "under way", "it is not a percentage", "give a whole number from 0 to 100"),
    ],
)
def test_a_page_and_the_workbook_it_returns_speak_its_language(
    lang: str, change: str, why: str, fix: str, desk: Desk, tmp_path: Path
) -> None:
    asking = client(desk)
    filled(desk, tmp_path, 完成状态="推进中")
    book = Filled(tmp_path / "ledger.xlsx")
    book.put("进展情况表", first_task(desk), {"完成进度（%）": "大半"})
    sent = {"file": ("台账.xlsx", book.save().read_bytes(), XLSX)}
    reply = asking.post(f"/desk/import?lang={lang}", files=sent, data={"who": "张三"})
    cells = [unescape(one) for one in re.findall(r"<td>(.*?)</td>", reply.text)]
    assert change in cells
    assert f"大半{': ' if lang == 'en' else '：'}{why}" in cells
    assert fix in cells
    link = re.search(r'href="(/desk/import/marked[^"]*)"', reply.text)
    assert link
    marked = load_workbook(io.BytesIO(asking.get(unescape(link[1])).content))["进展情况表"]
    (comment,) = (cell.comment.text for row in marked.iter_rows() for cell in row if cell.comment)
    assert why in comment
    assert fix in comment
    nothing = asking.post(f"/desk/import?lang={lang}", files={"file": ("a.xlsx", b"no", XLSX)}, data={"who": "张三"})
    assert {"zh-Hans": "不是Excel工作簿", "zh-Hant": "不是Excel試算表", "en": "not an Excel"}[lang] in nothing.text


def test_a_marked_workbook_keeps_what_it_does_not_mark(desk: Desk, tmp_path: Path) -> None:
    """Numbers that no calendar has, in cells for days, come back as they were typed."""
    asking = client(desk)
    reply = send(asking, filled(desk, tmp_path, 认定的截止日期=20251399, 办结日期=2025.1, 完成状态="快好了"))
    link = re.search(r'href="(/desk/import/marked[^"]*)"', reply.text)
    assert link
    path = tmp_path / "returned.xlsx"
    path.write_bytes(asking.get(unescape(link[1])).content)
    (row,) = (
        row for sheet in read_workbook(path) for row in sheet.rows if sheet.name == SHEET and row.cells["due"].value
    )
    assert (row.cells["due"].value, row.cells["done_on"].value) == (20251399, 2025.1)


def test_a_conflict_is_shown_and_settled(desk: Desk, data: Path, tmp_path: Path) -> None:
    asking, task = client(desk), first_task(desk)
    content = filled(desk, tmp_path, 完成状态="推进中")
    assert post(asking, "/desk/task", id=task, revision="0", who="李四", status="behind").status_code == 303
    reply = send(asking, content)
    assert reply.status_code == 422
    assert "李四" in reply.text
    token = token_of(reply.text)
    seen = post(asking, "/desk/import/apply", token=token, who="张三", take="file", do="compare")
    assert seen.status_code == 200
    assert post(asking, "/desk/import/apply", token=token, who="张三", take="file", do="apply").status_code == 303
    assert Ledger.open(data).current()[task].report["status"] == "under_way"
    assert [event.who for event in Ledger.open(data).history(task)] == ["李四", "张三"]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_one_line_without_folders(content: bytes, desk: Desk) -> None:
    reply = send(client(desk), content, name="<b>台账.xlsx")
    assert reply.status_code == 422
    assert "&lt;b&gt;台账" in reply.text
    assert "/tmp" not in reply.text
    assert "hetao-import" not in reply.text


def test_a_form_without_a_file_or_a_name_is_told(desk: Desk, tmp_path: Path) -> None:
    asking = client(desk)
    assert asking.post("/desk/import", files={"other": ("x", b"x")}).status_code == 422
    assert send(asking, filled(desk, tmp_path), who=" ").status_code == 422
    assert send(asking, bytes(LONGER["/desk/import"] + 1)).status_code == 413


def test_only_those_who_may_send_one_and_each_sees_their_own(
    desk: Desk, accounts: Accounts, data: Path, tmp_path: Path
) -> None:
    content = filled(desk, tmp_path, 完成状态="推进中")
    assert send(client(desk), content).status_code == 401
    assert client(desk).get("/desk/import").status_code == 401
    reader = signed_in(desk, "读者")
    assert reader.get("/desk/import").status_code == 403
    assert send(reader, content).status_code == 403
    assert post(reader, "/desk/import/apply", token="x", do="apply").status_code == 403
    # whoever is signed in is who it was, whatever the form says
    token = token_of(send(signed_in(desk, "张三"), content, who="督查").text)
    assert send(signed_in(desk, "张三"), content, Origin="http://evil.example").status_code == 403
    assert Ledger.open(data).current() == {}
    assert token


def test_an_editor_s_workbook_closes_nothing(desk: Desk, accounts: Accounts, data: Path, tmp_path: Path) -> None:
    task = first_task(desk)
    done = {"status": "done", "evidence": "a", "done_on": "2026-03-01"}
    assert post(signed_in(desk, "李四"), "/desk/task", id=task, revision="0", **done).status_code == 303
    content = filled(desk, tmp_path, 完成状态="已销号")
    editor = signed_in(desk, "张三")
    reply = send(editor, content)
    assert reply.status_code == 422
    assert "督查" in reply.text
    assert post(editor, "/desk/import/apply", token=token_of(reply.text), do="apply").status_code == 422
    boss = signed_in(desk, "督查")
    reply = send(boss, content)
    assert post(boss, "/desk/import/apply", token=token_of(reply.text), do="apply").status_code == 303
    assert Ledger.open(data).current()[task].report["status"] == "closed"


def test_uploads_are_kept_for_a_while_for_their_own_sender_and_not_without_end() -> None:
    now = 0.0
    kept = Uploads(lambda: now)
    token = kept.add(Upload("a.xlsx", "张三", b"a"))
    assert kept.find(token, "李四") is None
    assert kept.find(token, "张三") == Upload("a.xlsx", "张三", b"a")
    now = SECONDS + 1
    assert kept.find(token, "张三") is None
    tokens = [kept.add(Upload(f"{n}.xlsx", "张三", b"")) for n in range(MOST + 1)]
    assert [kept.find(one, "张三") is not None for one in tokens] == [False] + [True] * MOST
