"""`/desk/feedback` takes a word on an answer from the desk's own page, and from nobody else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.feedback import Feedback
from tests.web.pages import QUESTION
from tests.web.server import Reply, Server, problem_of

PATH = "/desk/feedback"
SAID = {"question": QUESTION, "right": True, "comment": "=1+1"}


@pytest.fixture(autouse=True)
def erased(built: Path) -> Iterator[None]:
    yield
    Feedback(built).erase()


def post(server: Server, said: object, **headers: str) -> Reply:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return server.ask(PATH, method="POST", body=body, **{"Content_Type": "application/json", **headers})


def test_the_answer_that_is_kept_is_the_desk_s_own(server: Server) -> None:
    assert server.get(PATH).json == {"count": 0}
    reply = post(server, SAID)
    assert (reply.status, reply.json) == (201, {"count": 1})
    (kept,) = server.get(f"{PATH}/answers.json").json
    assert (kept["question"], kept["answer"], kept["right"]) == (QUESTION, "财政部、海关总署、税务总局", True)
    reply = server.get(f"{PATH}/answers.csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="hetao-feedback.csv"'
    rows = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
    assert rows[1][-1] == "'=1+1"
    assert server.ask(PATH, method="DELETE").json == {"erased": 1}
    assert server.get(PATH).json == {"count": 0}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({**SAID, "answer": "假的"}, 422),
        ({**SAID, "comment": "长" * 501}, 422),
        ({**SAID, "question": "问" * 1_001}, 422),
        ({**SAID, "question": ""}, 422),
        ({**SAID, "question": "，，，"}, 422),
        ({"question": QUESTION}, 422),
        (b"{", 400),
        (b"x" * 3_000_000, 413),
    ],
)
def test_what_is_no_verdict_is_refused_in_one_line(said: object, status: int, server: Server) -> None:
    reply = post(server, said)
    assert reply.status == status
    problem_of(reply)
    assert server.get(PATH).json == {"count": 0}


def test_another_host_s_page_can_neither_add_nor_erase_nor_read(server: Server) -> None:
    post(server, SAID)
    assert post(server, SAID, Origin="http://evil.example").status == 403
    # what a plain form of another page can send
    assert post(server, SAID, Content_Type="text/plain").status == 415
    assert server.ask(PATH, method="DELETE", Origin="http://evil.example").status == 403
    reply = server.get(f"{PATH}/answers.json", Origin="http://evil.example")
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert server.get(PATH).json == {"count": 1}
    assert post(server, SAID, Origin=server.address).status == 201


def test_there_is_no_file_of_another_kind(server: Server) -> None:
    assert server.get(f"{PATH}/answers.exe").status == 422
    assert server.get(f"{PATH}/../feedback/answers.jsonl").status in (404, 422)
