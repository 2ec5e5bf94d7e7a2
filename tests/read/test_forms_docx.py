"""A Word document → its paragraphs in order, with the numbers that Word prints and no typist typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import docx as library
import pytest

from kg.errors import SourceError
from kg.read.forms.docx import read_docx
from kg.read.forms.numerals import numeral
from tests.read.form_files import (
    W,
    add_list,
    add_number,
    level_xml,
    raw_docx,
    saved,
    set_number,
)

if TYPE_CHECKING:
    from docx.document import Document


def lines(document: Document) -> list[str]:
    return read_docx(saved(document), "plan.docx").text.splitlines()


def raw_lines(body: str, parts: dict[str, str] | None = None) -> list[str]:
    return read_docx(raw_docx(body, parts), "plan.docx").text.splitlines()


def p(text: str, properties: str = "") -> str:
    inner = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{inner}<w:r><w:t>{text}</w:t></w:r></w:p>"


def of(runs: str) -> str:
    return f"<w:p>{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def row(text: str, properties: str = "") -> str:
    return f"<w:tr>{properties}<w:tc>{p(text)}</w:tc></w:tr>"


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    ("style", "pattern", "expected"),
    [
        ("chineseCounting", "%1、", ["一、", "二、", "十一、", "二十一、"]),
        ("chineseCountingThousand", "（%1）", ["（一）", "（二）", "（十一）", "（二十一）"]),
        ("japaneseCounting", "第%1章", ["第一章", "第二章", "第十一章", "第二十一章"]),
        ("chineseCountingThousand", "第%1条", ["第一条", "第二条", "第十一条", "第二十一条"]),
        ("decimal", "%1.", ["1.", "2.", "11.", "21."]),
        ("decimal", "（%1）", ["（1）", "（2）", "（11）", "（21）"]),
        ("decimalFullWidth", "%1．", ["１．", "２．", "１１．", "２１．"]),
        ("decimalEnclosedCircleChinese", "%1", ["①", "②", "⑪", "㉑"]),
        ("ideographTraditional", "%1、", ["甲、", "乙、", "11、", "21、"]),
        ("chineseLegalSimplified", "%1、", ["壹、", "贰、", "壹拾壹、", "贰拾壹、"]),
        ("lowerLetter", "%1)", ["a)", "b)", "k)", "u)"]),
        ("upperRoman", "%1.", ["I.", "II.", "XI.", "XXI."]),
        ("none", "附件", ["附件", "附件", "附件", "附件"]),
    ],
)
def test_a_list_prints_its_numbers_in_its_style(style: str, pattern: str, expected: Sequence[str]) -> None:
    document = library.Document()
    add_list(document, 7, level_xml(0, style, pattern))
    for _ in range(21):
        set_number(document.add_paragraph("文"), 7, 0)
    found = lines(document)
    assert [found[i] for i in (0, 1, 10, 20)] == [f"{label} 文" for label in expected]


def test_a_deeper_level_starts_again_below_each_item_unless_it_is_told_to_run_on() -> None:
    levels = (
        level_xml(0, "chineseCounting", "%1、")
        + level_xml(1, "decimal", "%1.%2")
        + level_xml(2, "decimal", "（%3）", restart=1)
    )
    document = library.Document()
    add_list(document, 7, levels)
    for level in (0, 1, 2, 1, 2, 0, 1, 2):
        set_number(document.add_paragraph("文"), 7, level)
    assert lines(document) == [
        "一、 文",
        "一.1 文",
        "（1） 文",
        "一.2 文",
        "（2） 文",
        "二、 文",
        "二.1 文",
        "（1） 文",
    ]


def test_a_legal_level_prints_figures_alone() -> None:
    levels = level_xml(0, "chineseCounting", "第%1章") + level_xml(1, "decimal", "%1.%2", more="<w:isLgl/>")
    document = library.Document()
    add_list(document, 7, levels)
    for level in (0, 0, 1):
        set_number(document.add_paragraph("文"), 7, level)
    assert lines(document)[2] == "2.1 文"


def test_lists_of_one_definition_count_on_and_an_override_starts_again() -> None:
    document = library.Document()
    add_list(document, 7, level_xml(0, "chineseCounting", "%1、", start=3))
    add_number(document, 8, 7)
    add_number(document, 9, 7, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="2"/></w:lvlOverride>')
    for number in (7, 8, 9, 9, 7):
        set_number(document.add_paragraph("文"), number, 0)
    assert lines(document) == ["三、 文", "四、 文", "二、 文", "三、 文", "四、 文"]


def test_a_style_brings_its_list_and_the_level_that_is_tied_to_it() -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1">'
        + level_xml(0, "chineseCounting", "%1、", more='<w:pStyle w:val="a1"/>')
        + level_xml(1, "chineseCounting", "（%2）", more='<w:pStyle w:val="a2"/>')
        + '</w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    of_list = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="a1">{of_list}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="a2"><w:basedOn w:val="a1"/>{of_list}</w:style>'
        '<w:style w:type="paragraph" w:styleId="a3"><w:basedOn w:val="a2"/></w:style></w:styles>'
    )
    off = '<w:pStyle w:val="a1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = "".join(
        p(words, properties)
        for words, properties in (
            ("甲", '<w:pStyle w:val="a1"/>'),
            ("乙", '<w:pStyle w:val="a2"/>'),
            ("丙", '<w:pStyle w:val="a3"/>'),
            ("丁", off),
            ("戊", '<w:pStyle w:val="a1"/>'),
            ("己", '<w:pStyle w:val="none-such"/>'),
        )
    )
    assert raw_lines(body, {"numbering": numbering, "styles": styles}) == [
        "一、 甲",
        "（一） 乙",
        "（二） 丙",
        "丁",
        "二、 戊",
        "己",
    ]


def test_a_list_that_only_names_a_list_style_takes_the_styles_levels() -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="s"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="s"/>{level_xml(0, "chineseCounting", "%1、")}'
        '</w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="5"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="numbering" w:styleId="s"><w:pPr><w:numPr><w:numId w:val="5"/>'
        "</w:numPr></w:pPr></w:style></w:styles>"
    )
    body = p("甲", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="4"/></w:numPr>')
    assert raw_lines(body, {"numbering": numbering, "styles": styles}) == ["一、 甲"]


def test_a_bullet_of_a_symbol_font_is_one_that_can_be_read() -> None:
    document = library.Document()
    add_list(document, 7, level_xml(0, "bullet", "\uf06c"))
    add_list(document, 8, level_xml(0, "bullet", "——"))
    set_number(document.add_paragraph("甲"), 7, 0)
    set_number(document.add_paragraph("乙"), 8, 0)
    assert lines(document) == ["• 甲", "—— 乙"]


def test_a_list_that_is_defined_nowhere_prints_nothing() -> None:
    assert raw_lines(p("甲", '<w:numPr><w:ilvl w:val="99"/><w:numId w:val="x"/></w:numPr>')) == ["甲"]


@pytest.mark.parametrize("number", [0, -3, 10**9])
def test_a_number_without_a_numeral_is_printed_in_figures(number: int) -> None:
    assert numeral(number, "chineseCounting") == numeral(number, "upperRoman") == str(number)
    assert numeral(21, "decimalEnclosedParen") == "21"
    assert numeral(27, "lowerLetter") == "aa"
    assert numeral(1994, "lowerRoman") == "mcmxciv"


# ------------------------------------------------------------------ the body


def test_paragraphs_and_tables_stand_in_the_order_of_the_body() -> None:
    document = library.Document()
    document.add_paragraph("前")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("序号", "任务", "1", "建设平台"), strict=True):
        cell.text = words
    document.add_heading("一、规划", 1)
    layout = document.add_table(1, 1).cell(0, 0)
    layout.text = "甲"
    layout.add_paragraph("乙")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    assert lines(document) == ["前", "序号\t任务", "1\t建设平台", "一、规划", "甲", "乙"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("甲") + "<w:p/>" + p(" "), ["甲"]),
        (of("<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t><w:noBreakHyphen/></w:r>"), ["一\t二", "三-"]),
        (of(f"<w:ins>{run('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"), ["新"]),
        (of(f"<w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo>"), ["新"]),
        (of(run("藏", "<w:vanish/>") + run("显", "<w:vanish w:val='0'/>")), ["显"]),
        (of(f"<w:hyperlink>{run('链')}</w:hyperlink><w:smartTag>{run('接')}</w:smartTag>"), ["链接"]),
        (of(f"<w:fldSimple>{run('3')}</w:fldSimple><w:r><w:instrText>REF x</w:instrText></w:r>"), ["3"]),
        (f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>", ["甲"]),
        (of(f"<w:r><w:ruby><w:rt>{run('yi')}</w:rt><w:rubyBase>{run('一')}</w:rubyBase></w:ruby></w:r>"), ["一"]),
        (f"<w:tbl>{row('旧', '<w:trPr><w:del/></w:trPr>')}{row('新')}</w:tbl>", ["新"]),
    ],
)
def test_what_is_printed_is_text_and_nothing_else(body: str, expected: list[str]) -> None:
    assert raw_lines(body) == expected


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    assert raw_lines(p("由财政部", gone) + p("制定办法。") + p("乙")) == ["由财政部制定办法。", "乙"]


def test_the_end_of_the_last_paragraph_may_be_deleted() -> None:
    assert raw_lines(p("甲") + p("乙", "<w:rPr><w:del/></w:rPr>")) == ["甲", "乙"]


def test_a_footnote_stands_behind_its_paragraph_once_and_its_separator_nowhere() -> None:
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote>'
        f'<w:footnote w:id="2">{p("注")}</w:footnote></w:footnotes>'
    )
    body = '<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>乙</w:t></w:r></w:p>' + p(
        "丙"
    )
    assert raw_lines(body, {"footnotes": notes}) == ["甲乙", "注", "丙"]


def test_a_text_box_is_read_once_though_the_file_holds_it_twice() -> None:
    box = f"<w:txbxContent>{p('框')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>甲</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert raw_lines(body) == ["甲", "框"]


def test_a_generated_table_of_contents_is_left_out() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="11"><w:name w:val="TOC 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    body = p("一、规划背景\t1", '<w:pStyle w:val="11"/>') + p("一、规划背景", '<w:pStyle w:val="1"/>')
    assert raw_lines(body, {"styles": styles}) == ["一、规划背景"]


def test_a_strict_document_is_read_as_well() -> None:
    data = raw_docx(p("甲"))
    import io
    import zipfile

    from tests.read.form_files import zipped

    with zipfile.ZipFile(io.BytesIO(data)) as made:
        files = {name: made.read(name) for name in made.namelist()}
    strict = {
        name: text.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main").replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, text in files.items()
    }
    assert strict != files
    assert read_docx(zipped(strict), "plan.docx").text == "甲\n"


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(SourceError, match="no text"):
        raw_lines("<w:p/>")
