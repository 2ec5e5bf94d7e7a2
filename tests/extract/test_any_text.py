"""Whatever the text, the extraction gives records that stand where they say, and the same each time."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.extract import Extraction, extract_with_coverage
from kg.models import strip_space
from kg.read import parse, read_bytes

PIECES = [
    "一、", "（一）", "1.", "第一条 ", "附件", "——", "《", "》", "“", "”", "（", "）", "(", ")", "。", "；", "，",
    "、", "：", "！", "？", "〔2023〕", "\n", "\n\n", "\r\n", "\u3000", " ", "\t", "\ufeff", "\u200b", "😀",
    "\U00020000", "é", "财政部", "税务总局", "国务院", "其常委会", "香港", "深港双方", "深圳", "福田口岸",
    "省发展改革委", "有关部门", "国家发展改革委", "财", "部", "等", "由", "要", "应当", "不得", "会同", "提请",
    "审议", "向", "经", "后", "前", "待", "支持", "鼓励", "允许", "探索", "研究", "试点", "暂不", "免征", "减按",
    "放宽", "负责", "牵头", "配合", "按职责分工", "列第一位者为牵头单位，下同", "牵头单位：", "责任单位：",
    "到2025年", "2025年前", "9999年12月31日前", "0001年前", "二〇二五年", "2025年13月40日前", "每年", "定期", "在",
    "的", "前提下", "符合条件的", "除外", "除", "外", "建设", "制定", "形成", "成为", "打造", "高地",
    "面积约3.02平方公里", "0亩", "平台", "园区", "包括", "为", "对", "把", "将", "和", "与",
]  # fmt: skip
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join)
ALPHABET = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from(
    "0123456789（）()《》“”〔〕【】。，；：、！？—·%\n\r\u3000 "
)
ANY = st.text(ALPHABET, min_size=1, max_size=80)
SENTENCES = st.lists(st.one_of(WORDS, ANY), min_size=1, max_size=5).map("。".join)


def analysed(text: str) -> Extraction | None:
    """Return what is found in *text*, None where a file with it is refused as none to read."""
    try:
        source = read_bytes(text.encode("utf-8"), "any.txt")
    except SourceError:
        return None
    return extract_with_coverage(parse(source))


@given(SENTENCES | WORDS | ANY)
@example("（" * 400)
@example("由财政部" * 200)
@example("在" * 200 + "前提下，")
@example("一、甲\n（财政部负责）")
@example("建设监测平台。建设监测平台。建设监测平台。")
@example("0000年前、9999年底前、0001年前完成。")
@example("（财政部负责，列第一位者为牵头单位，下同）")
def test_any_text_gives_records_that_stand_where_they_say(text: str) -> None:
    found = analysed(text)
    if found is None:
        return
    records = found.records
    source = records.document.source.text
    clauses = {clause.id: clause for clause in records.document.clauses}
    mentions = [m for a in records.agents for m in a.mentions] + [m for z in records.zones for m in z.mentions]
    parts = [(r.clause, r.quote, r.start, r.end) for r in records.obligations]
    parts += [(d.clause, d.quote, d.start, d.end) for d in records.deadlines]
    parts += [(s.clause, s.quote, s.start, s.end) for s in found.silent]
    parts += [(p.clauses[0], p.quote, p.start, p.end) for p in records.policies]
    parts += [(m.clause, m.surface, m.start, m.end) for m in mentions]
    for clause, quote, start, end in parts:
        assert clauses[clause].start <= start < end <= clauses[clause].end
        assert strip_space(source[start:end]) == quote
    assert len({row.id for row in records.obligations}) == len(records.obligations)
    assert len({row.task_id for row in records.obligations}) == len(records.obligations)
    assert analysed(text) == found
