"""The clauses near a clause share its zones and policies, and only then its meaning."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from kg.builds import Build
from kg.errors import BuildError
from kg.models import Records
from kg.views.nearest import nearest
from kg.web.desk.desk import Desk
from kg.web.fragments.finding import near_html
from tests.web.markup import elements


def showing(desk: Desk, one: Records) -> Desk:
    """A desk of *one* with the index of *desk*."""
    manifest = {"documents": [one.document.slug]}
    return Desk(cast(Build, SimpleNamespace(records=(one,), index=desk.build.index, manifest=manifest)))


def names_of(one: Records, number: str) -> set[str]:
    """What a clause speaks of, read from the mentions: another way than the one that is tested."""
    zones = {zone.name for zone in one.zones for mention in zone.mentions if mention.clause == number}
    return zones | {policy.name for policy in one.policies if number in policy.clauses}


def test_each_clause_has_three_others_and_those_that_share_come_first(desk: Desk) -> None:
    (one,) = desk.records
    sharing = 0
    for clause in one.document.clauses:
        near = nearest(desk, one, clause)
        assert len({each.clause.id for each in near} - {clause.id}) == len(near) == 3
        shares = [bool(each.shared) for each in near]
        assert shares == sorted(shares, reverse=True)
        for each in near:
            assert set(each.shared) <= names_of(one, clause.id) & names_of(one, each.clause.id)
        sharing += any(shares)
    assert sharing > 10


def test_what_nearly_every_clause_speaks_of_brings_none_near(desk: Desk) -> None:
    (one,) = desk.records
    shared = {name for clause in one.document.clauses for each in nearest(desk, one, clause) for name in each.shared}
    assert "深圳园区" not in shared
    assert "福田保税区" in shared


def test_one_policy_in_two_clauses_brings_them_near(desk: Desk) -> None:
    (one,) = desk.records
    policy = replace(one.policies[0], name="某试点", clauses=("9", "22"))
    other = replace(one, zones=(), policies=(policy,), obligations=())
    made = showing(desk, other)
    clause = next(c for c in one.document.clauses if c.id == "9")
    found = nearest(made, other, clause, by_meaning=False)
    assert [(each.clause.id, each.shared) for each in found] == [("22", ("某试点",))]


def test_by_meaning_come_those_the_index_ranks_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = desk.records
    bare = replace(one, zones=(), policies=(), obligations=())
    made = showing(desk, bare)
    clause = next(c for c in one.document.clauses if c.id == "15")
    ranked = [hit.clause for hit in desk.search(f"{clause.title} {clause.text}"[:300], 4) if hit.clause != "15"]
    assert [each.clause.id for each in nearest(made, bare, clause)] == ranked[:3]

    def broken(*_: object) -> None:
        raise BuildError("index", "it cannot be opened", "run `hetao build`")

    monkeypatch.setattr(Desk, "search", broken)
    assert nearest(made, bare, clause) == []


def test_a_near_clause_is_a_link_that_says_why(desk: Desk) -> None:
    (one,) = desk.records
    clause = next(c for c in one.document.clauses if c.id == "6")
    near = nearest(desk, one, clause)
    html = near_html(desk, near, "zh-Hans")
    links = [e.attributes["href"] for e in elements(html) if e.name == "a"]
    assert links == [f"?clause={each.clause.id}" for each in near]
    assert f"同涉{near[0].shared[0]}" in html
    assert near_html(desk, [], "zh-Hans") == ""
