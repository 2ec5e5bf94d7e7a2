"""The product's own search, over a build made before. Runs under the product's Python, not under the peers'."""

from __future__ import annotations

from pathlib import Path

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], data: str) -> Rank:
    """Open the build's index and see that it ranks the passages the peers rank, and with vectors as they do."""
    from kg.builds import load_build
    from kg.search.ranking import Ranker

    ranker = Ranker.open(load_build(Path(data)).index)
    if ranker.index.vectors is None:
        raise RuntimeError(f"the index ranks by words alone: {' '.join(ranker.index.notes)}")
    if sorted(unit.clause for unit in ranker.index.units if unit.kind == "clause") != sorted(ids):
        raise RuntimeError("the index has other clauses than the task")
    return lambda question: [hit.clause for hit in ranker.rank(question, 10).clauses]


carry_out(make)
