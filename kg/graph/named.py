"""The queries in `kg/queries/*.rq` → queries by name, with parameters that are bound and never written in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from kg.errors import QueryError, RuleError
from kg.graph.evaluate import to_ntriples
from kg.graph.guard import checked
from kg.graph.result import Result, Term
from kg.graph.sparql import Queryable
from kg.graph.tokens import tokens, with_values
from kg.resources import queries_dir
from kg.vocab import FORCES, HK, MODALITIES

TYPES: Final = ("text", "date", "integer", "modality", "force")
"""What a parameter can be: words, a day (YYYY-MM-DD), a whole number, or a concept of one of the two schemes."""

_CONCEPTS = {"modality": MODALITIES, "force": FORCES}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TITLE = re.compile(r"# (?P<zh>[^|]+?) \| (?P<en>[^|]+)")
_HEADER = re.compile(r"# (?P<key>\w+)(?: (?P<name>[a-z_]+) (?P<type>[a-z]+))?: (?P<words>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that the asker may give a value. `words` says what it is, with an example."""

    name: str
    type: str
    words: str
    required: bool


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query of the product. `text` is the whole file, comments and all."""

    name: str
    title_zh: str
    title_en: str
    note: str
    parameters: tuple[Parameter, ...]
    text: str


def names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    return tuple(sorted(path.stem for path in queries_dir().glob("*.rq")))


@cache
def load(name: str) -> NamedQuery:
    """Return the query called *name*: `QueryError` if there is none, `RuleError` if its file is wrong."""
    if name not in names():
        raise QueryError(name, "no query of that name", "list them with `hetao sparql --list`")
    path = queries_dir() / f"{name}.rq"
    return parse(path, path.read_text(encoding="utf-8"))


def parse(path: Path, text: str) -> NamedQuery:
    """Return the query in *text*, the contents of *path*; a `RuleError` for a header that is not as it should be.

    Line 1 is `# 中文标题 | English title`. The comment lines under it are `# note: …`, `# param NAME TYPE: …` for a
    parameter that must be given and `# optional NAME TYPE: …` for one that may. A parameter's variable has to stand in
    the SELECT clause: elsewhere Oxigraph does not bind it.
    """
    first, *rest = text.split("\n")
    title = _TITLE.fullmatch(first)
    if title is None:
        raise RuleError(path, "line 1 is not a title", "write `# 中文标题 | English title`")
    note = ""
    parameters: list[Parameter] = []
    for number, line in enumerate(rest, start=2):
        if not line.startswith("#"):
            break
        header = _HEADER.fullmatch(line)
        key = header["key"] if header else None
        if header and key == "note" and header["name"] is None:
            note = header["words"]
        elif header and key in ("param", "optional") and header["type"] in TYPES:
            parameters.append(Parameter(header["name"], header["type"], header["words"], key == "param"))
        else:
            raise RuleError(path, f"line {number} is no header that is known", "use note, param or optional")
    try:
        checked(text)
    except QueryError as error:
        raise RuleError(path, error.problem, "correct the query") from None
    projected = _projection(text)
    for parameter in parameters:
        if parameter.name not in projected:
            raise RuleError(path, f"?{parameter.name} is not in the SELECT clause", "add it there")
    return NamedQuery(path.stem, title["zh"], title["en"], note, tuple(parameters), text)


def bind(query: NamedQuery, given: Mapping[str, str]) -> dict[str, Term]:
    """Return the values *given* as text for *query*'s parameters as terms; a `QueryError` for what does not fit."""
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            wanted = ", ".join(known) or "none"
            raise QueryError(name, f"the query {query.name} has no such parameter", f"its parameters are: {wanted}")
    for name, parameter in known.items():
        if parameter.required and not given.get(name, "").strip():
            raise QueryError(query.name, f"the parameter {name} is missing", f"give it: {parameter.words}")
    return {name: _term(known[name], value.strip()) for name, value in given.items() if value.strip()}


def run_named(store: Queryable, name: str, given: Mapping[str, str] | None = None) -> Result:
    """Return the result of the query called *name* with the values *given* bound to its parameters."""
    query = load(name)
    return store.evaluate(query.text, bind(query, given or {}))


def written_out(query: NamedQuery, given: Mapping[str, str]) -> str:
    """Return *query* with the values *given* in it: a query to show, which run by itself gives the same rows."""
    terms = bind(query, given)
    body = "\n".join(line for line in query.text.split("\n") if not line.startswith("#"))
    return with_values(body.strip() + "\n", {name: to_ntriples(term) for name, term in terms.items()})


def _term(parameter: Parameter, value: str) -> Term:
    if parameter.type in _CONCEPTS:
        allowed = _CONCEPTS[parameter.type]
        if value not in allowed:
            raise QueryError(value, f"{parameter.name} is no {parameter.type}", f"use one of {', '.join(allowed)}")
        return Term("iri", HK + value)
    if parameter.type == "date":
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            raise QueryError(value, f"{parameter.name} is no day", "write it as YYYY-MM-DD") from None
        return Term("literal", day.isoformat(), None, f"{_XSD}date")
    if parameter.type == "integer":
        if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
            raise QueryError(value, f"{parameter.name} is no whole number", "write it in digits")
        return Term("literal", str(int(value)), None, f"{_XSD}integer")
    return Term("literal", value)


def _projection(text: str) -> set[str]:
    """Return the variables between the first SELECT and the first brace behind it."""
    found: set[str] = set()
    selecting = False
    for token in tokens(text):
        if token.kind == "word" and token.text.upper() == "SELECT":
            selecting = True
        elif token.text == "{" and selecting:
            break
        elif selecting and token.kind == "variable":
            found.add(token.text[1:])
    return found
