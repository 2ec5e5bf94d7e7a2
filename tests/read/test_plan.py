"""The plan of 2023, read in full, against what a reader of the printed page writes down."""

from __future__ import annotations

from collections.abc import Callable

from kg.models import Document, Span, strip_space
from kg.read import Plain, clause_sentences

CHAPTERS = [
    ("1", "一、", "规划背景"),
    ("2", "二、", "总体要求"),
    ("3", "三、", "总体布局"),
    ("4", "四、", "协同香港推动国际科技创新"),
    ("5", "五、", "建设具有国际竞争力的产业中试转化基地"),
    ("6", "六、", "构建国际化的科技创新体制机制"),
    ("7", "七、", "打造汇聚全球智慧的科技合作平台"),
    ("8", "八、", "保障措施"),
]
CLAUSES = [
    ("1", "（一）", "指导思想", "2"),
    ("2", "（二）", "发展定位", "2"),
    ("3", "（三）", "发展目标", "2"),
    ("4", "（四）", "区域联动格局", "3"),
    ("5", "（五）", "区内空间布局", "3"),
    ("6", "（六）", "分区监管布局", "3"),
    ("7", "（七）", "重大基础设施布局", "3"),
    ("8", "（八）", "推动深港双方园区协同发展", "4"),
    ("9", "（九）", "支持港澳高校优势学科发展能级跃升", "4"),
    ("10", "（十）", "联手打造国际一流科技创新平台", "4"),
    ("11", "（十一）", "推动新一代信息技术产业突破发展", "5"),
    ("12", "（十二）", "支持先进生物医药技术创新应用", "5"),
    ("13", "（十三）", "加快布局人工智能与数字经济发展前沿领域", "5"),
    ("14", "（十四）", "便利科研人员进出", "6"),
    ("15", "（十五）", "实施货物分线管理", "6"),
    ("16", "（十六）", "创新科研相关资金跨境流动监管", "6"),
    ("17", "（十七）", "探索国际互联网数据跨境安全有序流动", "6"),
    ("18", "（十八）", "加快建立更高水平的知识产权保护制度", "6"),
    ("19", "（十九）", "营造与香港趋同的税负环境", "6"),
    ("20", "（二十）", "实行国际化的就业和社会保障政策", "6"),
    ("21", "（二十一）", "全面接轨国际科研管理体制机制", "6"),
    ("22", "（二十二）", "建立高度便利的市场准入制度", "6"),
    ("23", "（二十三）", "深化国际交流与合作", "7"),
    ("24", "（二十四）", "构筑国际创新人才港", "7"),
    ("25", "（二十五）", "完善全方位科研服务", "7"),
    ("26", "（二十六）", "塑造国际化高品质的科研生活社区", "7"),
    ("27", "（二十七）", "全面加强党的领导和党的建设", "8"),
    ("28", "（二十八）", "强化法治保障", "8"),
    ("29", "（二十九）", "完善合作机制", "8"),
    ("30", "（三十）", "加强组织实施", "8"),
]
NOTICE = "国务院关于印发《河套深港科技创新合作区深圳园区发展规划》的通知"


def test_the_plan_has_its_eight_chapters_in_order(plan: Document) -> None:
    assert [(c.id, c.label, c.title) for c in plan.chapters] == CHAPTERS


def test_the_plan_has_its_thirty_clauses_with_their_titles_and_the_two_texts_without_number(plan: Document) -> None:
    assert [(c.id, c.label, c.title, c.chapter) for c in plan.clauses if c.label] == CLAUSES
    assert [(c.id, c.chapter) for c in plan.clauses if not c.label] == [("preamble", None), ("ch1", "1")]
    assert [c.id for c in plan.clauses][:3] == ["preamble", "ch1", "1"]
    assert [c.heading for c in plan.clauses if c.heading] == [("一、", "规划背景")]


def test_every_visible_character_of_the_plan_has_one_place(plan: Document, holds: Callable[[Document], None]) -> None:
    holds(plan)


def test_the_head_of_the_plan_is_read(plan: Document) -> None:
    assert plan.slug == "guofa-2023-12"
    assert plan.title == "河套深港科技创新合作区深圳园区发展规划"
    assert plan.identifier == "国发〔2023〕12号"
    assert plan.issued == "2023-08-08"
    assert plan.publisher == "国务院"


def test_the_notices_title_is_one_span_though_each_of_its_lines_is_doubled(plan: Document) -> None:
    text = plan.source.text
    assert plan.clauses[0].paragraphs[0].quote(text) == NOTICE
    assert [c.quote(text) for c in plan.copies[:2]] == [
        "国务院关于印发《河套深港科技创新合作区",
        "深圳园区发展规划》的通知",
    ]


def test_each_doubled_heading_leaves_its_second_copy_out(plan: Document) -> None:
    text = plan.source.text
    left_out = [copy.quote(text) for copy in plan.copies[2:]]
    assert left_out == ["河套深港科技创新合作区深圳园区发展规划", *(label + title for _, label, title in CHAPTERS)]
    for chapter, copy in zip(plan.chapters, plan.copies[3:], strict=True):
        assert chapter.end <= copy.start
        assert Span(chapter.start, chapter.end).quote(text) == copy.quote(text)


def test_paragraphs_are_joined_over_wraps_and_page_breaks(plan: Document) -> None:
    counts = {c.id: len(c.paragraphs) for c in plan.clauses}
    expected = {"preamble": 8, "ch1": 7, "1": 1, "2": 3, "3": 3, "4": 1, "6": 2, "7": 3, "15": 1, "22": 1, "30": 1}
    assert {key: counts[key] for key in expected} == expected


def test_a_clauses_text_has_no_wraps_and_a_line_for_each_paragraph(plan: Document) -> None:
    clause = next(c for c in plan.clauses if c.id == "7")
    lines = clause.text.split("\n")
    assert lines[0] == "（七）重大基础设施布局"
    assert [line[2:6] for line in lines[1:]] == ["完善区域", "优化区域", "推动口岸"]
    assert clause.text.replace("\n", "") == Span(clause.start, clause.end).quote(plan.source.text)


def test_a_run_in_title_ends_where_the_body_begins(plan: Document) -> None:
    clause = next(c for c in plan.clauses if c.id == "15")
    text = plan.source.text
    assert strip_space(text[clause.start : clause.body]) == "（十五）实施货物分线管理。"
    assert strip_space(text[clause.body :]).startswith("深圳园区海关监管区域实施特殊监管，")


def test_a_page_break_inside_a_sentence_does_not_cut_it(plan: Document) -> None:
    background = next(c for c in plan.clauses if c.id == "ch1")
    quotes = [s.quote(plan.source.text) for s in clause_sentences(background, plan.source.text)]
    assert any("创新科技管理机制、对接国际通行创新规则" in quote for quote in quotes)


def test_the_sentences_of_clause_fifteen_are_those_of_the_page(plan: Document) -> None:
    clause = next(c for c in plan.clauses if c.id == "15")
    quotes = [s.quote(plan.source.text) for s in clause_sentences(clause, plan.source.text)]
    assert [quote[:10] for quote in quotes] == [
        "深圳园区海关监管区域",
        "探索实行科研机构与企",
        "经“二线”进入深圳的",
        "具体管理办法由财政部",
    ]
    assert all(quote.endswith("。") for quote in quotes)


def test_all_visible_text_of_the_bodies_lies_in_sentences(plan: Document) -> None:
    text = plan.source.text
    for clause in plan.clauses:
        joined = "".join(s.quote(text) for s in clause_sentences(clause, text))
        assert joined == "".join(p.quote(text) for p in clause.paragraphs)


def test_a_plain_view_of_the_whole_plan_finds_its_way_back(plan: Document) -> None:
    text = plan.source.text
    view = Plain(text, [p for c in plan.clauses for p in c.paragraphs])
    for words in ("中央区域协调发展领导小组", "2025年前基本形成", "减按15%税率"):
        at = view.text.index(words)
        span = view.to_source(at, at + len(words))
        assert span.quote(text) == words
        assert view.from_source(span.start, span.end) == (at, at + len(words))
