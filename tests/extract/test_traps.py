"""Words that look like a time, a duty or a body and are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.extract import Extraction, extract
from kg.extract.dates import times
from kg.models import Obligation, Records
from kg.read import parse, read_bytes

Rows = Callable[[str], list[Obligation]]
Read = Callable[[str], Records]

NUMBERED = {str(n) for n in range(1, 31)}
NAME_A_BODY = {"9", "12", "15", "16", "19", "22", "23", "28", "29", "30"}


def owners(row: Obligation) -> list[str]:
    return [body.name for body in row.agents if body.role in {"lead", "responsible"}]


@pytest.mark.parametrize(
    "text",
    [
        "在订立无固定期限劳动合同方面探索完善劳动合同制度",
        "支持联合承担科技创新2030—重大项目",
        "落实国发〔2023〕12号文件",
        "落实《行动计划（2018—2020年）》",
        "开展为期三年的评估",
        "建设5G基站2025个",
    ],
)
def test_these_words_are_no_time(text: str, rows: Rows) -> None:
    assert times(text) == ()
    assert [row.deadline for row in rows(f"{text}。")] == [None]


def test_a_document_that_only_names_years_in_titles_has_no_deadlines(read: Read) -> None:
    assert read("承担科技创新2030—重大项目，落实国发〔2023〕12号文件。").deadlines == ()


def test_the_same_word_for_itself_is_a_time(rows: Rows) -> None:
    [row] = rows("定期公布产业目录。")
    assert row.deadline is not None
    assert (row.deadline.text, row.deadline.kind) == ("定期", "recurring")


BACKGROUND = "一、规划背景\n深圳市{words}。\n二、主要任务\n建设监测平台。\n"


@pytest.mark.parametrize(
    "words", ["集聚创新要素", "承担重要任务", "完成主要任务", "对接需求，提出纲要建议", "只要创新就有希望"]
)
def test_the_character_of_must_inside_another_word_asks_for_nothing(words: str) -> None:
    # What only tells of the background gives rows where it asks in so many words.
    found = extract(parse(read_bytes(BACKGROUND.format(words=words).encode(), "made-up.txt")))
    assert [row.quote for row in found.obligations] == ["建设监测平台"]


def test_must_itself_asks_for_something_even_in_the_background() -> None:
    found = extract(parse(read_bytes(BACKGROUND.format(words="要集聚创新要素").encode(), "made-up.txt")))
    assert [row.quote for row in found.obligations] == ["深圳市要集聚创新要素", "建设监测平台"]


def test_a_facility_called_an_office_is_no_body(read: Read, plan: Extraction) -> None:
    found = read("探索建设国际通信出入口局等国际信息通信设施。")
    assert [row.agents for row in found.obligations] == [()]
    assert found.agents == ()
    assert not [a for a in plan.records.agents if "出入口局" in "".join([a.name, *a.aliases])]


@pytest.mark.parametrize(
    "text",
    [
        "在香港设立办事机构。",
        "便利香港居民往来。",
        "借鉴香港经验，完善管理制度。",
        "与香港园区衔接建设时序。",
        "香港居民可以购买补偿保险。",
    ],
)
def test_hong_kong_where_it_is_a_place_is_no_party(text: str, read: Read) -> None:
    found = read(text)
    assert found.obligations
    assert [row.agents for row in found.obligations] == [()] * len(found.obligations)
    assert "香港特别行政区政府" not in {agent.name for agent in found.agents}


@pytest.mark.parametrize("text", ["与香港一道推动监管合作。", "与香港方面的口岸设施做好衔接。"])
def test_hong_kong_where_one_works_with_it_is_a_party_and_no_owner(text: str, read: Read) -> None:
    found = read(text)
    assert "香港特别行政区政府" in {agent.name for agent in found.agents}
    assert [owners(row) for row in found.obligations] == [[]]


def test_only_the_ten_clauses_that_name_a_body_give_one_to_a_task(plan: Extraction) -> None:
    rows = [row for row in plan.records.obligations if row.clause in NUMBERED]
    named = {row.clause for row in rows for body in row.agents if body.tier == "named" and body.basis == "explicit"}
    assert {"15", "16", "19", "28", "29", "30"} <= named <= NAME_A_BODY
