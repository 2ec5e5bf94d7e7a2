"""Markdown → its paragraphs: marks go, words and numbers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.read.forms.markdown import markdown_paragraphs, read_markdown


def text(source: str) -> str:
    return read_markdown(source.encode("utf-8"), "plan.md").text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 一、规划背景 #\n\n## （一）要求", "一、规划背景\n（一）要求"),
        ("一、规划背景\n=====\n（一）要求\n---", "一、规划背景\n（一）要求"),
        ("##一、规划背景\n###（一）要求", "一、规划背景\n（一）要求"),
        ("（一）**指导思想。**以新发展理念为指导", "（一）指导思想。以新发展理念为指导"),
        ("**甲。**乙**丙。**丁**“戊”**己", "甲。乙丙。丁“戊”己"),
        ("*甲*和_乙_和***丙***和__丁__", "甲和_乙_和丙和__丁__"),
        ("面积5*3*2米，a_b_c，\\*注\\*，3 * 4", "面积5*3*2米，a_b_c，*注*，3 * 4"),
        ("`a*b*c` ``甲`", "a*b*c ``甲`"),
        ("[财政部](http://a.b/c_(d)_e)、<http://x.y>、![图](a.png)海关总署[1]", "财政部、http://x.y、海关总署[1]"),
        ("- 一、甲\n- （二）乙\n* ——丙\n+ 丁", "一、甲\n（二）乙\n——丙\n丁"),
        ("1. 甲\n2. 乙\n\n   续\n3) 丙", "1. 甲\n2. 乙\n续\n3) 丙"),
        ("7. 甲\n7. 乙", "7. 甲\n7. 乙"),
        ("> 甲\n>\n> 乙", "甲\n乙"),
        ("　　一、甲\n    （一）乙\n\n        1.丙", "一、甲\n（一）乙\n1.丙"),
        ("第一行\n第二行  \n第三行<br>第四行", "第一行\n第二行\n第三行\n第四行"),
        ("|序号|任务|\n|---|:-:|\n|1|建设**平台**|\n\n后", "序号\t任务\n1\t建设平台\n后"),
        ("<div align=center>通知</div>\n\n甲 <u>乙</u> &nbsp;&lt;", "通知\n甲 乙 \xa0<"),
        ("```\n一、甲\n```\n* * *\n乙", "一、甲\n乙"),
        ("---\ntitle: 甲\ntags:\n  - 乙\n---\n一、丙", "一、丙"),
        ("---\n甲乙丙。\n\n---\n丁", "甲乙丙。\n丁"),
        ("增长5%~~7%，3~~5年", "增长5%~~7%，3~~5年"),
    ],
)
def test_marks_are_left_out_and_words_are_not(source: str, expected: str) -> None:
    assert text(source) == expected + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_in_any_encoding_of_text_is_read(encoding: str) -> None:
    words = "# 一、规划背景\n国务院要推进合作区建设，支持科技创新。"
    assert (
        read_markdown(words.encode(encoding), "p.md").text == "一、规划背景\n国务院要推进合作区建设，支持科技创新。\n"
    )


@pytest.mark.parametrize("source", [">" * 3000 + "甲", "".join("  " * i + f"- 甲{i}\n" for i in range(300))])
def test_lists_without_end_are_refused_and_not_cut_off(source: str) -> None:
    with pytest.raises(SourceError, match="more than 50 deep"):
        text(source)


def test_lists_of_some_depth_are_read_to_the_last() -> None:
    assert text("".join("  " * i + f"- 甲{i}\n" for i in range(40))).split() == [f"甲{i}" for i in range(40)]


CHINESE = st.text(st.sampled_from("甲乙一、（）。“”12 \n"), min_size=1).filter(str.strip)


@given(CHINESE)
def test_text_without_marks_is_kept_whole(words: str) -> None:
    assert "".join("".join(markdown_paragraphs(words, "p.md")).split()) == "".join(words.split())


@given(st.text(st.sampled_from("甲。*_`[]()#>-+1.|~<b/>&\\ \n\t"), max_size=60) | st.text())
def test_any_text_is_read_the_same_each_time(source: str) -> None:
    assert markdown_paragraphs(source, "p.md") == markdown_paragraphs(source, "p.md")
