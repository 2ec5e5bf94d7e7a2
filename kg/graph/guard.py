"""The text of a query → the same query as text that is safe to run, or a `QueryError` that says why it is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kg.errors import QueryError
from kg.graph.prefixes import PREFIXES
from kg.graph.tokens import plain_text, says, tokens
from kg.vocab import ID

MAX_QUERY = 100_000
"""Characters of a query; the longest that a person has reason to write has a few thousand."""

_SUBJECT = "SPARQL query"
_FETCHING = {
    "ServiceGraphPattern": ("SERVICE is not allowed: it fetches from another server", "query this store alone"),
    "DatasetClause": (
        "FROM and FROM NAMED are not allowed: they name graphs from elsewhere",
        "leave them out: a query always reads the whole store",
    ),
}
_EXPECTED = re.compile(
    r"""(?P<class>\[(?:'(?:[^'\\]|\\.[^']*)'|[^\]'])*\])|"(?P<quoted>(?:[^"\\]|\\.)+)"|(?P<word>\b[A-Z]{2,}\b)"""
)
_SAID = {
    "Prefix not found": "a prefix is used that is not declared",
    "variable that is unbound": "SELECT names a variable that the query does not bind or does not group by",
}
_FORBIDDEN_WORDS = {"SERVICE": "ServiceGraphPattern", "FROM": "DatasetClause"}


@lru_cache(maxsize=256)
def checked(query: str) -> str:
    """Return *query* as plain text if it is a read-only SPARQL 1.1 query that reads this store and nothing else.

    What is refused is found in the parse tree, and looked for a second time among the tokens: where two readings of a
    text differ, neither is to be trusted. Updates, SERVICE, FROM and FROM NAMED, and malformed queries are a
    `QueryError`. Parsing has no time limit of its own: strangers' queries are checked in a worker.
    """
    if len(query) > MAX_QUERY:
        raise QueryError(_SUBJECT, f"it is longer than {MAX_QUERY} characters", "shorten it")
    text = plain_text(query)
    for name in _names(_parsed(text)):
        if name in _FETCHING:
            raise QueryError(_SUBJECT, *_FETCHING[name])
    forbidden = _forbidden_word(text)
    if forbidden:
        raise QueryError(_SUBJECT, *forbidden)
    return text


def _parsed(text: str) -> Any:  # noqa: ANN401 - rdflib's parse results have no useful type
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery, parseUpdate

    try:
        return parseQuery(text)
    except RecursionError:
        raise QueryError(_SUBJECT, "it is nested too deeply", "write it with fewer brackets") from None
    except ParseBaseException as error:
        place = f"line {error.lineno}, column {error.column}"
    try:
        parseUpdate(text)
    except (ParseBaseException, RecursionError):
        forbidden = _forbidden_word(text)
        if forbidden:
            raise QueryError(_SUBJECT, *forbidden) from None
        raise QueryError(_SUBJECT, syntax_problem(text) or f"near {place} it is not SPARQL 1.1", "correct it") from None
    if all(token.kind in ("space", "comment") for token in tokens(text)):
        raise QueryError(_SUBJECT, "it is empty", "write a query")
    raise QueryError(_SUBJECT, "it is an update, and the graph is read-only", "use SELECT, ASK, CONSTRUCT or DESCRIBE")


def _forbidden_word(text: str) -> tuple[str, str] | None:
    """Return what is wrong and what to do if a word of *text* fetches, whatever the grammar makes of it."""
    return next((_FETCHING[name] for word, name in _FORBIDDEN_WORDS.items() if says(text, word)), None)


def _names(node: Any) -> Iterator[str]:  # noqa: ANN401
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        yield node.name
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list | tuple | ParseResults):
        for value in node:
            yield from _names(value)


def syntax_problem(text: str) -> str | None:
    """Return where Oxigraph finds *text* malformed and what it expected there; None where it finds nothing.

    To be called of a text without a word that fetches: Oxigraph has no parser apart from its engine, so a text that it
    takes, and rdflib did not, is a query over an empty store here.
    """
    import pyoxigraph

    try:
        pyoxigraph.Store().query(text, base_iri=ID, prefixes=PREFIXES)
    except SyntaxError as error:
        return _described(str(error), text)
    return None


def _described(message: str, text: str) -> str:
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if match is None:
        return message
    line, column, expected = int(match.group(1)), int(match.group(2)), match.group(3)
    items = [m for m in _EXPECTED.finditer(expected) if m.group() != "[_]"]
    named = [m.group(m.lastgroup or 0) for m in items if m.lastgroup != "class"]
    offered = list(dict.fromkeys(word.replace('\\"', '"') for word in named))
    if items and all(m.lastgroup == "word" for m in items):
        # Oxigraph reports a keyword that is missing from behind the place it would have taken
        line, column = _moved_back(text, line, column, len(offered[0]))
    if offered == ["CONSTRUCT"]:
        offered = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]  # only the longest word of the four is reported
    where = f"near line {line}, column {column}"
    for said, problem in _SAID.items():
        if said in expected:
            return f"{where} {problem}"
    if not offered:
        return f"{where} it is malformed"
    shown = " ".join(offered[:12]) + (" …" if len(offered) > 12 else "")
    return f"{where} it is malformed: expected {'one of ' if len(offered) > 1 else ''}{shown}"


def _moved_back(text: str, line: int, column: int, characters: int) -> tuple[int, int]:
    """Return the line and column so many characters before a line and column of *text*, all counted from 1."""
    before = "\n".join([*text.split("\n")[: line - 1], ""])
    offset = max(0, len(before) + column - 1 - characters)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
