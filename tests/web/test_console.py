"""SPARQL from the page: limits, parameters that are bound, one line for a mistake, and a file no sheet would run."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
from pathlib import Path

import gradio as gr
import pytest

from kg.builds import load_build
from kg.errors import QueryError
from kg.graph import named
from kg.graph.result import Result, Term
from kg.web.deep_links import read_visit
from kg.web.desk import console
from kg.web.desk.desk import Desk
from kg.web.desk.tabs.sparql import SparqlTab
from kg.web.fragments.rows import result_html
from tests.two_plans import NAMES, SLUGS
from tests.web.markup import classed, elements


def test_a_parameter_is_bound_where_the_query_is_as_it_stands(desk: Desk) -> None:
    text = named.load("agent-obligations").text
    rows = console.run_query(desk, text, "agent-obligations", ["財政部", "", ""]).values()
    assert rows
    assert {row["clause"] for row in rows} == {"15", "19"}
    evil = console.run_query(desk, text, "agent-obligations", ['" } #', "", ""])
    assert evil.rows == ()


def test_a_parameter_that_is_missing_or_wrong_is_told(desk: Desk) -> None:
    with pytest.raises(QueryError, match="agent is missing"):
        console.run_query(desk, named.load("agent-obligations").text, "agent-obligations", ["", "", ""])
    with pytest.raises(QueryError, match="YYYY-MM-DD"):
        console.run_query(desk, named.load("deadlines").text, "deadlines", ["明天", "", ""])


def test_a_query_that_was_changed_is_run_as_it_is(desk: Desk) -> None:
    result = console.run_query(desk, "SELECT (1 AS ?n) {}", "agent-obligations", ["财政部"])
    assert result.values() == [{"n": "1"}]


def laid_out(desk: Desk) -> SparqlTab:
    async def build() -> SparqlTab:
        # where a loop runs Gradio makes none of its own, which nobody would close
        with gr.Blocks():
            tab = SparqlTab(desk, "zh-Hans")
            tab.build()
        return tab

    return asyncio.run(build())


def test_a_query_is_of_the_document_that_is_chosen_and_of_all_without_one(two_builds: Path) -> None:
    desk = Desk(load_build(two_builds))
    tab = laid_out(desk)
    count = "SELECT ?o { ?o a hk:Obligation }"
    whole, first, second = (tab.run(count, "", document) for document in (None, *SLUGS))
    rows = [shown.count("</tr>") - 1 for shown in (whole, first, second)]
    assert rows[0] == rows[1] + rows[2]
    assert min(rows) > 0
    told = tab.run("ASK { GRAPH ?g {} }", "", SLUGS[0])
    assert "用了 GRAPH，读的是全部文件的图谱和督办记录；不要限定文件" in told
    assert "没有这份文件" in tab.run(count, "", "none")
    # a link names the document too, by its slug or its file
    opened = tab.open(read_visit(desk, {"sparql": count, "document": NAMES[1]}, "zh-Hans"))
    assert opened[tab.document] == SLUGS[1]
    assert opened[tab.rows] == second
    desk.close()


@pytest.mark.parametrize(
    "text", ["", "SELEC * {}", "DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"]
)
def test_what_is_refused_is_one_line(text: str, desk: Desk) -> None:
    with pytest.raises(QueryError) as caught:
        console.run_query(desk, text, "", [])
    assert "\n" not in str(caught.value)


def test_more_rows_than_the_limit_are_cut_and_it_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "ROWS", 7)
    result = console.run_query(desk, "SELECT * { ?s ?p ?o }", "", [])
    assert (len(result.rows), result.truncated) == (7, True)
    assert "先列 7 行，还有更多" in result_html(result, desk, "zh-Hans", {})


def test_the_file_is_the_rows_with_their_source_and_nothing_a_sheet_would_run(desk: Desk) -> None:
    result = Result("select", ("a", "b"), ((Term("literal", "=1+1"), None), (Term("iri", "http://x/y"), None)))
    data = console.result_csv(desk, result)
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == ["a", "b", "source"]
    assert [row[:2] for row in rows] == [["'=1+1", ""], ["http://x/y", ""]]
    assert all("国发〔2023〕12号" in row[2] and "以正式公布文本为准" in row[2] for row in rows)
    (link,) = [e for e in elements(result_html(result, desk, "zh-Hans", {"csv": data})) if e.name == "a"]
    assert base64.b64decode(str(link.attributes["href"]).partition(",")[2]) == data


def test_yes_no_triples_and_no_rows_are_shown(desk: Desk) -> None:
    assert "是（true）" in result_html(Result("ask", boolean=True), desk, "zh-Hans", {})
    assert classed(result_html(Result("select", ("a",)), desk, "zh-Hans", {}), "hk-empty")
    triples = console.run_query(desk, "CONSTRUCT WHERE { ?s a hk:Plan }", "", [])
    assert "rdf:type" in result_html(triples, desk, "zh-Hans", console.result_files(desk, triples))


def test_a_cell_that_names_an_obligation_opens_it_and_markup_in_a_cell_is_text(desk: Desk) -> None:
    iri = "https://w3id.org/hetao-kg/id/guofa-2023-12/obligation/15-03"
    result = Result("select", ("<b>",), ((Term("iri", iri),), (Term("literal", "<img src=x>"),)))
    found = elements(result_html(result, desk, "zh-Hans", {}))
    assert "?obligation=15-03" in [e.attributes.get("href") for e in found if e.name == "a"]
    assert {e.name for e in found}.isdisjoint({"img"})
