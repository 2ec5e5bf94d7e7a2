"""A desk that runs for an office: behind a proxy, with a log of requests, and ended without losing an answer."""

from __future__ import annotations

import http.client
import io
import json
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

import kg.cli
import kg.cli.builds
import search_app
from kg import pipeline, settings
from kg.errors import HetaoError
from kg.pipeline.stages import Progress
from kg.web.desk.desk import Desk
from kg.web.http.access_log import AccessLog
from kg.web.http.proxy import Below, own_path
from tests.conftest import ROOT, Need
from tests.web.nginx import behind_nginx, find_nginx
from tests.web.pages import QUESTION, QUOTE, all_of, complaints, fetched, once, requested, text_of
from tests.web.proxy import proxied
from tests.web.server import Server, ended, running

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from starlette.types import Receive, Scope, Send

AT_THE_ROOT = {"/manifest.json", "/favicon.ico"}
"""What Gradio's page has a browser ask of the host's root, whatever it is told; it can do without them."""

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?a > ?d) }"


# ------------------------------------------------------------------ behind a proxy


@pytest.fixture(scope="module")
def below(built: Path) -> Iterator[tuple[subprocess.Popen[str], Server]]:
    """A server that is shown below /office/hetao, and its process, which the last test of this file ends."""
    given = {"HETAO_ACCESS_LOG": "plain", "HETAO_QUERY_SECONDS": "3"}
    with running(built, "--root-path", "/office/hetao/", **given) as (process, server):
        assert server.address.endswith("/office/hetao")
        yield process, Server(server.address.removesuffix("/office/hetao"))


@pytest.mark.browser
@pytest.mark.parametrize(
    "stripping",
    [True, pytest.param(False, marks=pytest.mark.soak)],
    ids=["the proxy takes the path off", "the proxy leaves it"],
)
def test_the_desk_works_below_a_path(
    stripping: bool, browser: Chrome, below: tuple[subprocess.Popen[str], Server]
) -> None:
    requested(browser)
    browser.get_log("browser")
    with proxied(below[1].address, "/office/hetao", stripping=stripping) as (address, asked):
        browser.get(f"{address}/?q={quote(QUESTION)}")
        text_of(browser, "answer", QUOTE)
        browser.find_element("css selector", "#answer .hk-place a").click()
        text_of(browser, "reader", "（十五）实施货物分线管理")
        assert urlsplit(browser.current_url).path == "/office/hetao/"
        browser.back()
        text_of(browser, "answer", QUOTE)
        next(link for link in all_of(browser, "#head a") if link.text == "English").click()
        once(lambda: "Ask" in [e.text for e in all_of(browser, "[role=tab]")], "the page in English")
        assert urlsplit(browser.current_url).path == "/office/hetao/en/"
        browser.get(f"{address}/en/?view=graph&around={quote('agent/财政部')}")
        once(lambda: all_of(browser, "#graph canvas"), "the graph")
        browser.get(f"{address}/?view=ledger&clause=15")
        once(lambda: all_of(browser, "#table tbody tr"), "the ledger")
        assert fetched(browser, all_of(browser, ".hk-get-csv")[0]).decode("utf-8-sig").count("\r\n") > 5
        browser.get(f"{address}/id/guofa-2023-12/clause/15")
        links = [link.get_attribute("href") for link in all_of(browser, "a")]
        own = [link for link in links if link and urlsplit(link).netloc == urlsplit(address).netloc]
        assert len(own) > 3
        assert all(urlsplit(link).path.startswith("/office/hetao/") for link in own)
        browser.get(f"{address}/docs")
        assert "/api/ask" in browser.find_element("tag name", "body").text
        assert {path for path in asked if not path.startswith("/office/hetao")} <= AT_THE_ROOT
        assert len(asked) > 20
        assert requested(browser) == {urlsplit(address).netloc}
        assert [said for said in complaints(browser) if not any(path in said for path in AT_THE_ROOT)] == []
        browser.get("about:blank")


def test_nginx_as_it_is_described_passes_everything_on_and_logs_no_token(
    below: tuple[subprocess.Popen[str], Server], need: Need, tmp_path: Path
) -> None:
    nginx = find_nginx()
    need(nginx and shutil.which("openssl"), "nginx or openssl", "sudo apt-get install nginx-light openssl")
    with behind_nginx(str(nginx), below[1].address, "/office/hetao", tmp_path) as front:
        host = urlsplit(front.address).netloc

        def asked(path: str, length: int = 0, **headers: str) -> tuple[int, Message, bytes]:
            """Answer, without what follows the first line of a stream; a body of *length* is declared and not sent."""
            connection = http.client.HTTPSConnection(host, context=front.trust, timeout=60)
            more = {"Content-Length": str(length)} if length else {}
            connection.request("POST" if length else "GET", f"/office/hetao{path}", headers=headers | more)
            reply = connection.getresponse()
            stream = reply.headers.get_content_type() == "text/event-stream"
            told = reply.readline() if stream else reply.read()
            connection.close()
            return reply.status, reply.headers, told

        status, headers, page = asked("/")
        assert (status, b"gradio" in page) == (200, True)
        assert "max-age" in headers["Strict-Transport-Security"]
        status, headers, _ = asked("")
        assert (status, headers["Location"]) == (301, f"{front.address}/")
        # the desk knows that it is reached by https, and below which path
        assert f"<{front.address}/sparql>" in asked("/sparql", Accept="text/turtle")[2].decode()
        assert json.loads(asked(f"/api/ask?{urlencode({'q': QUESTION})}")[2])["answered"]
        assert asked("/ledger.ics?text=x")[2].startswith(b"BEGIN:VCALENDAR")
        assert asked("/ledger.ics?token=secret")[0] == 401
        # a stream of events comes as it is sent, and not when it ends: this one goes on until the page is left
        status, headers, line = asked("/gradio_api/heartbeat/x")
        assert (status, headers.get_content_type(), line.startswith(b"data:")) == (200, "text/event-stream", True)
        assert asked("/desk/import", 17 << 20)[0] == 413
    log = front.log.read_text("utf-8")
    assert "GET /office/hetao/ledger.ics" in log
    assert "secret" not in log
    assert "q=" not in log


@pytest.mark.parametrize("path", ["/id/x", "/office/hetao/id/x"])
def test_an_address_is_the_same_whether_the_proxy_takes_its_path_off_or_leaves_it(path: str) -> None:
    seen: list[tuple[str, str]] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["path"], own_path(scope)))
        await Response()(scope, receive, send)

    TestClient(Below(note, "/office/hetao")).get(path)
    assert seen == [("/office/hetao/id/x", "/id/x")]


@pytest.mark.parametrize("root", ["/a b", "//evil.example", "/a/../b", "/<script>", "/a?b", "http://x/"])
def test_a_root_path_that_is_none_is_refused(root: str) -> None:
    with pytest.raises(HetaoError, match="give one such as /hetao"):
        settings.load_place(None, None, root)


def test_what_is_given_goes_before_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load_place(None, None, None) == ("127.0.0.1", 7860, "")
    monkeypatch.setenv("HETAO_HOST", "0.0.0.0")
    monkeypatch.setenv("HETAO_PORT", "80")
    monkeypatch.setenv("HETAO_ROOT_PATH", "hetao/")
    assert settings.load_place(None, None, None) == ("0.0.0.0", 80, "/hetao")
    assert settings.load_place("::1", 0, "") == ("::1", 0, "")
    monkeypatch.setenv("HETAO_PORT", "70000")
    with pytest.raises(HetaoError, match="HETAO_PORT=70000"):
        settings.load_place(None, None, None)


# ------------------------------------------------------------------ the log

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00 (\S+) (\S+) (\d{3}|given-up) \d+ B \d+ ms")
FORGED = "/api/%0A2026-01-01T00:00:00+08:00%20GET%20/forged%1B[31m%E2%80%AE"


def logged(told: str) -> list[tuple[str, str, str]]:
    found = [LINE.fullmatch(line) for line in told.splitlines()]
    assert all(found), told
    return [(m[1], m[2], m[3]) for m in found if m]


@pytest.mark.parametrize(("full", "asked"), [(False, "/api/ask"), (True, f"/api/ask?{urlencode({'q': QUESTION})}")])
def test_only_a_full_log_says_what_was_asked_and_nobody_forges_a_line(full: bool, asked: str) -> None:
    stream = io.StringIO()
    client = TestClient(AccessLog(Starlette(), full=full, stream=stream))
    client.get("/api/ask", params={"q": QUESTION})
    client.get(FORGED)
    assert logged(stream.getvalue()) == [("GET", asked, "404"), ("GET", FORGED, "404")]


# ------------------------------------------------------------------ the settings


def test_the_table_of_settings_is_what_the_documents_and_the_help_say() -> None:
    rows = [f"| `{one.name}` | {one.usual or '(empty)'} | {one.what} |" for one in settings.TABLE]
    told = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in told
    names = {one.name for one in settings.TABLE}
    read: set[str] = set()
    for path in [*(ROOT / "kg").rglob("*.py"), ROOT / "search_app.py"]:
        read |= set(re.findall(r'"(HETAO_[A-Z_]+)"', path.read_text("utf-8")))
    assert read == names


# ------------------------------------------------------------------ no build, or one by another version


def test_the_first_start_says_that_it_builds_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    def make(sources: tuple[Path, ...], folder: Path, *, remember: bool, told: Progress) -> None:
        assert remember
        said.append(capsys.readouterr().err)
        raise HetaoError(folder, "it is not built here", "nothing")

    monkeypatch.setattr(kg.cli.builds, "make", make)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert kg.cli.run(["serve", "--port", "0", "--data", str(tmp_path)]) == 2
    (line,) = said
    assert line.startswith(f"hetao: nothing is built in {tmp_path} yet: building first; http://127.0.0.1:")
    assert line.endswith(" says how far it is\n")


def test_a_build_by_another_version_is_made_anew_and_said_so(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder,) = (data / "builds").iterdir()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    served: list[Desk] = []

    def make(sources: tuple[Path, ...], folder: Path, *, remember: bool, told: Progress) -> None:
        # copies in a folder that is gone afterwards
        assert not remember
        (held,) = sources
        assert held.read_bytes() == (data.parent / "qingchuan.txt").read_bytes()
        pipeline.build([held], folder)

    monkeypatch.setattr(kg.cli.builds, "make", make)
    monkeypatch.setattr(search_app, "serve", lambda desk, *_: served.append(desk))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert kg.cli.run(["serve", "--port", "0", "--data", str(data)]) == 0
    told = capsys.readouterr().err
    assert told.startswith(f"hetao: the build in {data} is damaged or by another version: building again; http")
    assert told.count("\n") == 1
    assert [desk.build.manifest["format"] for desk in served] == [manifest["format"]]
    served[0].close()


# ------------------------------------------------------------------ the end


def children(process: subprocess.Popen[str]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(number) for path in found for number in path.read_text().split()]


def test_an_answer_under_way_is_finished_and_logged_and_no_process_is_left(
    below: tuple[subprocess.Popen[str], Server],
) -> None:
    process, server = below
    assert server.get("/sparql", {"query": "ASK { ?s ?p ?o }"}).status == 200
    workers = children(process)
    assert workers
    # it ends at its limit, some seconds after the signal, with a status of its own and not with a broken line
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.get, "/sparql", {"query": SLOW})
        once(lambda: busy(workers), "the query under way", 60)
        told = ended(process, signal.SIGTERM)
        status = asked.result().status
    assert status in (503, 200)
    assert logged(told)[-2:] == [("GET", "/sparql", "200"), ("GET", "/sparql", str(status))]
    assert process.returncode == 0
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []


def busy(workers: list[int]) -> bool:
    """Whether a worker computes: its state is running."""
    stats = [Path(f"/proc/{pid}/stat") for pid in workers]
    return any(") R " in stat.read_text() for stat in stats if stat.exists())
