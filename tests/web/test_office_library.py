"""Documents sent to the desk: who may send them, what is refused, and that they are built and then shown."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.builds import load_build
from kg.web.desk.desk import Desk
from kg.web.office.arrivals import FOLDER
from kg.web.wording import words
from tests.small_plan import write_small_plan
from tests.two_plans import OTHER, SLUGS
from tests.web.server import ended, running
from tests.web.test_office import client, desk, signed_in

__all__ = ["desk"]

SAY = words("zh-Hans")["office"]["arrivals"]
AT = "/desk/library"


def send(asking: Any, name: str, content: bytes, **more: str) -> Any:  # noqa: ANN401 - a client of either library
    """Send one document as the form does."""
    files = {"file": (name, io.BytesIO(content), "application/octet-stream")}
    headers = {"Origin": str(asking.base_url).rstrip("/")}
    return asking.post(AT, files=files, data=more, headers=headers)


def until(found: Callable[[], bool], seconds: float = 300) -> bool:
    """Whether *found* becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found():
            return True
        time.sleep(0.3)
    return False


@pytest.mark.usefixtures("accounts")
def test_only_a_supervisor_may_send_documents(desk: Desk, data: Path) -> None:
    for name in ("读者", "张三"):
        asking = signed_in(desk, name)
        assert asking.get(AT).status_code == HTTPStatus.FORBIDDEN
        assert send(asking, "baisha.txt", OTHER.encode()).status_code == HTTPStatus.FORBIDDEN
    assert client(desk, alone=False).get(AT).status_code == HTTPStatus.UNAUTHORIZED
    assert not (data / FOLDER).exists()
    assert 'type="file"' in signed_in(desk, "督查").get(AT).text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.exe", b"MZ"),
        ("plan", b"text"),
        (".hidden.txt", b"text"),
        ("a\nb.txt", b"text"),
        ("<b>.txt", b"text"),
        ("empty.txt", b" \n"),
        ("x" * 200 + ".txt", b"text"),
    ],
)
def test_what_is_no_document_is_refused_in_a_line_and_not_kept(
    name: str, content: bytes, desk: Desk, data: Path
) -> None:
    reply = send(client(desk), name, content, who="督查")
    assert reply.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<b>.txt" not in reply.text
    assert not list((data / FOLDER).glob("*"))


def test_a_page_of_another_host_cannot_send_documents(desk: Desk, data: Path) -> None:
    asking = client(desk)
    files = {"file": ("baisha.txt", io.BytesIO(OTHER.encode()), "text/plain")}
    reply = asking.post(AT, files=files, data={"who": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert reply.status_code == HTTPStatus.FORBIDDEN
    assert not (data / FOLDER).exists()


def test_a_name_with_folders_in_it_is_kept_below_the_data_alone_and_a_failed_build_says_why(tmp_path: Path) -> None:
    from kg import pipeline

    data = tmp_path / "data"
    pipeline.build([write_small_plan(tmp_path)], data)
    asking = client(Desk(load_build(data)))
    assert send(asking, "../../damaged.pdf", b"%PDF-1.7 and no more", who="督查").status_code == HTTPStatus.SEE_OTHER
    assert [path.name for path in (data / FOLDER).iterdir()] == ["damaged.pdf"]
    assert until(lambda: SAY["states"]["failed"] in asking.get(AT).text)
    page = asking.get(AT).text
    assert "damaged.pdf" in page
    assert str(data) not in page
    # what cannot be read is in nobody's way
    assert SAY["show"] not in page


@pytest.mark.soak
def test_a_document_that_is_sent_is_read_beside_the_desk_and_then_shown(tmp_path: Path) -> None:
    from kg import pipeline

    pipeline.build([write_small_plan(tmp_path)], tmp_path / "data")
    with running(tmp_path / "data") as (process, server), httpx.Client(base_url=server.address, timeout=120) as asking:
        assert send(asking, "baisha.txt", OTHER.encode(), who="督查").status_code == HTTPStatus.SEE_OTHER
        assert SAY["states"]["running"] in asking.get(AT, params={"lang": "zh-Hans"}).text
        before = asking.get("/healthz").json()["build"]
        assert until(lambda: SAY["show"] in asking.get(AT, params={"lang": "zh-Hans"}).text)
        assert asking.get("/healthz").json()["build"] == before, "it is shown when somebody asks for it"
        reply = asking.post(f"{AT}/show", data={"who": "督查"}, headers={"Origin": server.address})
        assert reply.status_code == HTTPStatus.SEE_OTHER
        assert until(lambda: asking.get("/healthz").json()["build"] != before)
        rows = asking.get("/api/obligations", params={"agent": "白沙市交通运输局"}).json()
        assert {row["document"] for row in rows["items"]} == {SLUGS[1]}
        ended(process)
