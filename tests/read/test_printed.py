"""A page that Chromium prints to PDF gives the rows of its words as text: wrapped, spaced, in columns, with a note."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from kg.extract import extract
from kg.models import Records, SourceText
from kg.read import parse, read_bytes
from kg.read.folding import folded

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TITLE = "青石市养老服务提升行动方案"
PARAGRAPHS = (
    "一、总体要求",
    "到2025年底，全市建成社区食堂200家，基本形成城乡一体、方便可及、安全优质的老年助餐服务网络，老年人的获得感、幸福感、"
    "安全感进一步增强。",
    "二、重点任务",
    "（一）完善服务网络。市民政局要于2024年6月底前制定补贴办法，明确补贴对象、补贴标准和申请程序，推动资金及时足额发放到位。",
    "（二）加强人才培养。市教育局应当在2025年9月前新增护理专业学位300个，支持职业院校与养老机构共建实训基地。",
    "（三）加强日常监管。市市场监管局要每月公布一次抽检结果，对发现的食品安全问题依法从严查处。",
    "三、保障措施",
    "（四）强化资金保障。市财政局要统筹安排专项资金，确保2024年12月31日前拨付到位。",
    "（五）强化督导考核。市民政局要每季度通报一次工作进展。",
)
RADICALS = str.maketrans("一二人民月方用行金食", "⼀⼆⼈⺠⽉⽅⽤⾏⾦⻝")
NOTE = (
    '<div style="position: fixed; bottom: 0; font-size: 10pt">'
    "① 本方案所称社区食堂，是指为60周岁以上老年人提供助餐服务的场所。</div>"
)
STYLES = {
    "wrapped": "",
    "columns": "body { columns: 2; font-size: 11pt }",
    "spaced": "p { letter-spacing: 0.6pt }",
    "radicals": "",
    "footnote": "",
}
TASKS = (
    ("序号", "重点任务", "牵头单位", "配合单位", "完成时限"),
    ("1", "制定社区食堂补贴办法并向社会公布", "市民政局", "市财政局、市审计局", "2024年6月底前"),
    ("2", "新增护理专业学位300个", "市教育局", "市人社局", "2025年9月前"),
    ("3", "开展食品安全检查", "市市场监管局", "各区人民政府", "长期坚持"),
)


class Row(NamedTuple):
    quote: str
    agents: tuple[tuple[str, str], ...]
    date: str | None


def rows(found: Records) -> list[Row]:
    """What is found, the quotes in ordinary characters."""
    return [
        Row(
            folded(one.quote),
            tuple((agent.name, agent.role) for agent in one.agents),
            one.deadline.date if one.deadline else None,
        )
        for one in found.obligations
    ]


@cache
def as_text() -> list[Row]:
    text = "\n".join((TITLE, *PARAGRAPHS))
    return rows(extract(parse(SourceText("plan.txt", text, "utf-8", "0" * 64))))


def printed(browser: Chrome, body: str, style: str = "") -> bytes:
    page = f"""<!doctype html><html lang="zh"><meta charset="utf-8"><style>
body {{ font-family: 'Noto Serif CJK SC', 'Noto Sans CJK SC', serif; font-size: 16pt; line-height: 1.8 }}
h1 {{ text-align: center; font-size: 22pt }} p {{ text-indent: 2em; margin: 0 }} {style}</style>{body}</html>"""
    browser.get("data:text/html;base64," + base64.b64encode(page.encode()).decode("ascii"))
    return base64.b64decode(browser.print_page())


@pytest.mark.browser
@pytest.mark.parametrize("case", STYLES)
def test_a_printed_plan_gives_the_rows_of_its_text(case: str, browser: Chrome) -> None:
    body = f"<h1>{TITLE}</h1>" + "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
    if case == "radicals":
        body = body.translate(RADICALS)
    elif case == "columns":
        # enough of it for two columns: the same plan a second time, numbered on
        body += f"<h1>{TITLE}</h1>" + "".join(f"<p>{words}</p>" for words in PARAGRAPHS)
    elif case == "footnote":
        body += NOTE
    source = read_bytes(printed(browser, body, STYLES[case]), "plan.pdf")
    assert source.notes == ()
    found = rows(extract(parse(source)))
    assert len(as_text()) > 10
    assert found == (as_text() * 2 if case == "columns" else as_text())


@pytest.mark.browser
@pytest.mark.parametrize("style", ["td { border: 1px solid }", "td { border: none }"])
def test_a_printed_table_gives_its_tasks_with_and_without_rules(style: str, browser: Chrome) -> None:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TASKS)
    body = f"<h1>{TITLE}</h1><p>附件：重点任务分工表</p><table>{cells}</table>"
    table = "table { border-collapse: collapse; width: 100%; font-size: 12pt } td { padding: 6px; width: 20% }"
    source = read_bytes(printed(browser, body, f"{table} {style}"), "tasks.pdf")
    assert rows(extract(parse(source))) == [
        Row(
            TASKS[1][1], (("市民政局", "lead"), ("市财政局", "cooperating"), ("市审计局", "cooperating")), "2024-06-30"
        ),
        Row(TASKS[2][1], (("市教育局", "lead"), ("市人社局", "cooperating")), "2025-09-30"),
        Row(TASKS[3][1], (("市市场监管局", "lead"), ("各区人民政府", "cooperating")), None),
    ]
