"""Whatever the text, `parse` gives a structure: exact, the same each time, and to its end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.models import Document, SourceText
from kg.read import clause_sentences, parse
from tests.conftest import few
from tests.read.conftest import check_partition

PIECES = [
    "一、", "二、", "三、", "十一、", "（一）", "（二）", "(三)", "1.", "2．", "3、", "（1）", "（2）", "1.1",
    "1.2", "1.1.1 ", "1\u3000", "第一章", "第二章 ", "第一节", "第一条 ", "\u7b2c\u4e8c\u6761\u3000", "第三编",
    "附件", "附件1", "附件：", "专栏1", "目录", "......3", "——", "《", "》", "“", "”", "（", "）", "。", "；",
    "，", "：", "！", "国务院", "关于印发", "的通知", "国发〔2023〕12号", "2023年8月8日", "香港",
    "深圳园区发展规划", "5G", "abc", "\n", "\n\n", "\r\n", "\r", "\u3000", "\u3000\u3000", "\xa0", " ", "\u2002",
    "\t", "\x0b", "\x0c", "\x85", "\u2028", "\ufeff", "\u200b", "\x00", "\x1c", "😀", "#", "## ", "零〇百", "十十",
    "\ud800",
]  # fmt: skip
ODD = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
DOUBLED = st.lists(st.sampled_from(["一、规划背景", "深圳园区发展规划", "甲乙丙。", "（一）要求"]), max_size=12).map(
    lambda lines: "\n".join(line + line for line in lines)
)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("（）。一二三、 \n0123"))


def read(text: str) -> Document:
    return parse(SourceText("any.txt", text, "utf-8", "0" * 64))


@given(ODD | DOUBLED | CHINESE | st.text())
def test_any_text_is_read_exactly_and_the_same_each_time(text: str) -> None:
    document = read(text)
    assert document.source.text == text
    check_partition(document)
    assert read(text) == document
    for clause in document.clauses:
        quotes = "".join(s.quote(text) for s in clause_sentences(clause, text))
        assert quotes == "".join(p.quote(text) for p in clause.paragraphs)


@given(st.lists(ODD, min_size=6, max_size=30), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_any_wrapped_text_is_read_exactly(pieces: list[str], gap: str) -> None:
    whole = "".join(pieces).replace("\n", "")
    check_partition(read(gap.join(whole[i : i + 20] for i in range(0, len(whole), 20))))


@given(ODD)
def test_the_file_name_never_breaks_the_slug(name: str) -> None:
    slug = parse(SourceText(name, "甲", "utf-8", "0" * 64)).slug
    assert slug
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in slug)


LONG = {
    "open brackets": "（" * 50_000,
    "one number over and over": "一、" * 20_000,
    "one number a line": "一、\n" * 20_000,
    "two numbers in turn": "一、\n二、\n" * 10_000,
    "closing brackets": "甲。" + "）" * 50_000,
    "a giant gap in a heading": "一、总" + " " * 100_000 + "则",
    "a giant indent": "甲。" + "　" * 100_000 + "一、乙",
    "leaders": "一、" + "." * 100_000 + "1",
    "figures": "1" * 100_000,
    "articles": "第一条 \n" * 25_000,
    "doubled lines": ("国务院关于" * 2 + "\n") * 10_000,
    "a giant numeral": "第" + "一" * 100_000 + "章",
    "quotes": "“" * 50_000 + "。" * 50_000,
    "annexes": "附件\n" * 20_000,
    "documents behind each other": "一、甲\n甲。\n二、乙\n乙。\n" * 8_000,
    "a table of contents": "目录\n" + "一、甲\n" * 30_000,
    "headings of Markdown": "#" * 100_000 + "一、",
}


IN_BOTH_TIERS = ("a table of contents", "annexes", "documents behind each other", "doubled lines")
"""One for each stage that goes over all lines."""


@pytest.mark.timeout(60)  # how fast it is, the bench says
@pytest.mark.parametrize("name", few(LONG, IN_BOTH_TIERS))
def test_a_long_text_is_read_to_its_end(name: str) -> None:
    text = LONG[name]
    document = read(text)
    check_partition(document)
    for clause in document.clauses:
        clause_sentences(clause, text)


def test_a_plan_of_twenty_plans_has_the_clauses_of_all(plan: Document) -> None:
    assert len(read(plan.source.text * 20).clauses) == 20 * len(plan.clauses)
