"""One thing changed in a sentence changes exactly that in what is read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from tests.extract.conftest import Rows

BRACKET = "建设平台。（财政部、税务总局负责，列第一位者为牵头单位）"
CHANGES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("财政部要建立制度。", "要", "探索", {"force": "exploratory"}),
    ("建设数据平台。", "建设", "探索建设", {"force": "exploratory"}),
    ("建设数据平台。", "建设", "支持建设", {"force": "support", "action": "支持", "object": "建设数据平台"}),
    ("支持企业设立基金。", "支持", "允许", {"modality": "permission", "force": "firm", "action": "允许"}),
    (
        "允许企业设立基金。",
        "允许",
        "探索允许",
        {"force": "exploratory", "action": "探索", "object": "允许企业设立基金"},
    ),
    ("由财政部制定目录。", "财政部", "科技部", {"agents": [("科技部", "responsible")]}),
    ("由财政部制定目录。", "由财政部", "", {"agents": []}),
    ("由财政部、税务总局制定目录。", "总局", "总局等部门", {"open_list": True}),
    ("由财政部制定目录。", "由", "由科技部会同", {"agents": [("科技部", "responsible"), ("财政部", "cooperating")]}),
    ("2025年前建成平台。", "2025年前", "到2025年", {"deadline": ("到2025年", "by", "2025-12-31")}),
    ("2025年前建成平台。", "2025年前", "2025年底前", {"deadline": ("2025年底前", "before", "2025-12-31")}),
    ("2025年前建成平台。", "2025年前", "", {"deadline": None, "modality": "target"}),
    (BRACKET, "财政部、税务总局", "税务总局、财政部", {"agents": [("税务总局", "lead"), ("财政部", "responsible")]}),
    (BRACKET, "，列第一位者为牵头单位", "", {"agents": [("财政部", "responsible"), ("税务总局", "responsible")]}),
    ("按照规定征收关税，自用货物除外。", "，自用货物除外", "", {"exception": None}),
    ("实施税收政策。", "实施", "暂不实施", {"modality": "suspension"}),
    (
        "对货物征收关税。",
        "征收",
        "免征",
        {"modality": "exemption", "action": "免征", "policy": "免征关税"},
    ),
    ("经备案后提供服务。", "经备案后", "", {"condition": None, "deadline": None}),
    ("在福田保税区建设平台。", "福田保税区", "雄安新区", {"zones": ["河北雄安新区"]}),
    ("在福田保税区建设平台。", "在福田保税区", "", {"zones": []}),
    ("试点土地供应新方式。", "试点", "研究", {"force": "exploratory", "action": "研究"}),
    ("任何单位不得截留资金。", "不得", "可以", {"modality": "permission"}),
    ("打造创新高地。", "高地", "平台", {"modality": "duty", "object": "创新平台"}),
]

MOVES = {"id", "task_id", "quote", "start", "end"}


def told(text: str, rows: Rows) -> dict[str, Any]:
    (row,) = rows(text)
    plain = asdict(row)
    plain["agents"] = [(party.name, party.role) for party in row.agents]
    plain["deadline"] = (row.deadline.text, row.deadline.kind, row.deadline.date) if row.deadline else None
    plain["zones"] = list(row.zones)
    return {key: value for key, value in plain.items() if key not in MOVES}


@pytest.mark.parametrize(("text", "old", "new", "changed"), CHANGES)
def test_one_change_changes_exactly_that(text: str, old: str, new: str, changed: dict[str, Any], rows: Rows) -> None:
    assert text.count(old) == 1
    before, after = told(text, rows), told(text.replace(old, new), rows)
    assert {key: value for key, value in after.items() if value != before[key]} == {
        key: value for key, value in changed.items() if value != before[key]
    }
    assert before != after


def test_a_sentence_before_it_changes_nothing(rows: Rows) -> None:
    (alone,) = rows("由财政部制定目录。")
    behind = rows("深圳市要落实责任。由财政部制定目录。")[-1]
    assert (alone.agents, alone.zones, alone.object) == (behind.agents, behind.zones, behind.object)


def test_where_the_lines_are_wrapped_changes_no_quote(rows: Rows) -> None:
    text = "国家发展改革委要会同有关部门加强统筹协调，2025年底前完成评估。"
    whole = rows(text)
    for at in range(1, len(text) - 1):
        wrapped = rows(text[:at] + " " + text[at:])
        assert [(r.quote, r.agents, r.deadline) for r in wrapped] == [(r.quote, r.agents, r.deadline) for r in whole]
