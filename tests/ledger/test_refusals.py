"""Why something is refused: said in every language, by words that are all used."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from kg import writing
from kg.errors import HetaoError, ReportError, RuleError
from kg.ledger import engine
from kg.ledger.changes import Edit, Reported, Task, changed_fields
from kg.ledger.reports import check, read_value
from kg.refusals import Refusals, line_in, parts_in, refusals, refused, why_in, within
from kg.resources import PACKAGE, rules_dir
from kg.rules import read
from kg.search.words import simplified
from kg.vocab import LANGS
from kg.web.office import refusal_page


def keys_in(folder: Path) -> set[str]:
    """The reasons that the code names: texts like those of the rules in calls of what refuses."""
    names = ("refused", "_refusal", "_damage")
    calls = (node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes())))
    return {
        text.value
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        for text in call.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }


def test_every_reason_is_given_somewhere_and_none_is_given_that_has_no_words() -> None:
    # which of two reasons a change meets is decided before it is refused
    chosen = {
        "changed-meanwhile",
        "question-empty",
        "question-wordless",
        "not-written",
        "store-failed",
        "request-unfit",
    }
    given = keys_in(PACKAGE) | chosen | set(engine._REASONS.values()) | set(writing._REASONS.values())
    assert given | set(refusal_page._OF_STATUS.values()) == set(refusals().reasons)


def test_no_simplified_character_stands_in_the_traditional_words() -> None:
    from opencc import OpenCC

    for file in ("refusals", "hidden"):
        text = "\n".join(said(yaml.safe_load((rules_dir() / f"{file}.yaml").read_bytes()), "zh-Hant"))
        changed = {a + b for a, b in zip(text, OpenCC("s2t").convert(text), strict=True) if a != b}
        assert changed <= {"群羣", "裏裡", "核覈"}
        assert simplified(text) != text


def said(plain: object, lang: str) -> list[str]:
    if not isinstance(plain, dict):
        return []
    if lang in plain:
        return [plain[lang]]
    return [text for one in plain.values() for text in said(one, lang)]


def test_a_reason_whose_languages_name_different_facts_is_refused(tmp_path: Path) -> None:
    plain = yaml.safe_load((rules_dir() / "refusals.yaml").read_bytes())
    plain["reasons"]["too-long"]["fix"]["zh-Hant"] = "不要太長"
    path = tmp_path / "refusals.yaml"
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), "utf-8")
    with pytest.raises(RuleError, match=r"too-long.*name different facts"):
        read(path, Refusals)


def test_a_step_that_may_not_be_is_told_in_each_language() -> None:
    with pytest.raises(ReportError) as told:
        check({"status": "under_way"}, {"status": "closed"}, another=True)
    assert (
        line_in(told.value, "zh-Hans") == "推进中 → 已销号：不能这样改状态；可以改为滞后、已完成、长期推进、延期、中止"
    )
    assert (
        line_in(told.value, "zh-Hant") == "推進中 → 已銷號：不能這樣改狀態；可以改為滯後、已完成、長期推進、延期、中止"
    )
    assert line_in(told.value, "en") == str(told.value)
    assert "under way → closed: a task cannot take this step" in str(told.value)


def test_what_somebody_wrote_is_repeated_on_one_line_and_is_no_place_for_facts() -> None:
    with pytest.raises(HetaoError) as told:
        read_value("due", "{year}\n<b>" + "长" * 100)
    for lang in LANGS:
        subject, problem, fix = parts_in(told.value, lang)
        assert subject.startswith("{year} <b>长")
        assert len(subject) <= 60
        assert problem
        assert fix
    assert why_in(told.value, "zh-Hans").endswith("：不能读成日期")


def test_a_refusal_within_a_task_names_the_task_in_each_language() -> None:
    state = Reported({"status": "under_way"}, 1, "", "甲", "甲")
    with pytest.raises(ReportError) as told:
        changed_fields(Edit(Task("t-1", "d", "1", "q"), {"status": "done"}), state, "甲")
    assert line_in(told.value, "zh-Hans").startswith("t-1 推进中 → 已完成：缺“佐证材料”")
    assert str(told.value).startswith("t-1 under way → done: evidence (佐证材料) is missing")


def test_an_error_without_words_in_other_languages_stays_as_it_is() -> None:
    error = HetaoError("a", "it is wrong", "right it")
    assert line_in(error, "en") == str(error)
    assert parts_in(error, "zh-Hant") == ("a", "it is wrong", "right it")
    assert parts_in(within("x", refused(HetaoError, "no-name")), "zh-Hans")[0] == "x 填报人"
