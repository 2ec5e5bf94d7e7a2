"""Small documents of each layout, read as a person would number them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.models import Document, SourceText
from kg.read import clause_sentences, clause_sort_key, parse

Make = Callable[[str], Document]

RUNNING = """深圳市关于加快发展的意见
各区人民政府：
现提出以下意见：
一、总体要求
（一）指导思想。以新发展理念为指导，加快发展。
（二）基本原则
坚持创新。坚持开放。
二、重点任务
（三）建设平台。支持企业建设平台。
（四）编制下达计划时，给予倾斜。（负责部门：市规划局）
三、保障措施
加强领导，抓好落实。
深圳市人民政府
2023年8月8日
"""
RESTARTING = RUNNING.replace("（三）", "（一）").replace("（四）", "（二）")


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def ids(document: Document) -> list[str]:
    return [c.id for c in document.clauses]


def titles(document: Document) -> dict[str, str]:
    return {c.id: c.title for c in document.clauses if c.label}


def test_numbers_that_run_through_are_ids_by_themselves(document: Make) -> None:
    assert ids(document(RUNNING)) == ["preamble", "1", "2", "3", "4", "ch3"]


def test_numbers_that_start_again_take_the_chapter_in_front(document: Make) -> None:
    assert ids(document(RESTARTING)) == ["preamble", "1.1", "1.2", "2.1", "2.2", "ch3"]


def test_titles_run_in_or_stand_alone_and_a_long_sentence_is_none(document: Make) -> None:
    read = document(RUNNING)
    assert titles(read) == {"1": "指导思想", "2": "基本原则", "3": "建设平台", "4": ""}
    assert read.clauses[4].text == "（四）编制下达计划时，给予倾斜。（负责部门：市规划局）"
    assert [c.title for c in read.chapters] == ["总体要求", "重点任务", "保障措施"]


def test_a_clause_of_one_short_sentence_has_no_title(document: Make) -> None:
    read = document("一、任务\n（一）建设平台。\n（二）推进改革。各区要推进各项改革措施。\n")
    assert titles(read) == {"1": "", "2": "推进改革"}


@pytest.mark.parametrize("space", ["", " ", "　", "\u2002", "\xa0", " 　"])
def test_any_white_space_may_stand_before_and_behind_a_label(document: Make, space: str) -> None:
    text = "".join(f"{space}{line}\n" for line in RUNNING.replace("）", f"）{space}").splitlines())
    assert ids(document(text)) == ["preamble", "1", "2", "3", "4", "ch3"]


def test_half_width_punctuation_is_read_like_the_other(document: Make) -> None:
    text = "一、要求\n(一)指导思想.\n深入贯彻精神,加快发展.\n(二)目标.\n到2025年,基本建成.\n"
    assert titles(document(text)) == {"1": "指导思想", "2": "目标"}


def test_items_are_one_level_below_their_clause(document: Make) -> None:
    text = lines(
        "一、任务",
        "（一）平台建设",
        "1.建设平台。",
        "2.用好平台。",
        "（1）培训。",
        "（2）推广。",
        "（二）改革",
        "推进改革。",
    )
    assert ids(document(text)) == ["1", "1.1", "1.2", "1.2.1", "1.2.2", "2"]


def test_articles_and_their_items_keep_their_numbers(document: Make) -> None:
    text = "某条例\n第一章 总则\n第一条 为了促进发展，制定本条例。\n第二条 本条例适用于本市。\n第二章 促进\n"
    text += lines(
        "第一节 平台",
        "第三条 政府应当：",
        "（一）建设平台；",
        "（二）培育企业。",
        "第三条第二款另有规定的，从其规定。",
        "第四条 本条例自公布之日起施行。",
    )
    read = document(text)
    assert ids(read) == ["preamble", "1", "2", "3", "3.1", "3.2", "4"]
    assert [c.id for c in read.chapters] == ["1", "2", "2.1"]
    assert next(c for c in read.clauses if c.id == "3").chapter == "2.1"
    assert "第三条第二款" in next(c for c in read.clauses if c.id == "3.2").text
    assert set(titles(read).values()) == {""}


def test_run_on_enumerations_and_references_are_no_clauses(document: Make) -> None:
    text = lines(
        "一、要求",
        "要做到：一是坚持创新；二是坚持开放。按照（一）、（二）项执行。",
        "（一）甲。乙丙丁戊己庚辛。",
        "依照第（二）项规定。2.5万户。",
    )
    assert ids(document(text)) == ["ch1", "1"]


def test_dates_figures_and_page_numbers_are_no_items(document: Make) -> None:
    text = "一、目标\n2018年12月基本完成。\n2.5个百分点。\n300人。\n3.5万家。\n1．9亿元。\n二、任务\n推进。\n"
    assert ids(document(text)) == ["ch1", "ch2"]


def test_decimal_numbers_are_chapters_and_clauses_and_their_table_of_contents_is_preamble(document: Make) -> None:
    contents = "1　总则\n1.1　目的\n1.2　范围\n2　附则\n"
    text = "某预案\n目　录\n" + contents
    text += lines(
        "1　总则",
        "1.1　目的",
        "为了应急。",
        "1.2　范围",
        "本预案适用于全国。",
        "1.2.1　国家级",
        "两省以上。",
        "1.2.2　省级",
        "一省。",
        "2　附则",
        "2.1　本预案自印发之日起实施。",
    )
    read = document(text)
    assert ids(read) == ["preamble", "1.1", "1.2", "1.2.1", "1.2.2", "2.1"]
    assert [(c.id, c.title) for c in read.chapters] == [("1", "总则"), ("2", "附则")]
    assert read.clauses[0].text.endswith("1.2　范围\n2　附则".replace("　", ""))


def test_a_table_of_contents_with_leaders_is_preamble(document: Make) -> None:
    text = lines(
        "规划",
        "一、形势............1",
        "（一）现状............1",
        "二、任务............2",
        "一、形势",
        "（一）现状",
        "良好。",
        "二、任务",
        "推进。",
    )
    read = document(text)
    assert ids(read) == ["preamble", "1", "ch2"]
    assert read.clauses[0].text.count("....") == 3 * 3


def test_a_box_and_its_list_belong_to_the_clause_above(document: Make) -> None:
    text = lines(
        "一、任务",
        "（一）研究",
        "1.基础理论。",
        "专栏1　基础理论",
        "1.大数据。",
        "2.群体智能。",
        "3.类脑。",
        "2.关键技术。",
        "专栏2　技术",
        "1.图谱。",
        "2.视觉。",
        "3.语音。",
        "3.人才培养。",
    )
    read = document(text)
    assert ids(read) == ["1", "1.1", "1.2", "1.3"]
    assert read.clauses[1].text.endswith("3.类脑。")


def test_an_annex_has_its_letter_and_a_mention_of_it_has_none(document: Make) -> None:
    text = lines(
        "关于建立制度的批复",
        "同意。",
        "一、职能",
        "负责协调。",
        "二、规则",
        "定期开会。",
        "附件：名单",
        "国务院",
        "2018年11月20日",
        "附件",
        "名单",
        "一、成员",
        "甲。",
        "二、联络员",
        "乙。",
    )
    read = document(text)
    assert ids(read) == ["preamble", "ch1", "ch2", "a1.preamble", "a1.ch1", "a1.ch2"]
    assert read.issued == "2018-11-20"
    assert read.publisher == "国务院"


def test_numbers_met_again_in_a_second_document_get_a_tilde(document: Make) -> None:
    text = (
        RUNNING.replace("深圳市人民政府\n2023年8月8日\n", "")
        + "深圳市配套政策\n为配合实施，制定本政策。\n"
        + RUNNING.split("\n", 3)[3]
    )
    read = document(text)
    assert ids(read)[6:] == ["preamble~2", "1~2", "2~2", "3~2", "4~2", "ch3~2"]
    assert [c.id for c in read.chapters] == ["1", "2", "3", "1~2", "2~2", "3~2"]


def test_a_text_without_numbers_is_cut_by_paragraph(document: Make) -> None:
    read = document("答记者问\n问：什么是平台？\n答：是平台。\n")
    assert ids(read) == ["p1", "p2", "p3"]
    assert {c.chapter for c in read.clauses} == {None}


def test_clauses_of_one_paragraph_without_chapters_are_numbered_by_themselves(document: Make) -> None:
    text = "批复如下：\n一、原则同意规划。要抓好落实，不断推进。\n二、紧扣战略定位。要推动发展，协同共进。\n"
    read = document(text)
    assert ids(read) == ["preamble", "1", "2"]
    assert read.chapters == ()


def test_a_whole_document_on_one_line_is_read_by_its_indents(document: Make) -> None:
    line = "国务院关于加强保护的决定国发〔2005〕39号各省人民政府：" + "".join(
        f"　　{part}" for part in RUNNING.split("\n", 3)[3].splitlines() for _ in (0,)
    )
    read = document(line + "　　" + "附注说明。" * 300)
    assert ids(read) == ["preamble", "1", "2", "3", "4", "ch3"]
    assert (read.title, read.identifier) == ("国务院关于加强保护的决定", "国发〔2005〕39号")


RUN_ON = (
    "各县（区）人民政府：为做好养老服务，现通知如下。一、总体要求（一）指导思想。坚持以老年人为中心，分类推进。"
    "（二）工作目标。到2025年底建成社区食堂200家。二、重点任务（三）完善服务网络。依照本通知第（二）项和第一条（一）的"
    "要求，市民政局负责制定补贴办法。（市民政局牵头，市财政局配合）（四）加强监管。1.每月检查。对问题限期整改。"
    "2.每季度通报。结果向社会公布。（市市场监管局负责）三、保障措施（五）落实资金。市财政局统筹安排资金。"
    "各地要认真落实。青石市人民政府办公室2024年3月5日（此件公开发布）"
)


def test_a_text_without_any_break_is_cut_where_its_numbers_run_on(document: Make) -> None:
    read = document("青石市养老服务提升行动方案\n" + RUN_ON)
    assert ids(read) == ["preamble", "1", "2", "3", "4", "4.1", "4.2", "5"]
    assert [chapter.title for chapter in read.chapters] == ["总体要求", "重点任务", "保障措施"]
    assert [c.title for c in read.clauses if c.id in {"1", "3", "4"}] == ["指导思想", "完善服务网络", "加强监管"]
    assert read.issued == "2024-03-05"
    third = next(c for c in read.clauses if c.id == "3")
    assert third.text.endswith("（市民政局牵头，市财政局配合）")


def test_a_number_that_is_only_mentioned_in_running_text_cuts_nothing(document: Make) -> None:
    cited = "依照第（一）项、前款（二）和第三条（一）（二）的规定处理。按照（二）的规定另行通知。参见一、二两点。"
    assert ids(document("本办法这样规定。" + cited * 3)) == ["p1"]


def test_an_article_glued_behind_its_chapter_is_found(document: Make) -> None:
    text = lines(
        "第一章　总则　　第一条 　为了发展，制定本办法。",
        "　　第二条 　适用本办法。",
        "第二章　附则　　第三条 　自公布起施行。",
    )
    assert ids(document(text)) == ["1", "2", "3"]


def test_a_heading_doubled_on_two_lines_counts_once(document: Make) -> None:
    text = lines(
        "某某规划通知书",
        "某某规划通知书",
        "一、发展目标要求一、发展目标要求",
        "（一）平台。建设平台并用好平台。",
        "二、保障措施",
        "二、保障措施",
        "落实。",
    )
    read = document(text)
    assert [c.of(text) for c in read.copies] == ["某某规划通知书", "一、发展目标要求", "二、保障措施"]
    assert [c.title for c in read.chapters] == ["发展目标要求", "保障措施"]
    assert ids(read) == ["preamble", "1", "ch2"]


def wrapped(paragraphs: list[str], width: int, gap: str) -> str:
    return gap.join(p[i : i + width] for p in paragraphs for i in range(0, len(p), width)) + "\n"


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\n\n\n ", "　\n"])
@pytest.mark.parametrize("width", [20, 28, 35])
def test_wrapped_lines_are_joined_into_their_paragraphs(document: Make, gap: str, width: int) -> None:
    body = "推动深圳园区与香港园区协同发展并建立常态化沟通机制，" * 4 + "形成合力。"
    other = "——完善交通网络。" + "加快轨道交通建设，" * 9 + "方便往来。"
    paragraphs = ["一、总体要求", "（一）指导思想。" + body, "二、重点任务", "（二）基础设施", other, other, body]
    read = document(wrapped(paragraphs, width, gap))
    assert [c.text for c in read.clauses] == [paragraphs[1], "\n".join(paragraphs[3:])]
    assert [len(c.paragraphs) for c in read.clauses] == [1, 3]


def test_a_wrapped_line_that_begins_like_a_heading_in_mid_sentence_is_none(document: Make) -> None:
    body = [
        "全面贯彻落实党的二十大精神和二十届二中、",
        "三、四次全体会议精神，推动高质量发展，形",
        "成合力并不断推进各项改革任务落到实处。",
    ]
    read = document(lines("一、总体要求", *body * 3, "二、重点任务", *body * 3, "三、保障措施", *body))
    assert [c.title for c in read.chapters] == ["总体要求", "重点任务", "保障措施"]


def test_a_heading_behind_a_heading_that_fills_its_line_is_one(document: Make) -> None:
    body = [
        "全面贯彻落实党的二十大精神和二十届二中，",
        "深入贯彻会议精神，推动高质量发展，形成合",
        "力并不断推进各项改革任务落到实处。",
    ]
    read = document(
        lines("一、建设具有国际竞争力的产业中试转化基地", "（一）指导思想和原则", *body * 3, "（二）目标", *body)
    )
    assert ids(read) == ["1", "2"]
    assert read.chapters[0].title == "建设具有国际竞争力的产业中试转化基地"


def test_page_numbers_between_wrapped_lines_are_in_no_text_but_have_a_place(
    document: Make, holds: Callable[[Document], None]
) -> None:
    body = "推动深圳园区与香港园区协同发展并建立常态化沟通机制，" * 8 + "形成合力。"
    lines = ["一、总体要求", "（一）思想", *(body[i : i + 24] for i in range(0, len(body), 24))]
    lines[4:4] = ["1"]
    lines[7:7] = ["2"]
    lines[10:10] = ["3"]
    read = document("\n".join(lines) + "\n")
    holds(read)
    assert read.clauses[0].text == "（一）思想\n" + body


@pytest.mark.parametrize(
    ("printed", "slug"),
    [
        ("国发〔2023〕12号", "guofa-2023-12"),
        ("国发[2023]12号", "guofa-2023-12"),
        ("国发（2023）012号", "guofa-2023-12"),
        ("国发﹝２０２３﹞１２号", "guofa-2023-12"),
        ("国办发【2014】第56号", "guobanfa-2014-56"),
        ("（皖政办秘〔2021〕82号）", "wanzhengbanmi-2021-82"),
        ("国 发 〔 2023 〕 12 号", "guofa-2023-12"),
    ],
)
def test_the_document_number_is_known_in_its_odd_forms(document: Make, printed: str, slug: str) -> None:
    read = document(f"国务院关于发展的意见\n{printed}\n各省：\n一、要求\n甲。\n二、任务\n乙。\n")
    assert read.slug == slug
    assert read.identifier == "".join(printed.split()).strip("（）")


def test_a_number_that_is_only_cited_is_not_the_documents(document: Make) -> None:
    read = document("关于发展的意见\n按照《通知》（国发〔2015〕43号）要求，制定本意见。\n一、要求\n甲。\n")
    assert read.identifier is None


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2023年8月8日", "2023-08-08"),
        ("二〇〇四年六月二十六日", "2004-06-26"),
        ("二○一一年十二月十五日", "2011-12-15"),
        ("２０１９年５月１４日", "2019-05-14"),
        ("（2025年1月1日）", "2025-01-01"),
        ("2023年2月30日", None),
        ("2023年13月1日", None),
    ],
)
def test_the_date_of_issue_is_iso_or_none(document: Make, printed: str, iso: str | None) -> None:
    assert document(f"关于发展的通知\n各省：\n国务院\n{printed}\n一、要求\n甲。\n").issued == iso


def test_without_a_number_the_slug_is_the_files_name_and_fingerprint() -> None:
    sha = "0123456789abcdef" * 4
    for name, slug in (
        ("law_HK.txt", "law-hk-01234567"),
        ("河套规划.txt", "hetaoguihua-01234567"),
        ("../..", "01234567"),
        ("😀", "01234567"),
    ):
        made = parse(SourceText(name=name, text="甲", encoding="utf-8", sha256=sha)).slug
        assert made == slug
    assert parse(SourceText("a", "甲", "utf-8", sha), slug="mine").slug == "mine"


def test_clause_ids_sort_by_number_and_never_as_strings() -> None:
    in_order = [
        "preamble",
        "ch1",
        "1",
        "1.2",
        "1.10",
        "2",
        "ch3",
        "3.1",
        "10",
        "1~2",
        "a1.preamble",
        "a1.1",
        "a2.p1",
        "a10.1",
    ]
    assert sorted(set(in_order), key=clause_sort_key) == in_order
    assert sorted(["no id", "p10", "p9", ""], key=clause_sort_key) == ["p9", "p10", "", "no id"]


def test_sentences_of_a_clause_leave_its_title_out(document: Make) -> None:
    read = document(RUNNING)
    quotes = [s.of(RUNNING) for s in clause_sentences(read.clauses[1], RUNNING)]
    assert quotes == ["以新发展理念为指导，加快发展。"]


def test_latin_words_keep_the_space_a_wrap_took(document: Make) -> None:
    read = document("一、要求\n采用 Operational Design\xa0Condition 和 5G 网络。\n二、任务\n乙。\n")
    assert read.clauses[0].text == "采用Operational Design Condition和5G网络。"
