"""A server that has to build first: it answers from the start, and the desk takes its place without a gap."""

from __future__ import annotations

import json
import logging
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.vocab import Lang
from kg.web.http.building import BuildingApp
from kg.web.http.listening import address_of, answered_beside, listening
from kg.web.wording import words
from tests.copies import copy_build, copy_exports
from tests.web.pages import once
from tests.web.server import Server, ended, problem_of, start

HTML = "text/html,*/*;q=0.8"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(server: Server) -> bool:
    try:
        return server.ask("/healthz").status > 0
    except OSError:
        return False


@pytest.fixture
def outdated(small_build: Path, built: Path, tmp_path: Path) -> Path:
    """A data folder whose build is another version's: the server makes it again, with the model."""
    data = copy_exports(built, copy_build(small_build, tmp_path, without=("encoders",)) / "data")
    (folder,) = (data / "builds").iterdir()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    return data


def test_a_copy_of_its_socket_leaves_a_server_at_work() -> None:
    with listening("127.0.0.1", 0) as listener, answered_beside(BuildingApp(), listener, "", "off"):
        server = Server(address_of(listener, ""))
        assert server.ask("/healthz").status == 503
        listener.dup().close()
        assert [server.ask("/healthz").status for _ in range(3)] == [503] * 3


def test_a_server_keeps_no_log_of_requests_of_its_own_accord() -> None:
    with listening("127.0.0.1", 0) as listener, answered_beside(BuildingApp(), listener, "", "off"):
        assert Server(address_of(listener, "")).ask("/healthz").status == 503
        assert not logging.getLogger("uvicorn.access").hasHandlers()
        assert logging.getLogger("uvicorn.error").hasHandlers()


def test_a_server_answers_while_it_builds_and_the_desk_follows_without_a_gap(outdated: Path) -> None:
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}")
    with start(outdated, "--port", str(port)) as process:
        try:
            once(lambda: answers(server), "the first answer", 60)
            meanwhile = server.ask("/desk/summary?as_of=2026-01-01", Accept=HTML, Accept_Language="zh-HK")
            assert meanwhile.status == 503
            assert int(meanwhile.headers["Retry-After"]) > 0
            text = meanwhile.body.decode()
            assert '<html lang="zh-Hant">' in text
            assert words("zh-Hant")["building"]["title"] in text
            assert re.search(r'<meta http-equiv="refresh" content="\d+">', text), "it loads itself again"
            state = server.ask("/healthz")
            assert (state.status, state.json["status"]) == (503, "building")
            told = server.ask("/api/search?q=x")
            assert "the build is being made" in problem_of(told)
            assert (told.status, told.headers["Retry-After"]) == (503, "3")
            # no request is refused until the desk answers
            until = time.monotonic() + 240
            while (reply := server.ask("/", Accept=HTML)).status == 503:
                assert time.monotonic() < until
                time.sleep(0.02)
            assert reply.status == 200
            assert process.stdout
            assert process.stdout.readline().strip() == server.address
            assert server.ask("/healthz").json["status"] == "ok"
            assert server.ask("/api/obligations?limit=1").json["total"] > 0
            said = ended(process)
        finally:
            process.kill()
    assert "building again" in said


def test_an_interrupt_during_the_build_ends_it_and_leaves_nothing_behind(outdated: Path) -> None:
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}")
    before = sorted(path.name for path in (outdated / "builds").iterdir())
    with start(outdated, "--port", str(port)) as process:
        try:
            once(lambda: answers(server), "the first answer", 60)
            assert server.ask("/healthz").json["status"] == "building"
            said = ended(process, signal.SIGINT)
        finally:
            process.kill()
    assert process.returncode not in (0, 2)
    assert len(said.splitlines()) <= 3, said
    assert not answers(server)
    assert sorted(path.name for path in (outdated / "builds").iterdir()) == before


def test_a_build_that_fails_ends_the_server_with_its_line(outdated: Path, tmp_path: Path) -> None:
    with start(outdated, "--port", "0", HETAO_MODEL=str(tmp_path / "no model")) as process:
        out, told = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, "")
    first, *others = told.splitlines()
    assert "building again" in first
    assert len(others) == 1, told
    assert "no model" in others[0]


Stage = Callable[[BuildingApp], None]


@pytest.mark.parametrize(
    ("stage", "lang", "told"),
    [
        (lambda _: None, "en", "Preparing"),
        (lambda app: app.tell("机密文件.docx", 3, 10, "document"), "zh-Hans", "提取条款和任务（3/10）"),
        (lambda app: app.tell("vectors", 1, 4, "document"), "zh-Hant", "建立語義索引（1/4）"),
        (lambda app: app.tell("words", 0, 0, "document"), "en", "Indexing words</p>"),
        (lambda app: app.done(), "zh-Hans", "数据已生成，正在打开"),
    ],
)
def test_the_page_says_how_far_the_build_is_and_names_no_document(stage: Stage, lang: Lang, told: str) -> None:
    app = BuildingApp()
    stage(app)
    reply = TestClient(app).get("/?q=x", headers={"Accept": HTML, "Accept-Language": lang})
    assert told in reply.text
    assert "机密" not in reply.text
    assert TestClient(app).post("/", headers={"Accept": HTML}).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant", "en"])
def test_every_stage_of_a_build_has_words(lang: Lang) -> None:
    from kg.web.http import building

    assert {"start", "documents", "open", *building.STAGES.values()} == set(words(lang)["building"]["stages"])
