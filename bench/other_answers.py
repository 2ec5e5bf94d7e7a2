"""`python -m bench.other_answers DATA READING` → as JSON, how often other documents' answers are found, and rightly.

`python -m bench.other_answers --write PLANS FOLDER` writes a second version of every document for choosing: other
figures, years and bodies in the same words. A library of the plans that are not for measuring and of these has two
documents that answer a question about one: differently if the version changed the answer, alike if not. What other
documents answer is counted apart: many do answer (when does the regulation take effect?), some are misread.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.answer import elsewhere
from kg.answer.ask import Answerer
from kg.answer.named_documents import narrow
from kg.answer.record import ASSURED, Answer
from kg.builds import load_build
from kg.models import strip_space
from kg.workspace import Workspace

LEFT_OUT = Path(__file__).with_name("left_out.yaml")
SUFFIX = "_other"
QUESTIONS = 240
NEAR, SHOWN = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3), (0.15, 0.3, 0.5)
KINDS = ("agency", "deadline", "quantity", "list", "name", "zone", "yesno", "beneficiary")

_FIGURE = re.compile(r"(?<![\d.〔])[1-9]\d*(?=\.?\d*(?:%|个|家|万|亿|项|天|日|年|人|元|倍|平方))")
_BODIES = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
_BODY = re.compile("|".join(sorted(_BODIES, key=lambda one: -len(one))))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its document by file name, and whether the document's other version answers otherwise."""

    text: str
    document: str
    items: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A question with the answer of the joint search and those of near documents, each with its distance in score."""

    asked: Asked
    answer: Answer
    near: tuple[tuple[float, Answer], ...]


def altered(text: str) -> str:
    """Return *text* with other figures and other bodies in the same words."""
    figures = _FIGURE.sub(lambda match: str(int(match[0]) + 1), text)
    return _BODY.sub(lambda match: str(_BODIES[match[0]]), figures)


def write_versions(plans: Path, folder: Path) -> list[Path]:
    """Write the other version of every document for choosing to *folder* and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name in _choosing():
        path = folder / f"{name}{SUFFIX}.txt"
        path.write_bytes(altered((plans / f"{name}.txt").read_bytes().decode("utf-8")).encode("utf-8"))
        found.append(path)
    return found


def questions(rows: Sequence[dict[str, Any]], answerer: Answerer) -> list[Asked]:
    """Return as many questions whose answer the other version changed as questions whose answer it did not."""
    choosing, found = set(_choosing()), []
    for row in rows:
        if row["doc"] not in choosing or not row["answerable"] or row["kind"] not in KINDS:
            continue
        if narrow(row["q"], answerer.library).documents:
            continue
        items = tuple(strip_space(item[0]) for item in row["answers"])
        found.append(Asked(row["q"], row["doc"], items, any(altered(item) != item for item in items)))
    random.Random(1).shuffle(found)
    half = QUESTIONS // 2
    return [one for changed in (True, False) for one in [x for x in found if x.changed is changed][:half]]


def tried(asked: Sequence[Asked], workspace: Workspace) -> Iterator[Tried]:
    """Yield each question that is answered with what up to `MOST` documents answer, however far they are."""
    answerer = workspace.answerer
    for one in asked:
        found = answerer.look_up(one.text)
        if answerer.by_rule(found) is not None:
            continue
        answer = answerer.read(found)
        if not answer.answered:
            continue
        own = answer.evidence[0].document
        near = elsewhere.near_documents(found.ranking, own, math.inf)
        read = [(behind, answerer.read(answerer.alone(found, slug))) for slug, behind in near.items()]
        yield Tried(one, answer, tuple(read))


def row_of(one: Tried, workspace: Workspace) -> dict[str, Any]:
    """Return what is counted of one question: of the first answer and of each that stands beside it."""
    files = {slug: name.removesuffix(".txt") for slug, name in workspace.build.files.items()}

    def file(answer: Answer) -> str:
        return files[answer.evidence[0].document]

    twins = {one.asked.document, one.asked.document + SUFFIX}
    rows = []
    for gap, other in one.near:
        shown = elsewhere.compared(one.answer, [other], workspace.answerer.library)
        if other.evidence:
            rows.append(
                {"gap": round(gap, 4), "twin": file(other) in twins, "shown": bool(shown),
                 "same": bool(shown) and shown[0].same, "sure": other.confidence}
            )  # fmt: skip
    return {
        "changed": one.asked.changed, "kind": one.answer.intent, "twin": file(one.answer) in twins,
        "sure": one.answer.confidence, "near": rows,
    }  # fmt: skip


def report(rows: Sequence[dict[str, Any]], near: float, shown: float) -> dict[str, Any]:
    """Return for two thresholds how many other versions are found, how many other answers are shown in how many
    questions, how many assured answers they unsettle, how many assured ones a version fails to, and passes a question.
    """

    def beside(row: dict[str, Any], *, twin: bool) -> list[dict[str, Any]]:
        fit = [one for one in row["near"] if one["shown"] and one["gap"] <= near and one["sure"] >= shown]
        return [one for one in fit if one["twin"] is twin]

    def unsettled(row: dict[str, Any], *, twin: bool) -> bool:
        against = [one for one in beside(row, twin=twin) if not one["same"]]
        weights = [one["sure"] * (1 - max(one["gap"], 0.0) / near) for one in against]
        return bool(row["sure"] / (1 + sum(weights)) < ASSURED)

    pairs = [row for row in rows if row["twin"] and row["near"]]
    changed = [row for row in pairs if row["changed"]]
    same = [row for row in pairs if not row["changed"]]
    assured = [row for row in rows if row["sure"] >= ASSURED]
    others = [[one for one in beside(row, twin=False) if not one["same"]] for row in rows]
    found = sum(any(not o["same"] for o in beside(r, twin=True)) for r in changed)
    return {
        "near": near, "shown from": shown, "questions": len(rows),
        "changed versions found": [found, len(changed)],
        "like versions found": [sum(any(o["same"] for o in beside(r, twin=True)) for r in same), len(same)],
        "like versions shown as unlike": sum(any(not o["same"] for o in beside(r, twin=True)) for r in same),
        "questions with other documents": sum(map(bool, others)), "answers of other documents": sum(map(len, others)),
        "assured": len(assured), "no longer, by others alone": sum(unsettled(row, twin=False) for row in assured),
        "still, against a changed version": sum(
            not unsettled(row, twin=True) for row in assured if row["twin"] and row["changed"]
        ),
        "passes a question": round(sum(sum(o["gap"] <= near for o in row["near"]) for row in rows) / len(rows), 2),
    }  # fmt: skip


def main(data: Path, reading: Path) -> list[dict[str, Any]]:
    """Return a report for each pair of thresholds that was weighed."""
    workspace = Workspace(load_build(data))
    files = sorted(reading.glob("[a-z].jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    rows = [row_of(one, workspace) for one in tried(questions(lines, workspace.answerer), workspace)]
    workspace.close()
    return [report(rows, near, shown) for near in NEAR for shown in SHOWN]


def _choosing() -> list[str]:
    return list(yaml.safe_load(LEFT_OUT.read_text("utf-8"))["choosing"])


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        print(*write_versions(Path(sys.argv[2]), Path(sys.argv[3])), sep="\n")
    else:
        print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
