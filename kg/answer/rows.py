"""What is asked of an obligation or a place → the query whose rows give it, its values in it → the items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kg.answer.record import Item
from kg.models import AgentTier, Obligation, Role
from kg.vocab import HK, thing

Select = Callable[[str], Sequence[dict[str, str]]]
"""Runs a SELECT and gives its rows: variable → the term's text (an IRI, or a literal without its language)."""

VAGUE_TIERS: tuple[AgentTier, ...] = ("collective", "class", "place")
_PREFIXES = f"PREFIX hk: <{HK}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


@dataclass(frozen=True, slots=True)
class Rows:
    """The items that the rows of `query` give, in the order of the text."""

    items: tuple[Item, ...]
    query: str


def bodies(select: Select, document: str, obligation: Obligation, roles: Sequence[Role]) -> Rows:
    """Return the bodies in one of *roles* in *obligation*: those with a name of their own, else the vague words.

    They stand in the order of the text, which the graph does not keep. What is inherited from another sentence is left
    out: the words that are quoted do not say it.
    """
    order = {party.name: i for i, party in reversed(list(enumerate(obligation.agents)))}
    properties = " ".join(f"hk:{role}" for role in roles)
    found = Rows((), "")
    for tiers in (("named",), VAGUE_TIERS):
        kinds = " ".join(f'"{tier}"' for tier in tiers)
        query = _query(
            "?agent ?name",
            document,
            obligation,
            f"  VALUES ?role {{ {properties} }}\n"
            f"  VALUES ?tier {{ {kinds} }}\n"
            "  ?obligation ?role ?agent .\n"
            "  ?agent rdfs:label ?name ; hk:tier ?tier .\n"
            '  FILTER(lang(?name) = "zh-Hans")\n',
            "?name",
        )
        rows = sorted(select(query), key=lambda row: (order.get(row["name"], len(order)), row["name"]))
        found = Rows(tuple(Item(row["name"], row["agent"]) for row in rows), query)
        if found.items:
            return found
    return found


def values(select: Select, document: str, obligation: Obligation, field: str) -> Rows:
    """Return the text of the literal property hk:*field* of *obligation*; the obligation is its IRI."""
    query = _query("?value", document, obligation, f"  ?obligation hk:{field} ?value .\n", "?value")
    iri = thing(document, "obligation", obligation.id)
    return Rows(tuple(Item(row["value"], iri) for row in select(query)), query)


def things(select: Select, document: str, obligation: Obligation, field: str, order: Sequence[str]) -> Rows:
    """Return the things that property hk:*field* of *obligation* leads to, by label, in the *order* of their names."""
    query = _query(
        "?thing ?name",
        document,
        obligation,
        f'  ?obligation hk:{field} ?thing .\n  ?thing rdfs:label ?name .\n  FILTER(lang(?name) = "zh-Hans")\n',
        "?name",
    )
    place = {name: i for i, name in enumerate(order)}
    rows = sorted(select(query), key=lambda row: (place.get(row["name"], len(place)), row["name"]))
    return Rows(tuple(Item(row["name"], row["thing"]) for row in rows), query)


def tasks(select: Select, agent: str) -> Rows:
    """Return all that *agent* leads, is responsible for or cooperates in, in its own words and in reading order."""
    query = (
        f"{_PREFIXES}SELECT DISTINCT ?obligation ?clause ?quote WHERE {{\n"
        f"  VALUES ?agent {{ <{thing('agent', agent)}> }}\n"
        "  VALUES ?role { hk:lead hk:responsible hk:cooperating }\n"
        "  ?obligation ?role ?agent ; hk:inClause ?in ; hk:quote ?quote ; hk:start ?start .\n"
        "  ?in hk:number ?clause .\n"
        "}\nORDER BY ?start ?obligation\n"
    )
    return Rows(tuple(Item(row["quote"], row["obligation"]) for row in select(query)), query)


def of_zone(select: Select, zone: str, field: str) -> Rows:
    """Return the literal property hk:*field* of *zone* (areaKm2, a decimal; boundary), as the graph has it."""
    iri = thing("zone", zone)
    query = (
        f"{_PREFIXES}SELECT DISTINCT ?value WHERE {{\n  VALUES ?zone {{ <{iri}> }}\n  ?zone hk:{field} ?value .\n}}\n"
        "ORDER BY ?value\n"
    )
    return Rows(tuple(Item(row["value"], iri) for row in select(query)), query)


def _query(variables: str, document: str, obligation: Obligation, where: str, order: str) -> str:
    """Return a query about one obligation.

    Every value is an IRI made by `kg.vocab.thing`, which percent-encodes what an IRI does not allow, or a word of the
    project's own: nothing a user typed gets into the query.
    """
    subject = thing(document, "obligation", obligation.id)
    return (
        f"{_PREFIXES}SELECT DISTINCT {variables} ?clause ?quote WHERE {{\n"
        f"  VALUES ?obligation {{ <{subject}> }}\n"
        f"{where}"
        "  ?obligation hk:inClause/hk:number ?clause ; hk:quote ?quote .\n"
        f"}}\nORDER BY {order}\n"
    )
