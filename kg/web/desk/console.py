"""A query from the desk's SPARQL tab → its result within limits, and the result as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kg.errors import QueryError
from kg.exports import prevailing, safe_cell, source_note
from kg.graph import named
from kg.graph.formats import render
from kg.graph.result import Result
from kg.graph.sparql import run
from kg.web.desk.desk import Desk

SECONDS = 10.0
ROWS = 1_000


def most_parameters() -> int:
    """Return how many parameters the named query with the most of them has."""
    return max(len(named.load(name).parameters) for name in named.names())


def run_query(desk: Desk, text: str, name: str, values: Sequence[str], document: str = "") -> Result:
    """Return the result of the query *text*, at most `ROWS` rows of it, within `SECONDS`; of one *document* if named.

    If *text* is still the named query *name*, *values* are bound to its parameters in order; a query that was written
    or changed by hand is run as it is.

    Raises:
        QueryError: the query is refused; the reason is one line.
        QuestionError: there is no such *document*.
    """
    if not text.strip():
        raise QueryError("SPARQL query", "it is empty", "write one, or choose one that is ready-made")
    bindings = None
    if name and named.load(name).text.strip() == text.strip():
        query = named.load(name)
        given = {parameter.name: value for parameter, value in zip(query.parameters, values, strict=False)}
        bindings = named.bind(query, given)
    with desk.store_for(text, document or None) as store:
        return run(store, text, SECONDS, ROWS, bindings)


def result_files(desk: Desk, result: Result) -> dict[str, bytes]:
    """Return *result* as files by format: CSV for a spreadsheet, JSON and TSV of the W3C, triples as Turtle too."""
    if result.kind == "ask":
        return {}
    more = ("json", "tsv", *(("ttl",) if result.kind == "graph" else ()))
    return {"csv": result_csv(desk, result), **{form: render(result, form).encode("utf-8") for form in more}}


def result_csv(desk: Desk, result: Result) -> bytes:
    """Return *result* as CSV for a spreadsheet: with BOM, without cells that it would run, and with a source column."""
    note = " | ".join(source_note(one.document) for one in desk.records) if desk.small else prevailing()
    head, *rows = csv.reader(io.StringIO(render(result, "csv"), newline=""))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*head, "source"])
    writer.writerows([[*(safe_cell(cell) for cell in row), note] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
