"""The routes under /api over HTTP: what they give, in the shapes they say, and what they refuse."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.message import Message
from email.utils import collapse_rfc2231_value
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kg.vocab import FORCES, MODALITIES
from kg.web.http.api import attachment
from kg.workspace import FORMATS
from tests.conftest import few
from tests.web.pages import QUESTION
from tests.web.server import Server, problem_of

ODD = {
    "long": "谁" * 10_000,
    "control characters": "\x00\x01\x1b[31m谁",
    "one character that is eighteen": "\ufdfa" * 100,
    "html": "<script>alert(1)</script>由谁制定？",
    "sparql": '"} UNION { ?s ?p ?o } #由谁制定？',
    "empty": "",
    "white space": " \u3000\n",
    "signs": "？！。…",
    "backwards": "\u202e谁",
    "a byte order mark": "\ufeff",
    "emoji": "😀",
}


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]


# ------------------------------------------------------------------ answers


def test_an_answer_names_the_bodies_with_the_quote(server: Server, folder: Path) -> None:
    answer = server.get("/api/ask", {"q": QUESTION}).json
    assert answer["answered"] is True
    assert {item["text"] for item in answer["answers"]} >= {"财政部", "海关总署", "税务总局"}
    best = answer["evidence"][0]
    source = (folder / "source.txt").read_bytes().decode()
    assert "".join(source[best["start"] : best["end"]].split()) == best["quote"]


def test_the_answer_is_the_record_of_the_command_by_get_and_by_post(
    server: Server, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import kg.cli

    assert kg.cli.run(["ask", QUESTION, "--json", "--data", str(built)]) == 0
    wanted = json.loads(capsys.readouterr().out)
    body = json.dumps({"q": QUESTION}).encode()
    for reply in (
        server.get("/api/ask", {"q": QUESTION}),
        server.ask("/api/ask", body=body, Content_Type="application/json"),
        server.ask("/api/ask", body=body, Content_Type="application/json; charset=utf-8"),
    ):
        assert (reply.status, reply.kind) == (200, "application/json")
        assert {**reply.json, "elapsed_ms": 0} == {**wanted, "elapsed_ms": 0}
        assert list(reply.json) == list(wanted)


def test_a_document_may_be_named_by_slug_or_file_and_an_empty_one_is_none(server: Server, folder: Path) -> None:
    wanted = {**server.get("/api/ask", {"q": QUESTION}).json, "elapsed_ms": 0}
    for name in (folder.name, "hetao-2023", "hetao-2023.txt", "", " "):
        asked = {"q": QUESTION, "document": name, "previous": ""}
        assert {**server.get("/api/ask", asked).json, "elapsed_ms": 0} == wanted
        reply = server.ask("/api/ask", body=json.dumps(asked).encode(), Content_Type="application/json")
        assert {**reply.json, "elapsed_ms": 0} == wanted
        found = server.get("/api/search", {"q": "数据", "document": name}).json
        assert found == server.get("/api/search", {"q": "数据"}).json


def test_a_document_that_is_not_there_is_a_problem_of_one_line(server: Server) -> None:
    body = json.dumps({"q": QUESTION, "document": "none"}).encode()
    for reply in (
        server.get("/api/ask", {"q": QUESTION, "document": "none"}),
        server.get("/api/ask", {"q": QUESTION, "document": "none"}, If_None_Match="*"),
        server.get("/api/search", {"q": QUESTION, "document": "none"}),
        server.ask("/api/ask", body=body, Content_Type="application/json"),
    ):
        assert reply.status == 422
        assert problem_of(reply).startswith("document none: the build has none of this name; name one of: ")


@pytest.mark.parametrize("name", few(ODD, ["long", "html", "empty"]))
@pytest.mark.parametrize("way", ["ask", "posted", "search", "agent"])
def test_odd_text_gets_an_answer_or_one_line(way: str, name: str, server: Server) -> None:
    text = ODD[name]
    if way == "posted":
        reply = server.ask("/api/ask", body=json.dumps({"q": text}).encode(), Content_Type="application/json")
    elif way == "agent":
        reply = server.get("/api/obligations", {"agent": text})
    else:
        reply = server.get(f"/api/{way}", {"q": text})
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    if reply.status == 200:
        assert reply.kind == "application/json"
    else:
        assert reply.status == 422
        problem_of(reply)
    if way != "agent" and name in ("empty", "white space"):
        assert reply.status == 422


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"q": ', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"q": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"q": 1}', "application/json", 422),
        (b'{"q": "\\ud800"}', "application/json", 422),
        (b'{"q": "x", "document": 1}', "application/json", 422),
        (b'{"q": "x", "previous": "\\ud800"}', "application/json", 422),
        (b"q=x", "application/x-www-form-urlencoded", 415),
        (b'{"q": "x"}', "text/plain", 415),
        (b'{"q": "x"}', "application/json; charset=gbk", 415),
        (b'{"q": "' + b"x" * 5_000_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_taken_is_one_line(body: bytes, kind: str, status: int, server: Server) -> None:
    reply = server.ask("/api/ask", body=body, Content_Type=kind)
    assert reply.status == status
    assert len(problem_of(reply)) < 200


# ------------------------------------------------------------------ search


def test_what_is_found_is_ranked_and_quoted_exactly(server: Server, folder: Path) -> None:
    reply = server.get("/api/search", {"q": "固网接入国际互联网的绿色通道", "top": 5}).json
    assert set(reply) == {"query", "results", "notes"}
    assert reply["query"] == "固网接入国际互联网的绿色通道"
    results = reply["results"]
    assert results[0]["clause"] == "17"
    assert len(results) == 5
    assert [r["score"] for r in results] == sorted((r["score"] for r in results), reverse=True)
    source = (folder / "source.txt").read_bytes().decode()
    for result in results:
        assert set(result) == {"clause", "score", "quote", "start", "end", "document"}
        assert "".join(source[result["start"] : result["end"]].split()) == result["quote"]


def test_what_is_found_is_what_the_command_finds(
    server: Server, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import kg.cli

    assert kg.cli.run(["search", "数据跨境流动", "--json", "--top", "7", "--data", str(built)]) == 0
    wanted = json.loads(capsys.readouterr().out)
    assert server.get("/api/search", {"q": "数据跨境流动", "top": 7}).json == wanted


def test_signs_alone_find_nothing(server: Server) -> None:
    assert server.get("/api/search", {"q": "？！"}).json["results"] == []


@pytest.mark.parametrize("top", ["0", "101", "-1", "x", "1.5", "9" * 5000])
def test_a_top_that_does_not_fit_is_refused(top: str, server: Server) -> None:
    reply = server.get("/api/search", {"q": "数据", "top": top})
    assert reply.status == 422
    assert problem_of(reply).startswith("top: ")


# ------------------------------------------------------------------ obligations


def page(server: Server, *parameters: tuple[str, str]) -> dict[str, Any]:
    reply = server.get("/api/obligations", parameters)
    assert reply.status == 200
    plain: dict[str, Any] = reply.json
    assert set(plain) == {"total", "offset", "limit", "items"}
    return plain


def ids(plain: dict[str, Any]) -> list[str]:
    return [item["id"] for item in plain["items"]]


def test_every_obligation_is_listed_once_page_by_page(server: Server, rows: list[dict[str, Any]], folder: Path) -> None:
    found: list[dict[str, Any]] = []
    while len(found) < len(rows):
        plain = page(server, ("offset", str(len(found))), ("limit", "100"))
        assert plain["total"] == len(rows)
        assert plain["items"]
        found += plain["items"]
    nobody: dict[str, list[str]] = {"assigned_to": [], "assisting": []}
    assert found == [{**row, "document": folder.name, **nobody} for row in rows]
    assert all(item["task_id"] for item in found)
    assert page(server, ("offset", str(len(rows))))["items"] == []
    assert page(server, ("agent", "无此机关"))["total"] == 0
    assert len(page(server)["items"]) == 50


@pytest.mark.parametrize(
    ("parameters", "fits"),
    [
        ([("clause", "15")], lambda r: r["clause"] == "15"),
        ([("clause", "15"), ("clause", "17")], lambda r: r["clause"] in ("15", "17")),
        ([("modality", "exemption")], lambda r: r["modality"] == "exemption"),
        (
            [("modality", "exemption"), ("modality", "permission"), ("force", "firm")],
            lambda r: r["modality"] in ("exemption", "permission") and r["force"] == "firm",
        ),
        ([("tier", "B"), ("clause", "2")], lambda r: r["tier"] == "B" and r["clause"] == "2"),
        ([("due_before", "2025-12-31")], lambda r: (r["deadline"] or {}).get("date") == "2024-12-31"),
        ([("due_before", "2026-01-01")], lambda r: (r["deadline"] or {}).get("date") in ("2024-12-31", "2025-12-31")),
        ([("agent", "财政部")], lambda r: "财政部" in [a["name"] for a in r["agents"]]),
        ([("agent", "財政部")], lambda r: "财政部" in [a["name"] for a in r["agents"]]),
        ([("assigned", "none"), ("clause", "15")], lambda r: r["clause"] == "15"),
        ([("zone", "深圳园区")], lambda r: "深圳园区" in r["zones"]),
        ([("zone", "合作區深圳園區")], lambda r: "深圳园区" in r["zones"]),
        # what a form sends of which nobody filled in the rest
        ([("agent", ""), ("modality", ""), ("due_before", ""), ("clause", "15")], lambda r: r["clause"] == "15"),
    ],
)
def test_the_obligations_that_fit_are_those_of_the_file(
    parameters: list[tuple[str, str]],
    fits: Callable[[dict[str, Any]], bool],
    server: Server,
    rows: list[dict[str, Any]],
) -> None:
    wanted = [row["id"] for row in rows if fits(row)]
    assert 0 < len(wanted) < len(rows)
    assert ids(page(server, *parameters, ("limit", "1000"))) == wanted


def test_a_body_and_a_zone_are_found_by_each_of_their_names(
    server: Server, folder: Path, rows: list[dict[str, Any]]
) -> None:
    tried = 0
    for kind, parameter in (("agents", "agent"), ("zones", "zone")):
        things = lines(folder, kind)
        for thing in things:
            for alias in thing["aliases"]:
                meant = {one["name"] for one in things if alias in (one["name"], *one["aliases"])}
                wanted = [
                    row["id"] for row in rows if meant & {one["name"] if kind == "agents" else one for one in row[kind]}
                ]
                found = ids(page(server, (parameter, alias), ("limit", "1000")))
                assert wanted == found, alias
                tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("modality", "obligation", MODALITIES),
        ("force", "strong", FORCES),
        ("tier", "C", ("A", "B")),
        ("limit", "0", ("1",)),
        ("limit", "1001", ("1000",)),
        ("offset", "-1", ("0",)),
        ("due_before", "2025", ("YYYY-MM-DD",)),
        ("due_before", "20250101", ("YYYY-MM-DD",)),
        ("due_before", "1735689600", ("YYYY-MM-DD",)),
        ("due_before", "2025-02-30", ("no such day",)),
        ("modaltiy", "duty", ("modality",)),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_those_that_do(
    name: str, value: str, says: tuple[str, ...], server: Server
) -> None:
    reply = server.get("/api/obligations", {name: value})
    assert reply.status == 422
    assert all(word in problem_of(reply) for word in says)
    assert value not in problem_of(reply) or value in says


# ------------------------------------------------------------------ export


@pytest.mark.parametrize("form", FORMATS)
def test_the_ledger_has_a_name_and_is_given_as_of_a_day(form: str, server: Server, folder: Path) -> None:
    reply = server.get("/api/export", {"format": form})
    assert reply.status == 200
    assert f'filename="hetao-ledger-{folder.name}.{form}"' in reply.headers["Content-Disposition"]
    assert server.get("/api/export", {"format": form, "as_of": "2026-01-01"}).status == 200
    assert server.get("/api/export", {"format": form, "as_of": "2026-13-01"}).status == 422


def test_a_format_there_is_not_is_refused_with_those_there_are(server: Server) -> None:
    reply = server.get("/api/export", {"format": "<b>exe"})
    assert reply.status == 422
    assert all(f"'{form}'" in problem_of(reply) for form in FORMATS)
    assert "exe" not in problem_of(reply)


@pytest.mark.parametrize("name", ['河套"台账".csv', "a\r\nSet-Cookie: x=1.csv", "plain.csv", "a;b=c.csv"])
def test_a_file_name_of_any_characters_makes_one_safe_header(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["Content-Disposition"] = "attachment; " + header[header.index("filename*=") :]
    parameter = message.get_param("filename", header="Content-Disposition")
    assert parameter is not None
    assert collapse_rfc2231_value(parameter) == name
    plain = re.search(r'filename="([^"]*)"', header)
    assert plain
    assert re.fullmatch(r"[A-Za-z0-9._-]+", plain[1])


# ------------------------------------------------------------------ what every route does

PAGES = (
    f"/api/ask?q={quote(QUESTION)}",
    "/api/search?q=x",
    "/api/obligations?limit=1",
    "/api/export?format=csv",
    "/api/graph?around=guofa-2023-12/clause/15",
    "/api/graph.graphml?around=guofa-2023-12/clause/15",
    "/id/guofa-2023-12",
)


@pytest.mark.parametrize("path", PAGES)
def test_what_is_known_already_is_not_sent_again(path: str, server: Server, built: Path) -> None:
    first = server.ask(path)
    assert first.status == 200
    assert first.headers["Cache-Control"] == "no-cache"
    assert (built / "current").read_text().strip() in first.headers["ETag"]
    again = server.ask(path, If_None_Match=f'"other", {first.headers["ETag"]}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert server.ask(path, If_None_Match='"other"').status == 200


def test_what_is_wrong_is_said_though_the_page_is_known(server: Server) -> None:
    assert server.get("/api/ask", {"q": ""}, If_None_Match="*").status == 422
    assert server.get("/api/obligations", {"tier": "C"}, If_None_Match="*").status == 422
    assert server.get("/api/export", {"format": "x"}, If_None_Match="*").status == 422
    assert server.ask("/id/agent/nobody", If_None_Match="*").status == 404


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/ask/x", "/id", "/sparql/x", "/docs/x"])
def test_what_is_not_there_is_a_problem_and_not_the_page(path: str, server: Server) -> None:
    reply = server.ask(path)
    assert reply.status == 404
    assert "/docs" in problem_of(reply) or "no thing" in problem_of(reply)


@pytest.mark.parametrize(("path", "method"), [("/api/search?q=x", "POST"), ("/api/export", "DELETE"), ("/docs", "PUT")])
def test_a_method_that_is_not_taken_is_named_with_those_that_are(path: str, method: str, server: Server) -> None:
    reply = server.ask(path, method=method)
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]
    assert method not in reply.headers["Allow"]
    assert problem_of(reply)


@pytest.mark.parametrize("path", ["/healthz", "/api/obligations", "/id/guofa-2023-12", "/docs", "/openapi.json"])
def test_head_gives_what_get_does_without_the_body(path: str, server: Server) -> None:
    head, whole = server.ask(path, method="HEAD"), server.ask(path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


# ------------------------------------------------------------------ documentation


def test_the_documentation_lists_every_route_and_loads_nothing(server: Server) -> None:
    reply = server.ask("/docs")
    assert (reply.status, reply.kind) == (200, "text/html")
    text = reply.body.decode()
    for path in server.ask("/openapi.json").json["paths"]:
        assert path in text
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|@import|url\(|https?:", text)
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


def test_the_description_says_which_routes_there_are_and_of_what_shape(server: Server) -> None:
    plain = server.ask("/openapi.json").json
    assert set(plain["paths"]) == {
        "/healthz",
        "/api/ask",
        "/api/search",
        "/api/obligations",
        "/api/export",
        "/api/graph",
        "/api/graph.graphml",
        "/sparql",
        "/id/{path}",
        "/ns",
        "/catalogue",
    }
    schemas = plain["components"]["schemas"]
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(plain)):
        assert reference in schemas
    for path, name in (
        ("/api/search?q=x", "Results"),
        ("/api/obligations", "ObligationPage"),
        ("/api/graph?around=guofa-2023-12/clause/15", "Neighbourhood"),
        (f"/api/ask?q={quote(QUESTION)}", "Answer"),
    ):
        assert set(server.ask(path).json) == set(schemas[name]["properties"])
    item = server.ask("/api/obligations").json["items"][0]
    # a score of OCR stands only where a page was read by it
    assert {*item, "ocr"} == set(schemas["Listed"]["properties"])
    assert schemas["Listed"]["properties"]["modality"]["enum"] == list(MODALITIES)
    assert set(schemas["Problem"]["properties"]) == {"type", "title", "status", "detail"}


def test_every_error_it_describes_is_a_problem(server: Server) -> None:
    plain = server.ask("/openapi.json").json
    errors = [
        reply
        for methods in plain["paths"].values()
        for operation in methods.values()
        for code, reply in operation["responses"].items()
        if code[0] in "45"
    ]
    assert len(errors) > 10
    assert all(list(reply["content"]) == ["application/problem+json"] for reply in errors)
