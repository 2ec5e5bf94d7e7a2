"""The other real documents: odd layouts, each read without loss, and what a reader finds in those looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from kg.models import Document
from kg.read import clause_sentences, parse

Other = Callable[[str], Document]

STEMS = [
    "ai2017",
    "ai_lunli2021",
    "ai_sannian2017",
    "chelianwang2018",
    "cpc20",
    "dashuju2020",
    "dashuju2020_em",
    "guihuahuanping_tiaoli",
    "gwr2019",
    "gwr2025",
    "hangyun2019",
    "huanbao125",
    "huanbaojueding2005_39",
    "huanjingjianguan2014_56",
    "jianbing2014_14",
    "law_bj_keji",
    "law_business_env",
    "law_data_security",
    "law_foreign_investment",
    "law_hainan1988",
    "law_hk_basic",
    "law_sci_tech",
    "law_sh_ftz",
    "law_sz_ai",
    "local_aba_shuju",
    "local_anhui_gongyehlw",
    "local_beijing_shujuzhuanqu",
    "luce2021",
    "notice1994_tax",
    "qa_zhengzhijianshe2019",
    "sc1997_b11_shetuan",
    "sc2004_18_gongzuoguize",
    "sc2004_h71_sichuan",
    "sc2005_h57_liangshi_yuan",
    "sc2018_38_zimaoqu",
    "sc2018_41_geshui_fujia",
    "sc2018_42_nongji",
    "sc2018_b115_hefaxing",
    "sc2018_b118_sanxiangzhidu",
    "sc2018_b121_tiyu",
    "sc2018_b123_xinmeiti",
    "sc2018_b124_wenhua",
    "sc2018_b126_tuiguang2",
    "sc2018_b127_keyanzizhu",
    "sc2018_b129_xiaofeifupin",
    "sc2018_h144_lianxihuiyi",
    "sc2018_h159_xiongan_pifu",
    "sc2018_h71_wangzhan",
    "sc2018_l707_geshui_tiaoli",
    "sc2019_04_zhijiao20",
    "sc2019_05_shuangsuiji",
    "sc2019_b02_jicai",
    "sc2019_b06_danbao",
    "sd_changjing",
    "sd_fuwuye2021",
    "sd_jiaoyu145",
    "sd_keji145",
    "sd_moxing2023",
    "sd_shuzi2021",
    "shujingji_baogao2022",
    "shuzi_gongfu2023",
    "yihao2023",
    "yihao2025",
    "zhengzhijianshe2019",
    "zhihuichengshi2024",
    "zhinengqiche2020",
    "zhizao145",
]


def test_all_sixty_seven_documents_are_named_here() -> None:
    assert len(STEMS) == len(set(STEMS)) == 67


@pytest.mark.parametrize("stem", STEMS)
def test_every_visible_character_has_one_place(other: Other, holds: Callable[[Document], None], stem: str) -> None:
    read = other(stem)
    holds(read)
    assert read == parse(read.source)
    text = read.source.text
    for clause in read.clauses:
        quotes = "".join(s.quote(text) for s in clause_sentences(clause, text))
        assert quotes == "".join(p.quote(text) for p in clause.paragraphs)


class Expected(NamedTuple):
    """What stands on the page: chapter ids, the numbered clauses ("2.1-4": 2.1 to 2.4), how many have no title."""

    stem: str
    chapters: str
    clauses: str
    untitled: int


READ = [
    Expected("ai_sannian2017", "1-6", "1.1-3 2.1-8 3.1-3 4.1-2 5.1-4 6.1-5", 0),
    Expected("chelianwang2018", "1-7", "1.1-3 2.1-3 3.1-4 4.1-3 5.1-5 6.1-3 7.1-6", 0),
    Expected("cpc20", "1-15", "4.1-5 5.1-4 6.1-4 7.1-4 8.1-5 9.1-4 10.1-4 11.1-4 15.1-7", 0),
    Expected("dashuju2020", "1-9", "1.1-3 4.1-4 5.1-2 6.1-3 7.1-5 8.1-2 9.1-2", 0),
    Expected("dashuju2020_em", "1-9", "1.1-3 4.1-4 5.1-2 6.1-3 7.1-5 8.1-2 9.1-2", 0),
    Expected("gwr2019", "1-3", "1-10", 0),
    Expected("hangyun2019", "1-3", "1.1-3 2.1-10 3.1-4", 0),
    Expected("huanbao125", "1-9", "2.1-3 3.1-3 4.1-4 5.1-5 6.1-3 8.1-12", 0),
    Expected("huanbaojueding2005_39", "1-6", "1-32", 0),
    Expected("huanjingjianguan2014_56", "1-5", "1-15", 0),
    Expected("jianbing2014_14", "1-9", "1 1.1-3 2 2.1-3 3-25", 0),
    Expected("law_hainan1988", "", "1-5 5.1-4 6-12 12.1-4 13-23", 31),
    Expected("sc2004_h71_sichuan", "", "1-8 8.1-2 9-10 10.1-3 11", 0),
    Expected("sc2018_38_zimaoqu", "1-5", "1-53", 53),
    Expected("sc2018_42_nongji", "1-8", "1-20", 0),
    Expected("sc2018_b121_tiyu", "1-5", "1-19", 0),
    Expected("sc2018_b124_wenhua", "1-9 1~2 2~2 3~2 4~2", "1-31 " + " ".join(f"{n}~2" for n in range(1, 21)), 51),
    Expected("sc2018_b129_xiaofeifupin", "1-6", "1-17", 0),
    Expected("sc2018_h144_lianxihuiyi", "a1.1-4", "", 0),
    Expected("sc2018_h159_xiongan_pifu", "", "1-14", 1),
    Expected("sc2018_h71_wangzhan", "1-5", "1.1-2 1.2.1-4 1.3 3.1-5 4.1-3 5.1-3", 0),
    Expected("sc2019_04_zhijiao20", "1-7", "1-20", 0),
    Expected("sd_jiaoyu145", "1-11", "1.1-3 2.1-7 3.1-9 4.1-7 5.1-4 6.1-5 7.1-4 8.1-6 9.1-6 10.1-6 11.1-2", 0),
    Expected("sd_shuzi2021", "1-5", "1-20", 0),
    Expected("yihao2023", "1-9", "1-33", 0),
    Expected("zhengzhijianshe2019", "1-6", "1-20", 0),
    Expected("zhinengqiche2020", "1-4", "1.1-3 2.1-3 3.1 3.1.1-3 3.2 3.2.4-7 3.3 3.3.8-12 3.4 3.4.13-15 3.5 3.5.16-17 "
             "3.6 3.6.18-20 4.1-5", 0),
    Expected("zhizao145", "1-5", "2.1-3 3.1-4 4.1-4", 0),
]  # fmt: skip


def unrolled(ranges: str) -> list[str]:
    """ "2.1-3 4" → 2.1 2.2 2.3 4"""
    found: list[str] = []
    for item in ranges.split():
        head, dash, last = item.partition("-")
        stem, dot, first = head.rpartition(".")
        found += [f"{stem}{dot}{n}" for n in range(int(first), int(last) + 1)] if dash else [item]
    return found


@pytest.mark.parametrize("expected", READ, ids=lambda e: e.stem)
def test_chapters_and_clauses_are_those_on_the_page(other: Other, expected: Expected) -> None:
    read = other(expected.stem)
    assert [c.id for c in read.chapters] == unrolled(expected.chapters)
    numbered = [c for c in read.clauses if c.label]
    assert [c.id for c in numbered] == unrolled(expected.clauses)
    assert sum(not c.title for c in numbered) == expected.untitled


@pytest.mark.parametrize(
    ("stem", "articles"),
    [
        ("ai_lunli2021", 25),
        ("guihuahuanping_tiaoli", 36),
        ("law_bj_keji", 76),
        ("law_business_env", 72),
        ("law_data_security", 55),
        ("law_foreign_investment", 42),
        ("law_hk_basic", 160),
        ("law_sci_tech", 117),
        ("law_sh_ftz", 57),
        ("law_sz_ai", 73),
        ("local_aba_shuju", 49),
        ("luce2021", 38),
        ("sc2018_41_geshui_fujia", 32),
        ("sc2018_l707_geshui_tiaoli", 36),
        ("sc2004_18_gongzuoguize", 54),
    ],
)
def test_the_articles_of_a_law_are_all_there(other: Other, stem: str, articles: int) -> None:
    mine = [c for c in other(stem).clauses if c.label and "." not in c.id and "~" not in c.id]
    assert [c.id for c in mine] == [str(n) for n in range(1, articles + 1)]


def test_the_basic_law_has_its_sections_and_annexes(other: Other) -> None:
    read = other("law_hk_basic")
    ids = [c.id for c in read.chapters if not c.id.startswith("a")]
    assert ids == unrolled("1-4 4.1-6 5 5.1-4 6-9")
    by_id = {c.id: c for c in read.clauses}
    assert by_id["48.13"].text == "（十三）处理请愿、申诉事项。"
    assert by_id["105"].chapter == "5.1"
    assert [c.id for c in read.clauses if c.id.startswith("a1.")] == ["a1.preamble", *unrolled("a1.1-7")]
    assert by_id["preamble"].text.count("\n") == 6


def test_the_emergency_plan_is_numbered_by_its_decimals(other: Other) -> None:
    read = other("sc2005_h57_liangshi_yuan")
    assert [(c.id, c.title) for c in read.chapters] == [
        ("1", "总则"),
        ("2", "组织机构和职责"),
        ("3", "预警监测"),
        ("4", "应急响应"),
        ("5", "应急保障"),
        ("6", "后期处置"),
        ("7", "附则"),
    ]
    ids = [c.id for c in read.clauses]
    assert ids[:6] == ["preamble", "1.1", "1.2", "1.2.1", "1.2.2", "1.2.3"]
    assert [i for i in ids if i.startswith("2.1.3.")] == unrolled("2.1.3.1-13")
    assert "7　附则".replace("　", "") in read.clauses[0].text.split("\n")


def test_boxes_of_the_ai_plan_stay_in_their_clauses(other: Other) -> None:
    ids = [c.id for c in other("ai2017").clauses if c.id.startswith("3.") and c.label]
    expected = "3.1 3.1.1-4 3.2 3.2.1-4 3.3 3.3.1-4 3.4 3.5 3.6"
    assert ids == unrolled(expected)


def test_items_count_on_across_the_clauses_of_the_anhui_plan(other: Other) -> None:
    read = other("local_anhui_gongyehlw")
    items = [c.id for c in read.clauses if c.id.count(".") == 2 and not c.id.startswith("a1")]
    assert [int(i.rpartition(".")[2].partition("~")[0]) for i in items] == list(range(1, 25))
    assert [c.id for c in read.clauses if c.id.startswith("a1.")] == unrolled("a1.p1") + [
        f"a1.p{n}" for n in range(2, 38)
    ]


def test_a_wrapped_plan_with_page_numbers_has_its_sentences_whole(other: Other) -> None:
    read = other("zhizao145")
    by_id = {c.id: c for c in read.clauses}
    assert by_id["3.1"].title == "加快系统创新，增强融合发展新动能"
    assert [len(by_id[i].paragraphs) for i in ("ch1", "2.1", "2.2", "4.1")] == [3, 1, 5, 1]
    assert "提供了历史机遇。同时，世界处于" in by_id["ch1"].text


HEADS = [
    ("cpc20", None, "2022-10-16", None),
    ("dashuju2020", None, "2020-12-23", "国家发展改革委、中央网信办、工业和信息化部、国家能源局"),
    ("hangyun2019", None, "2019-05-14", "交通运输部办公厅"),
    ("huanbao125", "国发〔2011〕42号", "2011-12-15", "国务院"),
    ("jianbing2014_14", "国发〔2014〕14号", "2014-03-07", "国务院"),
    ("law_bj_keji", None, "2024-01-25", "北京市人民代表大会"),
    ("law_business_env", "中华人民共和国国务院令第722号", "2019-10-22", "国务院"),
    ("law_sci_tech", None, "2021-12-24", "全国人民代表大会常务委员会"),
    ("local_anhui_gongyehlw", "皖政办秘〔2021〕82号", "2021-09-02", "安徽省人民政府办公厅"),
    ("sc2004_18_gongzuoguize", "国发〔2004〕18号", "2004-06-26", "国务院"),
    ("sc2018_b126_tuiguang2", "国办发〔2018〕126号", "2018-12-23", "国务院办公厅"),
    ("sc2018_l707_geshui_tiaoli", "中华人民共和国国务院令第707号", "2018-12-18", "国务院"),
    ("shujingji_baogao2022", None, "2022-10-28", None),
    ("yihao2025", None, "2025-01-01", "中共中央、国务院"),
    ("zhizao145", None, None, None),
]


@pytest.mark.parametrize(("stem", "identifier", "issued", "publisher"), HEADS)
def test_number_date_and_publisher_are_those_printed(
    other: Other, stem: str, identifier: str | None, issued: str | None, publisher: str | None
) -> None:
    read = other(stem)
    assert (read.identifier, read.issued, read.publisher) == (identifier, issued, publisher)


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("huanbao125", "国家环境保护“十二五”规划"),
        ("law_hk_basic", "中华人民共和国香港特别行政区基本法"),
        ("local_aba_shuju", "阿坝州政务数据资源管理暂行办法"),
        ("luce2021", "智能网联汽车道路测试与示范应用管理规范（试行）"),
        ("sc2004_18_gongzuoguize", "国务院工作规则"),
        ("sc2018_41_geshui_fujia", "个人所得税专项附加扣除暂行办法"),
        (
            "sc2018_b118_sanxiangzhidu",
            "国务院办公厅关于全面推行行政执法公示制度执法全过程记录制度重大执法决定法制审核制度的指导意见",
        ),
        ("sc2018_l707_geshui_tiaoli", "中华人民共和国个人所得税法实施条例"),
        ("sc2019_04_zhijiao20", "国家职业教育改革实施方案"),
        ("sd_jiaoyu145", "山东省“十四五”教育事业发展规划"),
        ("zhizao145", "“十四五”智能制造发展规划"),
        ("ai2017", "ai2017"),
    ],
)
def test_the_title_is_the_plans_own(other: Other, stem: str, title: str) -> None:
    assert other(stem).title == title
