"""Questions with their answers → the weights by which an answer is chosen, and how far it can be trusted.

    python -m bench.fit_answers DATA QUESTIONS.jsonl … [--write]

DATA holds a build of the plan; the question files have `q`, `answer`, `answer_mode`, `type`, `clause`, `quote`. Printed
are the figures of five-fold cross-validation, the folds cut by question and then by clause: choosing (a conditional
logit over all candidates), refusing and confidence (two logistic regressions over the chosen one, each learned from
choices made by weights of other folds). With --write, weights learned from all questions go to
`kg/rules/choosing.json`. The product itself never reads a question file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from kg.answer.asked import Asked
from kg.answer.choose import Candidate, choose
from kg.answer.confidence import probability, signs
from kg.answer.evaluation import Row, is_right, read_rows
from kg.builds import load_build
from kg.resources import rules_dir
from kg.search.ranking import Ranking
from kg.serve.desk import Desk

FOLDS = 5
PENALTY = 1.0
"""Of the squares of the weights of the choice; .3, 1, 1.5, 2 and 3 were tried by cross-validation."""
RARE = 5
"""A feature that fewer questions have gets no weight."""
STRENGTH = 0.3
"""Inverse penalty of the two logistic regressions."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates; `fit` is 2 where one is right at the right place, 1 where it is right."""

    set: str
    row: Row
    asked: Asked
    ranking: Ranking
    candidates: list[Candidate]
    fit: list[int]
    columns: list[str]
    table: csr_matrix

    @property
    def outside(self) -> bool:
        """Whether the document does not answer."""
        return self.row.plain.get("answer_mode") == "none"


@dataclass(frozen=True, slots=True)
class Learned:
    """The three tables of weights."""

    choice: dict[str, float]
    answered: dict[str, float]
    right: dict[str, float]


def main(data: Path, files: Sequence[Path], write: bool) -> None:
    """Print the figures, and write the weights if asked to."""
    desk = Desk(load_build(data))
    text = "".join(desk.records[0].document.source.text.split())
    cases: list[Case] = []
    other: list[tuple[str, bool, bool]] = []
    for file in files:
        name = "gold" if "gold" in file.parts else file.stem
        for row in read_rows(file):
            if isinstance(row, tuple):
                raise SystemExit(f"{file}: {row[1]}")
            found = desk.answerer.candidates(row.text)
            if found is None:
                answer = desk.ask(row.text)
                given = [item.text for item in answer.answers]
                right = is_right(row, given, answer.evidence[0].quote) if answer.answered else False
                outside = row.plain.get("answer_mode") == "none"
                other.append((name, right or (outside and not answer.answered), answer.answered))
            else:
                cases.append(_case(name, row, found, text))
    answered_directly = [right for _, right, answered in other if answered]
    direct = sum(answered_directly) / max(1, len(answered_directly))
    print(f"{len(cases) + len(other)} questions, {len(other)} by other routes, of whose answers {direct:.3f} are right")
    order = np.random.default_rng(0).permutation(len(cases)) % FOLDS
    print("\nfolds cut by question")
    report(cases, other, order)
    print("\nfolds cut by clause: nothing was learned from a question on a clause that is tested")
    report(cases, other, folds_by_clause(cases, 0))
    if write:
        learned = learn(cases)
        plain = {
            "questions": len(cases),
            "direct": round(direct, 3),
            **{name: _rounded(getattr(learned, name)) for name in ("choice", "answered", "right")},
        }
        path = rules_dir() / "choosing.json"
        path.write_text(json.dumps(plain, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        print(f"wrote {path.name}: {len(learned.choice)} weights")


def report(cases: list[Case], other: list[tuple[str, bool, bool]], fold: NDArray[np.int64]) -> None:
    """Print what cross-validation gives; *fold* has the number of each case's fold."""
    results: list[tuple[Case, bool, float, float]] = []
    for k in range(FOLDS):
        learned = learn([case for case, f in zip(cases, fold, strict=True) if f != k])
        for case, f in zip(cases, fold, strict=True):
            if f == k:
                results.append((case, *_judged(case, learned)))
    print("threshold  accuracy  refusals P / R / F1")
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        right = [case.outside if answered < threshold else good for case, good, answered, _ in results]
        refused = [(answered < threshold, case.outside) for case, _, answered, _ in results]
        refused += [(not answered, right and not answered) for _, right, answered in other]
        both = sum(a and b for a, b in refused)
        outside = sum(case.outside for case in cases) + sum(right and not answered for _, right, answered in other)
        precision, recall = both / max(1, sum(a for a, _ in refused)), both / max(1, outside)
        whole = (sum(right) + sum(good for _, good, _ in other)) / (len(right) + len(other))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{threshold:9} {whole:9.3f}  {precision:.3f} / {recall:.3f} / {f1:.3f}")
    by: dict[str, list[bool]] = defaultdict(list)
    for case, good, answered, _ in results:
        fine = case.outside if answered < 0.5 else good
        for key in (case.set, f"type {case.row.plain['type']}", f"lang {case.row.plain['lang']}"):
            by[key].append(fine)
    for name, good, _ in other:
        by[name].append(good)
    print("  ".join(f"{key} {sum(v) / len(v):.3f} ({len(v)})" for key, v in sorted(by.items())))
    possible = [any(case.fit) for case in cases if not case.outside]
    chosen = [good for case, good, _, _ in results if not case.outside]
    print(
        f"of {len(chosen)} answerable, chosen right {np.mean(chosen):.3f}, among the candidates {np.mean(possible):.3f}"
    )
    shown = [(right, good) for case, good, answered, right in results if answered >= 0.5]
    print("confidence  right  answers")
    error = 0.0
    for low in np.arange(0, 1, 0.1):
        inside = [(p, good) for p, good in shown if low <= p < low + 0.1 or (p == 1 and low > 0.85)]
        if inside:
            mean, share = np.mean([p for p, _ in inside]), np.mean([good for _, good in inside])
            error += len(inside) / len(shown) * abs(float(mean) - float(share))
            print(f"{mean:10.3f} {share:6.3f} {len(inside):8}")
    print(f"mean calibration error {error:.3f}")


def folds_by_clause(cases: Sequence[Case], seed: int) -> NDArray[np.int64]:
    """Return the fold of each case; questions on one clause are in one fold."""
    clauses = sorted({_clause(case) for case in cases})
    fold_of = dict(zip(clauses, np.random.default_rng(seed).permutation(len(clauses)) % FOLDS, strict=True))
    return np.array([fold_of[_clause(case)] for case in cases])


def _clause(case: Case) -> str:
    """Return the clause a question is about; for one that no clause answers, the one that is nearest."""
    right = [str(clause) for clause in case.row.plain.get("clause") or []]
    nearest = [hit.clause for hit in case.ranking.clauses[:1]]
    return (right or nearest or [""])[0]


def learn(cases: Sequence[Case]) -> Learned:
    """Return the weights that *cases* teach."""
    choice = learn_choice(cases)
    # cut by clause: how sure an answer is must hold for what nobody has asked about
    inner = folds_by_clause(cases, 1)
    signs_of, outside, right = [], [], []
    for k in range(FOLDS):
        weights = learn_choice([case for case, f in zip(cases, inner, strict=True) if f != k])
        for case, f in zip(cases, inner, strict=True):
            picked = choose(case.candidates, weights) if f == k else None
            if picked is not None:
                signs_of.append(signs(case.asked, case.ranking, picked))
                outside.append(case.outside)
                right.append(bool(case.fit[_place(case, picked.candidate)]))
    answers = [not one for one in outside]
    return Learned(choice, _logistic(signs_of, answers), _logistic(signs_of, right))


def learn_choice(cases: Sequence[Case]) -> dict[str, float]:
    """Return the weights under which the right candidates are the most likely: a conditional logit, the likelihood of
    a question being the sum of those of its right candidates.
    """
    taught = [case for case in cases if any(case.fit)]
    counts = Counter(name for case in taught for name in set(case.columns))
    names = sorted(name for name, count in counts.items() if count >= RARE)
    column = {name: i for i, name in enumerate(names)}
    matrix = vstack([_matrix(case, column) for case in taught]).tocsr()
    starts = np.cumsum([0, *(len(case.candidates) for case in taught)])
    of = np.repeat(np.arange(len(taught)), np.diff(starts))
    good = np.concatenate([np.array(case.fit) == max(case.fit) for case in taught])

    def summed(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        most = np.maximum.reduceat(scores, starts[:-1])
        sums: NDArray[np.float64] = most + np.log(np.add.reduceat(np.exp(scores - most[of]), starts[:-1]))
        return sums

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = matrix @ weights
        every = summed(scores)
        right_scores = np.where(good, scores, -1e9)
        right = summed(right_scores)
        slope = matrix.T @ (np.exp(scores - every[of]) - np.where(good, np.exp(right_scores - right[of]), 0))
        return float((every - right).sum() + PENALTY / 2 * weights @ weights), slope + PENALTY * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return dict(zip(names, found.x.tolist(), strict=True))


def _matrix(case: Case, column: Mapping[str, int]) -> csr_matrix:
    """Return the features of the candidates, shape (candidates, columns); those without a column are left out."""
    kept = [(i, column[name]) for i, name in enumerate(case.columns) if name in column]
    own = case.table[:, [i for i, _ in kept]].tocoo()
    to = np.array([j for _, j in kept])
    return csr_matrix((own.data, (own.row, to[own.col])), shape=(len(case.candidates), len(column)))


def _logistic(found: Sequence[Mapping[str, float]], good: Sequence[bool]) -> dict[str, float]:
    table = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(table.fit_transform(found), good)
    weights = dict(zip(table.get_feature_names_out().tolist(), model.coef_[0].tolist(), strict=True))
    return {**weights, "constant": float(model.intercept_[0])}


def _judged(case: Case, learned: Learned) -> tuple[bool, float, float]:
    picked = choose(case.candidates, learned.choice)
    if picked is None:
        return False, 0.0, 0.0
    found = signs(case.asked, case.ranking, picked)
    good = bool(case.fit[_place(case, picked.candidate)])
    return good, probability(found, learned.answered), probability(found, learned.right)


def _place(case: Case, candidate: Candidate) -> int:
    return next(i for i, one in enumerate(case.candidates) if one is candidate)


def _case(name: str, row: Row, found: tuple[Asked, Ranking, list[Candidate]], text: str) -> Case:
    asked, ranking, candidates = found
    quotes = ["".join(str(q).split()) for q in [row.plain.get("quote") or "", *(row.plain.get("more_quotes") or [])]]
    fit = []
    for one in candidates:
        unit = one.passage.unit
        right = (
            row.plain.get("answer_mode") != "none"
            and unit.clause in row.plain["clause"]
            and is_right(row, one.reading.items, unit.quote)
        )
        near = any(q and min(len(q), len(unit.quote)) * 0.6 <= _common(q, unit.quote) for q in quotes)
        fit.append(int(right) + int(right and near))
    table = DictVectorizer()
    features = table.fit_transform([{**one.near, **one.own} for one in candidates] or [{}])
    return Case(name, row, asked, ranking, candidates, fit, table.get_feature_names_out().tolist(), features)


def _common(one: str, other: str) -> int:
    """Return how many characters the longest run that the two quotes share has."""
    if one in other or other in one:
        return min(len(one), len(other))
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in sorted(weights.items()) if abs(value) >= 0.0005}


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    main(Path(arguments[0]), [Path(argument) for argument in arguments[1:]], "--write" in sys.argv)
