"""Which bodies answer a question for a body; the query is run by another engine than the product's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kg import pipeline
from kg.answer.who import Select, find_owners
from kg.graph.build import to_graph
from kg.models import AgentTier, Basis, Party, Records, Role
from kg.read import read_file
from tests.small_plan import write_small_plan


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Records:
    path = write_small_plan(tmp_path_factory.mktemp("small"))
    return pipeline.extract_source(read_file(path, 10**6), path)


def party(name: str, tier: AgentTier, role: Role, basis: Basis = "explicit") -> Party:
    return Party(name, name, tier, role, basis)


def owners(small: Records, parties: Sequence[Party], roles: Sequence[Role]) -> tuple[list[str], bool]:
    row = replace(small.obligations[0], agents=tuple(parties))
    graph = to_graph(replace(small, obligations=(row, *small.obligations[1:])))

    def select(query: str) -> Sequence[dict[str, str]]:
        return [{str(k): str(v) for k, v in binding.items()} for binding in graph.query(query).bindings]

    chosen: Select = select
    items, query, named = find_owners(chosen, small.document.slug, row, roles)
    assert (query != "") or not items
    return [item.text for item in items], named


def test_bodies_with_a_name_stand_alone_and_in_the_order_of_the_text(small: Records) -> None:
    parties = [
        party("有关部门", "collective", "responsible"),
        party("市水务局", "named", "responsible"),
        party("财政部", "named", "lead"),
    ]
    assert owners(small, parties, ("lead", "responsible")) == (["市水务局", "财政部"], True)


def test_vague_words_answer_where_there_is_no_name(small: Records) -> None:
    assert owners(small, [party("有关部门", "collective", "responsible")], ("responsible",)) == (["有关部门"], False)


def test_another_role_or_an_inherited_body_is_no_answer(small: Records) -> None:
    parties = [party("财政部", "named", "cooperating"), party("市水务局", "named", "responsible", "inherited")]
    assert owners(small, parties, ("lead", "responsible")) == ([], False)
    assert owners(small, parties, ("cooperating",)) == (["财政部"], True)
