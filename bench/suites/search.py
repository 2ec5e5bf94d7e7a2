"""One question at a time, warm and from a cold start: time, memory and quality beside stacks that others would build.

Every stack, the product among them, ranks the same clauses with the same embedding model, in a process of its own, and
is asked and timed by the same code (`bench.peers.task`). The product stands there twice: ranking alone, as the peers
do, and answering, with its graph and its refusals. One difference remains: the product's index is built once before, as
a user's is, and neither its time nor its memory counts; the peers index the clauses when they start, so that their cold
start and their memory contain it.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from bench.context import Context, Row
from bench.measure import percentile, quality, timed
from kg.builds import load_build

OWN = ("hetao", "hetao_answers")
PEERS = ("homemade", "txtai_hybrid", "llamaindex_fusion", "langchain_ensemble", "haystack_hybrid", "milvus_hybrid")
ROUNDS = 3
ROOT = Path(__file__).resolve().parents[2]


def run(context: Context) -> list[Row]:
    """Rank every question's clauses with the product and with each peer."""
    questions = [json.loads(line) for line in context.questions.read_text("utf-8").splitlines() if line.strip()]
    right = {row["id"]: set(row["clause"]) for row in questions if row.get("clause")}
    data = context.scratch / "search"
    timed([context.hetao, "build", context.plan, "--data", data])
    task = {
        "rounds": ROUNDS,
        "passages": [
            {"id": clause.id, "text": clause.text}
            for records in load_build(data).records
            for clause in records.document.clauses
        ],
        "questions": [{"id": row["id"], "q": row["q"]} for row in questions if row["id"] in right],
    }
    own = {**task, "folder": str(data)}
    rows = [_rank(context, stack, Path(sys.executable), own, right) for stack in OWN]
    rows += [_rank_or_say(context, peer, {**task, "folder": str(context.model)}, right) for peer in PEERS]
    homemade = next(row for row in rows if row["stack"] == PEERS[0])
    for row in rows:
        for figure in ("p50 ms", "cold s", "memory MB"):
            if figure in row and homemade.get(figure):
                row[f"{figure} ÷ {PEERS[0]}"] = round(row[figure] / homemade[figure], 2)
    return rows


def _rank_or_say(context: Context, peer: str, task: dict[str, Any], right: dict[str, set[str]]) -> Row:
    try:
        return _rank(context, peer, context.peers, task, right)
    except (RuntimeError, OSError) as error:  # a peer that does not run is a row that says so
        return {"stack": peer, "failed": str(error).strip().splitlines()[-1][:120]}


def _rank(context: Context, stack: str, python: Path, task: dict[str, Any], right: dict[str, set[str]]) -> Row:
    folder = context.scratch / "peers"
    folder.mkdir(exist_ok=True)
    files = (folder / f"{stack}.in.json", folder / f"{stack}.out.json")
    files[0].write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")
    offline = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    took = timed([python, "-m", f"bench.peers.{stack}", *files], cwd=ROOT, env=offline)
    found = json.loads(files[1].read_text("utf-8"))
    milliseconds = [1000 * seconds for seconds in found["seconds"]]
    return {
        "stack": stack,
        "p50 ms": round(statistics.median(milliseconds), 1),
        "p95 ms": round(percentile(milliseconds, 0.95), 1),
        **quality(found["rankings"], right),
        "cold s": round(found["seconds_to_first"], 1),
        "memory MB": took.memory_mb,
    }
