"""HETAO_SIGN_IN=all: nothing is read without a session or a token, and a token opens what it is for and no more."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from starlette.applications import Starlette

from kg import settings
from kg.builds import load_build
from kg.errors import HetaoError
from kg.ledger.accounts import Accounts
from kg.ledger.tokens import Tokens
from kg.settings import Serving
from kg.web.desk.desk import Desk
from kg.web.http.access_log import AccessLog
from kg.web.http.application import create_app
from tests.web.conftest import PASSWORD

CLOSED = Serving(sign_in="all")
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
READABLE = (
    "/api/ask?q=河道由谁负责", "/api/search?q=河道", "/api/obligations", "/api/export?format=csv",
    "/api/export?format=xlsx", "/sparql?query=ASK{}", "/id/qingchuan/clause/1", "/docs", "/openapi.json", "/ledger.ics",
    "/ledger.ics?agent=市水务局",
)  # fmt: skip
OWN = ("/desk/task", "/desk/bulk", "/desk/summary", "/desk/import", "/desk/review", "/desk/feedback", "/desk/vendor/x")


@pytest.fixture
def desk(data: Path) -> Iterator[Desk]:
    desk = Desk(load_build(data))
    yield desk
    desk.close()


@pytest.fixture
def tokens(data: Path) -> Tokens:
    return Tokens(data)


def client(desk: Desk, serving: Serving = CLOSED, *, alone: bool = False) -> TestClient:
    app = create_app(desk, serving, alone=alone)
    return TestClient(app, base_url="http://127.0.0.1:7860", follow_redirects=False)


def post(asking: TestClient, path: str, **form: str) -> Any:  # noqa: ANN401
    return asking.post(path, content=urlencode(form), headers={"Content-Type": "application/x-www-form-urlencoded"})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_stranger_reads_nothing_and_is_told_how_to_sign_in(desk: Desk, accounts: Accounts) -> None:
    asking = client(desk, alone=True)
    for path in (*READABLE, *OWN, "/", "/nothing/there", "/healthz/", "/desk/signin/x", "//healthz"):
        reply = asking.get(path)
        assert reply.status_code == 401, path
        assert reply.headers["www-authenticate"].startswith("Bearer ")
        assert "/desk/signin" in reply.json()["detail"]
        page = asking.get(path, headers=PAGE)
        assert (page.status_code, 'type="password"' in page.text) == (401, True), path
        assert "河道" not in page.text
    assert asking.post("/sparql", data={"query": "ASK {}"}).status_code == 401
    assert asking.post("/api/ask", json={"q": "谁？"}).status_code == 401
    assert asking.delete("/desk/feedback").status_code == 401
    assert asking.head("/api/export?format=csv").status_code == 401
    assert asking.get("/healthz").status_code == 200
    assert asking.get("/desk/signin").status_code == 200


@pytest.mark.parametrize(
    ("path", "lang"),
    [
        ("/?q=谁负责&view=ask", "zh-Hans"),
        ("/en/?clause=1", "en"),
        ("/zh-Hant/", "zh-Hant"),
        ("/id/a/clause/1", "zh-Hans"),
    ],
)
def test_who_signs_in_goes_on_to_where_they_were_and_reads(
    path: str, lang: str, desk: Desk, accounts: Accounts
) -> None:
    asking = client(desk)
    page = asking.get(path, headers=PAGE)
    assert f'<html lang="{lang}">' in page.text
    following = html.unescape(re.search(r'name="next" value="([^"]*)"', page.text)[1])  # type: ignore[index]
    reply = post(asking, "/desk/signin", name="读者", password=PASSWORD, next=following)
    assert reply.headers["location"] == str(asking.base_url.join(path).raw_path, "ascii")
    # a link in a mail finds who is signed in
    assert "SameSite=lax" in reply.headers["set-cookie"]
    for readable in READABLE:
        assert asking.get(readable).status_code in (200, 404), readable
    assert post(asking, "/desk/signout").status_code == 303
    assert asking.get("/api/obligations").status_code == 401


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example/", "", "/id", "/en/../x"])
def test_nobody_is_led_to_another_site(evil: str, desk: Desk, accounts: Accounts) -> None:
    reply = post(client(desk), "/desk/signin", name="读者", password=PASSWORD, next=evil)
    assert reply.headers["location"].startswith("/desk/summary?")


def test_without_accounts_nobody_gets_in_even_on_this_machine(desk: Desk) -> None:
    asking = client(desk, alone=True)
    reply = asking.get("/", headers=PAGE)
    assert reply.status_code == 403
    assert "hetao account put" in reply.text
    assert asking.get("/api/obligations").status_code == 401
    assert asking.delete("/desk/feedback").status_code == 401


def test_a_token_to_read_opens_what_is_read_and_nothing_else(desk: Desk, accounts: Accounts, tokens: Tokens) -> None:
    asking, token = client(desk), tokens.create("OA", "read")
    for path in READABLE:
        assert asking.get(path, headers=bearer(token)).status_code in (200, 404), path
        assert asking.get(path, headers=bearer(f"{token}x")).status_code == 401
        assert asking.get(path, headers={"Authorization": f"Basic {token}"}).status_code == 401
        assert asking.get(path, headers={"Authorization": token}).status_code == 401
    assert asking.post("/sparql", data={"query": "ASK {}"}, headers=bearer(token)).status_code == 200
    assert asking.post("/api/ask", json={"q": "谁？"}, headers=bearer(token)).status_code == 200
    for path in (*OWN, "/", "/gradio_api/queue/join", "/api/obligations"):
        assert asking.post(path, headers=bearer(token)).status_code in (401, 415), path
    for path in (*OWN, "/", "/gradio_api/info"):
        assert asking.get(path, headers=bearer(token)).status_code == 401, path
    assert asking.delete("/desk/feedback", headers=bearer(token)).status_code == 401
    # an address is seen by too many to hold such a token, except for the one that needs it
    assert asking.get(f"/api/obligations?token={token}").status_code == 401
    tokens.revoke("OA")
    assert asking.get("/api/obligations", headers=bearer(token)).status_code == 401


def test_a_token_for_the_calendar_opens_the_calendar_alone(desk: Desk, accounts: Accounts, tokens: Tokens) -> None:
    asking, token = client(desk), tokens.create("日历", "calendar")
    reply = asking.get(f"/ledger.ics?agent=市水务局&token={token}")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/calendar")
    assert reply.headers["cache-control"] == "no-store"
    assert token not in reply.text
    assert Calendar.from_ical(reply.content).walk("VEVENT")
    assert asking.get("/ledger.ics", headers=bearer(token)).status_code == 200
    assert asking.post(f"/ledger.ics?token={token}").status_code == 401
    for path in READABLE:
        if not path.startswith("/ledger.ics"):
            assert asking.get(path, headers=bearer(token)).status_code == 401, path
    assert asking.get(f"/ledger.ics?token={token}&agnt=x").status_code == 422
    tokens.revoke("日历")
    assert asking.get(f"/ledger.ics?token={token}").status_code == 401


def test_by_default_reading_is_open_and_a_wrong_token_is_refused_all_the_same(desk: Desk, tokens: Tokens) -> None:
    asking = client(desk, Serving())
    for path in READABLE:
        assert asking.get(path, headers=bearer("x")).status_code in (200, 404), path
    token = tokens.create("日历", "calendar")
    assert asking.get(f"/ledger.ics?token={token}").status_code == 200
    for wrong in ("", "x", f"{token[:-1]}"):
        assert asking.get(f"/ledger.ics?token={wrong}").status_code == 401


@pytest.mark.parametrize("name", ["tokens.json", "accounts.json"])
def test_where_a_file_is_damaged_nobody_gets_in_and_no_folder_is_named(
    name: str, desk: Desk, accounts: Accounts, tokens: Tokens, data: Path
) -> None:
    token = tokens.create("OA", "read")
    (data / "ledger" / name).write_text('[{"name": "x"}]', "utf-8")
    reply = client(desk).get("/api/obligations", headers=bearer(token) | {"Cookie": "hetao_session=x"})
    assert reply.status_code == 500
    assert str(data) not in reply.text


def test_tokens_are_kept_as_hashes_for_their_owner_s_eyes(tokens: Tokens) -> None:
    token = tokens.create("OA", "read")
    assert len(token) > 40
    assert token not in tokens.path.read_text("utf-8")
    assert token.removeprefix("hetao_") not in tokens.path.read_text("utf-8")
    assert tokens.path.stat().st_mode & 0o077 == 0
    with pytest.raises(HetaoError, match="there is a token of that name"):
        tokens.create("OA", "calendar")
    assert tokens.verify(token) == tokens.all()["OA"]


@pytest.mark.parametrize("query", ["token=secret", "agent=x&tok%65n=secret", "token=a&token=secret", "+=&token=secret"])
def test_no_log_has_a_token(query: str) -> None:
    for full in (True, False):
        stream = io.StringIO()
        TestClient(AccessLog(Starlette(), full=full, stream=stream)).get(f"/ledger.ics?{query}")
        assert "secret" not in stream.getvalue()
        assert ("token=…" in stream.getvalue()) == full


def test_a_value_that_is_none_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HETAO_SIGN_IN", "yes")
    with pytest.raises(HetaoError, match=r"HETAO_SIGN_IN=yes.*give one of reporting, all"):
        settings.load_serving()
    monkeypatch.setenv("HETAO_SIGN_IN", "all")
    assert settings.load_serving().sign_in == "all"
