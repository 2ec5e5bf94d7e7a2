"""A desk → the four tools that programs call through the Model Context Protocol: ask, search, sparql, clause.

Such a program reads their docstrings, and of an argument's description only its first line. A call that fails raises a
`ToolError` of one line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from kg.errors import HetaoError
from kg.graph.formats import render
from kg.graph.sparql import run
from kg.models import to_json
from kg.settings import Serving
from kg.web.desk.desk import Desk
from kg.web.http.api import MAX_SEARCHED
from kg.web.http.sparql import QuerySlots

TOP = 20
ROWS = 1000
"""The most rows of a query's result, which a model has to read."""


class ToolError(HetaoError):
    """A call that cannot be carried out."""


def tools_of(desk: Desk, serving: Serving) -> tuple[Callable[..., Any], ...]:
    """Return the tools over *desk*; *serving* limits how long queries run and how many run at once."""
    slots = QuerySlots(serving.queries_at_once)

    def ask(question: str, document: str = "", previous: str = "") -> str:
        """Answer a question about the plan from its own words, or refuse with a reason.

        The record has `answered`, `answers` (the items alone), `message` (a sentence), `qualifier` (what limits the
        answer), `evidence` (exact quotes with their clause) and, for a refusal, `reason`. Where `assured` is false the
        items are only what the first quote may say: give the quote and leave it to your reader. Several questions in
        one are answered in `parts`. `documents` says what the quoted documents are called: always name the one that
        answers. `others` are the answers of other documents: give each that is not `same` beside the first with its own
        document and quote, and choose none of them. Never add to the record: what is not in it was not found.

        Args:
            question: A question in Simplified or Traditional Chinese or in English.
            document: The one document to ask, by its slug or its file's name; all of them without it.
            previous: The question asked before, where this one refers back to it.
        """
        return _json(desk.ask(question, document=document or None, previous=previous or None).to_json())

    def search(query: str, top: int = 5, document: str = "") -> str:
        """Find the clauses nearest to a query, best first, each with its best passage as an exact quote.

        Args:
            query: What to look for, in Chinese or English, at most 1,000 characters.
            top: How many clauses, 1 to 20.
            document: The one document to look in, by its slug or its file's name; all of them without it.
        """
        if not 1 <= top <= TOP:
            raise ToolError(f"top {top}", "that many clauses cannot be given", f"give a number from 1 to {TOP}")
        if not query.strip() or len(query) > MAX_SEARCHED:
            raise ToolError("query", f"it is empty or longer than {MAX_SEARCHED} characters", "give a shorter one")
        return _json([to_json(one) for one in desk.search(query, top, document or None)])

    def sparql(query: str, format: Literal["json", "csv"] = "json") -> str:
        """Run a read-only SPARQL 1.1 query over the graph of the plan; at most 1,000 rows are given.

        Prefix hk: is <https://w3id.org/hetao-kg/ns#>. Classes: hk:Clause (hk:number, hk:text), hk:Obligation
        (hk:inClause, hk:quote, hk:modality, hk:force, hk:lead, hk:responsible, hk:zone, hk:deadlineDate), hk:Agent,
        hk:Zone, hk:Policy (rdfs:label).

        Args:
            query: SELECT, ASK, CONSTRUCT or DESCRIBE.
            format: How rows are given; triples are always Turtle.
        """
        with slots.taken(), desk.store_for(query) as store:
            result = run(store, query, serving.query_seconds, min(ROWS, serving.query_rows))
        return render(result, "ttl" if result.kind == "graph" else format)

    def clause(number: str, document: str = "") -> str:
        """Give a clause of the plan whole: its label, heading, chapter, text and place in the source.

        Args:
            number: Its number in digits, such as 15; "preamble" for what comes first, "ch1" for a chapter's own text.
            document: The name of a document where the build has several; the first one without it.
        """
        slug = document or desk.records[0].document.slug
        found = desk.clause(slug, number.strip())
        if found is None:
            raise ToolError(f"clause {number}", "there is no such clause", "give its number in digits, such as 15")
        return _json({"document": slug, **to_json(found)})

    return ask, search, sparql, clause


def _json(plain: object) -> str:
    # Gradio would write anything that is not text in Python's notation
    return json.dumps(plain, ensure_ascii=False)
