"""Results and graphs as text: what other readers of the formats find in them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.errors import QueryError
from kg.graph.build import to_graph
from kg.graph.export import serialise
from kg.graph.formats import render
from kg.graph.result import Result, Term, language_tag
from kg.graph.sparql import run
from kg.graph.store import GraphStore
from kg.models import Records
from kg.resources import PACKAGE

NASTY = 'a "b"\n\tc,\\d\r财政部'
RESULT = Result(
    "select",
    ("x", "名"),
    (
        (Term("iri", "https://w3id.org/hetao-kg/id/agent/财政部"), Term("literal", "财政部", "zh-Hans")),
        (Term("literal", NASTY), None),
        (Term("literal", "1.35", None, "http://www.w3.org/2001/XMLSchema#decimal"), Term("bnode", "b0")),
    ),
)


def _oxigraph(data: str, form: ox.QueryResultsFormat) -> list[tuple[str | None, ...]]:
    solutions = ox.parse_query_results(data.encode(), format=form)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(None if term is None else str(term) for term in solution) for solution in solutions]


@pytest.mark.parametrize(
    ("form", "oxigraph"),
    [
        ("json", ox.QueryResultsFormat.JSON),
        ("tsv", ox.QueryResultsFormat.TSV),
        ("xml", ox.QueryResultsFormat.XML),
    ],
)
def test_another_library_reads_the_same_rows(form: str, oxigraph: ox.QueryResultsFormat) -> None:
    result = RESULT
    if form == "xml":  # an XML reader makes \r into \n
        result = replace(RESULT, rows=tuple(r for r in RESULT.rows if r[0] and r[0].value != NASTY))
    rows = _oxigraph(render(result, form), oxigraph)
    assert [row[0] for row in rows] == [None if row[0] is None else str(_expected(row[0])) for row in result.rows]
    assert rows[0][1] == '"财政部"@zh-hans'


def _expected(term: Term) -> ox.NamedNode | ox.Literal:
    if term.kind == "iri":
        return ox.NamedNode(term.value)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)


def test_json_keeps_the_case_of_a_language_tag() -> None:
    plain = json.loads(render(RESULT, "json"))
    assert plain["head"]["vars"] == ["x", "名"]
    assert plain["results"]["bindings"][0]["名"] == {"type": "literal", "value": "财政部", "xml:lang": "zh-Hans"}
    assert plain["results"]["bindings"][1] == {"x": {"type": "literal", "value": NASTY}}


def test_csv_is_read_back_by_a_csv_reader() -> None:
    rows = list(csv.reader(io.StringIO(render(RESULT, "csv"), newline="")))
    assert rows[0] == ["x", "名"]
    assert rows[2] == [NASTY, ""]


def test_tsv_has_one_line_a_row() -> None:
    lines = render(RESULT, "tsv").split("\n")
    assert len(lines) == 5
    assert all(line.count("\t") == 1 for line in lines[:4])


def test_columns_of_a_table_stand_under_each_other_with_chinese_in_them() -> None:
    rows = (("财政部", "甲"), ("a", "乙"))
    result = Result("select", ("谁", "x"), tuple(tuple(Term("literal", v) for v in row) for row in rows))
    assert render(result, "table") == "谁      x\n------  --\n财政部  甲\na       乙\n(2 rows)\n"


def test_a_table_obeys_no_escape_sequence_from_a_document() -> None:
    shown = render(Result("select", ("x",), ((Term("literal", "\x1b[2J\x07a\nb\u202e"),),)), "table")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.count("\n") == 4


def test_an_empty_table_and_a_cut_one_say_so() -> None:
    assert render(Result("select", ("x",)), "table") == "x\n-\n(0 rows)\n"
    cut = Result("select", ("x",), ((Term("literal", "1"),),), truncated=True)
    assert render(cut, "table").endswith("(1 row; there are more)\n")


def test_yes_and_no_in_every_format() -> None:
    yes = Result("ask", boolean=True)
    assert render(yes, "table") == "true\n"
    assert json.loads(render(yes, "json")) == {"head": {}, "boolean": True}
    assert render(yes, "csv") == "boolean\r\ntrue\r\n"
    assert ET.fromstring(render(yes, "xml")).findtext("{*}boolean") == "true"


@pytest.mark.parametrize(("result", "form"), [(RESULT, "ttl"), (RESULT, "yaml"), (Result("graph"), "xml")])
def test_a_format_the_result_has_not_is_refused(result: Result, form: str) -> None:
    with pytest.raises(QueryError, match="use one of"):
        render(result, form)


def test_a_described_thing_comes_as_turtle(store: GraphStore) -> None:
    described = run(store, "DESCRIBE <https://w3id.org/hetao-kg/id/agent/财政部>")
    text = render(described, "table")
    assert '"財政部"@zh-Hant' in text
    assert len(Graph().parse(data=text, format="turtle")) == len(described.rows)


@pytest.mark.parametrize(
    ("given", "tag"), [("zh-hans", "zh-Hans"), ("EN", "en"), ("zh-hant-hk", "zh-Hant-HK"), ("en-x-latn", "en-x-latn")]
)
def test_a_language_tag_gets_its_case(given: str, tag: str) -> None:
    assert language_tag(given) == tag


# ------------------------------------------------------------------ exports


@pytest.mark.parametrize(
    ("form", "oxigraph"),
    [("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD), ("nt", ox.RdfFormat.N_TRIPLES)],
)
def test_every_export_holds_the_same_triples(records: Records, form: str, oxigraph: ox.RdfFormat) -> None:
    graph = to_graph(records)
    plain = {
        quad.triple for quad in ox.parse(graph.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    }
    found = {quad.triple for quad in ox.parse(serialise(graph, form), format=oxigraph)}
    assert found == plain
    assert len(plain) == len(graph)


def test_turtle_keeps_the_case_of_language_tags(records: Records) -> None:
    graph = to_graph(records)
    assert set(Graph().parse(data=serialise(graph, "ttl"), format="turtle")) == set(graph)


@pytest.mark.parametrize("form", ["ttl", "jsonld", "nt"])
def test_every_export_says_which_document_it_is_and_that_the_gazetted_text_prevails(
    records: Records, form: str
) -> None:
    text = serialise(to_graph(records), form).decode("utf-8")
    assert "国发〔2023〕12号" in text
    assert "Machine-read; the gazetted text prevails" in text
    assert "以正式公布文本为准" in text


def test_turtle_says_it_on_its_first_line_and_a_title_cannot_break_out_of_it(records: Records) -> None:
    odd = replace(records, document=replace(records.document, title='题\n<u:a> <u:b> "c" .'))
    first, _, rest = serialise(to_graph(odd), "ttl").decode("utf-8").partition("\n")
    assert first.startswith("# 国发〔2023〕12号《题 <u:a>")
    assert "the gazetted text prevails" in first
    assert "<u:b>" not in rest.replace('题\\n<u:a> <u:b> \\"c\\" .', "")


def test_json_ld_is_readable_without_a_prefix_before_our_terms(records: Records) -> None:
    plain = json.loads(serialise(to_graph(records), "jsonld"))
    row = next(n for n in plain["@graph"] if n["@id"].endswith("/obligation/15-02"))
    assert row["quote"] == "具体管理办法由财政部、海关总署等有关部门另行制定"
    assert row["inClause"] == "https://w3id.org/hetao-kg/id/guofa-2023-12/clause/15"
    assert row["openList"] is True
    body = next(n for n in plain["@graph"] if n["@id"].endswith("/agent/财政部"))
    assert body["label"] == {"zh-Hans": "财政部"}
    assert body["altLabel"]["zh-Hant"] == ["財政部", "財政部門"]


def test_the_bytes_are_the_same_whatever_order_sets_have(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from conftest import make_records\n"
        "from kg.graph.build import to_graph\n"
        "from kg.graph.export import serialise\n"
        "import hashlib\n"
        "g = to_graph(make_records())\n"
        "print([hashlib.sha256(serialise(g, f)).hexdigest() for f in ('ttl', 'jsonld', 'nt')])"
    )
    here = str(Path(__file__).parent)
    seen = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PACKAGE.parent)}
        done = subprocess.run(
            [sys.executable, "-c", program, here],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            cwd=tmp_path,
        )
        seen.add(done.stdout)
    assert len(seen) == 1
