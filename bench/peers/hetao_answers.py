"""The product's whole answer: ranking, readings, rows of the graph. Runs under the product's Python."""

from __future__ import annotations

from pathlib import Path

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], data: str) -> Rank:
    """Open the build and answer each question; its ranking is the one that the answer gives."""
    from kg.builds import load_build
    from kg.web.desk.desk import Desk

    desk = Desk(load_build(Path(data)))
    if desk.ranker.index.vectors is None:
        raise RuntimeError(f"the index ranks by words alone: {' '.join(desk.ranker.index.notes)}")
    return lambda question: [hit.clause for hit in desk.ask(question).ranking]


carry_out(make)
