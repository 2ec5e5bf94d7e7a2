"""What stands in a stretch of text: the members of a list, quantities, names."""

from __future__ import annotations

import pytest

from kg.answer.items import measure, members, patterns, quantities, quoted, short_names, spaces_between
from kg.search.words import Lexicon, folded

QUANTITIES = [(one.id, text, finds) for one in patterns()["quantities"] for text, finds in one.examples]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.with_names([])


@pytest.mark.parametrize(("identifier", "text", "finds"), QUANTITIES)
def test_an_example_of_a_measure_finds_what_it_says(identifier: str, text: str, finds: str | None) -> None:
    one = next(known for known in patterns()["quantities"] if known.id == identifier)
    assert next(iter(quantities(text, one)), None) == (finds.strip("“") if finds else None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("医学、文学、法学和经济学", ["医学", "文学", "法学", "经济学"]),
        ("基本养老保险和失业保险", ["基本养老保险", "失业保险"]),
        ("未来网络、新型显示等前沿信息产业", ["未来网络", "新型显示"]),
        ("高等教育、职业教育", ["高等教育", "职业教育"]),
        ("生产、生活、生态相关配套设施", ["生产", "生活", "生态"]),
        ("产业、机构和个人“白名单”制度", ["产业", "机构", "个人"]),
        ("中华人民共和国关境内其他地区", ["中华人民共和国关境内其他地区"]),
        ("中心区域包括福田口岸、停车场及周边生活区", ["福田口岸", "停车场", "周边生活区"]),
        ("对货物免征关税、增值税和消费税", ["关税", "增值税", "消费税"]),
        ("“一线放开、二线管住”的监管模式", ["“一线放开、二线管住”的监管模式"]),
        ("评估", ["评估"]),
        ("", []),
    ],
)
def test_a_list_is_cut_into_its_members(text: str, found: list[str], lexicon: Lexicon) -> None:
    assert [part for part in members(text, lexicon.cut) if part] == found


def test_no_character_of_a_member_is_another_than_the_text_s(lexicon: Lexicon) -> None:
    text = "集聚一批香港及国际优势学科重点实验室集群和卓越研究中心、顶尖企业研发中心"
    assert all(part in text for part in members(text, lexicon.cut))


def test_what_a_question_wants_measured_is_told_by_its_words() -> None:
    assert _measured("佔地幾多公頃？") == "area"
    assert _measured("at what percentage?") == "rate"
    assert _measured("谁来做？") is None


def test_names_in_quotes_places_between_and_short_names_are_found() -> None:
    assert quoted("采取“高度便利”的模式，按《规定》") == ["高度便利", "《规定》"]
    assert spaces_between("海关监管区域与香港之间设为“一线”") == ["海关监管区域与香港之间"]
    assert short_names("某某科技创新合作区（以下简称合作区）") == [("某某科技创新合作区", "合作区")]


def _measured(question: str) -> str | None:
    found = measure(folded(question))
    return None if found is None else found.id
