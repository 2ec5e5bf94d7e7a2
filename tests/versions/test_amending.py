"""An amending document applied to a text gives the text that a person would write; what cannot be applied is said."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from kg.models import Document
from kg.read import parse, read_bytes, read_file
from kg.versions.amending import Amended, amend
from kg.versions.instructions import read_amendment

TEXTS = Path(__file__).parent / "texts"


def document(name: str) -> Document:
    return parse(read_file(TEXTS / f"{name}.txt", 10**6))


def written(text: str, name: str = "decision.txt") -> Document:
    return parse(read_bytes(text.encode(), name))


def amended_by(base: str, *texts: str, as_of: datetime.date | None = None) -> Amended:
    return amend(document(base), [read_amendment(written(f"现作如下修改：\n\n一、{text}\n")) for text in texts], as_of)


def test_a_decision_gives_the_text_that_a_person_wrote_by_it() -> None:
    found = amend(document("base"), [read_amendment(document("amendment"))])
    assert found.text == (TEXTS / "amended.txt").read_text("utf-8")
    assert [(one.quote, one.problem) for one in found.changes if one.problem] == [
        ("将第十二条中的“区大数据局”修改为“区数据局”", "there is no 第十二条")
    ]
    assert found.notes == ("amendment.txt: clause 7 names clause 5, which is now 6: not changed",)


def test_each_change_quotes_the_words_of_its_source() -> None:
    source = document("amendment").source.text
    found = amend(document("base"), [read_amendment(document("amendment"))])
    assert len(found.changes) == 9
    for one in found.changes:
        assert "".join(source[one.start : one.end].split()) == one.quote
        assert (one.source, one.in_force) == ("amendment.txt", "2024-07-01")


def test_an_amendment_is_left_out_before_the_day_it_is_in_force_from() -> None:
    amendment = read_amendment(document("amendment"))
    before = amend(document("base"), [amendment], datetime.date(2024, 6, 30))
    assert before.text == document("base").source.text
    assert before.notes == ("amendment.txt: left out, since it is in force from 2024-07-01",)
    assert amend(document("base"), [amendment], datetime.date(2024, 7, 1)).text != before.text


def test_a_plan_with_bracketed_numbers_is_amended_too() -> None:
    found = amend(document("plan"), [read_amendment(document("plan_amendment"))])
    assert "市民政局要在2026年底前建设三百个社区助餐点。" in found.text
    assert "（三）保障资金。市财政局、市发展改革委要安排专项资金。" in found.text
    assert "做好宣传" not in found.text
    assert "社区食堂" not in found.text
    assert "（二）加强监管。市市场监管局要每月公布一次抽检结果。" in found.text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("将第二条、第四条中的“市”修改为“本市”。", "第四条　本市大数据局应当"),
        ("第三条增加一款，作为第三款：“社会各界应当支持。”", "相关工作。\n社会各界应当支持。\n"),
        ("第五条第（二）项修改为：“（二）用途合法；”", "（二）用途合法；\n（三）依法备案。"),
        ("第五条第二项修改为：“用途合法；”", "（二）用途合法；\n（三）依法备案。"),
        ("删去第三条第二款。", "统筹协调。\n\n第四条"),
        ("将第七条中的“责令改正”删去。", "由市大数据局。"),
        ("增加二条，作为第六条、第七条：“第六条　甲。\n第七条　乙。”条文顺序作相应调整。", "乙。\n\n第八条　支持"),
        ("增加一条，作为第六条之一：“各区参照执行。”", "第六条之一　各区参照执行。\n\n第七条"),
        ("在第四条中的“目录”前增加“和企业数据”。", "公共数据和企业数据目录"),
        ("将第四条改为第五条，将第五条改为第四条。", "第五条"),
    ],
)  # fmt: skip
def test_an_instruction_changes_what_it_names(text: str, part: str) -> None:
    found = amended_by("base", text)
    assert [one.problem for one in found.changes if one.problem] == []
    assert part in found.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("将第四条中的“市数据局”修改为“市大数据中心”。", "the words “市数据局” do not stand in 第四条"),
        ("删去第四条第三款。", "there is no 第四条第三款"),
        ("第五条增加一项，作为第（六）项：“（六）其他。”", "there is nothing before 第（六）项"),
        ("增加二条，作为第六条、第七条：“甲乙丙。”", "its text is not that of 第六条, 第七条"),
        ("第五条的规定删除其中不合理的部分。", "it was not understood"),
    ],
)
def test_what_cannot_be_applied_is_said_and_changes_nothing(text: str, problem: str) -> None:
    found = amended_by("base", text)
    assert [one.problem for one in found.changes] == [problem]
    assert found.text == document("base").source.text


def test_a_number_that_is_given_twice_is_noted() -> None:
    found = amended_by("base", "增加一条，作为第六条：“第六条　各区参照执行。”")
    assert found.text.count("第六条　") == 2
    assert found.notes == ("decision.txt: two clauses now have the number 6; it does not say how to number them",)


def test_amendments_are_applied_in_the_order_of_their_days() -> None:
    late = "将第四条中的“市数据局”修改为“市数据中心”。本决定自2025年1月1日起施行。"
    early = "将第四条中的“市大数据局”修改为“市数据局”。本决定自2024年1月1日起施行。"
    found = amended_by("base", late, early)
    assert [one.problem for one in found.changes] == [None, None]
    assert "市数据中心应当于每年3月底前" in found.text
    assert "市数据局应当于" in amended_by("base", late, early, as_of=datetime.date(2024, 5, 1)).text


def test_a_clause_between_two_others_keeps_its_number_when_the_others_get_new_ones() -> None:
    base = written("绿道条例\n\n第一条　甲甲。\n\n第二条　乙乙。\n\n第二条之一　丙丙。\n\n第三条　丁丁。\n", "base.txt")
    decision = "增加一条，作为第三条：“第三条　戊戊。”将第二条之一中的“丙丙”修改为“己己”。对条文顺序作相应调整。"
    found = amend(base, [read_amendment(written(f"现作如下修改：\n\n一、{decision}\n"))])
    assert [one.problem for one in found.changes] == [None, None]
    labels = [line.partition("\u3000") for line in found.text.splitlines() if line.startswith("第")]
    assert [(label, body) for label, _, body in labels] == [
        ("第一条", "甲甲。"), ("第二条", "乙乙。"), ("第二条之一", "己己。"),
        ("第三条", "戊戊。"), ("第四条", "丁丁。"),
    ]  # fmt: skip


def test_clauses_that_are_numbered_by_chapter_are_not_numbered_through() -> None:
    plan = "绿道方案\n\n一、任务\n\n（一）甲甲。\n\n（二）乙乙。\n\n二、保障\n\n（一）丙丙。\n\n（二）丁丁。\n"
    base = written(plan, "base.txt")
    decision = "删去第（二）条。增加一条，作为第（三）条：“（三）戊戊。”对条款序号作相应调整。"
    found = amend(base, [read_amendment(written(f"现作如下修改：\n\n一、{decision}\n"))])
    assert [one.problem for one in found.changes] == [
        "several clauses have the number of 第（二）条", "the clauses are numbered anew in each chapter",
    ]  # fmt: skip
    assert found.text == plan
    assert found.notes == (
        "decision.txt: its clauses are numbered anew in each chapter: their numbers were left as they are",
    )
