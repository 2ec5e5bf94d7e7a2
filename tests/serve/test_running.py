"""A desk that runs for an office: behind a proxy, with a log of requests, and ended without losing an answer."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import pytest

from kg import settings
from kg.errors import HetaoError
from tests.serve.asking import Server
from tests.serve.pages import all_of, complaints, fetched, once, requested, text_of
from tests.serve.proxy import proxied
from tests.serve.test_http import start

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "货物分线管理的具体管理办法由谁制定？"
QUOTE = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
AT_THE_ROOT = {"/manifest.json", "/favicon.ico"}
"""What Gradio's page has a browser ask of the host's root, whatever it is told; it can do without them."""

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?a > ?d) }"


@contextmanager
def running(built: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is killed where the test fails before it has ended it."""
    with start(built, "--port", "0", *arguments, **environment) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], how: signal.Signals) -> str:
    """End *process* and return what it said on stderr."""
    process.send_signal(how)
    _, told = process.communicate(timeout=120)
    return told


# ------------------------------------------------------------------ behind a proxy


@pytest.mark.browser
@pytest.mark.parametrize("stripping", [True, False], ids=["the proxy takes the path off", "the proxy leaves it"])
def test_the_desk_works_below_a_path(stripping: bool, browser: Chrome, built: Path) -> None:
    requested(browser)
    browser.get_log("browser")
    with running(built, "--root-path", "/office/hetao/") as process:
        assert process.stdout
        said = process.stdout.readline().strip()
        assert said.endswith("/office/hetao")
        with proxied(said.removesuffix("/office/hetao"), "/office/hetao", stripping=stripping) as (address, asked):
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
            links = [link.get_attribute("href") for link in browser.find_elements("css selector", "a")]
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
        assert "Traceback" not in ended(process, signal.SIGINT)


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


def logged(built: Path, **environment: str) -> list[tuple[str, str, str]]:
    """The lines that one question, an address that forges and a wrong one leave."""
    with running(built, **environment) as process:
        assert process.stdout
        server = Server(process.stdout.readline().strip())
        assert server.get("/api/ask", {"q": QUESTION}).status == 200
        assert server.ask("/api/%0A2026-01-01T00:00:00+08:00 GET /forged%1B[31m%E2%80%AE").status == 404
        assert server.get("/api/search", {"q": "x", "top": "0"}).status == 422
        told = ended(process, signal.SIGINT)
    lines = told.splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), told
    return [(m[1], m[2], m[3]) for m in found if m]


def test_nothing_is_logged_unless_asked_for(built: Path) -> None:
    assert logged(built) == []


def test_a_log_leaves_out_what_was_asked_and_nobody_forges_a_line(built: Path) -> None:
    lines = logged(built, HETAO_ACCESS_LOG="plain")
    assert [(method, path, status) for method, path, status in lines if "forged" not in path] == [
        ("GET", "/api/ask", "200"),
        ("GET", "/api/search", "422"),
    ]
    assert [path for _, path, _ in lines if "forged" in path] == [
        "/api/%0A2026-01-01T00:00:00+08:00%20GET%20/forged%1B[31m%E2%80%AE"
    ]


def test_a_full_log_says_what_was_asked(built: Path) -> None:
    lines = logged(built, HETAO_ACCESS_LOG="full")
    assert ("GET", f"/api/ask?{urlencode({'q': QUESTION})}", "200") in lines


# ------------------------------------------------------------------ the end


def children(process: subprocess.Popen[str]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(number) for path in found for number in path.read_text().split()]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_under_way_is_finished_and_no_process_is_left(how: signal.Signals, built: Path) -> None:
    with running(built, HETAO_ACCESS_LOG="plain", HETAO_QUERY_SECONDS="3") as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        server = Server(address)
        assert server.get("/sparql", {"query": "ASK { ?s ?p ?o }"}).status == 200
        workers = children(process)
        assert workers
        statuses: list[int] = []
        # it ends at its limit, some seconds after the signal, with a status of its own and not with a broken line
        asking = threading.Thread(target=lambda: statuses.append(server.get("/sparql", {"query": SLOW}).status))
        asking.start()
        until = time.monotonic() + 60
        while not busy(workers) and time.monotonic() < until:
            time.sleep(0.05)
        told = ended(process, how)
        asking.join(60)
    assert statuses in ([503], [200])
    assert "Traceback" not in told
    assert process.returncode == (130 if how is signal.SIGINT else 0)
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []


def busy(workers: list[int]) -> bool:
    """Whether a worker computes: its state is running."""
    stats = [Path(f"/proc/{pid}/stat") for pid in workers]
    return any(") R " in stat.read_text() for stat in stats if stat.exists())


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


# ------------------------------------------------------------------ a build by another version


def test_a_build_by_another_version_is_made_anew_and_said_so(built: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(built, data)
    manifest = next((data / "builds").iterdir()) / "manifest.json"
    plain = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**plain, "format": 1}), encoding="utf-8")
    with running(data) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert Server(address).get("/healthz").json["status"] == "ok"
        told = ended(process, signal.SIGINT)
    assert told.startswith(f"hetao: the build in {data} is damaged or by another version: it is made anew\n")
    assert json.loads(manifest.read_bytes())["format"] == plain["format"]
