"""Rows of two versions are paired by their words and clauses, at any size."""

from __future__ import annotations

import random
import tracemalloc
from itertools import permutations

import pytest

from kg.ledger.changes import Task
from kg.versions.pairing import ELSEWHERE, alike, best_pairs, likeness, pair_clauses, pair_known_clauses, pair_rows


def rows(*said: tuple[str, str]) -> list[Task]:
    return [Task(f"t{at}", "d", clause, quote) for at, (clause, quote) in enumerate(said)]


def most(scores: dict[tuple[int, int], float], size: int) -> float:
    """The highest sum of one-to-one pairs, by trying them all."""
    return max(sum(scores.get(pair, 0.0) for pair in enumerate(order)) for order in permutations(range(size)))


@pytest.mark.parametrize("seed", range(5))
def test_no_other_pairs_have_a_higher_sum(seed: int) -> None:
    dice = random.Random(seed)
    scores = {(a, b): dice.random() for a in range(6) for b in range(6) if dice.random() < 0.6}
    found = best_pairs(scores, 0.3)
    assert len(set(found.values())) == len(found)
    assert all(scores[pair] >= 0.3 for pair in found.items())
    wanted = most({pair: score for pair, score in scores.items() if score >= 0.3}, 6)
    assert sum(scores[pair] for pair in found.items()) == pytest.approx(wanted)
    assert best_pairs({}, 0.3) == {}


def test_the_same_words_in_the_renumbered_clause_come_before_those_elsewhere() -> None:
    old = rows(("3", "市财政局安排专项资金"), ("4", "完善标准体系"), ("5", "完善标准体系"))
    new = rows(("9", "完善标准体系"), ("6", "完善标准体系"), ("5", "完善标准体系"), ("4", "市财政局统筹安排专项资金"))
    assert pair_rows(old, new, {"3": "4", "4": "5", "5": "6"}) == {0: 3, 1: 2, 2: 1}


def test_a_row_without_a_partner_in_its_clause_is_looked_for_elsewhere_with_less_trust() -> None:
    old = rows(("1", "由市海关制定货物通关管理的具体办法"), ("1", "支持企业设立研发中心"))
    near = "由市海关会同市口岸办制定货物通关管理的具体办法"
    assert ELSEWHERE * alike(old[0].quote, near) > 0.6
    assert pair_rows(old, rows(("7", near), ("7", "支持高校设立分校")), {"1": "1"}) == {0: 0}


def test_one_text_within_another_is_alike_unless_it_is_a_small_part() -> None:
    assert alike("公布使用情况", "定期公布使用情况") >= 0.9
    assert alike("公布使用情况", "市财政局会同有关部门定期向社会公布使用情况") < 0.5
    assert alike("", "甲") == 0.0
    assert alike("", "") == 1.0
    assert likeness([], ["甲"]) == likeness(["甲"], []) == {}


def test_clauses_that_repeat_themselves_keep_their_numbers() -> None:
    form = "申请人应当提交下列材料"
    old = {"1": form, "2": "由市海关制定货物通关管理的具体办法", "3": form}
    assert pair_clauses(old, {"1": form, "3": form, "4": "由市海关制定货物通关管理的实施办法"}) == {
        "1": "1",
        "2": "4",
        "3": "3",
    }


def test_a_clause_of_which_little_is_known_is_found_by_what_is_known() -> None:
    known = {"3": "由市海关制定货物通关管理的具体办法", "4": "支持高校设立分校"}
    new = {
        "3": "加强生态环境保护",
        "8": "为便利往来，由市海关制定货物通关管理的具体办法，并定期评估。经费由市财政局安排。",
    }
    assert pair_known_clauses(known, new) == {"3": "8"}


def test_two_long_versions_are_paired_row_for_row_in_little_memory() -> None:
    dice = random.Random(7)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 600)]
    old = rows(*((str(n // 20), "".join(dice.choices(signs, k=24))) for n in range(4000)))
    # every clause has another number, every third row another word
    new = rows(
        *((str(500 + n // 20), one.quote[:10] + "又" * (n % 3 == 0) + one.quote[10:]) for n, one in enumerate(old))
    )
    clauses = {one.clause: other.clause for one, other in zip(old, new, strict=True) if int(one.clause) % 2}
    tracemalloc.start()
    found = pair_rows(old, new, clauses)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == {n: n for n in range(4000)}
    assert peak < 60e6, "a full table of 4,000 rows by 4,000 has 128 MB"
