"""Each fault that must never ship is refused, in words that say what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD

from kg.errors import CheckError
from kg.graph.build import to_graph
from kg.graph.terms import HK
from kg.graph.validate import require_valid, validate
from kg.models import Records

ID = "https://w3id.org/hetao-kg/id/"
PLAN = URIRef(f"{ID}guofa-2023-12")
ROW = URIRef(f"{ID}guofa-2023-12/obligation/15-02")
TARGET = URIRef(f"{ID}guofa-2023-12/obligation/2-01")
CLAUSE = URIRef(f"{ID}guofa-2023-12/clause/15")
PARTY = URIRef(f"{ID}guofa-2023-12/obligation/15-02/party/1")
MOF = URIRef(f"{ID}agent/财政部")
ZONE = URIRef(f"{ID}zone/示范园区")
WHOLE = URIRef(f"{ID}zone/合作区")
DEADLINE = URIRef(f"{ID}guofa-2023-12/deadline/15-01")

Fault = Callable[[Graph], object]


def _without(subject: URIRef, predicate: URIRef) -> Fault:
    return lambda graph: graph.remove((subject, predicate, None))


def _with(subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> Fault:
    return lambda graph: graph.set((subject, predicate, value))


def _also(subject: URIRef, predicate: URIRef, value: URIRef | Literal) -> Fault:
    return lambda graph: graph.add((subject, predicate, value))


FAULTS: dict[str, tuple[Fault, URIRef, str, str]] = {
    "no clause": (_without(ROW, HK.inClause), ROW, "条目没有注明所在的条", "names no clause"),
    "a clause that is none": (_with(ROW, HK.inClause, PLAN), ROW, "所注的条不存在", "does not exist"),
    "no plan": (_without(ROW, HK.inPlan), ROW, "没有注明所在的文件", "does not name its document"),
    "no quote": (_without(ROW, HK.quote), ROW, "没有原文", "has no quote"),
    "empty quote": (_with(ROW, HK.quote, Literal("")), ROW, "没有原文", "has no quote"),
    "two quotes": (_also(ROW, HK.quote, Literal("财政部")), ROW, "不止一处", "more than one"),
    "no start": (_without(ROW, HK.start), ROW, "没有起始位置", "has no start"),
    "no end": (_without(ROW, HK.end), ROW, "没有结束位置", "has no end"),
    "start at the end": (
        _with(ROW, HK.start, Literal(99999)),
        ROW,
        "不在结束位置之前",
        "does not start before it ends",
    ),
    "negative start": (_with(ROW, HK.start, Literal(-1)), ROW, "不是非负整数", "whole number from 0"),
    "no task id": (_without(ROW, HK.taskId), ROW, "没有任务编号", "no task id"),
    "no modality": (_without(ROW, HK.modality), ROW, "性质缺失", "modality is missing"),
    "a modality of one's own": (_with(ROW, HK.modality, HK.wish), ROW, "不在词表内", "not one of duty"),
    "a force for a modality": (_with(ROW, HK.modality, HK.firm), ROW, "不在词表内", "not one of duty"),
    "a force of one's own": (_with(ROW, HK.force, Literal("firm")), ROW, "力度缺失或不在词表内", "not one of firm"),
    "a tier of one's own": (_with(ROW, HK.tier, Literal("C")), ROW, "层级不是 A 或 B", "neither A nor B"),
    "no word on the list": (_without(ROW, HK.openList), ROW, "是否列尽", "list of bodies is open"),
    "date without words": (_without(TARGET, HK.deadlineText), TARGET, "有时限日期而没有时限原文", "but not its words"),
    "words without kind": (_without(TARGET, HK.deadlineKind), TARGET, "没有时限类别", "but not its kind"),
    "a kind of one's own": (
        _with(TARGET, HK.deadlineKind, Literal("soon")),
        TARGET,
        "时限类别不是",
        "kind of deadline",
    ),
    "no such day": (
        _with(TARGET, HK.deadlineDate, Literal("2025-02-30", datatype=XSD.date)),
        TARGET,
        "不是一个有效的日期",
        "not one valid day",
    ),
    "owner without words": (
        _also(TARGET, HK.responsible, MOF),
        TARGET,
        "责任单位与其原文字样不对应",
        "lacks its words as written",
    ),
    "lead without words": (_also(TARGET, HK.lead, MOF), TARGET, "牵头单位与其原文字样不对应", "“lead” lacks its words"),
    "words without owner": (
        _without(ROW, HK.responsible),
        ROW,
        "责任单位与其原文字样不对应",
        "such words lack their body",
    ),
    "inherited without words": (
        _also(TARGET, HK.inheritedAgent, MOF),
        TARGET,
        "承前主体与其原文字样",
        "inherited body",
    ),
    "inherited among the explicit": (_with(PARTY, HK.basis, Literal("inherited")), ROW, "混入了推得的主体", "inferred"),
    "role without super-property": (_without(ROW, HK.agent), ROW, "hk:agent 与各角色", "same bodies as the roles"),
    "party without surface": (_without(PARTY, HK.surface), PARTY, "主体没有原文字样", "lacks its words as written"),
    "party without basis": (_without(PARTY, HK.basis), PARTY, "依据既不是", "neither explicit nor inherited"),
    "party with a role of its own": (_with(PARTY, HK.role, Literal("boss")), PARTY, "角色不是", "role is not one of"),
    "party of nothing": (lambda g: g.remove((None, None, PARTY)), PARTY, "不属于任何条目", "belongs to no obligation"),
    "clause without number": (_without(CLAUSE, HK.number), CLAUSE, "条没有编号", "clause has no number"),
    "clause without order": (_without(CLAUSE, HK.order), CLAUSE, "条没有次序", "clause has no order"),
    "clause without text": (_without(CLAUSE, HK.text), CLAUSE, "条没有正文", "clause has no text"),
    "clause that ends early": (_with(CLAUSE, HK.end, Literal(1)), CLAUSE, "不在结束位置之前", "does not start before"),
    "area of nothing": (
        _with(ZONE, HK.areaKm2, Literal("0", datatype=XSD.decimal)),
        ZONE,
        "不是一个大于零的数",
        "not one number above zero",
    ),
    "negative area": (
        _with(ZONE, HK.areaKm2, Literal("-1.35", datatype=XSD.decimal)),
        ZONE,
        "不是一个大于零的数",
        "not one number above zero",
    ),
    "zone in itself": (_with(ZONE, HK.partOf, ZONE), ZONE, "属于自身", "part of itself"),
    "zones in each other": (_also(WHOLE, HK.partOf, ZONE), ZONE, "经由其他区域属于自身", "by way of others"),
    "body without a Simplified label": (
        _without(MOF, RDFS.label),
        MOF,
        "没有简体中文名称",
        "no Simplified Chinese label",
    ),
    "body with a Traditional label alone": (
        _with(MOF, RDFS.label, Literal("財政部", lang="zh-Hant")),
        MOF,
        "没有简体中文名称",
        "no Simplified Chinese label",
    ),
    "zone without a label": (_without(ZONE, RDFS.label), ZONE, "没有简体中文名称", "no Simplified Chinese label"),
    "body without a tier": (_without(MOF, HK.tier), MOF, "主体的层级", "tier of the body"),
    "deadline without words": (_without(DEADLINE, HK.deadlineText), DEADLINE, "时限没有原文字样", "lacks its words"),
    "deadline without kind": (_without(DEADLINE, HK.deadlineKind), DEADLINE, "时限没有类别", "has no kind"),
    "zone that is none": (_also(ROW, HK.zone, MOF), ROW, "所注的区域不存在", "zone that does not exist"),
    "plan without title": (
        _without(PLAN, URIRef("http://purl.org/dc/terms/title")),
        PLAN,
        "文件没有标题",
        "document has no title",
    ),
    "quote of another clause": (
        _with(ROW, HK.quote, Literal("到2025年")),
        ROW,
        "原文不见于所在的条",
        "not stand in its clause",
    ),
    "quote changed by a character": (
        _with(ROW, HK.quote, Literal("具体管理办法由财政部、海关总署等有关部门另行制订")),
        ROW,
        "原文不见于所在的条",
        "not stand in its clause",
    ),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_refused_at_its_node_in_words_that_say_it(records: Records, fault: str) -> None:
    graph = to_graph(records)
    break_it, node, zh, en = FAULTS[fault]
    break_it(graph)
    problems = validate(graph)
    assert [p for p in problems if p.node == str(node) and zh in p.zh and en in p.en], problems
    assert all(p.zh and p.en for p in problems)


def test_the_graph_the_faults_are_planted_in_is_sound(records: Records, source: str) -> None:
    assert validate(to_graph(records), source) == ()


def test_a_modality_without_the_class_is_refused_all_the_same(records: Records) -> None:
    graph = to_graph(records)
    graph.remove((ROW, RDF.type, HK.Obligation))
    graph.remove((ROW, HK.quote, None))
    assert any(p.node == str(ROW) and "has no quote" in p.en for p in validate(graph))


def test_a_quote_that_is_not_what_stands_at_its_place_is_refused(records: Records, source: str) -> None:
    graph = to_graph(records)
    start = int(str(graph.value(ROW, HK.start)))
    graph.set((ROW, HK.start, Literal(start + 1)))
    assert validate(graph) == ()
    (problem,) = validate(graph, source)
    assert "与来源文本该处的文字不符" in problem.zh
    assert problem.name == "guofa-2023-12/obligation/15-02"


def test_a_wrong_quote_is_refused_with_the_source_and_without_it(records: Records, source: str) -> None:
    for quote in ("到2025年", "具体管理办法由财政部、海关总署等有关部门另行制订"):
        graph = to_graph(records)
        graph.set((ROW, HK.quote, Literal(quote)))
        assert any("does not stand in its clause" in p.en for p in validate(graph))
        assert any("is not what stands at its place" in p.en for p in validate(graph, source))


def test_a_page_number_inside_a_sentence_is_no_fault_where_the_source_has_it(records: Records, source: str) -> None:
    graph = to_graph(records)
    text = str(graph.value(CLAUSE, HK.text))
    graph.set((CLAUSE, HK.text, Literal(text.replace("、海关总署", ""))))
    assert validate(graph, source) == ()
    assert validate(graph) != ()


def test_a_policy_without_a_place_is_held_against_its_clause(records: Records, source: str) -> None:
    graph = to_graph(records)
    policy = URIRef(f"{ID}guofa-2023-12/policy/进口自用货物免征关税")
    graph.remove((policy, HK.start, None))
    assert validate(graph, source) == ()
    graph.set((policy, HK.quote, Literal("免征一切税收")))
    assert any(p.node == str(policy) and "does not stand in its clause" in p.en for p in validate(graph, source))


def test_a_quote_outside_the_span_of_its_clause_is_refused(records: Records, source: str) -> None:
    graph = to_graph(records)
    graph.set((CLAUSE, HK.start, Literal(int(str(graph.value(ROW, HK.start))) + 1)))
    assert any(p.node == str(ROW) and "within the span of its clause" in p.en for p in validate(graph, source))


def test_a_node_without_a_name_is_refused(records: Records) -> None:
    graph = to_graph(records)
    graph.add((BNode(), RDFS.label, Literal("x", lang="zh-Hans")))
    assert any("has no IRI" in p.en for p in validate(graph))


def test_the_first_problem_is_raised_as_one_line_with_the_count(records: Records) -> None:
    graph = to_graph(records)
    graph.remove((ROW, HK.quote, None))
    graph.remove((CLAUSE, HK.number, None))
    with pytest.raises(CheckError) as raised:
        require_valid(graph)
    assert "\n" not in str(raised.value)
    assert "guofa-2023-12/clause/15: 条没有编号。" in str(raised.value)
    assert "and 1 more" in str(raised.value)
