"""Questions for all of a kind: what is told is what the records hold and the ledger lists; no other question is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import cast
from urllib.parse import parse_qsl

import pytest
from rdflib import Graph

from kg import pipeline
from kg.answer.library import Library
from kg.answer.outside import names_in
from kg.answer.question import read_question
from kg.answer.register import Listing, find_listing, nothing_registered
from kg.answer.register.forms import Register, forms_of
from kg.answer.rows import Select
from kg.answer.wording import messages
from kg.errors import RuleError
from kg.graph.build import to_graph
from kg.graph.evaluate import to_ntriples
from kg.graph.result import Term
from kg.graph.sparql import select
from kg.graph.store import open_store, write_store
from kg.graph.tokens import with_values
from kg.ledger.filters import Filter, Obligations
from kg.ledger.parts import responsible_agents
from kg.models import Obligation, ObligationAgent, Records
from kg.read import read_file
from kg.rules import load, read
from kg.vocab import FORCES, MODALITIES, thing
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from tests.small_plan import write_small_plan

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [
    (form.id, example.text, example.hits) for form in load("register", Register).forms for example in form.examples
]

LAW = """河湖管理条例

第一章　总则

第一条　为了保护河湖，制定本条例。

第二条　市水务局应当履行下列职责：

（一）编制河湖保护规划；

（二）公布河湖名录，名录应当载明青川水库的范围。

第二章　保护

第三条　禁止向河湖倾倒垃圾。

第四条　市水务局应当于2027年6月底前建立巡查制度。
"""


class Build:
    """Documents with what runs SPARQL over their graphs."""

    def __init__(self, engine: Select, *records: Records) -> None:
        self.records = records
        every = Obligations(records)
        self.library = Library(records, in_ledger=lambda wanted: every.chosen(Filter(**wanted).wanted()).iris)
        self.queries: list[str] = []
        self._engine = engine

    def select(self, query: str, values: Mapping[str, Term] = MappingProxyType({})) -> Sequence[dict[str, str]]:
        self.queries.append(query)
        return self._engine(query, values)

    def tell(self, text: str, *documents: str) -> Listing:
        found = self.find(text, *documents)
        assert found is not None, text
        return found

    def find(self, text: str, *documents: str) -> Listing | None:
        question = read_question(text)
        return find_listing(question, self.library, self.select, documents)

    def nothing(self, text: str, *documents: str) -> bool:
        question = read_question(text)
        return nothing_registered(question, names_in(question, (), self.library), self.library, documents)

    def rows(self, fits: Callable[[Obligation], bool]) -> list[str]:
        return [
            thing(one.document.slug, "obligation", row.id)
            for one in self.records
            for row in one.obligations
            if fits(row)
        ]

    def listed(self, told: Listing) -> set[str]:
        """The obligations that the desk's ledger lists where the link is opened."""
        assert told.ledger is not None
        named = {one.document.slug: one for one in self.records}
        every = Obligations(self.records)

        def clauses_of(slug: str) -> list[str]:
            return [clause.id for clause in named[slug].document.clauses]

        desk = SimpleNamespace(
            slugs=list(named), records_named=named.get, clauses_of=clauses_of, obligations=every, task=every.task
        )
        visit = read_visit(cast("Desk", desk), dict(parse_qsl(told.ledger)), "zh-Hans")
        assert visit.tab == "ledger"
        found = every.chosen(visit.wanted.wanted())
        return {thing(one.document.slug, "obligation", row.id) for one in found for row in one.obligations}


def extracted(path: Path) -> Records:
    return pipeline.extract_source(read_file(path, 10**7), path)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def of_rdflib(*records: Records) -> Build:
    """Documents that are asked by another engine than the product's: rdflib's own SPARQL."""
    graph = sum((to_graph(one) for one in records), Graph())

    def engine(query: str, values: Mapping[str, Term]) -> Sequence[dict[str, str]]:
        query = with_values(query, {name: to_ntriples(term) for name, term in values.items()})
        return [{str(name): str(term) for name, term in row.items()} for row in graph.query(query).bindings]

    return Build(engine, *records)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    records = extracted(ROOT / "corpus" / "hetao-2023.txt")
    folder = tmp_path_factory.mktemp("plan") / "store"
    write_store([to_graph(records)], folder)
    with open_store(folder) as store:
        yield Build(lambda query, values: select(store, query, values).values(), records)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("two")
    return of_rdflib(extracted(write_small_plan(folder)), extracted(written(folder, "law.txt", LAW)))


# ------------------------------------------------------------------ the rules


@pytest.mark.parametrize(("form", "text", "hits"), EXAMPLES)
def test_a_form_is_the_whole_of_an_example_exactly_when_it_should_be(form: str, text: str, hits: bool) -> None:
    assert (form in [asked.form.id for asked in forms_of(read_question(text))]) is hits


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("about: due", "about: dew"), r"forms\.due\.about: "),
        (("about: due", "about: due\n  speed: 1"), r"forms\.due\.speed: "),
        (("⟨year⟩⟨which⟩", "⟨year⟩⟨which⟩⟨yaer⟩"), "refers to ⟨yaer⟩, which does not exist"),
        (("哪些: 哪些", "⟨which⟩: 哪些"), "contains itself"),
        (("哪些: 哪些", "哪些(: 哪些"), "has an invalid pattern"),
        (("which: {哪些: 哪些}", "which: 哪些"), r"parts\.which: "),
        (("asks: ['⟨year⟩⟨which⟩']", "asks: ['⟨year⟩哪些']"), "its part which is used nowhere"),
        (("(?P<year>", "(?P<yaer>"), "has a group yaer"),
        (("hits: false", "hits: true"), "lacks an example"),
        (("- id: goals", "- id: due"), "stands twice"),
    ],
)
def test_a_rule_file_that_is_wrong_is_refused_in_one_line(
    change: tuple[str, str], problem: str, tmp_path: Path
) -> None:
    entry = (
        "- id: {id}\n  about: {id}\n  asks: ['⟨year⟩⟨which⟩']\n"
        "  examples: [{{text: 2025年哪些, hits: true}}, {{text: 哪些, hits: false}}]\n"
    )
    whole = "parts:\n  which: {哪些: 哪些}\n  year: {'(?P<year>\\d{4})年': 2025年哪些}\nforms:\n"
    whole += entry.format(id="due") + entry.format(id="goals")
    assert len(read(written(tmp_path, "right.yaml", whole), Register).compiled) == 2
    assert change[0] in whole
    with pytest.raises(RuleError, match=problem) as refused:
        read(written(tmp_path, "wrong.yaml", whole.replace(*change)), Register)
    assert "\n" not in str(refused.value)


def test_every_force_and_modality_can_be_told_in_every_language() -> None:
    for texts in messages().values():
        assert {f"of_{value}" for value in (*FORCES, *MODALITIES)} <= set(texts)


# ------------------------------------------------------------------ what is told


def by(row: Obligation, last: date) -> bool:
    return row.deadline is not None and row.deadline.date is not None and row.deadline.date <= last.isoformat()


def has(row: Obligation, name: str, *roles: str) -> bool:
    return any(party.name == name and party.role in roles and party.basis == "explicit" for party in row.agents)


OF_THE_PLAN: list[tuple[tuple[str, ...], Callable[[Obligation], bool], bool]] = [
    (
        ("到2025年要完成哪些事？", "去到2025年要做晒邊啲嘢？", "What has to be done by the end of 2025?"),
        lambda row: row.tier == "A" and by(row, date(2025, 12, 31)),
        True,
    ),
    (
        ("2025年前要完成的任务有哪些", "2025年之前有咩任務要完成？", "Which tasks are due before 2025?"),
        lambda row: row.tier == "A" and by(row, date(2024, 12, 31)),
        True,
    ),
    (
        ("到2035年有哪些目标？", "2035年嘅目標係咩？", "What are the targets for 2035?"),
        lambda row: row.modality == "target" and row.deadline is not None and "2035" in row.deadline.text,
        False,
    ),
    (
        ("没有写明责任单位的任务", "邊啲任務冇寫明責任單位？", "Which tasks have no responsible body?"),
        lambda row: row.tier == "A" and row.modality == "duty" and not responsible_agents(row),
        True,
    ),
    (
        ("哪些是探索性的？", "邊啲任務係探索性質嘅？", "Which tasks are exploratory?"),
        lambda row: row.tier == "A" and row.force == "exploratory",
        True,
    ),
    (
        ("豁免事项有哪些？", "有邊啲豁免？", "What exemptions are there in the plan?"),
        lambda row: row.tier == "A" and row.modality == "exemption",
        True,
    ),
    (
        ("财政部要做什么？", "財政部有咩要做？", "What must the Ministry of Finance do?"),
        lambda row: has(row, "财政部", "lead", "responsible", "cooperating"),
        True,
    ),
    (
        ("广东省有哪些任务？", "廣東要做啲乜嘢？", "What does Guangdong have to do?"),
        lambda row: has(row, "广东省", "lead", "responsible", "cooperating"),
        False,
    ),
    (
        ("涉及广东省的任务有哪些", "邊啲任務同廣東省有關？"),
        lambda row: any(p.name == "广东省" for p in row.agents),
        True,
    ),
    (("第十七条讲什么？", "第17條講乜嘢？", "What does clause 17 say?"), lambda row: row.clause == "17", True),
    (
        ("第三章有哪些任务？", "第三章有邊啲任務？", "What tasks are there in chapter 3?"),
        lambda row: row.tier == "A" and row.clause in ("4", "5", "6", "7"),
        False,
    ),
    (
        ("福田保税区内的任务有哪些？", "喺福田保稅區入面有邊啲任務？"),
        lambda row: row.tier == "A" and "福田保税区" in row.zones,
        True,
    ),
    (("列出所有任务", "List all the tasks in the plan"), lambda row: True, True),
]


@pytest.mark.parametrize(("texts", "fits", "in_ledger"), OF_THE_PLAN, ids=[texts[0] for texts, _, _ in OF_THE_PLAN])
def test_all_that_the_records_hold_is_told_in_every_language_and_listed_by_the_ledger(
    texts: tuple[str, ...], fits: Callable[[Obligation], bool], in_ledger: bool, plan: Build
) -> None:
    expected = plan.rows(fits)
    assert expected
    quotes = {
        thing(plan.records[0].document.slug, "obligation", row.id): row.quote for row in plan.records[0].obligations
    }
    for text in texts:
        told = plan.tell(text)
        assert [item.iri for item in told.items] == expected
        assert [item.text for item in told.items] == [quotes[iri] for iri in expected]
        assert [unit.quote for unit in told.units] == [item.text for item in told.items]
        assert told.intent == "tasks"
        assert str(len(expected)) in told.message
        assert [row["obligation"] for row in plan.select(told.query)] == expected
        assert (told.ledger is not None) is in_ledger
        if in_ledger:
            assert plan.listed(told) == set(expected)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("财政部一共有几件事？", lambda row: has(row, "财政部", "lead", "responsible", "cooperating")),
        ("How many tasks does the Ministry of Finance have?", lambda row: any(p.name == "财政部" for p in row.agents)),
        ("一共多少项任务？", lambda row: row.tier == "A"),
        ("呢份規劃有幾多項任務？", lambda row: row.tier == "A"),
        ("有几项豁免？", lambda row: row.modality == "exemption"),
        ("第十七条有几项任务？", lambda row: row.clause == "17"),
        (
            "有几项任务没有写明责任单位？",
            lambda row: row.tier == "A" and row.modality == "duty" and not responsible_agents(row),
        ),
        ("到2025年一共要完成几项任务？", lambda row: row.tier == "A" and by(row, date(2025, 12, 31))),
    ],
)
def test_a_number_is_that_of_the_rows_it_counts_which_stand_beside_it(
    text: str, fits: Callable[[Obligation], bool], plan: Build
) -> None:
    told = plan.tell(text)
    expected = plan.rows(fits)
    assert [item.text for item in told.items] == [str(len(expected))]
    assert [thing(unit.document, "obligation", unit.obligation or "") for unit in told.units] == expected
    assert [row["count"] for row in plan.select(told.query)] == [str(len(expected))]
    assert told.intent == "quantity"
    assert plan.listed(told) == set(expected)


def test_what_is_left_out_or_not_yet_permitted_is_said(plan: Build) -> None:
    direction = sum(row.tier == "B" for row in plan.records[0].obligations)
    counted = plan.tell("一共多少项任务？")
    assert f"另有{direction}项" in counted.message
    whole = plan.tell("所有任务有哪些？")
    assert "另有" not in whole.message
    permissions = plan.tell("允许类事项有哪些？")
    waiting = [row for row in plan.records[0].obligations if (row.modality, row.force) == ("permission", "exploratory")]
    assert f"其中{len(waiting)}项" in permissions.message


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("第二章有多少条？", 2),
        ("第一章有几条", 2),
        ("这部条例一共有多少条？", 4),
        ("How many clauses does chapter 2 have?", 2),
    ],
)
def test_an_item_below_a_clause_is_no_clause(text: str, count: int, two: Build) -> None:
    told = two.tell(text, two.records[1].document.slug)
    assert [item.text for item in told.items] == [str(count)]
    assert len(told.units) == count


def test_chapters_are_counted_and_told_by_the_headings_of_their_clauses(plan: Build) -> None:
    document = plan.records[0].document
    told = plan.tell("全文有几章？")
    assert [item.text for item in told.items] == [str(len(document.chapters))]
    told = plan.tell("第三章讲什么？")
    assert [item.text for item in told.items] == [c.title for c in document.clauses if c.chapter == "3"]


def test_a_task_whose_owner_another_sentence_names_is_not_without_one(two: Build) -> None:
    small = two.records[0]
    free = [row for row in small.obligations if row.modality == "duty" and row.tier == "A" and not row.agents]
    assert len(free) > 1
    owner = ObligationAgent("财政部", "财政部", "named", "responsible", "inherited")
    rows = [replace(row, agents=(owner,)) if row == free[0] else row for row in small.obligations]
    told = of_rdflib(replace(small, obligations=tuple(rows))).tell("没有写明责任单位的任务有哪些？")
    assert [item.text for item in told.items] == [row.quote for row in free[1:]]
    assert told.ledger is None  # the ledger lists all whose own sentence names nobody


def test_the_ledger_is_not_opened_on_a_name_that_it_takes_for_two_bodies(two: Build) -> None:
    small = two.records[0]
    agents = tuple(
        replace(one, aliases=(*one.aliases, "财政部")) if one.name == "市水务局" else one for one in small.agents
    )
    assert agents != small.agents
    for records, opened in ((small, True), (replace(small, agents=agents), False)):
        told = of_rdflib(records).tell("财政部要做什么？")
        assert (told.ledger is not None) is opened


# ------------------------------------------------------------------ mentions


def test_clauses_that_mention_a_body_are_those_whose_words_name_it(plan: Build) -> None:
    clauses = [c for c in plan.records[0].document.clauses if "财政部" in c.text and c.id.isdigit()]
    for text in ("有几条提到财政部？", "一共有幾多條提到財政部？", "How many clauses mention the Ministry of Finance?"):
        told = plan.tell(text)
        assert [item.text for item in told.items] == [str(len(clauses))]
        assert [unit.clause for unit in told.units] == [c.id for c in clauses]
        assert all("财政部" in unit.quote for unit in told.units)
    told = plan.tell("哪些条款提到财政部？")
    assert [item.text for item in told.items] == [c.title for c in clauses]


def test_words_that_name_no_body_are_counted_as_they_stand_and_that_is_said(plan: Build) -> None:
    clauses = [c.id for c in plan.records[0].document.clauses if "试点" in c.text and c.id.isdigit()]
    told = plan.tell("有多少个条款提到试点？")
    assert [item.text for item in told.items] == [str(len(clauses))]
    assert [unit.clause for unit in told.units] == clauses
    assert "按原文字面查找" in told.message


def test_no_clause_is_an_answer_only_for_what_the_document_knows(plan: Build) -> None:
    told = plan.tell("有几条提到绒花路？")  # which the text before the first clause names
    assert [item.text for item in told.items] == ["0"]
    assert all("绒花路" in unit.quote for unit in told.units)
    assert plan.find("有几个条款提到了海洋大学？") is None
    small = plan.records[0]
    unnumbered = [replace(clause, id=f"p{i}") for i, clause in enumerate(small.document.clauses, start=1)]
    without = replace(small, document=replace(small.document, clauses=tuple(unnumbered)), obligations=(), policies=())
    assert of_rdflib(replace(without, deadlines=())).find("有几条提到绒花路？") is None  # it has no clauses to count
    assert plan.nothing("有几个条款提到了海洋大学？")


def test_an_item_counts_for_the_clause_it_stands_in(two: Build) -> None:
    law = two.records[1].document
    told = two.tell("有几条提到青川水库？", law.slug)
    assert [item.text for item in told.items] == ["1"]
    assert "青川水库" in told.units[0].quote


# ------------------------------------------------------------------ several documents


def test_a_clause_that_two_documents_have_is_told_only_where_one_is_meant(two: Build) -> None:
    small, law = (one.document for one in two.records)
    assert two.find("第二条有哪些任务？") is None
    told = two.tell("第二条有哪些任务？", small.slug)
    assert {unit.document for unit in told.units} == {small.slug}
    assert two.listed(told) == {item.iri for item in told.items}
    named = two.tell("《河湖管理条例》第三条讲什么？")
    assert {unit.document for unit in named.units} == {law.slug}
    assert two.find("《湖泊法》第三条讲什么？") is None


def test_what_several_documents_hold_together_is_said_to_be_so(two: Build) -> None:
    told = two.tell("市水务局要做什么？")
    assert {unit.document for unit in told.units} == {one.document.slug for one in two.records}
    assert "以上为2份文件合计" in told.message
    one = two.tell("市水务局要做什么？", two.records[1].document.slug)
    assert len(one.items) < len(told.items)
    assert one.ledger is None  # the ledger's filter knows no document without a clause


# ------------------------------------------------------------------ what is no such question


@pytest.mark.parametrize(
    "text",
    [
        "到2025年，皇岗口岸要完成什么？",
        "到2025年在通关方面要完成哪些任务？",
        "财政部制定什么办法？",
        "财政部要会同哪些部门做什么？",
        "货物分线管理办法由谁制定？",
        "财政部在税收方面有哪些任务？",
        "第十七条里由谁负责？",
        "第十七条讲的专用通道是什么？",
        "哪些企业可以豁免关税？",
        "探索哪些金融监管方式？",
        "有几条铁路？",
        "有几条轨道交通线路提到要延长？",
        "海关监管区域要做什么样的隔离？",
        "企业要做什么？",
        "What must the Ministry of Finance do about taxes?",
        "What must be finished at Huanggang by 2025?",
        "Which areas are exploratory zones?",
        "第十九条和第十五条分别讲什么？",
        "第九十九条讲什么？",
    ],
)
def test_a_question_about_one_matter_is_left_to_the_passages(text: str, plan: Build) -> None:
    assert plan.find(text) is None
    assert not plan.nothing(text)


def test_a_clause_whose_words_are_mostly_no_obligations_is_left_to_the_passages(two: Build) -> None:
    law = two.records[1].document
    assert two.find("第一条讲什么？", law.slug) is None


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("2030年的目标是什么？", True),
        ("到2035年的目标是什么？", False),
        ("2031年有哪些任务要完成？", True),
        ("教育部有哪些任务？", True),
        ("财政部有哪些任务？", False),
        ("我们公司有哪些任务？", False),
        ("How many clauses mention Hong Kong?", False),
        ("2030年的就业率是多少？", False),
    ],
)
def test_a_year_a_body_or_words_that_no_document_has_leave_nothing_to_be_told(
    text: str, nothing: bool, plan: Build
) -> None:
    assert plan.nothing(text) is nothing
    assert not (nothing and plan.find(text))


def test_nothing_that_is_typed_gets_into_a_query(plan: Build) -> None:
    marks = '>}"\\#'
    for text in (f"有几条提到{marks}试点{marks}？", f"财政部{marks}要做什么？", f"{marks}福田保税区内的任务有哪些？"):
        plan.queries.clear()
        plan.tell(text)
        assert plan.queries
        for query in plan.queries:
            assert marks not in query
            assert "试点" not in query
