"""Many users at once: nobody is refused, and everybody gets what they would get alone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import TIER
from tests.web.server import Reply, Server, serving

QUESTIONS = Path(__file__).resolve().parents[1] / "answer" / "at_hand"
OBLIGATIONS = """PREFIX hk: <https://w3id.org/hetao-kg/ns#>
SELECT ?asked ?quote WHERE {{ BIND({asked} AS ?asked) ?o hk:inClause/hk:number {clause} ; hk:quote ?quote }}
ORDER BY ?quote"""


@dataclass(frozen=True)
class Question:
    text: str
    clause: str


def questions(count: int) -> list[Question]:
    """*count* different questions, from all over the files."""
    rows = [
        json.loads(line)
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    every = list({row["q"]: Question(row["q"], (row.get("clause") or ["15"])[0]) for row in rows}.values())
    return every[:: len(every) // count][:count]


def step_of_the_page(server: Server) -> int:
    """The number by which the page names the step that answers a question."""
    steps = server.get("/config").json["dependencies"]
    (number,) = [step["id"] for step in steps if step["api_name"] == "ask" and step["queue"]]
    return int(number)


class User:
    """One who asks in every way there is, with a page of their own; each way returns what must be the same alone."""

    def __init__(self, server: Server, name: str, step: int) -> None:
        self.server, self.name, self.step = server, name, step
        self.ways: list[Callable[[Question], Any]] = [self.get, self.search, self.post, self.sparql, self.page]

    def get(self, question: Question) -> Any:  # noqa: ANN401
        return untimed(self.server.get("/api/ask", {"q": question.text}))

    def post(self, question: Question) -> Any:  # noqa: ANN401
        return untimed(self.send("/api/ask", {"q": question.text}))

    def search(self, question: Question) -> Any:  # noqa: ANN401
        return fine(self.server.get("/api/search", {"q": question.text})).json

    def sparql(self, question: Question) -> Any:  # noqa: ANN401
        query = OBLIGATIONS.format(asked=json.dumps(question.text), clause=json.dumps(question.clause))
        return fine(self.server.get("/sparql", {"query": query})).json

    def page(self, question: Question) -> Any:  # noqa: ANN401
        """Ask as the page does: a step goes into Gradio's queue, its result comes on the stream of the session."""
        step = {"data": [question.text, "", ""], "fn_index": self.step, "session_hash": self.name}
        event = fine(self.send("/gradio_api/queue/join", step)).json["event_id"]
        stream = fine(self.server.get("/gradio_api/queue/data", {"session_hash": self.name})).body.decode()
        messages = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line]
        assert {message["event_id"] for message in messages if message.get("event_id")} == {event}, "another's event"
        (done,) = [message for message in messages if message["msg"] == "process_completed"]
        assert done["success"], done
        return done["output"]["data"]

    def send(self, path: str, plain: dict[str, Any]) -> Reply:
        return self.server.ask(path, method="POST", body=json.dumps(plain).encode(), Content_Type="application/json")


def fine(reply: Reply) -> Reply:
    assert reply.status == 200, reply.body.decode()
    return reply


def untimed(reply: Reply) -> Any:  # noqa: ANN401
    record = fine(reply).json
    assert record.pop("elapsed_ms") > 0
    return record


def test_everybody_at_once_gets_what_they_would_get_alone(
    built: Path, address: str, repeats: Callable[[int, int], int]
) -> None:
    users, each, seconds = repeats(3, 20), repeats(1, 40), repeats(0, 60)
    asked = questions(users * each)
    step = step_of_the_page(Server(address))
    single = User(Server(address), "alone", step)
    alone = {(way.__name__, question): way(question) for question in asked for way in single.ways}
    # no two questions have one reply: who gets the right one has not got another's
    told = {(way, json.dumps(reply, sort_keys=True)) for (way, _), reply in alone.items()}
    assert len(told) == len(alone) == users * each * len(single.ways)

    together = threading.Barrier(users)

    def use(number: int, server: Server) -> list[str]:
        """Ask one's own questions in every way, over and over; return where a reply was not the one given alone."""
        user = User(server, f"user{number}", step)
        ways = user.ways[number % len(user.ways) :] + user.ways[: number % len(user.ways)]
        wrong, rounds = [], 0
        together.wait(60)
        until = time.monotonic() + seconds
        while not rounds or time.monotonic() < until:
            for question in asked[number::users]:
                for way in ways:
                    if way(question) != alone[way.__name__, question]:
                        wrong.append(f"{user.name}, {way.__name__}: {question.text}")
            rounds += 1
        return wrong

    # `make soak` takes a server that nobody has asked yet: all of them need at once what is opened when first needed
    fresh = serving(built) if TIER == "soak" else nullcontext(Server(address))
    with fresh as asked_by_all, ThreadPoolExecutor(users) as pool:
        wrong = [line for lines in pool.map(lambda number: use(number, asked_by_all), range(users)) for line in lines]
    assert wrong == []
