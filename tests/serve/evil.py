"""A plan full of markup, a desk over it, and the check that it goes on: what the tests of attacks share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline
from tests.serve.asking import Server, serving
from tests.small_plan import TEXT

__all__ = ["EVIL", "attacked", "evil", "still_well"]

SECONDS = 3.0
"""How long a query may run on the server that is attacked."""

EVIL = "<img src=x onerror=hkEvil=1><script>hkEvil=2</script>\"'><svg onload=hkEvil=3>"
"""Markup that marks the page's window wherever it is taken for markup."""

NAMED = "<b onmouseover=hkEvil=4>市水务局</b>"
"""The same as part of what a plan calls things."""


@pytest.fixture(scope="module")
def evil(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of a plan whose title, clauses, file name and names hold markup."""
    folder = tmp_path_factory.mktemp("evil")
    source = folder / "<img src=x onerror=hkEvil=5>.txt"
    text = TEXT.replace("河岸整治工作方案", f"河岸整治{EVIL}工作方案").replace("清理河道淤泥", f"清理{EVIL}河道淤泥")
    source.write_text(text.replace("植树。", f"植树{EVIL}。"), encoding="utf-8")
    names = {
        "source_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "from": EVIL,
        "agents": [{"name": "市水务局", "kind": "agency", "aliases": [NAMED]}],
    }
    source.with_suffix(".names.yaml").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    data = folder / "data"
    pipeline.build([source], data, model=model_folder)
    return data


@pytest.fixture(scope="module")
def attacked(evil: Path) -> Iterator[Server]:
    with serving(evil, HETAO_QUERY_SECONDS=str(SECONDS)) as server:
        yield server


@pytest.fixture(autouse=True)
def still_well(attacked: Server) -> Iterator[None]:
    """After each attack the server answers the next one who asks."""
    yield
    assert attacked.ask("/healthz").status == 200
    rows = attacked.get("/sparql", {"query": "SELECT (1 AS ?x) {}"}, Accept="application/sparql-results+json")
    assert rows.json["results"]["bindings"][0]["x"]["value"] == "1"
