"""The answer that was chosen → whether the document answers at all, and how likely the answer is right."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kg.answer.asked import Asked
from kg.answer.choose import Choice, weigh
from kg.answer.features import Features, of_nothing
from kg.search.ranking import Ranking

CARRIED = (
    "covered", "covered_sentence", "covered_clause", "covered_rest", "covered_rest_sentence", "late", "late_part",
    "gap", "named", "named_missing", "denied", "of_another_body", "head", "head_missing", "part", "sentence", "first",
    "background", "said", "near", "order", "fitting", "unfitting", "from_graph", "as_many", "other_number_of",
    "one_for_several", "several_for_one", "verdict", "no", "no_decided", "year_missing",
)  # fmt: skip
"""The features of the candidate that say how good it is, not only how it compares with the others."""


def signs(asked: Asked, ranking: Ranking, choice: Choice) -> Features:
    """Return what speaks for *choice* being right, and against it, by name."""
    candidate = choice.candidate
    merged = {**candidate.near, **candidate.own}
    found = of_nothing(asked, ranking, candidate.near)
    found |= {f"best_{name}": merged[name] for name in CARRIED if name in merged}
    found["share"] = choice.share
    found["share_log"] = math.log(max(choice.share, 1e-9))
    found["next_share"] = choice.next_share
    found["margin"] = choice.share - choice.next_share
    found[f"sort_{candidate.own_sort}"] = 1.0
    return found


def probability(found: Features, known: Mapping[str, float]) -> float:
    """Return the probability that logistic weights *known* give to *found*; `constant` is the intercept."""
    return 1 / (1 + math.exp(-(weigh(found, known) + known.get("constant", 0.0))))
