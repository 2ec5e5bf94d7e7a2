"""A task from the bench → every question ranked and timed by one stack, in a process that does nothing else."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rank = Callable[[str], list[str]]
BEGIN = time.perf_counter()


def carry_out(make: Callable[[list[str], list[str], str], Rank]) -> None:
    """Make a stack over the passages' ids and texts and the folder it starts from, and ask it every question.

    That folder is the embedding model's for a peer, and the one of a build for the product. *make* returns what gives a
    question's ids, best first. Reads the file named first on the command line and writes the one named second.
    """
    task: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    ids = [passage["id"] for passage in task["passages"]]
    texts = [passage["text"] for passage in task["passages"]]
    rank = make(ids, texts, task["folder"])
    rank(task["questions"][0]["q"])
    first = time.perf_counter() - BEGIN
    rankings: dict[str, list[str]] = {}
    seconds = []
    for round_number in range(task["rounds"] + 1):
        for question in task["questions"]:
            begin = time.perf_counter()
            rankings[question["id"]] = rank(question["q"])[:10]
            if round_number:  # the first round warms up
                seconds.append(time.perf_counter() - begin)
    found = {"rankings": rankings, "seconds": seconds, "seconds_to_first": first}
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")


def fuse(*rankings: list[str], k: int = 60) -> list[str]:
    """Return ids by reciprocal rank fusion of *rankings*."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, name in enumerate(ranking, 1):
            scores[name] = scores.get(name, 0) + 1 / (k + place)
    return sorted(scores, key=lambda name: (-scores[name], name))
