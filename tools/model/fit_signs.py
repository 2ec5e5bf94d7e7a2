"""Learn how far answers can be trusted: `python -m tools.model.fit_signs --shared ../shared --data BUILD --plan DATA`.

BUILD holds a build of all documents of ../shared/plans, DATA one of the plan. Learned from are the rows of documents
for choosing in `bench/left_out.yaml` and the plan's own questions in tests/answer/at_hand: the reader has learned from
neither. Printed are figures of folds cut by document and, on the plan, by clause; with --write, what all of them teach
goes to `kg/rules/signs.json`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from tqdm import tqdm

from kg.answer.ask import ANSWERED
from kg.answer.record import ASSURED
from kg.answer.signs import Signs, probability, trust
from kg.builds import load_build
from kg.resources import rules_dir
from kg.web.desk.desk import Desk
from tools.model.reader_rows import load_rows, split_of

LEFT_OUT = Path("bench/left_out.yaml")
AT_HAND = Path("tests/answer/at_hand")
FOLDS = 5
STRENGTH = 0.3
"""Inverse penalty of the two logistic regressions."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the signs of its candidates, and of each whether it is right. `fold` is what its fold is cut by:
    a document, or a clause.
    """

    set: str
    fold: str
    answerable: bool
    candidates: tuple[tuple[Signs, bool], ...]
    plain: dict[str, Any]

    def chosen(self, weights: Mapping[str, float]) -> tuple[Signs, bool]:
        """Return the candidate for which most speaks."""
        return max(self.candidates, key=lambda one: probability(one[0], weights))


@dataclass(frozen=True, slots=True)
class Ruled:
    """A question that was decided without reading, and whether that was right."""

    set: str
    answered: bool
    right: bool


def score_module(shared: Path) -> ModuleType:
    """Return ../shared/score.py, which says what is right."""
    spec = importlib.util.spec_from_file_location("score", shared / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases_of(
    desk: Desk, name: str, rows: Sequence[dict[str, Any]], right: Callable[[dict[str, Any], dict[str, Any]], bool]
) -> tuple[list[Case], list[Ruled]]:
    """Return *rows* as they are answered; *right* judges a row and an answer record."""
    slugs = {one.document.source.name.removesuffix(".txt"): one.document.slug for one in desk.records}
    cases, ruled = [], []
    for row in tqdm(rows, desc=name):
        asked = desk.answerer.look_up(row["q"], (slugs[row["doc"]],) if "doc" in row else ())
        decided = desk.answerer.by_rule(asked)
        if decided is not None:
            ruled.append(Ruled(name, decided.answered, right(row, decided.to_json())))
            continue
        answerable = row["answerable"] if "answerable" in row else row["answer_mode"] != "none"
        found = []
        for examined in desk.answerer.consider(asked):
            given = {"answered": True, "answers": [{"text": text} for text in examined.best.texts]}
            found.append((examined.signs, bool(answerable and right(row, given))))
        fold = row["doc"] if "doc" in row else "clause " + str((row.get("clause") or [""])[0])
        if found:
            cases.append(Case(name, fold, answerable, tuple(found), row))
    return cases, ruled


def logistic(signs: Sequence[Signs], good: Sequence[bool]) -> dict[str, float]:
    """Return the weights that tell the *good* ones from the others."""
    table = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=5000, fit_intercept=False)
    model.fit(table.fit_transform(signs), good)
    return dict(zip(table.get_feature_names_out().tolist(), model.coef_[0].tolist(), strict=True))


def learn(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Return the weights for choosing a candidate, then those for answering at all and for being right with it."""
    every = [one for case in cases for one in case.candidates]
    chosen = logistic([signs for signs, _ in every], [right for _, right in every])
    best = [case.chosen(chosen) for case in cases]
    signs = [one for one, _ in best]
    return {
        "chosen": chosen,
        "answered": logistic(signs, [case.answerable for case in cases]),
        "right": logistic(signs, [right for _, right in best]),
    }


def report(cases: Sequence[Case], ruled: Sequence[Ruled]) -> None:
    """Print what folds give, each judged by weights that the others teach."""
    names = sorted({case.fold for case in cases})
    fold_of = dict(zip(names, np.random.default_rng(0).permutation(len(names)) % FOLDS, strict=True))
    judged: list[tuple[Case, bool, float, float]] = []
    for k in range(FOLDS):
        known = learn([case for case in cases if fold_of[case.fold] != k])
        for case in cases:
            if fold_of[case.fold] == k:
                signs, right = case.chosen(known["chosen"])
                judged.append((case, right, probability(signs, known["answered"]), trust(signs, known["right"])))
    for name in sorted({case.set for case in cases}):
        own = [one for one in judged if one[0].set == name]
        by_rule = [one for one in ruled if one.set == name]
        print(f"\n{name}: {len(own)} questions read, {len(by_rule)} decided by rule")
        possible = np.mean([right for case, right, _, _ in own if case.answerable])
        print(f"of those that are answered, the chosen candidate is right for {possible:.3f}")
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
            fine = [right if given >= threshold else not case.answerable for case, right, given, _ in own]
            fine += [one.right for one in by_rule]
            refused = [(given < threshold, not case.answerable) for case, _, given, _ in own]
            refused += [(not one.answered, one.right and not one.answered) for one in by_rule]
            both = sum(a and b for a, b in refused)
            f1 = 2 * both / max(1, sum(a for a, _ in refused) + sum(b for _, b in refused))
            print(f"  answered from {threshold}: accuracy {np.mean(fine):.3f}, refusals F1 {f1:.3f}")
        shown = [(trusted, right) for _, right, given, trusted in own if given >= ANSWERED]
        sure = [good for trusted, good in shown if trusted >= ASSURED]
        answerable = sum(case.answerable for case, _, _, _ in own)
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for trusted, good in shown:
            bins[min(4, int(trusted * 5))].append((trusted, good))
        error = sum(abs(sum(p for p, _ in b) - sum(g for _, g in b)) for b in bins.values()) / max(1, len(shown))
        told = f"{np.mean(sure):.3f}" if sure else "-"
        print(f"  assured: precision {told}, coverage {sum(sure) / answerable:.3f}; calibration error {error:.3f}")
        by: dict[str, list[bool]] = defaultdict(list)
        for case, right, given, _ in own:
            good = right if given >= ANSWERED else not case.answerable
            by[f"{case.plain.get('kind') or case.plain.get('type')}"].append(good)
            by[case.plain["lang"]].append(good)
        print("  " + "  ".join(f"{key} {np.mean(v):.2f} ({len(v)})" for key, v in sorted(by.items())))


def main() -> None:
    """Print the figures, and write the weights if asked to."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--plan", type=Path, required=True)
    ask.add_argument("--write", action="store_true")
    args = ask.parse_args()
    score = score_module(args.shared)
    split = split_of(LEFT_OUT)
    rows = load_rows(list((args.shared / "reading").glob("[a-z].jsonl")))
    library = Desk(load_build(args.data))
    chosen = [row for row in rows if split.get(row["doc"]) == "choosing"]
    cases, ruled = cases_of(library, "documents for choosing", chosen, score.reading_ok)
    plan = Desk(load_build(args.plan))
    more, other = cases_of(plan, "the plan, at hand", load_rows(list(AT_HAND.glob("*.jsonl"))), score.answer_ok)
    cases += more
    ruled += other
    report(cases, ruled)
    if args.write:
        known = learn(cases)
        direct = np.mean([one.right for one in ruled if one.answered])
        plain = {
            "questions": len(cases),
            "direct": round(float(direct), 3),
            **{
                what: {name: round(weight, 4) for name, weight in sorted(weights.items())}
                for what, weights in known.items()
            },
        }
        (rules_dir() / "signs.json").write_text(json.dumps(plain, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
