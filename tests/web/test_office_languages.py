"""Wrong input on every form of the office's pages: told in the page's language, with no sentence in another."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from kg.builds import load_build
from kg.ledger.accounts import Accounts
from kg.ledger.engine import store_file
from kg.ledger.store import Ledger
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.http.application import create_app
from kg.web.http.middleware import LONGER
from kg.web.office.sessions import FREE
from tests.web.conftest import PASSWORD

CHINESE: tuple[Lang, ...] = ("zh-Hans", "zh-Hant")
SENTENCE = re.compile(r"[A-Za-z]+(?:[ ,;:]+[A-Za-z]+){2,}")
"""Three words of English and more. What people type is a word or two: the names of commands and columns."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OWN = (
    "hetao account put",
    "hetao ledger undo",
    "hetao review list",
    "firm, support, pilot, exploratory",
    "lead, responsible, cooperating, approver, addressee",
)
"""Names of commands and values, which are the same in every language."""


@pytest.fixture
def desk(data: Path) -> Iterator[Desk]:
    desk = Desk(load_build(data))
    yield desk
    desk.close()


class Reader:
    """A browser of somebody who reads *lang*."""

    def __init__(self, desk: Desk, lang: Lang, name: str = "") -> None:
        self.lang = lang
        self.client = TestClient(
            create_app(desk, alone=not name),
            base_url="http://127.0.0.1:7860",
            follow_redirects=False,
            headers={"Accept": "text/html", "Accept-Language": lang},
            raise_server_exceptions=False,
        )
        if name:
            assert self.post("/desk/signin", name=name, password=PASSWORD).status_code == 303

    def post(self, path: str, /, **form: str) -> Any:  # noqa: ANN401 - the client's
        sent = urlencode(form)
        return self.client.post(path, params={"lang": self.lang}, content=sent, headers=FORM)

    def get(self, path: str, /, **query: str) -> Any:  # noqa: ANN401 - the client's
        return self.client.get(path, params={**query, "lang": self.lang})


def told(reply: Any, status: int) -> str:  # noqa: ANN401 - the client's
    """What *reply* tells in its notices, with nothing of it in English."""
    assert reply.status_code == status, reply.text[:300]
    assert reply.headers["content-type"].startswith("text/html"), reply.text[:300]
    notices = re.findall(r'<p class="note wrong" role="alert">(.*?)</p>', reply.text, re.S)
    assert notices, "it says what is wrong"
    text = html.unescape(" ".join(notices))
    for own in OWN:
        text = text.replace(own, "")
    assert not SENTENCE.search(text), text
    assert re.search(r"[\u4e00-\u9fff]", text)
    return text


@pytest.mark.parametrize("lang", CHINESE)
def test_wrong_input_on_tasks_bulk_and_versions_is_told_in_chinese(desk: Desk, data: Path, lang: Lang) -> None:
    reader = Reader(desk, lang)
    task = desk.records[0].obligations[0].task_id
    for form, status in (
        ({"who": " ", "status": "under_way"}, 422),
        ({"who": "<b>", "status": "under_way"}, 422),
        ({"who": "甲", "status": "done"}, 422),
        ({"who": "甲", "status": "nonsense"}, 422),
        ({"who": "甲", "due": "Monday noon"}, 422),
        ({"who": "甲", "percent": "200"}, 422),
        ({"who": "甲", "note": "长" * 20_001}, 422),
        ({"who": "甲", "status": "under_way", "revision": "7"}, 409),
    ):
        told(reader.post("/desk/task", id=task, **{"revision": "0", **form}), status)
    told(reader.post("/desk/task", id="nothing", revision="0", who="甲"), 404)
    told(reader.get("/desk/task", id="nothing"), 404)
    told(reader.get("/desk/task"), 422)
    unreadable = reader.client.post("/desk/task", content=b"\xff\xfe=\xff", headers=FORM, params={"lang": lang})
    told(unreadable, 422)
    told(reader.get("/desk/summary", as_of="Monday"), 200)
    told(reader.get("/desk/summary", number="9" * 61), 422)
    seen = {f"r:{task}": "0", f"t:{task}": "1"}
    told(reader.post("/desk/bulk", who="甲"), 422)
    told(reader.post("/desk/bulk", who="<b>", status="under_way", **seen), 422)
    told(reader.post("/desk/bulk", who="甲", status="done", **seen), 422)
    told(reader.get("/desk/bulk", due_before="Monday"), 422)
    for number in ("1", "x", ""):
        told(reader.post("/desk/bulk/undo", who="甲", number=number), 422)
    told(reader.get("/desk/versions", old="nowhere", new="nowhere"), 200)
    told(reader.get("/desk/versions/file", old="nowhere", new="x", form="json"), 422)
    told(reader.get("/desk/versions/file", old="x", new="x", form="doc"), 422)
    evil = {"Origin": "http://evil.example", **FORM}
    told(reader.client.post("/desk/task", content=b"id=x", headers=evil, params={"lang": lang}), 403)
    told(reader.client.post("/desk/import", content=bytes(LONGER["/desk/import"] + 1), params={"lang": lang}), 413)
    assert Ledger.find(data) is None or Ledger.open(data).current() == {}


@pytest.mark.parametrize("lang", CHINESE)
def test_wrong_input_on_a_review_is_told_in_chinese(desk: Desk, lang: Lang) -> None:
    reader = Reader(desk, lang)
    row = desk.records[0].obligations[0]
    form = {"id": row.task_id, "number": "0", "verdict": "corrected", "reason": "原文", "who": "甲"}
    assert 'name="f:force"' in reader.get("/desk/review", id=row.task_id).text
    for values in (
        {},
        {"who": "<b>", "f:force": "pilot"},
        {"reason": " ", "verdict": "confirmed"},
        {"reason": "长" * 20_001, "verdict": "confirmed"},
        {"verdict": "withdrawn"},
        {"verdict": "nonsense"},
        {"f:force": "must"},
        {"f:force": ""},
        {"f:object": "moon base"},
        {"a:0:role": "owner", "a:0:name": "海关总署"},
        {"a:0:role": "lead", "a:0:name": "moon bureau"},
        {"z:0": "far side"},
        {"d:words": "end times"},
        {"d:words": row.quote[:4], "d:kind": ""},
    ):
        told(reader.post("/desk/review", **{**form, **values}), 422)
    assert reader.post("/desk/review", **{**form, "verdict": "confirmed"}).status_code == 303
    told(reader.post("/desk/review", **{**form, "verdict": "confirmed"}), 409)
    told(reader.get("/desk/review", id="nothing"), 404)


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("lang", CHINESE)
def test_wrong_input_on_accounts_and_at_the_sign_in_is_told_in_chinese(desk: Desk, data: Path, lang: Lang) -> None:
    boss = Reader(desk, lang, "督查")
    for form, status in (
        ({"do": "add", "name": "王五", "role": "reader", "password": "short"}, 422),
        ({"do": "add", "name": "<b>", "role": "reader", "password": PASSWORD}, 422),
        ({"do": "add", "name": "张三", "role": "reader", "password": PASSWORD}, 409),
        ({"do": "add", "name": "王五", "role": "owner", "password": PASSWORD}, 422),
        ({"do": "unit", "name": "张三", "unit": "市水务局、市林业局"}, 422),
        ({"do": "remove", "name": "督查"}, 422),
        ({"do": "nonsense"}, 422),
    ):
        told(boss.post("/desk/accounts", **form), status)
    editor = Reader(desk, lang, "张三")
    task = desk.records[0].obligations[0].task_id
    told(editor.post("/desk/task", id=task, revision="0", status="closed"), 403)
    told(editor.post("/desk/review", id=task, number="0", verdict="confirmed", reason="原文"), 403)
    told(editor.post("/desk/accounts", do="remove", name="督查"), 403)
    for _ in range(FREE):
        told(boss.post("/desk/signin", name="李四", password="wrong"), 401)
    waiting = boss.post("/desk/signin", name="李四", password="wrong")
    told(waiting, 429)
    assert waiting.headers["retry-after"].isdecimal()
    Accounts(data).path.write_text("no accounts at all", "utf-8")
    told(editor.get("/desk/accounts"), 422)


@pytest.mark.parametrize("lang", CHINESE)
def test_a_store_that_cannot_be_read_is_told_in_chinese(desk: Desk, data: Path, lang: Lang) -> None:
    path = store_file(data)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"this is no database, it is a letter" * 99)
    reader = Reader(desk, lang)
    task = desk.records[0].obligations[0].task_id
    line = told(reader.get("/desk/task", id=task), 422)
    assert "hetao restore" in line
    told(reader.get("/desk/bulk"), 422)
    told(reader.get("/desk/summary"), 422)
    told(reader.post("/desk/review", id=task, number="0", verdict="confirmed", reason="原文", who="甲"), 422)
