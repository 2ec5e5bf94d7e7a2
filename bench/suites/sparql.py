"""Questions to the plan's graph: the product's way for a stranger's query, and the same query in rdflib's own engine.

The product checks the query and runs it in a worker process that it could kill; that worker is warm, and what goes to
it and comes back is counted. Both engines hold the same triples in memory.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sized

from bench.context import Context, Row
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
    """Ask each query of the product and of rdflib, and see that both give as many rows."""
    import pyoxigraph as ox
    import rdflib

    from kg.builds import load_build
    from kg.graph import sparql
    from kg.graph.store import open_store

    data = context.scratch / "search"
    timed([context.hetao, "build", context.plan, "--data", data])
    build = load_build(data)
    rows: list[Row] = []
    with open_store(build.store, in_memory=True) as store:
        triples = store.ox.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        graph = rdflib.Graph().parse(data=triples, format="nt")
        sparql.run(store, "ASK {}")  # starts the worker
        for name, query in QUERIES.items():
            ours, ours_ms = _ask(lambda text: sparql.run(store, text).rows, PREFIX + query)
            theirs, theirs_ms = _ask(lambda text: list(graph.query(text)), PREFIX + query)
            rows.append(
                {
                    "query": name,
                    "rows": ours,
                    "agrees": ours == theirs,
                    "hetao ms": round(ours_ms, 2),
                    "rdflib ms": round(theirs_ms, 2),
                }
            )
    return rows


def _ask(engine: Callable[[str], Sized], query: str) -> tuple[int, float]:
    """Return how many rows *engine* gives for *query*, and the median of what it takes in milliseconds."""
    durations = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        found = engine(query)
        durations.append(1000 * (time.perf_counter() - begin))
    return len(found), statistics.median(durations)
