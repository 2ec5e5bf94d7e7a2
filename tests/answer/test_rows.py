"""Which rows of the graph answer a question; the query is run by another engine than the product's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from kg import pipeline
from kg.answer import rows
from kg.answer.rows import Rows
from kg.graph.build import to_graph
from kg.graph.evaluate import to_ntriples
from kg.graph.result import Term
from kg.graph.tokens import with_values
from kg.models import AgentTier, Basis, Due, Obligation, ObligationAgent, Records, Role
from kg.read import read_file
from tests.small_plan import write_small_plan


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Records:
    path = write_small_plan(tmp_path_factory.mktemp("small"))
    return pipeline.extract_source(read_file(path, 10**6), path)


def party(name: str, tier: AgentTier, role: Role, basis: Basis = "explicit") -> ObligationAgent:
    return ObligationAgent(name, name, tier, role, basis)


class Engine:
    """rdflib's own SPARQL over the graph of a document with one row changed."""

    def __init__(self, small: Records, **changes: object) -> None:
        self.slug = small.document.slug
        self.row: Obligation = replace(small.obligations[0], **changes)  # type: ignore[arg-type]
        self.queries: list[str] = []
        self._graph = to_graph(replace(small, obligations=(self.row, *small.obligations[1:])))

    def __call__(self, query: str, values: Mapping[str, Term]) -> Sequence[dict[str, str]]:
        self.queries.append(query)
        query = with_values(query, {name: to_ntriples(term) for name, term in values.items()})
        return [{str(k): str(v) for k, v in binding.items()} for binding in self._graph.query(query).bindings]


def owners(small: Records, parties: Sequence[ObligationAgent], *roles: Role) -> list[str]:
    engine = Engine(small, agents=tuple(parties))
    found = rows.agents(engine, engine.slug, engine.row, roles)
    assert "SELECT" in found.query
    return [item.text for item in found.items]


def test_bodies_with_a_name_stand_alone_and_in_the_order_of_the_text(small: Records) -> None:
    parties = [
        party("有关部门", "collective", "responsible"),
        party("市水务局", "named", "responsible"),
        party("财政部", "named", "lead"),
    ]
    assert owners(small, parties, "lead", "responsible") == ["市水务局", "财政部"]


def test_vague_words_answer_where_there_is_no_name(small: Records) -> None:
    assert owners(small, [party("有关部门", "collective", "responsible")], "responsible") == ["有关部门"]


def test_another_role_or_an_inherited_body_is_no_answer(small: Records) -> None:
    parties = [party("财政部", "named", "cooperating"), party("市水务局", "named", "responsible", "inherited")]
    assert owners(small, parties, "lead", "responsible") == []
    assert owners(small, parties, "cooperating") == ["财政部"]


def test_the_words_of_a_time_and_of_a_condition_are_given_as_they_stand(small: Records) -> None:
    engine = Engine(small, deadline=Due("适时", "vague", None), condition="在风险可控的前提下")

    def words(field: str) -> list[str]:
        found: Rows = rows.values(engine, engine.slug, engine.row, field)
        return [item.text for item in found.items]

    assert words("deadlineText") == ["适时"]
    assert words("condition") == ["在风险可控的前提下"]
    assert words("exception") == []


def test_a_name_from_a_document_cannot_break_out_of_the_query(small: Records) -> None:
    engine = Engine(small)
    evil = replace(engine.row, id='1> } UNION { ?agent rdfs:label ?name } #\n"\\')
    found = rows.agents(engine, "a/b> ?x", evil, ("lead",))
    assert found.items == ()
    rows.agents(engine, "a", engine.row, ("lead",))
    assert len(engine.queries) == 4
    assert len(set(engine.queries)) == 2  # one for names, one for vague words: the values are bound, not written in
