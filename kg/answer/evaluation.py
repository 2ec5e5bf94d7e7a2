"""Answers and the right ones → the product's own figures: accuracy, refusals, ranking, how long it took."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.answer.record import Answer
from kg.errors import QuestionError, one_line
from kg.search.words import folded

_SIGNS = re.compile(r"[\s“”\"'‘’《》()（）\[\]【】、，,。.；;：:·—\-]+")

_TURN = re.compile(r"[不未无没非否免勿禁]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a question file: `id` and `q`, and all else that stands in it."""

    line: int
    plain: dict[str, Any]

    @property
    def id(self) -> str:
        """The question's id."""
        return str(self.plain["id"])

    @property
    def text(self) -> str:
        """The question."""
        return str(self.plain["q"])


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its answer: whether the answer is right, and what was right."""

    row: Row
    answer: Answer
    right: bool


def read_rows(path: Path) -> list[Row | tuple[str | None, str]]:
    """Return the rows of the JSON Lines file *path* in order; a line that is none as its id, where it has one, and what
    is wrong with it. Blank lines are left out.

    Raises:
        QuestionError: the file cannot be read, is not UTF-8 or holds no line.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise QuestionError(path, f"it cannot be read ({error.strerror})", "name a file of questions") from error
    except UnicodeDecodeError as error:
        raise QuestionError(path, "it is not UTF-8", "save it in UTF-8") from error
    found = [_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise QuestionError(path, "it holds no question", 'write one JSON object a line: {"id": …, "q": …}')
    return found


def _row(number: int, line: str) -> Row | tuple[str | None, str]:
    try:
        plain = json.loads(line)
    except ValueError:
        return None, f"line {number} is not JSON"
    if not isinstance(plain, dict):
        return None, f"line {number} is no JSON object"
    identifier = plain.get("id")
    known = str(identifier) if isinstance(identifier, str | int) and not isinstance(identifier, bool) else None
    if not isinstance(plain.get("q"), str):
        return known, f"line {number} has no text in q"
    if known is None:
        return None, f"line {number} has no id"
    return Row(number, plain)


def answer_rows(
    rows: Iterable[Row | tuple[str | None, str]], ask: Callable[[str, str], Answer]
) -> list[tuple[dict[str, Any], bool]]:
    """Return for each of *rows* the line that answers it and whether it could be read: `{id, error}` where not."""
    found: list[tuple[dict[str, Any], bool]] = []
    for row in rows:
        if isinstance(row, tuple):
            found.append(({"id": row[0], "error": one_line(row[1])}, False))
            continue
        try:
            found.append((ask(row.text, row.id).to_json(), True))
        except QuestionError as error:
            found.append(({"id": row.id, "error": one_line(f"line {row.line}: {error}")}, False))
    return found


def judge(row: Row, answer: Answer) -> Judged:
    """Return *answer* judged by what *row* says is right; see `is_right`. Mode none: right is a refusal."""
    if row.plain.get("answer_mode") == "none":
        return Judged(row, answer, not answer.answered)
    given = [item.text for item in answer.answers] if answer.answered else []
    return Judged(row, answer, is_right(row, given, answer.evidence[0].quote if answer.evidence else ""))


def is_right(row: Row, given: Sequence[str], evidence: str) -> bool:
    """Return whether the items *given* are what *row* says (`answer`, `answer_mode`, `aliases`).

    Mode any: the first is one of the items, and none is another thing; all: every item and nothing else, of a long list
    a fifth apart. An item is right where it is the same but for signs, or holds the right one with as much again at
    most; a yes or no must be the same. What a policy or a definition says is right as well where *evidence* is the
    passage and the item its words.
    """
    if not given:
        return False
    wanted = [str(item) for item in row.plain.get("answer") or []]
    kind = row.plain.get("type")
    if kind == "yesno":
        return _bare(given[0]) in {_bare(item) for item in wanted}
    others = row.plain.get("aliases") or {}
    hits = [
        {i for i, name in enumerate(wanted) if any(_same(n, text) for n in [name, *others.get(name, [])])}
        for text in given
    ]
    strays = sum(not hit for hit in hits)
    if row.plain.get("answer_mode") == "all":
        allowed = 0 if kind == "agency" else 0.2 * len(given)
        right = strays <= allowed and len(set().union(*hits)) == len(wanted)
    else:
        right = bool(hits[0]) and strays <= (0.5 * len(given) if kind == "policy" else 0)
    if right or kind not in ("definition", "policy"):
        return right
    quotes = [str(quote) for quote in [row.plain.get("quote", ""), *(row.plain.get("more_quotes") or [])]]
    first = _bare(given[0])
    return len(first) >= 4 and any(
        (first in _bare(quote) or _bare(quote) in first) and _quotes(quote, evidence) for quote in quotes
    )


def _quotes(wanted: str, given: str) -> bool:
    """Whether *given* is most of *wanted*, or the other way round."""
    one, other = sorted((_bare(wanted), _bare(given)), key=len)
    return bool(one) and one in other and len(one) >= 0.6 * len(other)


def _bare(text: str) -> str:
    return _SIGNS.sub("", folded(text))


def _same(wanted: str, given: str) -> bool:
    one, other = _bare(wanted), _bare(given)
    if re.findall(r"\d+", one) != re.findall(r"\d+", other) or not one:
        return False
    if one == other:
        return True
    if len(one) > 1 and one in other:
        return len(other) <= 2 * len(one) + 8 and not _TURN.search(other.replace(one, "", 1))
    return other in one and len(other) >= 0.6 * len(one) and not _TURN.search(one.replace(other, "", 1))


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of *judged*: shares are of all questions but for the ranking, which is of those answerable."""
    answerable = [one for one in judged if one.row.plain.get("answer_mode") != "none"]
    outside = [one for one in judged if one.row.plain.get("answer_mode") == "none"]
    refused = [one for one in judged if not one.answer.answered]
    rightly = sum(not one.answer.answered for one in outside)
    ranks = [_rank(one) for one in answerable]
    by: dict[str, Counter[str]] = {"lang": Counter(), "type": Counter()}
    right_by: dict[str, Counter[str]] = {"lang": Counter(), "type": Counter()}
    for one in judged:
        for key in by:
            value = str(one.row.plain.get(key, "?"))
            by[key][value] += 1
            right_by[key][value] += one.right
    took = sorted(one.answer.elapsed_ms for one in judged)
    return {
        "questions": len(judged),
        "accuracy": _share(sum(one.right for one in judged), len(judged)),
        "clause_recall_at_1": _share(sum(rank == 1 for rank in ranks), len(ranks)),
        "clause_recall_at_3": _share(sum(0 < rank <= 3 for rank in ranks), len(ranks)),
        "mrr_at_10": _share(sum(1 / rank for rank in ranks if rank), len(ranks)),
        "refused": len(refused),
        "refusal_precision": _share(rightly, len(refused)),
        "refusal_recall": _share(rightly, len(outside)),
        "right_and_right_clause_first": _share(sum(one.right and _cited(one) for one in answerable), len(answerable)),
        "median_ms": statistics.median(took),
        "p95_ms": _late(took),
        **{
            f"by_{key}": {value: f"{right_by[key][value]}/{count}" for value, count in sorted(by[key].items())}
            for key in by
        },
        **{f"p95_ms_by_{key}": _late_by(judged, key) for key in by},
        "calibration_error": calibration_error(judged),
        "reliability": reliability(judged),
    }


@dataclass(frozen=True, slots=True)
class Level:
    """Answers of about the same confidence: how many, their mean confidence, and the share of them that are right."""

    start: float
    answers: int
    confidence: float
    right: float


def reliability(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """Return the answers in tenths of confidence (`from`, `answers`, `confidence`, `right`); empty tenths left out."""
    return [
        {"from": one.start, "answers": one.answers, "confidence": one.confidence, "right": one.right}
        for one in _levels(judged)
    ]


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """Return by how much confidence and share of right answers differ, the mean over answers by tenths of confidence;
    None where no answer has one. Source: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning" (AAAI 2015).
    """
    levels = _levels(judged)
    return _share(sum(one.answers * abs(one.confidence - one.right) for one in levels), sum(o.answers for o in levels))


def _levels(judged: Sequence[Judged]) -> list[Level]:
    shown = [(one.answer.confidence, one.right) for one in judged if one.answer.confidence is not None]
    found = []
    for tenth in range(10):
        inside = [(sure, right) for sure, right in shown if min(int(sure * 10), 9) == tenth]
        if inside:
            sure = sum(value for value, _ in inside) / len(inside)
            right = sum(value for _, value in inside) / len(inside)
            found.append(Level(tenth / 10, len(inside), round(sure, 4), round(right, 4)))
    return found


def _cited(one: Judged) -> bool:
    """Whether the first clause of the answer is a right one."""
    return bool(one.answer.clauses) and one.answer.clauses[0] in {str(c) for c in one.row.plain.get("clause") or []}


def _late(took: Sequence[float]) -> float:
    """Return the 95th percentile of *took*, which is sorted."""
    return took[max(0, -(-len(took) * 95 // 100) - 1)]


def _late_by(judged: Sequence[Judged], key: str) -> dict[str, float]:
    took: dict[str, list[float]] = {}
    for one in judged:
        took.setdefault(str(one.row.plain.get(key, "?")), []).append(one.answer.elapsed_ms)
    return {value: _late(sorted(times)) for value, times in sorted(took.items())}


def _rank(one: Judged) -> int:
    """Return the place of the first right clause among the first ten of the ranking, 0 where it is not there."""
    right = {str(clause) for clause in one.row.plain.get("clause") or []}
    ranked = [hit.clause for hit in one.answer.ranking][:10]
    return next((place for place, clause in enumerate(ranked, 1) if clause in right), 0)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
