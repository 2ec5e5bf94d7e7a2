"""What is asked of an obligation → the query whose rows give it → the items.

Values are bound to the variables of a query, never written into its text; `Rows.query` is the same query with the
values in it, for people to read and run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.answer.record import Item
from kg.graph.evaluate import to_ntriples
from kg.graph.result import Term
from kg.graph.tokens import with_values
from kg.models import AgentTier, Obligation, Role
from kg.vocab import HK, thing

Select = Callable[[str, Mapping[str, Term]], Sequence[dict[str, str]]]
"""Runs a SELECT with terms bound to its variables and returns its rows: variable → the term's text (an IRI, or a
literal without its language)."""

VAGUE_TIERS: tuple[AgentTier, ...] = ("collective", "class", "place")
PREFIXES = (
    f"PREFIX hk: <{HK}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    "PREFIX dcterms: <http://purl.org/dc/terms/>\n"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The items that the rows of `query` give, in the order of the text."""

    items: tuple[Item, ...]
    query: str


def iri(*path: str) -> Term:
    """Return the IRI of the thing at *path* as a term; see `kg.vocab.thing`."""
    return Term("iri", thing(*path))


def run(select: Select, query: str, values: Mapping[str, Term]) -> tuple[Sequence[dict[str, str]], str]:
    """Return the rows of *query* with *values* bound, and the query to show, which gives the same rows by itself."""
    shown = with_values(query, {name: to_ntriples(term) for name, term in values.items()})
    return select(PREFIXES + query, values), PREFIXES + shown


def among(variable: str, terms: Iterable[Term]) -> str:
    """Return a line that gives *variable* each of *terms*, as the graph's library writes them."""
    return f"  VALUES ?{variable} {{ {' '.join(map(to_ntriples, terms))} }}\n"


def agents(select: Select, document: str, obligation: Obligation, roles: Sequence[Role]) -> Rows:
    """Return the agents in one of *roles* in *obligation*: those with a name of their own, else the vague words.

    They stand in the order of the text, which the graph does not keep. What is inherited from another sentence is left
    out: the quoted words do not say it.
    """
    found = Rows((), "")
    for tiers in (("named",), VAGUE_TIERS):
        where = (
            among("role", (Term("iri", HK + role) for role in roles))
            + among("tier", (Term("literal", tier) for tier in tiers))
            + "  ?obligation ?role ?agent .\n  ?agent rdfs:label ?name ; hk:tier ?tier .\n"
        )
        found = _named(select, document, obligation, "agent", where, [party.name for party in obligation.agents])
        if found.items:
            break
    return found


def things(select: Select, document: str, obligation: Obligation, field: str, order: Sequence[str]) -> Rows:
    """Return the things that property hk:*field* of *obligation* leads to, by label, in the *order* of their names."""
    where = f"  ?obligation hk:{field} ?thing .\n  ?thing rdfs:label ?name .\n"
    return _named(select, document, obligation, "thing", where, order)


def values(select: Select, document: str, obligation: Obligation, field: str) -> Rows:
    """Return the text of the literal property hk:*field* of *obligation*; the obligation is its IRI."""
    where = f"  ?obligation hk:{field} ?value .\n"
    rows, query = _of_obligation(select, document, obligation, "?value", where)
    return Rows(tuple(Item(row["value"], row["obligation"]) for row in rows), query)


def _named(
    select: Select, document: str, obligation: Obligation, variable: str, where: str, order: Sequence[str]
) -> Rows:
    where += '  FILTER(LANGMATCHES(LANG(?name), "zh-Hans"))\n'
    rows, query = _of_obligation(select, document, obligation, f"?name ?{variable}", where)
    place = {name: i for i, name in reversed([*enumerate(order)])}
    rows = sorted(rows, key=lambda row: (place.get(row["name"], len(place)), row["name"]))
    return Rows(tuple(Item(row["name"], row[variable]) for row in rows), query)


def _of_obligation(
    select: Select, document: str, obligation: Obligation, variables: str, where: str
) -> tuple[Sequence[dict[str, str]], str]:
    query = (
        f"SELECT DISTINCT {variables} ?obligation ?clause ?quote WHERE {{\n{where}"
        "  ?obligation hk:inClause/hk:number ?clause ; hk:quote ?quote .\n"
        f"}}\nORDER BY {variables}\n"
    )
    return run(select, query, {"obligation": iri(document, "obligation", obligation.id)})
