"""Texts made to take long are read to their end."""

from __future__ import annotations

import pytest

from kg.extract import extract
from kg.models import SourceText
from kg.read import parse
from tests.conftest import few

LONG = {
    "open brackets": "（" * 50_000,
    "closing brackets": "）" * 50_000,
    "brackets in a bracket never closed": "（甲" + "（乙）" * 20_000,
    "one preposition": "由" * 20_000,
    "one phrase of place": "在" * 30_000,
    "list marks": "、" * 50_000,
    "joined in a bracket": "（" + "甲和" * 25_000 + "负责）",
    "labels in a bracket": "（" + "责任单位：财政部；" * 5_000 + "）",
    "no full stop": "加强建设深圳园区" * 5_000,
    "one verb": "建设" * 20_000,
    "one verb behind a preposition": "在" + "建设的平台" * 8_000,
    "one trial": "开展" * 20_000,
    "commas": "加强建设，" * 8_000,
    "semicolons and one subject": "深圳市要加强建设；" * 4_000,
    "conditions": "在甲前提下，建设乙，" * 4_000,
    "what only serves": "利用甲，" * 10_000,
    "exemptions": "以减免，" * 10_000 + "减免政策",
    "times": "每年" * 20_000,
    "years": "到2025年，" * 6_000,
    "brackets behind tasks": "建设平台。（财政部、税务总局负责）" * 2_500,
    "titles": "《甲乙丙》" * 8_000,
    "places": "深圳园区、" * 8_000,
    "areas": "深圳市面积1平方公里东起" * 3_500,
    "rivers": "甲河、乙江、" * 6_000,
    "places by one character": "深港" * 20_000,
    "its office": "财政部其办公室" * 6_000,
    "many clauses": "一、建设平台。\n二、财政部负责。\n" * 2_000,
    "figures": "1" * 50_000,
    "bodies that act": "，市数据部门应当公开" * 5_000,
    "fields of one noun": "，公安、民政" * 6_000 + "等部门应当公开",
    "who leads": "市财政局牵头，" * 5_000,
}


IN_BOTH_TIERS = ("bodies that act", "figures", "labels in a bracket", "one verb")
"""One for each thing that is looked for over and over: bodies, digits, brackets, verbs."""


def read(text: str) -> SourceText:
    return SourceText("long.txt", text, "utf-8", "0" * 64)


# what grows with the square takes minutes over these 20,000 to 50,000 characters; how fast it is, the bench says
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", few(LONG, IN_BOTH_TIERS))
def test_a_long_text_is_read_to_its_end(name: str) -> None:
    document = parse(read(LONG[name]))
    spans = [(row.start, row.end) for row in extract(document).obligations]
    assert all(0 <= start < end <= len(document.source.text) for start, end in spans)
