"""A question, what was read and a candidate → what speaks for it and against it, by name; probabilities.

How much each sign counts was learned by `tools/model/fit_signs.py` from documents that the reader did not learn from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from kg.answer.choice import Candidate, hit_of, log_odds
from kg.answer.question import Question
from kg.answer.reader import ReaderOutput
from kg.models import Obligation
from kg.resources import rules_dir
from kg.rules import Strict, read
from kg.search.hits import Ranking

Signs = dict[str, float]

# Log-odds taken from the probability that an answer is right. The worst fault is a wrong answer shown as the answer, so
# this errs a little on the low side: on documents for choosing .906 of what is assured is right, not .875.
CAUTION = 0.3


class Weights(Strict):
    """What was learned: how much each sign speaks for a candidate beside the others (`chosen`), and, of the one that is
    chosen, for the document's answering at all (`answered`) and for the answer's being right (`right`). `direct` is the
    share of answers by rule, not by the reader, that are right, `questions` the number of those learned from.
    """

    questions: int
    chosen: dict[str, float]
    answered: dict[str, float]
    right: dict[str, float]
    direct: float


@cache
def weights() -> Weights:
    """Return `rules/signs.json`. Raises RuleError as `read` does."""
    return read(rules_dir() / "signs.json", Weights)


def signs(
    question: Question,
    reading: ReaderOutput,
    ranking: Ranking,
    found: Sequence[Candidate],
    at: int,
    obligation: Obligation | None,
    backed: bool | None,
) -> Signs:
    """Return the signs for and against `found[at]`.

    *obligation* is the one its items stand in; *backed* whether that gives just these items for what is asked, None if
    it gives nothing of the kind.
    """
    best = found[at]
    judged, hit = best.judged, hit_of(best.unit, ranking)
    others = [one for one in reading.judged if one.unit != best.unit]
    top = max((one.answers for one in others), default=0.0)
    kinds = sorted(reading.kinds.values(), reverse=True)
    signs: Signs = {
        "constant": 1.0,
        "place": math.log(1 + at),
        "behind": found[0].score - best.score,
        "answers": log_odds(judged.answers),
        "near": log_odds(min(judged.near + judged.answers, 1.0)),
        "rival": log_odds(top),
        "ahead": log_odds(judged.answers) - log_odds(top),
        "score": hit.score if hit else 0.0,
        "late": (hit.late or 0.0) if hit else 0.0,
        "first": float(hit is not None and bool(ranking.sentences) and ranking.sentences[0].unit == best.unit),
        "unranked": float(hit is None),
        "kind_sure": log_odds(kinds[0]),
        f"kind_{best.kind}": 1.0,
        f"lang_{question.lang}": 1.0,
        "row": float(obligation is not None),
        "long": math.log(1 + len(question.plain)),
    }
    for name in ("answers", "rival"):
        signs[f"{name}_{group(best.kind)}"] = signs[name]
    if best.verdict:
        signs["verdict"] = abs(log_odds(judged.yes))
        signs["no"] = float(best.verdict == "否")
        signs["no_sure"] = signs["no"] * signs["verdict"]
    else:
        count = len(best.items)
        signs["fit"] = judged.fit
        signs["fit_worst"] = math.log(max(min(item.sure for item in best.items), 1e-4))
        signs["several"] = float(count > 1)
        signs["several_agrees"] = log_odds(reading.several) * (1 if count > 1 else -1)
        signs["count"] = math.log(count)
        signs["length"] = math.log(1 + sum(len(item.text) for item in best.items))
        signs["said"] = float(any(item.text in question.plain for item in best.items))
    if backed is not None:
        signs["backed" if backed else "unbacked"] = 1.0
    return signs


def group(kind: str) -> str:
    """Return the kinds that are judged alike: who, when, how much, yes or no, names in a list, stretches of text."""
    return {"agency": "who", "beneficiary": "who", "deadline": "when", "quantity": "amount", "yesno": "yesno",
            "list": "names", "zone": "names", "name": "names"}.get(kind, "text")  # fmt: skip


def trust(signs: Mapping[str, float], known: Mapping[str, float]) -> float:
    """Return how far an answer with these *signs* can be trusted: its `probability`, less some caution."""
    return 1 / (1 + math.exp(CAUTION - log_odds(probability(signs, known))))


def probability(signs: Mapping[str, float], known: Mapping[str, float]) -> float:
    """Return the probability that logistic weights *known* give to *signs*."""
    total = sum(value * known.get(name, 0.0) for name, value in signs.items())
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))
