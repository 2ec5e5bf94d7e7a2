"""A clause → the clauses nearest to it: first those that mention the same zone or policy, then similar ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from kg.errors import HetaoError
from kg.models import Clause, Records
from kg.workspace import Workspace

COMMON = 4
"""A name that more than one clause in this many mentions says nothing about which clauses are near each other."""

WIDE = ("region", "city")
"""Kinds of zones that say nothing about which clauses are near each other, however rarely they are mentioned."""

LONGEST = 300
"""Characters of a clause that are used to find similar ones."""


@dataclass(frozen=True, slots=True)
class Near:
    """A clause near another. `shared` are the zones and policies both mention, the rarest first.

    It is empty if the clause was found by its meaning.
    """

    records: Records
    clause: Clause
    shared: tuple[str, ...]


def nearest(
    workspace: Workspace, one: Records, clause: Clause, count: int = 3, *, by_meaning: bool = True
) -> list[Near]:
    """Return the *count* clauses nearest to *clause* of *one*, or fewer if there are no more.

    Clauses that share zones or policies with it come first, the rarest shared names first, in a large library only
    those of the same document; the search index finds the rest. Without *by_meaning* the index is not opened and only
    the former are returned.
    """
    among = workspace.records if workspace.small else [one]
    names = _names(among)
    counts = Counter(name for here in names.values() for name in here)
    distinctive = {name for name, n in counts.items() if n <= max(2, len(names) // COMMON)}
    own = names[one.document.slug, clause.id] & distinctive
    ranked = []
    for order, (other, each) in enumerate((r, c) for r in among for c in r.document.clauses):
        shared = names[other.document.slug, each.id] & own
        if shared and (other.document.slug, each.id) != (one.document.slug, clause.id):
            rarest = sorted(shared, key=lambda name: (counts[name], name))
            weight = sum(log(1 + len(names) / counts[name]) for name in rarest)
            ranked.append((-weight, order, Near(other, each, tuple(rarest))))
    found = [near for _, _, near in sorted(ranked, key=lambda row: row[:2])][:count]
    if by_meaning and len(found) < count:
        known = {(near.records.document.slug, near.clause.id) for near in found} | {(one.document.slug, clause.id)}
        found += [near for near in _alike(workspace, clause, count + len(known)) if _key(near) not in known]
    return found[:count]


def _key(near: Near) -> tuple[str, str]:
    return near.records.document.slug, near.clause.id


def _names(records: Sequence[Records]) -> dict[tuple[str, str], set[str]]:
    """Return the zones and policies of each clause; a clause is not near another by a whole city or region of both."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in records:
        slug = one.document.slug
        found |= {(slug, clause.id): set() for clause in one.document.clauses}
        things = [(zone.name, zone.clauses) for zone in one.zones if zone.kind not in WIDE]
        things += [(policy.name, policy.clauses) for policy in one.policies]
        for name, clauses in things:
            for number in clauses:
                found[slug, number].add(name)
        for row in one.obligations:
            if row.policy:
                found[slug, row.clause].add(row.policy)
    return found


def _alike(workspace: Workspace, clause: Clause, count: int) -> list[Near]:
    try:
        hits = workspace.search(f"{clause.title} {clause.text}"[:LONGEST], count)
    except HetaoError:
        # an index that cannot be opened, or a clause without words: only shared names count
        return []
    found = []
    for hit in hits:
        one = workspace.records_named(hit.document)
        same = next((c for c in one.document.clauses if c.id == hit.clause), None) if one else None
        if one is not None and same is not None:
            found.append(Near(one, same, ()))
    return found
