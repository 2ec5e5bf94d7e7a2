"""OFD documents: text in its places, rules as tables, templates, pieces of lines; damaged and harmful ones refused."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kg.errors import SourceError
from kg.extract import extract
from kg.models import SourceText
from kg.read import parse, read_bytes
from tests.read.conftest import check_partition
from tests.read.form_files import zipped

CASES = Path(__file__).with_name("cases")
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text_at(x: float, y: float, words: str, size: float = 5, more: str = "", code: str = "") -> str:
    """One object with one text: its baseline is *y* and a *size* from the top, its characters a *size* apart."""
    steps = f'DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 170 8" Font="3" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size}" {steps} {code}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def rule(x: float, y: float, wide: float, high: float) -> str:
    """A straight stroke as an object."""
    return (
        f'<ofd:PathObject ID="2" Boundary="{x} {y} {wide} {high}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {wide} {high}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def content(*things: str, template: str = "") -> str:
    used = f'<ofd:Template TemplateID="{template}"/>' if template else ""
    return (
        f'<ofd:Page {OFD}>{used}<ofd:Content><ofd:Layer ID="9">{"".join(things)}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd(
    *pages: str, template: str = "", parts: dict[str, str] | None = None, root: str = "Doc_0/Document.xml"
) -> bytes:
    """A document of *pages*, each the XML of its content."""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    held = '<ofd:TemplatePage ID="77" BaseLoc="Tpls/T.xml"/>' if template else ""
    files = {
        "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea>{held}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": page for n, page in enumerate(pages)},
        **({"Doc_0/Tpls/T.xml": template} if template else {}),
        **(parts or {}),
    }
    return zipped({name: xml.encode("utf-8") for name, xml in files.items()})


def read(data: bytes) -> SourceText:
    return read_bytes(data, "plan.ofd")


LINES = [
    "（一）完善服务网络。市民政局要于2024年6月底前制定补贴办法，明",
    "确补贴对象、补贴标准和申请程序，推动资金及时足额发放到位并按年度向社会",
    "公布。",
]


def wrapped(y: float = 40) -> list[str]:
    return [text_at(30 if n == 0 else 20, y + 10 * n, line) for n, line in enumerate(LINES)]


def test_a_plan_is_read_with_its_clauses_bodies_and_dates() -> None:
    source = read_bytes((CASES / "plan.ofd").read_bytes(), "plan.ofd")
    assert (source.form, source.notes) == ("ofd", ())
    found = extract(parse(source))
    check_partition(found.document)
    assert [chapter.title for chapter in found.document.chapters] == ["总体要求", "重点任务"]
    owners = [(agent.name, one.deadline and one.deadline.date) for one in found.obligations for agent in one.agents]
    assert owners == [("市民政局", "2024-06-30"), ("市教育局", "2025-09-30")]


def test_wrapped_lines_are_joined_and_short_ones_are_not() -> None:
    title = text_at(60, 20, "行动方案")
    text = read(ofd(content(title, *wrapped(), text_at(30, 70, "（二）加强监管。")))).text
    assert text.splitlines() == ["行动方案", "".join(LINES), "（二）加强监管。"]


def test_a_line_in_pieces_is_one_line() -> None:
    words = LINES[0]
    pieces = [text_at(20 + 5 * n, 40, words[n : n + 3]) for n in range(0, len(words), 3)]
    assert read(ofd(content(*pieces))).text == words + "\n"
    letters = [text_at(20 + 5 * n, 40, c) for n, c in enumerate(words)]
    assert read(ofd(content(*letters))).text == words + "\n"


def test_the_matrix_of_an_object_and_blocks_in_blocks_are_followed() -> None:
    half = text_at(20, 40, "市民政局要制定办法。", 10, 'CTM="0.5 0 0 0.5 0 0"')
    nested = f"<ofd:PageBlock><ofd:PageBlock>{text_at(70, 40, '市财政局要安排资金。')}</ofd:PageBlock></ofd:PageBlock>"
    assert read(ofd(content(half, nested))).text == "市民政局要制定办法。市财政局要安排资金。\n"


def test_what_is_not_visible_is_left_out() -> None:
    hidden = text_at(20, 60, "看不见的文字", more='Visible="false"')
    assert read(ofd(content(*wrapped(), hidden))).text == "".join(LINES) + "\n"


def test_the_template_of_a_page_is_read_with_it_and_the_number_of_the_page_left_out() -> None:
    template = content(text_at(80, 20, "青石市人民政府文件"))
    pages = [content(*wrapped(), text_at(100, 285, f"{n}"), template="77") for n in (1, 2)]
    text = read(ofd(*pages, template=template)).text
    assert text.splitlines() == ["青石市人民政府文件", "".join(LINES)] * 2


def test_rules_make_a_table_whose_rows_are_tasks() -> None:
    rows = [("序号", "重点任务", "牵头单位", "完成时限"), ("1", "制定补贴办法", "市民政局", "2024年6月底前")]
    xs, ys = (20, 40, 90, 140, 190), (40, 60, 80)
    words = [
        text_at(x + 2, y + 5, word) for y, row in zip(ys, rows, strict=False) for x, word in zip(xs, row, strict=False)
    ]
    rules = [rule(20, y, 170, 0) for y in ys] + [rule(x, 40, 0, 40) for x in xs]
    source = read(ofd(content(*rules, *words)))
    assert source.text == "\n".join("\t".join(row) for row in rows) + "\n"
    (task,) = extract(parse(source)).obligations
    assert [(agent.name, agent.role) for agent in task.agents] == [("市民政局", "lead")]
    assert task.deadline is not None
    assert task.deadline.date == "2024-06-30"


IMAGE = '<ofd:ImageObject ID="5" Boundary="0 0 210 297" ResourceID="8"/>'


def test_a_page_that_is_an_image_is_told_and_a_file_of_them_refused() -> None:
    page = content(*wrapped())
    assert read(ofd(page, content(IMAGE), page)).notes == ("page 2 is an image without text and was not read",)
    with pytest.raises(
        SourceError, match=r"holds images and no text layer on 1 of its 1 pages \(scanned\); open it in its"
    ):
        read(ofd(content(IMAGE)))


@pytest.mark.parametrize("root", ["/Doc_0/Document.xml", "./Doc_0/Document.xml", "Doc_0\\Document.xml"])
def test_paths_are_read_as_writers_write_them(root: str) -> None:
    assert read(ofd(content(*wrapped()), root=root)).text == "".join(LINES) + "\n"


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "哈">]>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (ofd(), "is a damaged OFD document: it has no pages"),
        (ofd(content(), root="Doc_9/Document.xml"), "is a damaged OFD document: its document is not in it"),
        (ofd(content(), parts={"Doc_0/Pages/Page_0/Content.xml": "<x"}), "Content.xml is no well-formed XML"),
        (ofd(content(), parts={"Doc_0/Pages/Page_0/Content.xml": DOCTYPE + "<x/>"}), "declares entities of its own"),
        (ofd(content(text_at(20, 40, " "))), "has no text in it"),
        (ofd(content(*wrapped()))[:-200], "is a damaged or cut-off ZIP or OFD file"),
        (ofd(content(text_at(1, 1, "a" * (65 * 2**20)))), "unfolds to more than 64 MB"),
    ],
)
def test_a_damaged_or_harmful_file_is_refused_in_one_line(data: bytes, problem: str) -> None:
    with pytest.raises(SourceError) as refused:
        read(data)
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


def test_numbers_that_are_none_do_no_harm() -> None:
    odd = (
        '<ofd:TextObject ID="1" Boundary="nan 1e999 a" Size="5" CTM="1 0"><ofd:TextCode X="" Y="inf" '
        'DeltaX="g 999999999999 5 g -3 g">文字文字文字文字文字</ofd:TextCode></ofd:TextObject>'
    )
    assert "文字" in read(ofd(content(odd, *wrapped()))).text
