"""What a build's sentences yielded, clause by clause; what nobody explains is a gap to review."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from kg.builds import Build, load_build
from kg.extract import extract_with_coverage
from kg.extract.coverage import coverage
from kg.models import to_json
from kg.read import clause_sentences, parse, read_bytes


def as_built(body: str, folder: Path) -> Build:
    """A stand-in that holds the records of a text as a build does."""
    found = extract_with_coverage(parse(read_bytes(f"一、任务\n（一）事项。{body}\n".encode(), "made-up.txt")))
    path = folder / "documents" / found.records.document.slug
    path.mkdir(parents=True)
    lines = (json.dumps(to_json(one), ensure_ascii=False) for one in found.silent)
    (path / "silent.jsonl").write_text("\n".join(lines), encoding="utf-8")
    stand_in: Any = SimpleNamespace(records=(found.records,), folder=folder, manifest={"documents": [path.name]})
    return cast("Build", stand_in)


def test_sentences_are_counted_for_each_clause_of_the_plan(built: Path) -> None:
    build = load_build(built)
    found = coverage(build)
    (records,) = build.records
    source = records.document.source.text
    assert [(c.clause, c.sentences) for c in found.clauses] == [
        (clause.id, len(clause_sentences(clause, source))) for clause in records.document.clauses
    ]
    assert all(c.with_obligations + c.silent == c.sentences for c in found.clauses)
    assert sum(c.silent for c in found.clauses) == len(found.silent) == 36
    assert {one.clause for one in found.silent} == {"preamble", "ch1", "2", "7"}


def test_the_plan_has_no_gap(built: Path) -> None:
    assert [one.quote for one in coverage(load_build(built)).silent if one.gap] == []


def test_what_has_a_reason_is_no_gap_and_what_has_none_is_one(tmp_path: Path) -> None:
    body = "建设平台。深圳园区面积3.02平方公里。构成犯罪的。国际一流的科研环境。"
    found = coverage(as_built(body, tmp_path))
    assert [(one.quote, one.why, one.gap) for one in found.silent] == [
        ("深圳园区面积3.02平方公里。", "background", False),
        ("构成犯罪的。", "case", False),
        ("国际一流的科研环境。", "no-predicate", True),
    ]
    assert (found.sentences, found.gaps) == (4, 1)
    told = found.to_json()
    assert json.loads(json.dumps(told, ensure_ascii=False)) == told
    assert (told["with_obligations"], told["silent"]) == (1, 3)
