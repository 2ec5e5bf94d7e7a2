"""How many answers are right, on documents and questions that nothing was learned from.

The documents for measuring in `bench/left_out.yaml`, each row asked of its own document; the plan's questions in
../shared/gold, which only measure; and tests/answer/held_out. All are judged by ../shared/score.py. One build of all
documents of ../shared/plans is kept in the scratch folder, so that a second run only asks.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.context import Context, Row
from bench.measure import percentile, timed
from tools.model.fit_signs import score_module
from tools.model.reader_rows import load_rows

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ROOT / "bench" / "left_out.yaml"
HELD_OUT = ROOT / "tests" / "answer" / "held_out" / "questions.jsonl"
KINDS = ("kind:", "lang:", "type:", "answerable", "not answerable")


def run(context: Context) -> list[Row]:
    """Ask each set and give its figures, those on documents nothing was learned from first."""
    shared = context.plans.parent
    score = score_module(shared)
    data = context.scratch / "answers"
    timed([context.hetao, "build", *sorted(context.plans.glob("*.txt")), "--data", data])
    plan = context.scratch / "search"
    timed([context.hetao, "build", context.plan, "--data", plan])
    names = yaml.safe_load(LEFT_OUT.read_text("utf-8"))["measuring"]
    rows = [row for row in load_rows(list((shared / "reading").glob("[a-z].jsonl"))) if row["doc"] in names]
    answers = asked(context, data, "left out", [{**row, "document": row["doc"]} for row in rows])
    found = [figures(f"{len(names)} documents left out", answers, score.score_reading(rows, answers, 0))]
    text = score.Plain(str(context.plan))
    for name, file in (("gold", context.questions), ("held_out", HELD_OUT)):
        rows = load_rows([file])
        answers = asked(context, plan, name, rows)
        found.append(figures(name, answers, score.score_answers(rows, answers, text, 0)))
    return found


def asked(context: Context, data: Path, name: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answer records of *rows*, as `hetao ask --batch` gives them."""
    questions, answers = (context.scratch / f"{name} {what}.jsonl" for what in ("questions", "answers"))
    lines = [json.dumps({key: row[key] for key in ("id", "q", "document") if key in row}) for row in rows]
    questions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    timed([context.hetao, "ask", "--batch", questions, "--out", answers, "--data", data])
    return [json.loads(line) for line in answers.read_text("utf-8").splitlines()]


def figures(name: str, answers: Sequence[dict[str, Any]], found: dict[str, Any]) -> Row:
    """Return a row of the table: what *found*, by score.py, says of a set, and how long its answers took."""
    took = [answer["elapsed_ms"] for answer in answers]
    refusals = found.get("refusals") or found["abstention"]
    return {
        "set": name,
        "questions": found["questions"],
        "accuracy": found["accuracy"],
        "assured right": found["assured"]["precision"],
        "assured share": found["assured"]["coverage"],
        "refusals F1": refusals["f1"],
        "calibration": found["calibration_error"],
        "at 1": found.get("evidence_at_1", found.get("clause_recall_at_1")),
        "at 3": found.get("evidence_at_3", found.get("clause_recall_at_3")),
        "p50 ms": round(statistics.median(took), 1),
        "p95 ms": round(percentile(took, 0.95), 1),
        **{key: value for key, value in found["by"].items() if key.startswith(KINDS)},
    }
