"""The tools of the Model Context Protocol, called by its own client from a desk that is served."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.types import TextContent

from kg.answer.record import Answer
from kg.errors import QuestionError
from kg.models import to_json
from kg.settings import Serving
from kg.web.desk.desk import Desk
from kg.web.http.mcp import tools_of
from tests.web.pages import QUESTION


def call(address: str, work: Callable[[ClientSession], Awaitable[Any]], token: str = "") -> Any:  # noqa: ANN401
    """What *work* gives, whatever it asks for."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def through() -> Any:  # noqa: ANN401
        async with (
            create_mcp_http_client(headers) as http,
            streamable_http_client(f"{address}/gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    return asyncio.run(through())


def used(address: str, name: str, **arguments: object) -> tuple[bool, str]:
    """Whether a tool could be used, and what it said."""
    result = call(address, lambda session: session.call_tool(name, arguments))
    (content,) = result.content
    assert isinstance(content, TextContent)
    return not result.isError, content.text


def test_four_tools_are_there_and_tell_what_they_take(address: str) -> None:
    tools = {tool.name: tool for tool in call(address, lambda session: session.list_tools()).tools}
    assert sorted(tools) == ["ask", "clause", "search", "sparql"]
    for tool in tools.values():
        assert len(tool.description) > 40
        for name, told in tool.inputSchema["properties"].items():
            assert told["description"].endswith("."), f"{tool.name} {name}"
    assert tools["ask"].inputSchema["required"] == ["question"]
    assert tools["sparql"].inputSchema["properties"]["format"]["enum"] == ["json", "csv"]


def test_ask_gives_the_record(address: str, desk: Desk) -> None:
    fine, text = used(address, "ask", question=QUESTION)
    assert fine
    given, own = json.loads(text), desk.ask(QUESTION).to_json()
    assert given.pop("elapsed_ms") > 0
    own.pop("elapsed_ms")
    assert given == own


def test_search_gives_the_clauses(address: str, desk: Desk) -> None:
    fine, text = used(address, "search", query="优惠产业目录", top=3)
    assert fine
    assert json.loads(text) == [to_json(one) for one in desk.search("优惠产业目录", 3)]


def test_one_document_may_be_asked_and_searched_alone_and_the_question_before_goes_along(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, search, *_ = tools_of(desk, Serving())
    assert json.loads(search("优惠产业目录", 3, "hetao-2023")) == json.loads(search("优惠产业目录", 3))
    with pytest.raises(QuestionError, match="document other"):
        search("优惠产业目录", 3, "other")
    given: list[dict[str, object]] = []
    answer = desk.ask(QUESTION)

    def noted(_question: str, **more: object) -> Answer:
        given.append(more)
        return answer

    monkeypatch.setattr(desk, "ask", noted)
    ask(QUESTION)
    ask(QUESTION, "hetao-2023", "谁？")
    assert given == [{"document": None, "previous": None}, {"document": "hetao-2023", "previous": "谁？"}]


@pytest.mark.parametrize(("form", "begins"), [("json", '{"head"'), ("csv", "n\r\n")])
def test_sparql_gives_rows(address: str, form: str, begins: str) -> None:
    query = "PREFIX hk: <https://w3id.org/hetao-kg/ns#> SELECT ?n { ?c a hk:NumberedClause ; hk:number ?n }"
    fine, text = used(address, "sparql", query=query, format=form)
    assert fine
    assert text.startswith(begins)
    assert text.count('"value"' if form == "json" else "\r\n") == (30 if form == "json" else 31)


def test_sparql_gives_triples_as_turtle(address: str) -> None:
    fine, text = used(address, "sparql", query="DESCRIBE <https://w3id.org/hetao-kg/id/guofa-2023-12/clause/15>")
    assert fine
    assert "@prefix hk:" in text


def test_no_more_rows_than_can_be_read(address: str) -> None:
    fine, text = used(address, "sparql", query="SELECT * { ?s ?p ?o }", format="csv")
    assert fine
    assert text.count("\r\n") == 1001


def test_clause_gives_it_whole(address: str, desk: Desk) -> None:
    fine, text = used(address, "clause", number=" 15 ")
    assert fine
    own = desk.clause("guofa-2023-12", "15")
    assert json.loads(text) == {"document": "guofa-2023-12", **to_json(own)}


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("ask", {"question": "？" * 3}, "question"),
        ("search", {"query": "税", "top": 99}, "top 99: that many clauses cannot be given; give a number from 1 to 20"),
        ("ask", {"question": "谁？", "document": "x"}, "document x: the build has none of this name"),
        ("search", {"query": " "}, "query: it is empty"),
        ("search", {"query": "税" * 1001}, "longer than 1000 characters"),
        ("sparql", {"query": "SELEC"}, "it is malformed"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "the graph is read-only"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "SERVICE"),
        ("clause", {"number": "99"}, "clause 99: there is no such clause; give its number in digits, such as 15"),
        ("clause", {"number": "15", "document": "../guofa-2023-12"}, "there is no such clause"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    address: str, name: str, arguments: dict[str, object], told: str
) -> None:
    fine, text = used(address, name, **arguments)
    assert not fine
    assert told in text
    assert "\n" not in text
    assert not text.startswith(("'", '"'))


def test_a_tool_that_is_not_there_is_an_error(address: str) -> None:
    fine, text = used(address, "arrive")
    assert not fine
    assert "arrive" in text


def test_an_endless_query_ends(desk: Desk) -> None:
    _, _, sparql, _ = tools_of(desk, Serving(query_seconds=0.5))
    with pytest.raises(Exception, match="longer than"):
        sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a > ?h) }")


def test_a_question_too_long_is_refused(desk: Desk) -> None:
    ask, *_ = tools_of(desk, Serving())
    with pytest.raises(QuestionError):
        ask("谁" * 100_000)
