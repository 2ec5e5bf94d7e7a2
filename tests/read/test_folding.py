"""Radicals and compatibility ideographs are read as the characters they stand for, and quoted as they are written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kg.extract import extract
from kg.models import SourceText
from kg.read import parse, read_file
from kg.read.folding import Radicals, folded
from kg.rules import load
from tests.read.conftest import check_partition

CASE = Path(__file__).with_name("cases") / "radicals.txt"


def test_each_radical_and_compatibility_ideograph_of_a_plan_is_known() -> None:
    examples = load("radicals", Radicals).examples
    assert [folded(text) for text in examples.hits] == list(examples.misses)
    assert all(folded(text) == text for text in examples.misses)
    assert folded("⼀⼆⼈⼝⼤⼯⽅⽉⽤⾏⾦⾷⻓⻔更") == "一二人口大工方月用行金食长门更"
    assert len(load("radicals", Radicals).radicals) == 65


@given(st.text(st.characters(min_codepoint=0x2E80, max_codepoint=0xFFFF, blacklist_categories=["Cs"]), max_size=60))
def test_nothing_moves_and_punctuation_stays(text: str) -> None:
    done = folded(text)
    assert len(done) == len(text)
    assert all(unicodedata.category(a)[0] in "LS" for a, b in zip(text, done, strict=True) if a != b)


def test_a_plan_in_radicals_gives_what_it_gives_in_plain_characters() -> None:
    odd = read_file(CASE, 1 << 20)
    plain = SourceText("plain.txt", folded(odd.text), "utf-8", "0" * 64)
    assert odd.text != plain.text
    found, wanted = extract(parse(odd)), extract(parse(plain))
    check_partition(found.document)
    assert [(c.id, c.label, c.title, c.start, c.end) for c in found.document.clauses] == [
        (c.id, c.label, c.title, c.start, c.end) for c in wanted.document.clauses
    ]
    assert [c.id for c in found.document.clauses] == ["preamble", "ch1", "1", "2"]
    assert found.document.title == "青石市养老服务提升行动方案"
    rows = [(o.id, o.start, o.end, [a.name for a in o.agents], o.action, o.object) for o in found.obligations]
    assert rows == [(o.id, o.start, o.end, [a.name for a in o.agents], o.action, o.object) for o in wanted.obligations]
    assert [o.deadline and o.deadline.date for o in found.obligations][:2] == ["2025-12-31", "2024-06-30"]
    subsidy = found.obligations[1]
    assert (subsidy.quote, subsidy.agents[0].name) == ("市⺠政局要于2024年6⽉底前制定补贴办法", "市民政局")
    assert odd.text[subsidy.start : subsidy.end] == subsidy.quote
    assert found.document.clauses[2].text.startswith("（⼀）完善服务网络。市⺠政局")
