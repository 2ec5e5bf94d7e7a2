"""How fast a plan becomes records on one core: the text to clauses, the clauses to obligations, bodies and dates."""

from __future__ import annotations

import os
import time
from statistics import median

from bench.context import Context, Row
from kg.extract import extract, names_for
from kg.read import parse, read_bytes

ROUNDS = 5


def run(context: Context) -> list[Row]:
    """Read the plan and every text of the plans' folder, after imports and one reading to warm up, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        return measured(context)
    finally:
        os.sched_setaffinity(0, cores)


def measured(context: Context) -> list[Row]:
    """Return a row for the plan and one for all the documents together."""
    rows: list[Row] = []
    texts = sorted(context.plans.glob("*.txt"))
    for what, paths, rounds in (("the plan", [context.plan], ROUNDS), (f"{len(texts)} documents", texts, 1)):
        sources = [read_bytes(path.read_bytes(), path.name) for path in paths]
        names = [names_for(source) for source in sources]
        extract(parse(sources[0]), names[0])
        parsing, extracting = [], []
        for _ in range(rounds):
            begun = time.perf_counter()
            documents = [parse(source) for source in sources]
            parsed = time.perf_counter()
            for document, known in zip(documents, names, strict=True):
                extract(document, known)
            parsing.append(parsed - begun)
            extracting.append(time.perf_counter() - parsed)
        characters = sum(len(source.text) for source in sources)
        rows.append(
            {
                "what": what,
                "characters": characters,
                "reading, s": round(median(parsing), 2),
                "extracting, s": round(median(extracting), 2),
                "characters/s": round(characters / (median(parsing) + median(extracting))),
            }
        )
    return rows
