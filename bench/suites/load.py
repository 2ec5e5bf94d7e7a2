"""Users at once on two cores, which this client shares with the desk: answers, memory, and a neighbour's slow query.

Each user asks one question after the other over `/api/ask`, none twice before every one was asked, on a connection of
its own. The client does nothing but send and count; what it takes of the cores is told beside what the desk takes.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from bench.context import Context, Row
from bench.desk import Desk, served
from bench.measure import percentile, timed

SECONDS = float(os.environ.get("LOAD_SECONDS", "60"))
"""How long each number of users asks; `make bench SUITES=load LOAD_SECONDS=10` for a look."""

USERS = (1, 10, 50, 100)
CORES = 2
WARM = 200
"""Questions before anything is counted: the first of all opens the index and the encoder."""

FEW, MANY = 1_000, 10_000
GROWTH = 1.05
"""At most so many times the memory after `FEW` questions may be held after `MANY`."""

LIMIT = 10
"""Seconds after which the desk ends a query; the usual 30 would make a phase of many queries long."""

PAIRS = 3
"""Quiet phases, and as many beside the slow query, by turns: a machine that changes its pace changes both."""

SLOWER = 2.0
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "answer" / "at_hand"
OPENINGS = {
    "zh": (
        "",
        "请问，",
        "您好，",
        "你好，请问",
        "麻烦问一下，",
        "想问一下，",
        "劳驾，",
        "请教一下，",
        "另外，",
        "还有，",
        "那么，",
    ),
    "en": ("", "Please: ", "Hello, ", "Hi. ", "One question: ", "And ", "So, ", "Also: ", "Again: ", "Well, ", "Now: "),
}
"""What people begin with: by these a question becomes as many different ones, and no cache can have seen `MANY`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of the questions of all users: how long each good answer took, how many were none, and how long all."""

    milliseconds: list[float]
    errors: int
    seconds: float


def run(context: Context) -> list[Row]:
    """Let users ask the desk of the project's own plan; every row that has a bound says whether it holds."""
    data = context.scratch / "search"
    timed([context.hetao, "build", context.plan, "--data", data])
    texts = questions()
    with two_cores():
        with served(context.hetao, data) as desk:
            rows = list(_memory(desk, texts))
        with served(context.hetao, data, HETAO_QUERY_SECONDS=str(LIMIT)) as desk:
            stream = itertools.cycle(texts)
            ask(desk, stream, users=4, count=WARM)
            rows += [_load(desk, stream, users, len(texts)) for users in USERS]
            rows += _beside_a_slow_query(desk, stream)
    return rows


def questions() -> list[str]:
    """Return more than `MANY` different questions: each of the repository's, then each with another opening."""
    files = sorted(QUESTIONS.glob("*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    rounds = range(len(OPENINGS["zh"]))
    return list(dict.fromkeys(OPENINGS[row["lang"][:2]][number] + row["q"] for number in rounds for row in rows))


@contextmanager
def two_cores() -> Iterator[None]:
    """Keep this process, and those it starts meanwhile, on the first `CORES` cores it may use."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:CORES])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def ask(
    desk: Desk, texts: Iterator[str], *, users: int, seconds: float | None = None, count: int | None = None
) -> Asked:
    """Let *users* ask what *texts* gives for so many *seconds*, or until *count* answers have been waited for."""
    taking = threading.Lock()
    chosen = texts if count is None else itertools.islice(texts, count)
    began = time.perf_counter()

    def use(_: int) -> tuple[list[float], int]:
        took: list[float] = []
        errors = 0
        with _connected(desk) as get:
            while seconds is None or time.perf_counter() - began < seconds:
                with taking:
                    text = next(chosen, None)
                if text is None:
                    break
                sent = time.perf_counter()
                if get(f"/api/ask?q={quote(text)}") == 200:
                    took.append(1000 * (time.perf_counter() - sent))
                else:
                    errors += 1
        return took, errors

    with ThreadPoolExecutor(users) as pool:
        found = list(pool.map(use, range(users)))
    took = [one for each, _ in found for one in each]
    return Asked(took, sum(errors for _, errors in found), time.perf_counter() - began)


@contextmanager
def _connected(desk: Desk) -> Iterator[Callable[[str], int]]:
    """Yield what gets a path over one connection and returns the status; 0 where there was no reply."""
    connection = http.client.HTTPConnection(urlsplit(desk.base).netloc, timeout=120)

    def get(path: str) -> int:
        try:
            connection.request("GET", path)
            with connection.getresponse() as reply:
                reply.read()
                return reply.status
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request opens it anew
            return 0

    try:
        yield get
    finally:
        connection.close()


def _load(desk: Desk, texts: Iterator[str], users: int, different: int) -> Row:
    before = (time.process_time(), desk.cpu_seconds())
    asked = ask(desk, texts, users=users, seconds=SECONDS)
    own, theirs = time.process_time() - before[0], desk.cpu_seconds() - before[1]
    return {
        "what": f"{users} user{'s' if users > 1 else ''}, {SECONDS:g} s",
        "answers": len(asked.milliseconds),
        "different questions": min(different, len(asked.milliseconds) + asked.errors),
        "errors": asked.errors,
        "answers/s": round(len(asked.milliseconds) / asked.seconds, 1),
        "p50 ms": round(statistics.median(asked.milliseconds), 1),
        "p95 ms": round(percentile(asked.milliseconds, 0.95), 1),
        "cores of desk / client": f"{theirs / asked.seconds:.2f} / {own / asked.seconds:.2f}",
        "memory MB": desk.memory_mb(),
        "bound": "no errors",
        "holds": asked.errors == 0,
    }


def _memory(desk: Desk, texts: list[str]) -> Iterator[Row]:
    """Ask `MANY` questions, no two the same, and see what the desk holds after `FEW` and after all."""
    stream = iter(texts)
    few = ask(desk, stream, users=10, count=FEW)
    held = desk.memory_mb()
    yield {"what": f"{FEW:,} questions, 10 users", "answers": len(few.milliseconds), "memory MB": held}
    many = ask(desk, stream, users=10, count=MANY - FEW)
    ratio = desk.memory_mb() / held
    errors = few.errors + many.errors
    yield {
        "what": f"{MANY:,} questions, 10 users",
        "answers": len(few.milliseconds) + len(many.milliseconds),
        "different questions": MANY,
        "errors": errors,
        "answers/s": round(len(many.milliseconds) / many.seconds, 1),
        "memory MB": desk.memory_mb(),
        "ratio": round(ratio, 3),
        "bound": f"memory at most × {GROWTH}, no errors",
        "holds": ratio <= GROWTH and errors == 0,
    }


def _beside_a_slow_query(desk: Desk, texts: Iterator[str]) -> Iterator[Row]:
    """Let one user ask, by turns alone and beside another whose query runs to the limit again and again."""
    quiet: list[float] = []
    beside: list[float] = []
    errors = 0
    ended = 0
    for _ in range(PAIRS):
        for took, slow in ((quiet, False), (beside, True)):
            with _slow_query(desk) if slow else _nothing() as statuses:
                asked = ask(desk, texts, users=1, seconds=SECONDS / 2)
            took += asked.milliseconds
            errors += asked.errors
            ended += statuses.count(503)
    ratio = statistics.median(beside) / statistics.median(quiet)
    yield _phase("1 user, quiet phases", quiet)
    yield {
        **_phase(f"1 user beside a slow query, ended {ended} times after {LIMIT} s", beside),
        "errors": errors,
        "ratio": round(ratio, 2),
        "bound": f"p50 at most × {SLOWER:g}, no errors",
        "holds": ratio <= SLOWER and errors == 0 and ended > 0,
    }


def _phase(what: str, took: list[float]) -> Row:
    return {
        "what": what,
        "answers": len(took),
        "p50 ms": round(statistics.median(took), 1),
        "p95 ms": round(percentile(took, 0.95), 1),
    }


@contextmanager
def _nothing() -> Iterator[list[int]]:
    yield []


@contextmanager
def _slow_query(desk: Desk) -> Iterator[list[int]]:
    """Have `SLOW` run all along; yields its statuses. It is over when the block is."""
    statuses: list[int] = []
    over = threading.Event()

    def repeat() -> None:
        with _connected(desk) as get:
            while not over.is_set():
                statuses.append(get(f"/sparql?query={quote(SLOW)}"))

    neighbour = threading.Thread(target=repeat)
    neighbour.start()
    try:
        yield statuses
    finally:
        over.set()
        neighbour.join()
