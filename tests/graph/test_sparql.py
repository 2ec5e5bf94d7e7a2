"""Queries of strangers: answered, or refused in one line, within their time."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.graph.guard import _FETCHING, MAX_QUERY, _forbidden_word, _names, _parsed, checked
from kg.graph.sparql import run, select, text
from kg.graph.store import GraphStore
from kg.graph.tokens import plain_text, tokens

FETCHING = [
    "SELECT * { SERVICE <http://HOST/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://HOST/> { ?s ?p ?o } }",
    "SELECT * { { { OPTIONAL { ?s ?p ?o MINUS { SERVICE <http://HOST/> { ?a ?b ?c } } } } } }",
    "SELECT ?s { ?s ?p ?o { SELECT ?s { ?s ?p ?x { SELECT * { SERVICE <http://HOST/> { ?s ?p ?o } } } } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://HOST/> { ?a ?b ?c } } }",
    "SELECT (EXISTS { SERVICE <http://HOST/> { ?a ?b ?c } } AS ?x) { }",
    "SELECT * { VALUES ?e { <http://HOST/> } SERVICE ?e { ?a ?b ?c } }",
    "ASK { GRAPH ?g { ?s ?p ?o } SERVICE <http://HOST/> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://HOST/> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <http://HOST/> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://HOST/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053\\u0045RVICE <http://HOST/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . # a comment\r SERVICE <http://HOST/> { ?a ?b ?c } \n}",
    "SELECT * { ?s ?p ?o . # a comment\\u000D SERVICE <http://HOST/> { ?a ?b ?c } \n}",
    "SELECT * { ?s ?p ?o . # a comment\\u000A SERVICE <http://HOST/> { ?a ?b ?c } \n}",
    "SELECT * { ?s ?p true SERVICE<http://HOST/>{ ?a ?b ?c } }",
    'SELECT * { ?s ?p "\'" . SERVICE <http://HOST/> { ?a ?b "\'" } }',
    'SELECT * { ?s ?p "#" . SERVICE <http://HOST/> { ?a ?b ?c } }',
    "SELECT * { ?s <http://x/#> ?o . SERVICE <http://HOST/> { ?a ?b ?c } }",
    'SELECT * { ?s ?p """ "\\"" # """ . SERVICE <http://HOST/> { ?a ?b ?c } }',
    "SELECT * FROM <http://HOST/> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://HOST/> { GRAPH ?g { ?s ?p ?o } }",
    "ASK \\u0046ROM <http://HOST/> { ?s ?p ?o }",
    "DESCRIBE <u:x> FROM <http://HOST/>",
    "CONSTRUCT { ?s ?p ?o } FROM <http://HOST/> WHERE { ?s ?p ?o }",
    "SELECT * { # }\n SERVICE <http://HOST/> { ?s ?p ?o } }",
]
UPDATES = [
    "INSERT DATA { <u:a> <u:b> <u:c> }",
    "DELETE DATA { <u:a> <u:b> <u:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <u:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "LOAD SILENT <http://HOST/> INTO GRAPH <u:g>",
    "CLEAR ALL",
    "DROP DEFAULT",
    "CREATE GRAPH <u:g>",
    "ADD DEFAULT TO <u:g>",
    "MOVE DEFAULT TO <u:g>",
    "COPY DEFAULT TO <u:g>",
    "# SELECT * { ?s ?p ?o }\nPREFIX x: <u:x> CLEAR ALL",
    "\\u0043LEAR ALL",
]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that writes down who asks it; its address and the list."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def test_the_listener_hears_a_query_that_is_not_checked(store: GraphStore, listener: tuple[str, list[str]]) -> None:
    host, asked = listener
    with pytest.raises(QueryError):
        select(store, FETCHING[0].replace("HOST", host))
    assert asked
    asked.clear()


@pytest.mark.parametrize("query", FETCHING)
def test_a_query_that_would_fetch_is_refused_and_fetches_nothing(
    store: GraphStore, listener: tuple[str, list[str]], query: str
) -> None:
    host, asked = listener
    with pytest.raises(QueryError, match=r"SERVICE is not allowed|FROM and FROM NAMED are not allowed") as raised:
        run(store, query.replace("HOST", host))
    assert "\n" not in str(raised.value)
    assert asked == []


@pytest.mark.parametrize("query", [q for q in FETCHING if "#" not in q])
def test_the_parse_tree_alone_shows_what_would_fetch(query: str) -> None:
    assert set(_names(_parsed(plain_text(query)))) & set(_FETCHING)


@pytest.mark.parametrize("query", FETCHING)
def test_the_tokens_alone_show_what_would_fetch(query: str) -> None:
    assert _forbidden_word(plain_text(query)) is not None


@pytest.mark.parametrize("query", UPDATES)
def test_an_update_is_refused_and_changes_nothing(store: GraphStore, query: str) -> None:
    before = len(store.ox)
    with pytest.raises(QueryError, match="it is an update, and the graph is read-only"):
        run(store, query)
    assert len(store.ox) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service <u:SERVICE> \"SERVICE <u:x> {}\", 'FROM' # SERVICE\n }",
        "PREFIX service: <u:> SELECT ?from { ?from service:from service:service }",
        'SELECT ?x { BIND("INSERT DATA { } ; DROP ALL" AS ?x) }',
    ],
)
def test_a_forbidden_word_in_a_name_or_a_string_is_no_offence(store: GraphStore, query: str) -> None:
    assert run(store, query).kind == "select"


def test_an_escape_that_spells_an_escape_is_refused() -> None:
    with pytest.raises(QueryError, match="another escape"):
        checked("SELECT * { \\u005Cu0053ERVICE <u:x> {} }")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s ?p ", "near line 1, column 18"),
        ("SELECT *\n{ ?s ?p ?o }\nORDER BI ?o", "near line 3, column 7 it is malformed: expected BY"),
        ("SELEC * { ?s ?p ?o }", "line 1, column 1 it is malformed: expected one of SELECT ASK CONSTRUCT DESCRIBE"),
        ("SELECT * { ?s nope:p ?o }", "a prefix is used that is not declared"),
        ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", "does not bind or does not group by"),
        ("", "it is empty"),
        ("  # nothing but a comment", "it is empty"),
        ("\x00", "it is malformed"),
        ("\\uD800", "is no character"),
        ("SELECT * { ?s ?p ?o } garbage", "line 1, column 23"),
        ("SELECT * { ?s ?p <<( ?a ?b ?c )>> }", "it is not SPARQL 1.1"),
        ("x" * (MAX_QUERY + 1), "longer than"),
        ("SELECT * " + "{" * 2000 + "}" * 2000, "nested too deeply"),
        ("SELECT * { FILTER " + "(" * 40000, "nested too deeply"),
    ],
)
def test_what_cannot_be_parsed_says_where_and_what(store: GraphStore, query: str, said: str) -> None:
    with pytest.raises(QueryError) as raised:
        run(store, query)
    assert said in str(raised.value)
    assert str(raised.value).isprintable()


def test_a_query_that_multiplies_everything_ends_at_its_limit_and_the_next_is_answered(store: GraphStore) -> None:
    assert run(store, "ASK {}").boolean is True
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"it ran longer than 0\.7 s"):
        run(store, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f) }", timeout_s=0.7)
    assert time.monotonic() - started < 3
    assert run(store, "ASK {}").boolean is True


def test_a_path_without_end_ends_at_its_limit(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="it ran longer than"):
        run(store, "SELECT (COUNT(*) AS ?n) { ?a (!<u:x>|^!<u:x>)* ?b . ?c (!<u:y>|^!<u:y>)* ?d }", timeout_s=0.7)


def test_a_result_that_would_fill_the_memory_is_refused(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.graph.evaluate.MAX_CHARACTERS", 10_000)
    with pytest.raises(QueryError, match="its result is larger than"):
        select(store, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 99999999999")


def test_a_huge_limit_gives_what_there_is(store: GraphStore) -> None:
    rows = run(store, "SELECT ?s { ?s a hk:Obligation } LIMIT 9223372036854775807").rows
    assert len(rows) == 6


def test_a_limit_on_rows_says_that_there_were_more(store: GraphStore) -> None:
    query = "SELECT ?n { ?s a hk:Clause ; hk:number ?n ; hk:order ?o } ORDER BY ?o"
    cut = run(store, query, limit_rows=2)
    assert (len(cut.rows), cut.truncated) == (2, True)
    whole = run(store, query, limit_rows=3)
    assert ([row["n"] for row in whole.values()], whole.truncated) == (["preamble", "2", "15"], False)


def test_the_owner_of_a_clause_is_found_by_label(store: GraphStore) -> None:
    query = """PREFIX hk: <https://w3id.org/hetao-kg/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?n ?q WHERE { ?o a hk:Obligation ; hk:responsible/rdfs:label "财政部"@zh-Hans ;
        hk:inClause/hk:number ?n ; hk:quote ?q }"""
    assert run(store, query).values() == [{"n": "15", "q": "具体管理办法由财政部、海关总署等有关部门另行制定"}]


def test_a_warm_query_costs_no_new_process(store: GraphStore) -> None:
    query = "SELECT ?q { ?o hk:quote ?q }"
    run(store, query)
    times = []
    for _ in range(5):
        started = time.monotonic()
        run(store, query)
        times.append(time.monotonic() - started)
    assert sorted(times)[2] < 0.1


def test_more_askers_than_workers_are_all_answered(store: GraphStore) -> None:
    with ThreadPoolExecutor(6) as threads:
        rows = list(threads.map(lambda n: run(store, f"SELECT ({n} AS ?n) {{}}").values(), range(12)))
    assert rows == [[{"n": str(n)}] for n in range(12)]


def test_an_interrupted_question_does_not_leave_its_answer_to_the_next(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg.graph.pool import _Worker

    run(store, "ASK {}")
    with monkeypatch.context() as patch:
        patch.setattr(_Worker, "_receive", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(store, "SELECT ('stale' AS ?x) {}")
    assert run(store, "SELECT ('fresh' AS ?x) {}").values() == [{"x": "fresh"}]


def test_workers_end_with_their_store(store: GraphStore) -> None:
    from kg.graph.store import open_store

    with open_store(store.path) as other:
        run(other, "ASK {}")
        worker = other.pool._places.get()
        assert worker is not None
        other.pool._places.put(worker)
        process = worker.process
        assert process.poll() is None
    assert process.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_language_tags_come_out_as_they_went_in(store: GraphStore) -> None:
    query = """SELECT ?l (LANG(?l) AS ?tag) { <https://w3id.org/hetao-kg/id/agent/财政部> rdfs:label|skos:altLabel ?l
        FILTER(lang (?l) != "" && LANGMATCHES(LANG(?l), "zh")) } ORDER BY ?tag ?l"""
    for result in (run(store, query), select(store, query)):
        assert [(row[0].lang, row[1].value) for row in result.rows if row[0] and row[1]] == [
            ("zh-Hans", "zh-Hans"),
            ("zh-Hans", "zh-Hans"),
            ("zh-Hant", "zh-Hant"),
            ("zh-Hant", "zh-Hant"),
        ]


def test_the_language_of_what_is_no_literal_is_an_error_as_in_sparql(store: GraphStore) -> None:
    rows = run(store, 'SELECT (LANG(<u:x>) AS ?a) (LANG("x") AS ?b) (LANG(1) AS ?c) {}').rows
    assert [None if term is None else term.value for term in rows[0]] == [None, "", ""]


def test_a_bound_value_is_never_read_as_sparql(store: GraphStore) -> None:
    nasty = '" } SERVICE <u:x> { ?a ?b ?c } #\n\\u0022'
    query = "SELECT ?x ?s { ?s hk:kind ?k FILTER(?k != ?x) }"
    rows = run(store, query, bindings={"x": text(nasty)}).values()
    assert rows
    assert {row["x"] for row in rows} == {nasty}


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 10**9])
def test_a_limit_that_is_none_is_refused(store: GraphStore, seconds: float) -> None:
    with pytest.raises(QueryError, match="no time limit"):
        run(store, "ASK {}", timeout_s=seconds)


def test_construct_and_describe_give_triples_in_order(store: GraphStore) -> None:
    built = run(store, "CONSTRUCT { ?s hk:number ?n } WHERE { ?s a hk:Clause ; hk:number ?n }")
    assert built.kind == "graph"
    assert [row[2].value for row in built.rows if row[2]] == ["15", "2", "preamble"]
    assert len(run(store, "DESCRIBE <https://w3id.org/hetao-kg/id/agent/财政部>").rows) > 5


@given(st.text(alphabet="abAB \n\r\t#'\"\\<>{}().:?$@_-SERVICEfrom0u1财", max_size=60))
def test_the_tokens_of_any_text_are_the_text(query: str) -> None:
    assert "".join(token.text for token in tokens(query)) == query


@given(st.text(alphabet="\\uU0053#\r\n aS", max_size=40))
def test_plain_text_has_one_reading(query: str) -> None:
    try:
        plain = plain_text(query)
    except QueryError:
        return
    assert "\r" not in plain
    assert plain_text(plain) == plain


def test_a_relative_iri_is_one_of_our_things(store: GraphStore) -> None:
    bare = run(store, "SELECT ?label { <agent/财政部> rdfs:label ?label }")
    whole = run(store, "SELECT ?label { <https://w3id.org/hetao-kg/id/agent/财政部> rdfs:label ?label }")
    assert bare.rows == whole.rows
    assert bare.rows
