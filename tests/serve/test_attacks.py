"""What somebody may try against the desk, a row each: nothing of it runs, leaves the machine, or ends the server."""

from __future__ import annotations

import http.client
import json
import select
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from kg import pipeline
from kg.serve.doors import DRAINED
from tests.serve.asking import Server
from tests.serve.evil import EVIL, attacked, evil, still_well
from tests.serve.pages import ask, once, opened, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["attacked", "evil", "still_well"]

RAN = "return window.hkEvil"


# ------------------------------------------------------------------ markup that would run

VIEWS = (
    "?clause=1", "?clause=3", "?view=things", "?view=ledger", "?view=coverage", "?view=about", "?view=sparql",
    "?view=graph", "?agent=市水务局", f"?clause={EVIL}", f"?view={EVIL}", f"?agent={EVIL}", f"?zone={EVIL}",
    f"?policy={EVIL}", f"?obligation={EVIL}", f"?view=ledger&text={EVIL}", f"?view=ledger&agent={EVIL}",
    f"?view=ledger&due_before={EVIL}", f"?view=ledger&sort={EVIL}", f"?view=ledger&columns={EVIL}",
)  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["", "/zh-Hant", "/en"])
def test_no_markup_of_a_plan_or_of_an_address_runs(lang: str, browser: Chrome, attacked: Server) -> None:
    for view in VIEWS:
        name, _, value = view.removeprefix("?").rpartition("=")
        opened(browser, f"{attacked.address}{lang}/?{name}={quote(value)}")
        assert browser.execute_script(RAN) is None, view
        assert not browser.find_elements("css selector", "[onerror], [onload], [onmouseover]"), view


@pytest.mark.browser
def test_the_markup_of_a_plan_is_shown_as_its_words(browser: Chrome, attacked: Server) -> None:
    opened(browser, f"{attacked.address}/?clause=1")
    once(lambda: "onerror=hkEvil" in browser.find_element("css selector", ".hk-reader").text, "the words of the clause")


@pytest.mark.browser
def test_no_markup_of_a_question_or_of_what_is_said_of_an_answer_runs(
    browser: Chrome, attacked: Server, evil: Path
) -> None:
    opened(browser, attacked.address)
    ask(browser, f"清理河道由谁负责？{EVIL}")
    text_of(browser, "answer", "河道")
    assert browser.execute_script(RAN) is None
    said = {"question": EVIL, "answer": EVIL, "right": False, "comment": EVIL, "time": "2026-01-01T00:00:00+08:00"}
    kept = evil / "feedback" / "answers.jsonl"
    kept.parent.mkdir(exist_ok=True)
    before = kept.read_bytes() if kept.exists() else b""
    kept.write_bytes(before + json.dumps(said).encode() + b"\n")
    opened(browser, f"{attacked.address}/?view=about")
    assert browser.execute_script(RAN) is None
    assert not browser.find_elements("css selector", "[onerror], [onload]")
    kept.write_bytes(before)


@pytest.mark.browser
def test_no_markup_of_a_thing_runs_on_its_own_page(browser: Chrome, attacked: Server) -> None:
    graph = attacked.get("/sparql", {"query": "SELECT DISTINCT ?s { ?s ?p ?o }"}, Accept="text/csv").body.decode()
    things = [line for line in graph.split("\r\n") if "/id/" in line]
    assert len(things) > 20
    for thing in things[::3]:
        browser.get(attacked.address + urlsplit(thing).path.removeprefix("/hetao-kg"))
        assert browser.execute_script(RAN) is None, thing
        assert not browser.find_elements("css selector", "[onerror], [onload], script:not([src])"), thing


def test_a_reply_with_markup_is_never_sent_as_a_page(attacked: Server) -> None:
    for path in ("/api/ask", "/api/search"):
        reply = attacked.get(path, {"q": f"河道{EVIL}"})
        assert reply.kind == "application/json"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    refused = attacked.get("/api/export", {"format": EVIL})
    assert (refused.status, refused.kind) == (422, "application/problem+json")


# ------------------------------------------------------------------ bodies, paths, headers


TAKING = ("/api/ask", "/sparql", "/gradio_api/queue/join", "/gradio_api/mcp/", "/gradio_api/upload")
"""Paths that take a body: our own doors, and the page's."""


@pytest.mark.parametrize("path", TAKING)
def test_a_body_that_says_it_is_huge_is_refused_before_it_is_sent(path: str, attacked: Server) -> None:
    place = urlsplit(attacked.address)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {1 << 30}\r\n\r\n"
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", TAKING)
def test_a_body_without_end_is_not_taken(path: str, attacked: Server) -> None:
    place = urlsplit(attacked.address)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    sent, reply = 0, b"HTTP/1.1 413 "
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as connection:
        connection.sendall(head.encode())
        try:
            while not select.select([connection], [], [], 0)[0] and sent < 1 << 28:
                connection.sendall(chunk)
                sent += len(chunk)
            reply = connection.recv(65_536)
        except (ConnectionResetError, BrokenPipeError):
            pass  # it hung up on one that goes on talking, and the answer went with the rest
    assert reply.startswith(b"HTTP/1.1 413 ")
    # what the sockets on both sides hold comes on top of what is read
    assert sent < DRAINED + (1 << 26)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"q":' * 5000 + b"1" + b"}" * 5000,
        b'{"q": "\\ud800"}',
        b"\xff\xfe",
        b'{"q": 1}',
        b"null",
    ],
)
def test_a_body_that_is_no_question_is_told_in_one_line(body: bytes, attacked: Server) -> None:
    reply = attacked.ask("/api/ask", body=body, Content_Type="application/json")
    assert 400 <= reply.status < 500, reply.body[:200]
    assert b"Traceback" not in reply.body


SECRET = "root:x:0:0"
PATHS = (
    "/id/../../../../etc/passwd", "/id/..%2f..%2f..%2fetc%2fpasswd", "/id/%2e%2e/%2e%2e/etc/passwd",
    "/vendor/../../../etc/passwd", "/vendor/..%2f..%2f..%2f..%2fetc/passwd", "/vendor/%00", "/assets/../../etc/passwd",
    "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../../../etc/passwd", "/gradio_api/file%3d/etc/passwd",
    "/file=/etc/passwd", "/static/../../../../etc/passwd", "/theme.css/../../../etc/passwd",
    "/%2e%2e%2f%2e%2e%2fetc/passwd",
    "/id/clause/..%5c..%5cwindows", "//etc/passwd", "/desk/ledger.%2e%2e%2fetc", "/gradio_api/component_server",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_what_is_shown(path: str, attacked: Server) -> None:
    place = urlsplit(attacked.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request("GET", path)  # as it stands: a client of another kind would tidy it up first
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    assert SECRET.encode() not in body
    assert b"Traceback" not in body
    assert reply.status < 500


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nSet-Cookie: evil=1", "a%0d%0aX-Evil:%201", "a\u2028X-Evil: 1"])
def test_no_value_becomes_a_header(value: str, attacked: Server) -> None:
    for path in (
        f"/api/ask?q={quote(value)}", f"/id/{quote(value)}", f"/?q={quote(value)}",
        f"/api/export?format={quote(value)}",
        f"/desk/ledger.csv?text={quote(value)}", f"/sparql?query={quote(value)}",
    ):  # fmt: skip
        reply = attacked.ask(path.replace("%25", "%"))
        names = {name.lower() for name in reply.headers}
        assert not names & {"x-evil", "set-cookie"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1\r\nX-Evil: 1", "<script>", "a" * 5000])
def test_a_host_that_is_not_ours_comes_into_no_reply(host: str, attacked: Server) -> None:
    place = urlsplit(attacked.address)
    for path in ("/id/", "/sparql", "/", "/openapi.json"):
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            reply = b""
            while part := connection.recv(65_536):
                reply += part
        head, _, _ = reply.partition(b"\r\n\r\n")
        assert b"evil.example" not in head
        assert b"\r\nX-Evil" not in head
        assert b"Traceback" not in reply


def test_names_that_leave_the_folder_are_kept_in_it(evil: Path, model_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "..%2f..%2fx ; rm -rf .txt"
    shutil.copy(next(evil.parent.glob("*.txt")), source)
    data = tmp_path / "data"
    pipeline.build([source], data, model=model_folder)
    assert {path.name for path in tmp_path.iterdir()} == {source.name, "data"}
