"""Printed pages → their text: ragged lines joined, columns and footnotes told apart, tables read by their rules."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kg.extract import extract
from kg.models import Records, SourceText
from kg.read import parse, read_file
from kg.read.forms.grid import Note
from kg.read.forms.paragraphs import file_text
from kg.read.forms.pdf_layout import PrintedLine, PrintedPage, in_columns, read_blocks
from kg.read.forms.pdf_tables import RuledLine, with_tables
from tests.read.conftest import check_partition

CASES = Path(__file__).with_name("cases")

# left, right, bottom, top and words of pages that Chromium printed
PLAIN = """
163.9 449.0 718.0 738.7 青石市养老服务提升行动方案
65.7 161.7 672.3 688.3 一、总体要求
65.7 576.1 643.8 659.8 到2025年底，全市建成社区食堂200家，基本形成城乡一体、方便可及、
33.8 561.6 614.6 630.6 安全优质的老年助餐服务网络，老年人的获得感、幸福感、安全感进一步增
33.8 65.7 586.1 602.1 强。
65.7 161.7 556.8 572.8 二、重点任务
65.7 574.2 527.1 544.3 （一）完善服务网络。市民政局要于2024年6月底前制定补贴办法，明确
33.8 481.6 499.8 515.8 补贴对象、补贴标准和申请程序，推动资金及时足额发放到位。
65.7 577.6 411.6 428.8 （二）加强日常监管。市市场监管局要每月公布一次抽检结果，对发现的
33.8 241.7 384.3 400.3 食品安全问题依法从严查处。
65.7 161.7 355.8 371.8 三、保障措施
65.7 562.8 325.4 342.6 （三）强化资金保障。市财政局要统筹安排专项资金，确保2024年12月
33.8 162.2 298.1 314.1 31日前拨付到位。
"""
SPACED = """
160.7 451.7 718.0 738.7 青石市养老服务提升行动方案
65.7 560.1 643.8 659.8 到2025年底，全市建成社区食堂200家，基本形成城乡一体、方便可
33.8 577.0 614.6 630.6 及、安全优质的老年助餐服务网络，老年人的获得感、幸福感、安全感进一
33.8 99.2 586.1 602.1 步增强。
65.7 576.6 411.6 428.8 （三）加强日常监管。市市场监管局要每月公布一次抽检结果，对发现
33.8 264.2 384.3 400.3 的食品安全问题依法从严查处。
65.7 565.7 325.4 342.6 （四）强化资金保障。市财政局要统筹安排专项资金，确保2024年12
33.8 182.7 298.1 314.1 月31日前拨付到位。
"""
NOTED = (
    """
65.7 576.1 643.8 659.8 到2025年底，全市建成社区食堂200家，基本形成城乡一体、方便可及、
33.8 481.6 614.6 630.6 安全优质的老年助餐服务网络。
65.7 577.2 527.1 544.3 （一）完善服务网络。市民政局要于2024年6月底前制定补贴办法，明确
33.8 577.6 499.8 515.8 补贴对象、补贴标准和申请程序，推动资金及时足额发放到位并向社会及
33.8 557.3 478.8 488.8 ① 本方案所称社区食堂，是指为60周岁以上老年人提供助餐服务的场所，要在显著位置
33.8 157.3 466.8 476.8 公示价格。
""",
    """
33.8 380.4 712.8 728.8 时公布，不得截留。
65.7 577.6 682.4 699.6 （二）加强日常监管。市市场监管局要每月公布一次抽检结果，对发现的
33.8 241.7 655.7 671.7 食品安全问题依法从严查处。
""",
)


def page(shown: str) -> PrintedPage:
    lines = []
    for row in shown.strip().splitlines():
        left, right, bottom, top, words = row.split(" ", 4)
        lines.append(PrintedLine(words, float(left), float(right), float(bottom), float(top)))
    return PrintedPage(lines, 0.0, 792.0)


@cache
def case(name: str) -> Records:
    found = extract(parse(read_file(CASES / name, 1 << 25)))
    check_partition(found.document)
    return found


@pytest.mark.parametrize(("shown", "count"), [(PLAIN, 8), (SPACED, 4)])
def test_wrapped_lines_are_joined_whatever_their_length(shown: str, count: int) -> None:
    read = read_blocks([page(shown)])
    assert len(read.blocks) == count
    assert all(str(block)[-1] in "。案求务施" for block in read.blocks)
    assert str(read.blocks[-1]).endswith("确保2024年12月31日前拨付到位。")
    assert read.notes == ()


def test_a_footnote_stands_behind_the_paragraph_that_goes_over_the_page_and_is_no_task() -> None:
    read = read_blocks([page(shown) for shown in NOTED])
    assert [isinstance(block, Note) for block in read.blocks] == [False, False, True, False]
    assert str(read.blocks[1]).endswith("并向社会及时公布，不得截留。")
    assert read.blocks[2] == ("① 本方案所称社区食堂，是指为60周岁以上老年人提供助餐服务的场所，要在显著位置公示价格。")
    text = file_text(read.blocks, "a.pdf")
    found = extract(parse(SourceText("a.pdf", text.text, "utf-8", "0" * 64, "pdf", text.tables, text.footnotes)))
    assert [span.of(text.text) for span in text.footnotes] == [read.blocks[2]]
    assert len(found.obligations) > 4
    assert not any(
        one.start >= text.footnotes[0].start and one.end <= text.footnotes[0].end for one in found.obligations
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    found = case("two-columns.pdf")
    assert [c.title for c in found.document.chapters] == ["总体要求", "重点任务", "保障措施"] * 2
    assert [c.label for c in found.document.clauses if c.label] == [f"（{n}）" for n in "一二三四五六七八九十"]
    owners = [(a.name, o.deadline and o.deadline.text) for o in found.obligations for a in o.agents]
    assert Counter(owners)["市教育局", "2025年9月前"] == 2
    assert Counter(owners)["市市场监管局", "每月"] == 2
    assert Counter(owners)["市财政局", "2024年12月31日前"] == 2
    assert Counter(owners)["市民政局", "每季度"] == 2


def test_two_columns_whose_lines_come_row_by_row_are_read_the_same() -> None:
    left = [PrintedLine(f"左栏第{n}行的文字写到这里为止", 30, 280, 700 - 20 * n, 712 - 20 * n) for n in range(8)]
    right = [PrintedLine(f"右栏第{n}行的文字写到这里为止", 310, 560, 700 - 20 * n, 712 - 20 * n) for n in range(8)]
    title = PrintedLine("通栏的标题从左到右", 150, 450, 740, 760)
    mixed = [title, *(line for pair in zip(left, right, strict=True) for line in pair)]
    assert [line.text for line in in_columns(mixed)] == [line.text for line in (title, *left, *right)]
    assert {line.left for line in in_columns(mixed)[1:]} == {30}


def test_a_table_over_three_pages_is_one_whose_rows_are_tasks() -> None:
    found = case("tasks-over-pages.pdf")
    assert len(found.document.source.tables) == 1
    assert len(found.obligations) == 30
    first, fourth = found.obligations[0], found.obligations[3]
    assert (first.quote, first.deadline and first.deadline.date) == ("建设社区食堂200家", "2025-12-31")
    assert [(a.name, a.role) for a in first.agents] == [
        ("市教育局", "lead"),
        ("市财政局", "cooperating"),
        ("市住房和城乡建设局", "cooperating"),
    ]
    assert fourth.quote == "制定社区食堂补贴办法并向社会公布"
    assert Counter(a.name for o in found.obligations for a in o.agents if a.role == "lead") == {
        "市教育局": 10,
        "市人力资源和社会保障局": 10,
        "市民政局": 10,
    }


def test_a_cell_without_a_rule_below_it_goes_over_two_rows() -> None:
    level = [RuledLine(0, y, 300, y) for y in (300, 200)] + [RuledLine(100, 250, 300, 250)]
    upright = [RuledLine(x, 200, x, 300) for x in (0, 100, 200, 300)]
    words = {"甲": (50, 250), "乙": (150, 275), "丙": (250, 275), "丁": (150, 225), "戊": (250, 225)}
    lines = [PrintedLine(word, x - 5, x + 5, y - 5, y + 5) for word, (x, y) in words.items()]
    (whole,) = with_tables(lines, [*level, *upright])
    assert whole.table is not None
    shown = [[cell and cell.paragraphs[0] for cell in row] for row in whole.table.grid.rows]
    assert shown == [["甲", "乙", "丙"], ["甲", "丁", "戊"]]


def test_a_line_that_goes_on_nowhere_is_told() -> None:
    shown = PLAIN.replace("33.8 241.7 384.3 400.3", "333.8 541.7 384.3 400.3")
    (note,) = read_blocks([page(shown)]).notes
    assert note == "page 1: it is in doubt what goes on behind “管。市市场监管局要每月公布一次抽检结果，对发现的”"
