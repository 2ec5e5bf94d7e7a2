"""Questions to the plan's graph: the endpoint over HTTP, and the same query in rdflib's own engine."""

from __future__ import annotations

import statistics
import time

from bench.context import Context, Row
from bench.desk import served
from bench.measure import timed

PREFIX = "PREFIX hk: <https://w3id.org/hetao-kg/ns#>\n"
QUERIES = {
    "duties of each body": "SELECT ?a (COUNT(?o) AS ?n) { ?o a hk:Obligation ; hk:agent ?a } GROUP BY ?a ORDER BY ?a",
    "bodies named together": "SELECT ?a ?b (COUNT(?c) AS ?n) { ?c a hk:Clause ; hk:mentions ?a, ?b . "
    "?a a hk:Agent . ?b a hk:Agent . FILTER(STR(?a) < STR(?b)) } GROUP BY ?a ?b ORDER BY ?a ?b",
    "deadlines in order": "SELECT ?o ?d { ?o hk:deadlineDate ?d } ORDER BY ?d ?o",
    "text filter": 'SELECT ?o { ?o hk:quote ?q . FILTER(CONTAINS(?q, "香港")) } ORDER BY ?o',
}
REPEATS = 20


def run(context: Context) -> list[Row]:
    """Ask each query over HTTP and of rdflib, and see that both give as many rows."""
    import rdflib

    data = context.scratch / "search"
    timed([context.hetao, "build", "--data", data])
    turtle = context.scratch / "graph.ttl"
    timed([context.hetao, "export", "--data", data, "--format", "ttl", "-o", turtle])
    graph = rdflib.Graph().parse(turtle, format="turtle")
    rows: list[Row] = []
    with served(context.hetao, data) as desk:
        for name, query in QUERIES.items():
            ours = []
            for _ in range(REPEATS):
                seconds, answer = desk.get("/sparql", "application/sparql-results+json", query=PREFIX + query)
                ours.append(1000 * seconds)
            theirs = []
            for _ in range(REPEATS):
                begin = time.perf_counter()
                found = list(graph.query(PREFIX + query))
                theirs.append(1000 * (time.perf_counter() - begin))
            bindings = answer["results"]["bindings"]
            rows.append(
                {
                    "query": name,
                    "rows": len(bindings),
                    "agrees": len(bindings) == len(found),
                    "hetao ms": round(statistics.median(ours), 2),
                    "rdflib ms": round(statistics.median(theirs), 2),
                }
            )
    return rows
