"""Every query of the cookbook runs, and gives the rows that stand below it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.graph.formats import render
from kg.graph.result import Result
from kg.graph.sparql import run
from kg.graph.store import GraphStore, open_store

BOOK = Path(__file__).resolve().parents[2] / "docs" / "cookbook.md"
RECIPE = re.compile(
    r"(?P<query>```sparql\n(?P<text>.*?)```\n)(?P<shown>\n(?:\|[^\n]*\n)+(?:\n\d+ rows\.\n)?|\n`[^\n]*`\n)?", re.S
)
SHOWN = 3
"""So many rows stand below a query."""

CELL = 60
"""Characters of a value that are shown."""


@pytest.fixture(scope="module")
def store(built: Path) -> Iterator[GraphStore]:
    with open_store(load_build(built).store) as store:
        yield store


def table(result: Result) -> str:
    """Return the first rows as a Markdown table, and how many there are; an answer or triples in a line."""
    if result.kind == "ask":
        return f"\n`{str(result.boolean).lower()}`\n"
    if result.kind == "graph":
        return f"\n`{len(result.rows)} triples`\n"
    lines = [f"| {' | '.join(result.variables)} |", f"|{'---|' * len(result.variables)}"]
    for row in result.rows[:SHOWN]:
        cells = ["" if term is None else term.value for term in row]
        cut = [cell if len(cell) <= CELL else f"{cell[:CELL]}…" for cell in cells]
        lines.append(f"| {' | '.join(cell.replace('|', '∣') for cell in cut)} |")
    return "\n" + "\n".join(lines) + f"\n\n{len(result.rows)} rows.\n"


@pytest.mark.golden
def test_each_query_gives_what_stands_below_it(store: GraphStore) -> None:
    told = BOOK.read_text(encoding="utf-8")
    recipes = list(RECIPE.finditer(told))
    assert len(recipes) >= 15

    filled: list[bool] = []

    def anew(match: re.Match[str]) -> str:
        result = run(store, match["text"])
        filled.append(bool(result.rows) or result.boolean is True)
        assert render(result, "ttl" if result.kind == "graph" else "json")
        return match["query"] + table(result)

    made = RECIPE.sub(anew, told)
    assert filled.count(False) <= 1
    if os.environ.get("HETAO_GOLDEN") == "write":
        BOOK.write_text(made, encoding="utf-8", newline="")
    assert made == BOOK.read_text(encoding="utf-8"), "the cookbook's rows differ; if that is meant: make golden"
