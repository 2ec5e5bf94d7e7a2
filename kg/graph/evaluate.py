"""A query and an Oxigraph store → a result. No checks and no time limit: those are the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.prefixes import ONTOLOGY_IRI, PREFIXES
from kg.graph.result import Result, Term, language_tag
from kg.graph.tokens import with_function
from kg.vocab import ID

MAX_CHARACTERS = 64_000_000
"""Characters of all values of a result together."""

_LANG = f"{ONTOLOGY_IRI}/function/lang"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def evaluate(
    store: ox.Store, query: str, bindings: Mapping[str, Term] | None = None, limit_rows: int | None = None
) -> Result:
    """Return the result of *query* over *store*, the terms of *bindings* standing for the variables they name.

    At most *limit_rows* rows are given. A relative IRI names one of our things: <agent/财政部>. Oxigraph makes every
    language tag small ("zh-hans"): they come out as BCP 47 writes them, from LANG() in the query as well, so that
    `FILTER(LANG(?l) = "zh-Hans")` holds. A bound variable must be in the SELECT clause.
    """
    text = with_function(query, "LANG", _LANG)
    try:
        answer = store.query(
            text,
            base_iri=ID,
            prefixes=PREFIXES,
            substitutions={ox.Variable(name): _to_ox(term) for name, term in (bindings or {}).items()} or None,
            custom_functions={ox.NamedNode(_LANG): _lang},
        )
    except SyntaxError:
        # found again in the text as it was written, where line and column are right
        from kg.graph.guard import syntax_problem

        raise QueryError("SPARQL query", syntax_problem(query) or "it is malformed", "correct it") from None
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError("SPARQL query", f"it cannot be run ({error})", "correct it") from None
    return to_result(answer, limit_rows)


OxAnswer = ox.QueryBoolean | ox.QuerySolutions | Iterable[ox.Triple]
"""What a query gives in Oxigraph's terms: yes or no, rows, or triples."""


def to_result(answer: OxAnswer, limit_rows: int | None) -> Result:
    """Return *answer* as a result of at most *limit_rows* rows; `QueryError` if it is too large or cannot be had."""
    try:
        if isinstance(answer, ox.QueryBoolean):
            return Result("ask", boolean=bool(answer))
        if isinstance(answer, ox.QuerySolutions):
            names = tuple(variable.value for variable in answer.variables)
            rows, truncated = _collected((tuple(solution) for solution in answer), limit_rows)
            return Result("select", names, tuple(rows), truncated=truncated)
        rows, truncated = _collected(((t.subject, t.predicate, t.object) for t in answer), limit_rows)
        return Result("graph", ("subject", "predicate", "object"), _sorted(rows), truncated=truncated)
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError("SPARQL query", f"it cannot be run ({error})", "correct it") from None


def from_ox(term: Any) -> Term | None:  # noqa: ANN401 - one of Oxigraph's term classes
    """Return an Oxigraph term as a `Term`; None for None (an unbound variable)."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Term("literal", term.value, language_tag(term.language))
        datatype = term.datatype.value
        return Term("literal", term.value, None, None if datatype == _STRING else datatype)
    raise QueryError("SPARQL query", "it gives a triple as a value, which SPARQL 1.1 has not", "give its parts")


def _to_ox(term: Term) -> ox.NamedNode | ox.Literal:
    if term.kind == "iri":
        return ox.NamedNode(term.value)
    if term.lang is not None:
        return ox.Literal(term.value, language=term.lang)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)


def to_ntriples(term: Term) -> str:
    """Return *term*, which is no blank node, as N-Triples and SPARQL write it."""
    if term.lang is not None:
        return f"{ox.Literal(term.value)}@{term.lang}"
    return str(_to_ox(term))


def _lang(term: Any) -> ox.Literal | None:  # noqa: ANN401
    if not isinstance(term, ox.Literal):
        return None  # an error in SPARQL's sense: the built-in LANG has no value for it either
    return ox.Literal(language_tag(term.language) if term.language else "")


def _collected(rows: Iterable[tuple[Any, ...]], limit: int | None) -> tuple[list[tuple[Term | None, ...]], bool]:
    collected: list[tuple[Term | None, ...]] = []
    size = 0
    for row in rows:
        if limit is not None and len(collected) >= limit:
            return collected, True
        plain = tuple(from_ox(term) for term in row)
        size += sum(len(term.value) for term in plain if term is not None) + 16 * len(plain)
        if size > MAX_CHARACTERS:
            problem = f"its result is larger than {MAX_CHARACTERS // 1_000_000} MB"
            raise QueryError("SPARQL query", problem, "ask for less, or add LIMIT")
        collected.append(plain)
    return collected, False


def _sorted(rows: list[tuple[Term | None, ...]]) -> tuple[tuple[Term | None, ...], ...]:
    return tuple(sorted(set(rows), key=lambda row: [tuple(part or "" for part in term or ()) for term in row]))
