"""A question that is answered is answered the same when it is typed with a slip, in another script, or politely."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from random import Random

from kg.serve.desk import Desk
from tests.answer.damage import KINDS

AT_HAND = Path(__file__).parent / "at_hand" / "questions.jsonl"
GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold" / "questions.jsonl"


def _told(desk: Desk, question: str) -> tuple[bool, tuple[str, ...]]:
    answer = desk.ask(question)
    return answer.answered, tuple(item.text for item in answer.answers)


def test_a_damaged_question_gets_the_answer_of_the_question_in_95_of_100(
    desk: Desk, repeats: Callable[[int, int], int]
) -> None:
    # the other questions are not ours to publish: where they are not, those at hand do alone
    lines = [line for path in (AT_HAND, GOLD) if path.is_file() for line in path.read_text("utf-8").splitlines()]
    questions = [json.loads(line)["q"] for line in lines]
    draw = Random(20)
    draw.shuffle(questions)
    kinds, right, all_of, lost = cycle(KINDS), Counter[str](), Counter[str](), []
    wanted = repeats(40, 200)
    for question in cycle(questions):
        if sum(all_of.values()) == wanted:
            break
        told = _told(desk, question)
        if not told[0]:
            continue
        kind = next(kinds)
        damaged = KINDS[kind](question, draw)
        all_of[kind] += 1
        if _told(desk, damaged) == told:
            right[kind] += 1
        else:
            lost.append(f"{kind}: {damaged}")
    shares = {kind: f"{right[kind]} of {all_of[kind]}" for kind in all_of}
    assert right.total() >= 0.95 * wanted, (shares, lost)
