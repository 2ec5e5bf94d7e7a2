"""A question for a body → the query whose rows name it, taken from the obligation that matches best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.answer.record import Item
from kg.models import AgentTier, Obligation, Role
from kg.vocab import HK, thing

Select = Callable[[str], Sequence[dict[str, str]]]
"""Runs a SELECT and gives its rows: variable → the term's text (an IRI, or a literal without its language)."""

VAGUE_TIERS: tuple[AgentTier, ...] = ("collective", "class", "place")


def owners_query(document: str, obligation: Obligation, roles: Sequence[Role], tiers: Sequence[AgentTier]) -> str:
    """Return the query for the bodies of *tiers* that stand in one of *roles* in *obligation*, its values in it.

    Every value is an IRI made by `kg.vocab.thing`, which percent-encodes what an IRI does not allow, or a word of the
    project's own: nothing a user typed gets into the query.
    """
    subject = thing(document, "obligation", obligation.id)
    properties = " ".join(f"hk:{role}" for role in roles)
    kinds = " ".join(f'"{tier}"' for tier in tiers)
    return (
        f"PREFIX hk: <{HK}>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "SELECT DISTINCT ?agent ?name ?clause ?quote WHERE {\n"
        f"  VALUES ?obligation {{ <{subject}> }}\n"
        f"  VALUES ?role {{ {properties} }}\n"
        f"  VALUES ?tier {{ {kinds} }}\n"
        "  ?obligation ?role ?agent ; hk:inClause/hk:number ?clause ; hk:quote ?quote .\n"
        "  ?agent rdfs:label ?name ; hk:tier ?tier .\n"
        '  FILTER(lang(?name) = "zh-Hans")\n'
        "}\n"
        "ORDER BY ?name\n"
    )


def find_owners(
    select: Select, document: str, obligation: Obligation, roles: Sequence[Role]
) -> tuple[tuple[Item, ...], str, bool]:
    """Return the bodies in *roles*, the query that gave them, and whether they are named (True) or vague words.

    Bodies with a proper name come first and alone; collective words (有关部门) count only where there is no name. The
    bodies stand in the order of the text, which the graph does not keep.
    """
    order = {party.name: i for i, party in reversed(list(enumerate(obligation.agents)))}
    query = ""
    for tiers in (("named",), VAGUE_TIERS):
        query = owners_query(document, obligation, roles, tiers)
        rows = sorted(select(query), key=lambda row: (order.get(row["name"], len(order)), row["name"]))
        items = tuple(Item(row["name"], row["agent"]) for row in rows)
        if items:
            return items, query, tiers == ("named",)
    return (), query, False
