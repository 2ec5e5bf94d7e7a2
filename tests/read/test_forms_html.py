"""A page → its paragraphs: blocks, tables and lists as they read, without what stands round the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.read.forms.html import page_paragraphs, read_html


def paragraphs(markup: str) -> list[str]:
    return page_paragraphs(markup, "page.html")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>甲<b>乙</b>丙</p><div>丁<p>戊</div>己", ["甲乙丙", "丁", "戊", "己"]),
        ("<h1>一、规划</h1>\n<section><h2>（一）要求</h2>文</section>", ["一、规划", "（一）要求", "文"]),
        ("甲<br>乙<br/><br>丙", ["甲\n乙\n\n丙"]),
        ("<p>推进\n   大湾区\n 5G\n 网络 and\nmore</p>", ["推进大湾区 5G 网络 and more"]),
        ("<p>&ldquo;一国两制&rdquo;&nbsp;&#x300A;&#35268;划&gt;&amp;&hellip;</p>", ["“一国两制”\xa0《规划>&…"]),
        ("<pre>一\n  二</pre>", ["一\n 二"]),
        ("<p>甲<ruby>乙<rt>yi</rt></ruby><del>旧</del><ins>新</ins><!-- 注 -->丁</p>", ["甲乙新丁"]),
        ("<ul><li>甲<li>乙<ul><li>丙</ul></ul>", ["甲", "乙", "丙"]),
        ("<dl><dt>甲<dd>乙</dl><blockquote>丙</blockquote>", ["甲", "乙", "丙"]),
    ],
)
def test_each_block_is_a_paragraph(markup: str, expected: list[str]) -> None:
    assert paragraphs(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x = '要'</script>",
        "<style>p{}</style>",
        "<noscript>请开启</noscript>",
        "<template><p>要</p></template>",
        "<nav>首页</nav>",
        "<div role='navigation'>首页</div>",
        "<header>网站</header>",
        "<footer>备案号</footer>",
        "<aside>相关</aside>",
        "<div role=contentinfo>备案号</div>",
        "<p hidden>藏</p>",
        "<p style='color:red; DISPLAY : none'>藏</p>",
        "<span style='visibility:hidden'>藏</span>",
        "<p aria-hidden=true>藏</p>",
        "<form><select><option>省</select><button>搜索</button><textarea>字</textarea><input value=x></form>",
        "<svg><text>图</text></svg>",
        "<title>标题</title>",
    ],
)
def test_what_is_no_text_of_the_page_is_left_out(markup: str) -> None:
    assert paragraphs(f"<p>前</p>{markup}<p>后</p>") == ["前", "后"]


def test_the_header_of_an_article_is_text_and_that_of_the_page_is_not() -> None:
    page = "<header>网站</header><article><header><h1>通知</h1></header>正文<footer>国务院</footer></article>"
    assert paragraphs(page) == ["通知", "正文", "国务院"]


def test_the_main_element_is_the_text_where_it_holds_most_of_it() -> None:
    around, text = "<div>相关链接</div>", "<p>财政部要制定具体管理办法。</p>"
    assert paragraphs(f"{around}<main>{text}</main>{around}") == ["财政部要制定具体管理办法。"]
    assert paragraphs(f"<main>短</main>{text}") == ["短", "财政部要制定具体管理办法。"]
    assert paragraphs(f"<article>{text}</article><article>{text}</article>{around}")[-1] == "相关链接"


def test_a_table_is_read_row_by_row() -> None:
    table = (
        "<table><caption>分工</caption><thead><tr><th>序号<th>任务</thead><tr><td>1<td>建设<b>平台</b><tr><td>2</table>"
    )
    assert paragraphs(f"前{table}后") == ["前", "分工", "序号\t任务", "1\t建设平台", "2", "后"]


def test_a_table_that_only_lays_out_the_page_is_read_as_its_paragraphs() -> None:
    inner = "<table><tr><td>甲<td>乙</table>"
    page = f"<table><tr><td>左<td><h2>一、规划</h2><p>（一）要求。文</p>{inner}</table>"
    assert paragraphs(page) == ["左", "一、规划", "（一）要求。文", "甲\t乙"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ol><li>甲<li><p>乙</p><p>续</p></ol>", ["1. 甲", "2. 乙", "续"]),
        ("<ol start=3 type=A><li>甲<li value=9>乙<li>丙</ol>", ["C. 甲", "I. 乙", "J. 丙"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲<li>乙</ol>", ["一、 甲", "二、 乙"]),
        ("<ol style='list-style: simp-chinese-informal inside' start=11><li>甲</ol>", ["十一、 甲"]),
        ("<ol><li>（一）甲<li>2. 乙<li>丙</ol>", ["（一）甲", "2. 乙", "3. 丙"]),
        ("<ol style='list-style:none'><li>甲</ol>", ["甲"]),
        ("<ol><li>甲<ol type=i><li>子<li>丑</ol><li>乙</ol>", ["1. 甲", "i. 子", "ii. 丑", "2. 乙"]),
    ],
)
def test_the_numbers_a_browser_prints_in_a_list_are_text(markup: str, expected: list[str]) -> None:
    assert paragraphs(markup) == expected


WORDS = "一、规划背景。国务院要推进合作区建设，支持科技创新。"


@pytest.mark.parametrize(
    ("declared", "encoding", "told"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("gb2312", "gb18030", "gb18030"),
        ("GBK", "gb18030", "gb18030"),
        ("gb2312", "utf-8", "utf-8"),
        ("iso-8859-1", "gb18030", "gb18030"),
        ("no-such", "gb18030", "gb18030"),
        ("", "gb18030", "gb18030"),
        ("utf-16", "utf-16", "utf-16-le"),
    ],
)
def test_the_encoding_of_a_page_is_told(declared: str, encoding: str, told: str) -> None:
    meta = f"<meta charset='{declared}'>" if declared else ""
    read = read_html(f"<html><head>{meta}</head><p>{WORDS}</p></html>".encode(encoding), "page.html")
    assert (read.text, read.encoding) == (f"{WORDS}\n", told)


def test_a_short_traditional_page_is_in_the_encoding_it_declares() -> None:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=big5">'
    read = read_html(f"{head}<p>國務院</p>".encode("big5hkscs"), "page.html")
    assert (read.text, read.encoding) == ("國務院\n", "big5hkscs")


def test_a_western_page_is_read_in_the_encoding_it_declares_and_refused_without_one() -> None:
    page = "<p>déjà vu à l’été, où l’œuvre</p>".encode("cp1252")
    assert read_html(b"<meta charset=windows-1252>" + page, "p.html").text == "déjà vu à l’été, où l’œuvre\n"
    with pytest.raises(SourceError, match="no encoding known"):
        read_html(page, "p.html")


def test_marks_that_nobody_sees_are_left_out() -> None:
    assert read_html("<p>财政&#8203;部&shy;\ufeff要</p>".encode(), "p.html").text == "财政部要\n"


TAGS = ("p", "div", "table", "tr", "td", "li", "ol", "ul", "pre", "br", "b", "main", "article", "header", "ruby", "x:y")
PIECES = [f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]
PIECES += [
    "甲",
    "一、",
    " ",
    "\n",
    "&nbsp;",
    "&#x4e00;",
    "<!--",
    "-->",
    "<",
    ">",
    "&",
    '<p style="display:none">',
    "\x00",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text())
def test_any_page_is_read_the_same_each_time(markup: str) -> None:
    found = paragraphs(markup)
    assert found == paragraphs(markup)
    assert all(paragraph.strip() for paragraph in found)
