"""One question at a time, warm: how long a ranking takes and how good it is, beside stacks that others would build.

Every stack ranks the same clauses with the same embedding model. The product is asked over HTTP, its peers in their
own process, so that its figures carry a request's cost and theirs do not.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from bench.context import Context, Row
from bench.desk import Desk, served
from bench.measure import percentile, quality, timed

PEERS = ("homemade", "txtai_hybrid", "llamaindex_fusion", "langchain_ensemble", "haystack_hybrid", "milvus_hybrid")
ROUNDS = 3


def run(context: Context) -> list[Row]:
    """Rank every question's clauses with the product and with each peer."""
    questions = [json.loads(line) for line in context.questions.read_text("utf-8").splitlines() if line.strip()]
    right = {row["id"]: set(row["clause"]) for row in questions if row.get("clause")}
    asked = [{"id": row["id"], "q": row["q"]} for row in questions if row["id"] in right]
    data = context.scratch / "search"
    timed([context.hetao, "build", "--data", data])
    with served(context.hetao, data) as desk:
        rows = [_row("hetao", *_ask_desk(desk, asked), right, desk.seconds_to_first, desk.memory_mb())]
    clauses = context.scratch / "clauses"
    timed([context.hetao, "extract", context.plan, "--out", clauses])
    for peer in PEERS:
        task = {
            "peer": peer,
            "model": str(context.model),
            "rounds": ROUNDS,
            "passages": [
                {"id": clause["id"], "text": clause["text"]}
                for clause in map(json.loads, (clauses / "clauses.jsonl").read_text("utf-8").splitlines())
            ],
            "questions": asked,
        }
        rows.append(_run_peer(context, task, right))
    ours = rows[0]["p50 ms"]
    for row in rows:
        row["× hetao"] = round(row["p50 ms"] / ours, 2) if "p50 ms" in row else ""
    return rows


def _ask_desk(desk: Desk, asked: list[dict[str, str]]) -> tuple[dict[str, list[str]], list[float]]:
    rankings: dict[str, list[str]] = {}
    durations = []
    for place in range(ROUNDS + 1):
        for row in asked:
            seconds, answer = desk.get("/api/search", q=row["q"], top=10)
            rankings[row["id"]] = list(dict.fromkeys(result["clause"] for result in answer["results"]))
            if place:  # the first round warms up
                durations.append(seconds)
    return rankings, durations


def _run_peer(context: Context, task: dict[str, Any], right: dict[str, set[str]]) -> Row:
    folder = context.scratch / "peers"
    folder.mkdir(exist_ok=True)
    name = str(task["peer"])
    (folder / f"{name}.in.json").write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    files = (folder / f"{name}.in.json", folder / f"{name}.out.json")
    offline = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    try:
        took = timed([context.peers, "-m", f"bench.peers.{name}", *files], cwd=root, env=offline)
    except (RuntimeError, OSError) as error:  # a peer that does not run is a row that says so
        said = str(error).strip().splitlines()[-1][:120]
        return {"stack": name, "failed": said}
    found = json.loads(files[1].read_text("utf-8"))
    return _row(name, found["rankings"], found["seconds"], right, found["seconds_to_first"], took.memory_mb)


def _row(
    stack: str,
    rankings: dict[str, list[str]],
    durations: list[float],
    right: dict[str, set[str]],
    cold: float,
    memory_mb: float,
) -> Row:
    milliseconds = [1000 * seconds for seconds in durations]
    return {
        "stack": stack,
        "p50 ms": round(statistics.median(milliseconds), 1),
        "p95 ms": round(percentile(milliseconds, 0.95), 1),
        **quality(rankings, right),
        "cold s": round(cold, 1),
        "memory MB": memory_mb,
    }
