"""Records made by hand from a small document of two clauses, with nothing taken from the extractor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kg.graph.build import to_graph
from kg.graph.store import GraphStore, open_store, write_store
from kg.models import (
    Agent,
    Chapter,
    Clause,
    Deadline,
    Document,
    Due,
    Obligation,
    ObligationAgent,
    Policy,
    Records,
    SourceText,
    Span,
    Zone,
    strip_space,
)

SOURCE = """关于印发《示范园区发展规划》的通知
国发〔2023〕12号
现印发给你们，请遵照执行。
一、总体要求
（二）发展目标。到2025年，皇岗口岸整体完成重
建。示范园区面积1.35平方公里，位于合作区。2017年7月签署备忘录。
二、海关监管
（十五）实施分线管理。对符合条件的进口自用货物免征关税，“一线”已缴税货物除外。
具体管理办法由财政部、海关总署等有关部门另行制定。
制定完成后报国务院备案。允许企业设立账户。待条件成熟后探索开放数据。
"""


def _span(words: str) -> tuple[int, int]:
    """Return where *words* stand in SOURCE, line breaks in it left out of account."""
    places = [i for i, c in enumerate(SOURCE) if not c.isspace()]
    at = strip_space(SOURCE).index(words)
    return places[at], places[at + len(words) - 1] + 1


def _clause(ident: str, label: str, title: str, chapter: str | None, order: int, first: str, last: str) -> Clause:
    start, end = _span(first)[0], _span(last)[1]
    text = SOURCE[start:end].replace("\n", "")
    return Clause(ident, label, title, chapter, order, start, end, start, (Span(start, end),), text)


def _obligation(ident: str, quote: str, modality: Any, **more: Any) -> Obligation:  # noqa: ANN401
    start, end = _span(quote)
    plain: dict[str, Any] = {
        "force": "firm",
        "agents": (),
        "open_list": False,
        "action": quote[:2],
        "object": quote[2:],
        "beneficiaries": (),
        "zones": (),
        "policy": None,
        "deadline": None,
        "condition": None,
        "exception": None,
        "tier": "A",
    }
    return Obligation(
        id=ident,
        task_id=f"t-{ident}",
        clause=ident.split("-")[0],
        quote=quote,
        start=start,
        end=end,
        modality=modality,
        **plain | more,
    )


def make_records() -> Records:
    """Return the records of SOURCE."""
    clauses = (
        _clause("preamble", "", "", None, 1, "关于印发", "请遵照执行。"),
        _clause("2", "（二）", "发展目标", "1", 2, "（二）", "签署备忘录。"),
        _clause("15", "（十五）", "实施分线管理", "2", 3, "（十五）", "探索开放数据。"),
    )
    document = Document(
        source=SourceText("shifan.txt", SOURCE, "utf-8", hashlib.sha256(SOURCE.encode()).hexdigest()),
        slug="guofa-2023-12",
        title="示范园区发展规划",
        identifier="国发〔2023〕12号",
        issued="2023-08-08",
        publisher="国务院",
        chapters=(
            Chapter("1", "一、", "总体要求", 1, *_span("一、总体要求")),
            Chapter("2", "二、", "海关监管", 2, *_span("二、海关监管")),
        ),
        clauses=clauses,
        copies=(),
    )
    rules = "具体管理办法由财政部、海关总署等有关部门另行制定"
    obligations = (
        _obligation("2-01", "到2025年，皇岗口岸整体完成重建", "target", deadline=Due("到2025年", "by", "2025-12-31")),
        _obligation(
            "15-01",
            "对符合条件的进口自用货物免征关税，“一线”已缴税货物除外",
            "exemption",
            condition="符合条件的",
            exception="“一线”已缴税货物除外",
            zones=("示范园区",),
            policy="进口自用货物免征关税",
        ),
        _obligation(
            "15-02",
            rules,
            "duty",
            action="制定",
            object="具体管理办法",
            open_list=True,
            agents=(
                ObligationAgent("财政部", "财政部", "named", "responsible", "explicit"),
                ObligationAgent("海关总署", "海关总署", "named", "responsible", "explicit"),
                ObligationAgent("有关部门", "有关部门", "collective", "responsible", "explicit"),
            ),
        ),
        _obligation(
            "15-03",
            "制定完成后报国务院备案",
            "duty",
            action="报",
            condition="制定完成后",
            agents=(
                ObligationAgent("财政部", "财政部", "named", "responsible", "inherited"),
                ObligationAgent("国务院", "国务院", "named", "approver", "explicit"),
            ),
        ),
        _obligation("15-04", "允许企业设立账户", "permission", beneficiaries=("企业",)),
        _obligation(
            "15-05",
            "待条件成熟后探索开放数据",
            "duty",
            force="exploratory",
            condition="待条件成熟后",
            deadline=Due("待条件成熟后", "conditional", None),
            tier="B",
        ),
    )
    rate = "对符合条件的进口自用货物免征关税"
    return Records(
        document=document,
        agents=(
            Agent("财政部", ("财政部门", "Ministry of Finance"), "named", "ministry", ("15",)),
            Agent("海关总署", ("海關總署",), "named", "ministry", ("15",)),
            Agent("有关部门", (), "collective", "department", ("15",)),
            Agent("国务院", (), "named", "state_council", ("15",)),
        ),
        zones=(
            Zone("合作区", (), "cooperation_zone", None, None, None, ("2",)),
            Zone("示范园区", ("园区",), "park", "合作区", 1.35, "位于合作区", ("preamble", "2")),
        ),
        policies=(
            Policy("进口自用货物免征关税", "customs", ("示范园区",), None, "符合条件的", ("15",), rate, *_span(rate)),
        ),
        deadlines=(
            Deadline(
                "2",
                "到2025年，皇岗口岸整体完成重建",
                *_span("到2025年，皇岗口岸整体完成重建"),
                "到2025年",
                "by",
                "2025-12-31",
                "皇岗口岸重建",
            ),
            Deadline(
                "2", "2017年7月签署备忘录", *_span("2017年7月签署备忘录"), "2017年7月", "past", "2017-07", "备忘录"
            ),
            Deadline(
                "15",
                "待条件成熟后探索开放数据",
                *_span("待条件成熟后探索开放数据"),
                "待条件成熟后",
                "conditional",
                None,
                "开放数据",
            ),
        ),
        obligations=obligations,
    )


@pytest.fixture
def records() -> Records:
    """The records of SOURCE."""
    return make_records()


@pytest.fixture
def changed(records: Records) -> Any:  # noqa: ANN401
    """A function that returns the records with fields of one obligation changed."""

    def change(ident: str, **fields: Any) -> Records:  # noqa: ANN401
        rows = tuple(replace(row, **fields) if row.id == ident else row for row in records.obligations)
        return replace(records, obligations=rows)

    return change


@pytest.fixture
def source() -> str:
    """The text the records' offsets count in."""
    return SOURCE


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """A store on disk with the records' graph in it, open."""
    path = tmp_path_factory.mktemp("graph") / "store"
    write_store([to_graph(make_records())], path)
    with open_store(path) as opened:
        yield opened
