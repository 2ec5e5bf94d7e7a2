"""Answers and the right ones → the product's own figures: matches, refusals, ranking, confidence, time taken."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.answer.record import ASSURED, Answer
from kg.errors import QuestionError, one_line
from kg.patterns import pattern
from kg.search.words import folded

_SIGNS = re.compile(r"[\s“”\"'‘’《》()（）\[\]【】、，,。.；;：:·—\-]+")


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A line of a question file: `id` and `q`, perhaps `document` and `previous`, and whatever else it has."""

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

    @property
    def document(self) -> str | None:
        """The only document to ask; None for all of them."""
        return self.plain.get("document") or None

    @property
    def previous(self) -> str | None:
        """The question asked before; None if the line has none."""
        return self.plain.get("previous") or None

    @property
    def answerable(self) -> bool:
        """Whether the question has an answer: of mode none, a refusal is right."""
        return self.plain.get("answer_mode") != "none"


@dataclass(frozen=True, slots=True)
class Graded:
    """A question with its answer: whether that is right leniently, and whether it is exactly what was wanted."""

    row: QuestionRow
    answer: Answer
    right: bool
    exact: bool


def read_rows(path: Path) -> list[QuestionRow | tuple[str | None, str]]:
    """Return the rows of the JSON Lines file *path* in order; an unreadable line as its id, if it has one, and what is
    wrong with it. Blank lines are left out.

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


def _row(number: int, line: str) -> QuestionRow | tuple[str | None, str]:
    try:
        plain = json.loads(line)
    except ValueError:
        return None, f"line {number} is not JSON"
    if not isinstance(plain, dict):
        return None, f"line {number} is not a JSON object"
    identifier = plain.get("id")
    known = str(identifier) if isinstance(identifier, str | int) and not isinstance(identifier, bool) else None
    if not isinstance(plain.get("q"), str):
        return known, f"line {number} has no text in q"
    if known is None:
        return None, f"line {number} has no id"
    for key in ("document", "previous"):
        if not isinstance(plain.get(key), str | None):
            return known, f"line {number} has no text in {key}"
    return QuestionRow(number, plain)


def answer_rows(
    rows: Iterable[QuestionRow | tuple[str | None, str]], ask: Callable[[QuestionRow], Answer]
) -> list[tuple[dict[str, Any], bool]]:
    """Return for each of *rows* the line that answers it and whether it could be read: `{id, error}` if not."""
    found: list[tuple[dict[str, Any], bool]] = []
    for row in rows:
        if isinstance(row, tuple):
            found.append(({"id": row[0], "error": one_line(row[1])}, False))
            continue
        try:
            found.append((ask(row).to_json(), True))
        except QuestionError as error:
            found.append(({"id": row.id, "error": one_line(f"line {row.line}: {error}")}, False))
    return found


def grade(row: QuestionRow, answer: Answer) -> Graded:
    """Return *answer* graded by what *row* says is right; see `is_lenient_match` and `is_exact_match`."""
    if not row.answerable or not answer.answered:
        refused_rightly = not row.answerable and not answer.answered
        return Graded(row, answer, refused_rightly, refused_rightly)
    given = [item.text for item in answer.answers]
    evidence = answer.evidence[0].quote if answer.evidence else ""
    right = is_lenient_match(row, given, evidence)
    return Graded(row, answer, right, right and is_exact_match(row, given))


def is_exact_match(row: QuestionRow, given: Sequence[str]) -> bool:
    """Return whether the items *given* are what *row* wants, but for signs, width and script: in mode any one of them
    alone, in mode all every one, each by its name or an alias of it.
    """
    wanted = [{_bare(name) for name in names} for names in _names(row)]
    items = {_bare(text) for text in given}
    if row.plain.get("answer_mode") == "all":
        return all(items & names for names in wanted) and items <= set().union(*wanted)
    return len(items) == 1 and any(items <= names for names in wanted)


def is_lenient_match(row: QuestionRow, given: Sequence[str], evidence: str) -> bool:
    """Return whether the items *given* are near enough to what *row* wants (`answer`, `answer_mode`, `aliases`).

    In mode any the first item is wanted, and no other item is anything else; in mode all there is every wanted item and
    nothing else, a fifth of a long list excepted. An item is right if it contains the wanted words and as many again at
    most; a yes or no must be the same. For what a policy or a definition says, the item may also be the words of the
    wanted passage, if *evidence* is that passage.
    """
    if not given:
        return False
    kind = row.plain.get("type")
    if kind == "yesno":
        return _bare(given[0]) in {_bare(str(item)) for item in row.plain.get("answer") or []}
    wanted = _names(row)
    hits = [{i for i, names in enumerate(wanted) if any(_same(name, text) for name in names)} for text in given]
    strays = sum(not hit for hit in hits)
    if row.plain.get("answer_mode") == "all":
        allowed = 0 if kind == "agency" else 0.2 * len(given)
        right = strays <= allowed and len(set().union(*hits)) == len(wanted)
    else:
        right = bool(hits[0]) and strays <= (0.5 * len(given) if kind == "policy" else 0)
    if right or kind not in ("definition", "policy"):
        return right
    first, shown = _bare(given[0]), _bare(evidence)
    quotes = [_bare(str(quote)) for quote in [row.plain.get("quote", ""), *(row.plain.get("more_quotes") or [])]]
    return len(first) >= 4 and any((first in q or q in first) and _is_most_of(q, shown) for q in quotes)


def _names(row: QuestionRow) -> list[list[str]]:
    """Return for each wanted item its names."""
    others = row.plain.get("aliases") or {}
    return [[str(item), *map(str, others.get(item, []))] for item in row.plain.get("answer") or []]


def _is_most_of(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and short in long and len(short) >= 0.6 * len(long)


def _bare(text: str) -> str:
    return _SIGNS.sub("", folded(text))


def _same(wanted: str, given: str) -> bool:
    one, other = _bare(wanted), _bare(given)
    if re.findall(r"\d+", one) != re.findall(r"\d+", other) or not one:
        return False
    if one == other:
        return True
    turns = pattern("cutting", "turns")
    if len(one) > 1 and one in other:
        return len(other) <= 2 * len(one) + 8 and not turns.search(other.replace(one, "", 1))
    return other in one and len(other) >= 0.6 * len(one) and not turns.search(one.replace(other, "", 1))


def figures(graded: Sequence[Graded]) -> dict[str, Any]:
    """Return the figures of *graded*, which is not empty.

    `exact` and `lenient` (also called `accuracy`) are shares of all questions, a right refusal among the right answers;
    ranking is of the answerable ones. At the confidence `assured_from` and above, `assured_precision` is the share of
    answers that are right, leniently, and `assured_coverage` the share of answerable questions that have such a right
    answer.
    """
    answerable = [one for one in graded if one.row.answerable]
    refused = sum(not one.answer.answered for one in graded)
    rightly = sum(not one.answer.answered for one in graded if not one.row.answerable)
    assured = [one for one in graded if one.answer.answered and (one.answer.confidence or 0.0) >= ASSURED]
    assured_right = sum(one.right and one.row.answerable for one in assured)
    ranks = [_rank(one) for one in answerable]
    lenient = _share(sum(one.right for one in graded), len(graded))
    by = {key: _by(graded, key) for key in ("lang", "type")}
    return {
        "questions": len(graded),
        "exact": _share(sum(one.exact for one in graded), len(graded)),
        "lenient": lenient,
        "accuracy": lenient,
        "assured_from": ASSURED,
        "assured": len(assured),
        "assured_precision": _share(assured_right, len(assured)),
        "assured_coverage": _share(assured_right, len(answerable)),
        "clause_recall_at_1": _share(sum(rank == 1 for rank in ranks), len(ranks)),
        "clause_recall_at_3": _share(sum(0 < rank <= 3 for rank in ranks), len(ranks)),
        "mrr_at_10": _share(sum(1 / rank for rank in ranks if rank), len(ranks)),
        "refused": refused,
        "refusal_precision": _share(rightly, refused),
        "refusal_recall": _share(rightly, len(graded) - len(answerable)),
        "right_and_right_clause_first": _share(
            sum(one.right and one.answer.clauses[:1] in _clauses(one) for one in answerable), len(answerable)
        ),
        "median_ms": statistics.median(one.answer.elapsed_ms for one in graded),
        "p95_ms": _p95(graded),
        **{
            f"by_{key}": {value: f"{sum(one.right for one in group)}/{len(group)}" for value, group in groups.items()}
            for key, groups in by.items()
        },
        **{f"p95_ms_by_{key}": {value: _p95(group) for value, group in groups.items()} for key, groups in by.items()},
        "calibration_error": calibration_error(graded),
        "reliability": reliability(graded),
    }


def reliability(graded: Sequence[Graded]) -> list[dict[str, float]]:
    """Return the answers in tenths of confidence: where the tenth begins (`from`), how many `answers` it has, their
    mean `confidence` and the share that is `right`. Empty tenths are left out.
    """
    shown = [(one.answer.confidence, one.right) for one in graded if one.answer.confidence is not None]
    tenths = [[pair for pair in shown if min(int(pair[0] * 10), 9) == tenth] for tenth in range(10)]
    return [
        {
            "from": tenth / 10,
            "answers": len(inside),
            "confidence": round(statistics.fmean(sure for sure, _ in inside), 4),
            "right": round(statistics.fmean(right for _, right in inside), 4),
        }
        for tenth, inside in enumerate(tenths)
        if inside
    ]


def calibration_error(graded: Sequence[Graded]) -> float | None:
    """Return by how much confidence and share of right answers differ, the mean over answers by tenths of confidence;
    None if no answer has a confidence. Source: Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning" (AAAI 2015).
    """
    levels = reliability(graded)
    apart = sum(one["answers"] * abs(one["confidence"] - one["right"]) for one in levels)
    return _share(apart, int(sum(one["answers"] for one in levels)))


def _by(graded: Sequence[Graded], key: str) -> dict[str, list[Graded]]:
    groups: dict[str, list[Graded]] = {}
    for one in graded:
        groups.setdefault(str(one.row.plain.get(key, "?")), []).append(one)
    return dict(sorted(groups.items()))


def _p95(graded: Sequence[Graded]) -> float:
    took = sorted(one.answer.elapsed_ms for one in graded)
    return took[max(0, -(-len(took) * 95 // 100) - 1)]


def _clauses(one: Graded) -> list[tuple[str, ...]]:
    """Return the right clauses, each as a tuple of its own."""
    return [(str(clause),) for clause in one.row.plain.get("clause") or []]


def _rank(one: Graded) -> int:
    """Return the place of the first right clause among the first ten of the ranking, 0 if it is not there."""
    ranked = enumerate(one.answer.ranking[:10], 1)
    return next((place for place, hit in ranked if (hit.clause,) in _clauses(one)), 0)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
