"""One thing changed in a sentence changes that in its row, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from kg.models import Obligation, to_json

Rows = Callable[[str], list[Obligation]]
Changes = dict[str, tuple[Any, Any]]

WHERE_AND_WORDS = {"id", "task_id", "quote", "start", "end"}  # differ with the words themselves
BY_2025 = {"text": "到2025年", "kind": "by", "date": "2025-12-31"}
BY_2035 = {"text": "到2035年", "kind": "by", "date": "2035-12-31"}
BEFORE_2025 = {"text": "2025年前", "kind": "before", "date": "2024-12-31"}
CHANNEL = "建设国际数据专用通道。"


class Mutation(NamedTuple):
    """Two sentences that differ in one thing, and each field that changes: its value before and after.

    A body is "name role"; a field in `may` follows the words changed, whatever its value.
    """

    before: str
    after: str
    changes: Changes
    may: frozenset[str] = frozenset()


MUTATIONS = {
    "要 becomes 探索": Mutation(f"要{CHANNEL}", f"探索{CHANNEL}", {"force": ("firm", "exploratory")}),
    "研究 is put in front": Mutation(CHANNEL, f"研究{CHANNEL}", {"force": ("firm", "exploratory")}),
    "试点 is put in front": Mutation(
        "在园区实行企业登记确认制。", "在园区试点实行企业登记确认制。", {"force": ("firm", "pilot")}
    ),
    "应当 becomes 不得": Mutation(
        "财政部应当制定管理办法。", "财政部不得制定管理办法。", {"modality": ("duty", "prohibition")}
    ),
    "要 becomes 应当": Mutation("财政部要制定管理办法。", "财政部应当制定管理办法。", {}),
    "支持 becomes 允许": Mutation(
        "支持企业设立科学基金。",
        "允许企业设立科学基金。",
        {"modality": ("duty", "permission"), "force": ("support", "firm"), "action": ("支持", "允许")},
    ),
    "支持 becomes 鼓励": Mutation("支持企业设立科学基金。", "鼓励企业设立科学基金。", {"action": ("支持", "鼓励")}),
    "允许 becomes 探索允许": Mutation(
        "允许企业建设通信基础设施。",
        "探索允许企业建设通信基础设施。",
        {"force": ("firm", "exploratory"), "action": ("允许", "探索")},
        frozenset({"object"}),
    ),
    "暂不 is put in front": Mutation("实施税收政策。", "暂不实施税收政策。", {"modality": ("duty", "suspension")}),
    "征收 becomes 免征": Mutation(
        "对货物征收关税。",
        "对货物免征关税。",
        {"modality": ("duty", "exemption"), "action": ("征收", "免征"), "policy": (None, "免征关税")},
    ),
    "财政部 becomes 科技部": Mutation(
        "具体管理办法由财政部、税务总局制定。",
        "具体管理办法由科技部、税务总局制定。",
        {
            "agents": (
                ["财政部 responsible", "税务总局 responsible"],
                ["科技部 responsible", "税务总局 responsible"],
            )
        },
    ),
    "等部门 leaves the list open": Mutation(
        "具体管理办法由财政部、税务总局制定。",
        "具体管理办法由财政部、税务总局等部门制定。",
        {"open_list": (False, True)},
    ),
    "2025年前 becomes 到2025年": Mutation(
        f"2025年前{CHANNEL}", f"到2025年{CHANNEL}", {"deadline": (BEFORE_2025, BY_2025)}
    ),
    "2025 becomes 2035": Mutation(f"到2025年，{CHANNEL}", f"到2035年，{CHANNEL}", {"deadline": (BY_2025, BY_2035)}),
    "到2025年 is put in front": Mutation(
        CHANNEL, f"到2025年，{CHANNEL}", {"modality": ("duty", "target"), "deadline": (None, BY_2025)}
    ),
    "适时 becomes 定期": Mutation(
        "适时公布产业目录。",
        "定期公布产业目录。",
        {
            "deadline": (
                {"text": "适时", "kind": "vague", "date": None},
                {"text": "定期", "kind": "recurring", "date": None},
            )
        },
    ),
    "the first in a bracket leads, and another is first": Mutation(
        "清理河道淤泥。（财政部、税务总局负责，列第一位者为牵头单位，下同）",
        "清理河道淤泥。（税务总局、财政部负责，列第一位者为牵头单位，下同）",
        {"agents": (["财政部 lead", "税务总局 responsible"], ["税务总局 lead", "财政部 responsible"])},
    ),
    "牵头 and 配合 change places": Mutation(
        "清理河道淤泥。（财政部牵头，税务总局配合）",
        "清理河道淤泥。（税务总局牵头，财政部配合）",
        {"agents": (["财政部 lead", "税务总局 cooperating"], ["税务总局 lead", "财政部 cooperating"])},
    ),
    "除外 is taken out": Mutation(
        "支持具有职业资格人士直接提供专业服务（法律服务等特殊行业除外）。",
        "支持具有职业资格人士直接提供专业服务。",
        {"exception": ("法律服务等特殊行业除外", None)},
    ),
    "符合条件的 is taken out": Mutation(
        "对符合条件的货物免征关税。", "对货物免征关税。", {"condition": ("符合条件的", None)}
    ),
    "a premise is put in front": Mutation(
        CHANNEL, f"在风险可控的前提下，{CHANNEL}", {"condition": (None, "在风险可控的前提下")}
    ),
    "another port of entry": Mutation(
        f"在福田口岸{CHANNEL}", f"在皇岗口岸{CHANNEL}", {"zones": (["福田口岸"], ["皇岗口岸"])}
    ),
    "会同 becomes 提请 … 审议": Mutation(
        "财政部要会同国务院审议重大事项。",
        "财政部要提请国务院审议重大事项。",
        {"agents": (["财政部 responsible", "国务院 cooperating"], ["财政部 responsible", "国务院 approver"])},
        frozenset({"action", "object"}),
    ),
    "other beneficiaries": Mutation(
        "支持企业设立科学基金。",
        "支持雇主设立科学基金。",
        {"beneficiaries": (["企业"], ["雇主"]), "object": ("企业设立科学基金", "雇主设立科学基金")},
    ),
}


def fields(row: Obligation) -> dict[str, Any]:
    found = {key: value for key, value in to_json(row).items() if key not in WHERE_AND_WORDS}
    assert all(body["basis"] == "explicit" for body in found["agents"])
    found["agents"] = [f"{body['name']} {body['role']}" for body in found["agents"]]
    return found


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_is_changed_in_a_sentence_and_nothing_else_changes_in_its_row(name: str, rows: Rows) -> None:
    mutation = MUTATIONS[name]
    [one], [other] = rows(mutation.before), rows(mutation.after)
    before, after = fields(one), fields(other)
    changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert {key: pair for key, pair in changed.items() if key not in mutation.may} == mutation.changes
    assert (one.quote, other.quote) == tuple(s.partition("（列")[0].split("。")[0] for s in mutation[:2])


TRADITIONAL = {
    "财政部应当制定管理办法。": "財政部應當制定管理辦法。",
    "海关总署要会同税务总局加强监管。": "海關總署要會同稅務總局加強監管。",
    "支持企业设立科学基金。": "支持企業設立科學基金。",
    "鼓励深圳制定支持政策。": "鼓勵深圳制定支持政策。",
    "到2025年，建成国际数据专用通道。": "到2025年，建成國際數據專用通道。",
}


@pytest.mark.parametrize("simplified", TRADITIONAL)
def test_traditional_characters_stay_as_written_and_bring_in_no_body(simplified: str, rows: Rows) -> None:
    traditional = TRADITIONAL[simplified]
    [known], found = rows(simplified), rows(traditional)
    assert [row.quote for row in found] == [traditional.removesuffix("。")]
    assert {body.name for row in found for body in row.agents} <= {body.name for body in known.agents}
    assert [row.deadline for row in found] == [known.deadline]
