"""Each alternative of each rule of extraction against real documents: how many it meets, and which meet none."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from kg.extract.rules import PATTERN_FILES
from kg.resources import rules_dir
from kg.rules import as_regex

ROOT = Path(__file__).resolve().parents[2]
PLANS = ROOT.parent / "shared" / "plans"
OWN = ROOT / "corpus" / "hetao-2023.txt"

_REFERENCE = re.compile(r"⟨([a-z0-9-]+)⟩")
_BODIES = "[^，。；：]{2,12}?"
"""What stands for ⟨A⟩, a list of bodies, which is read by code."""

ORDINARY = {
    "联手", "经备案的", "不违反", "锐意进取", "专责小组", "确认制", "沙盒", "行李", "分线", "分区监管", "封闭管理",
    "漫游", "行政确认", "同行评议", "投贷", "民商事", "时序", "腾退", "平方公里", "高铁", "科学园", "旅检", "货检",
}  # fmt: skip
"""Words of the trade that happen to stand in one document alone: they name nothing of its own."""


class Alternative(NamedTuple):
    """An alternative of a rule or of one of its parts: as it is written, and the expression it stands for."""

    file: str
    rule: str
    part: str
    written: str
    regex: str

    @property
    def is_word(self) -> bool:
        return re.fullmatch("[\u4e00-\u9fff]+", self.written) is not None


def alternatives(file: str) -> Iterator[Alternative]:
    """Every cue, and every alternative of every pattern, of `kg/rules/<file>.yaml`."""
    text = (rules_dir() / f"{file}.yaml").read_text("utf-8").replace("⟨A⟩", _BODIES)
    rules: list[dict[str, Any]] = yaml.load(text, yaml.CSafeLoader)
    by_id = {rule["id"]: rule for rule in rules}

    def resolved(written: str, rule: dict[str, Any]) -> str:
        def meant(match: re.Match[str]) -> str:
            part = rule.get("parts", {}).get(match.group(1))
            if part is not None:
                return f"(?:{resolved(as_regex(part), rule)})"
            other = by_id[match.group(1)]
            body = as_regex(other["pattern"]) if other.get("pattern") else "|".join(map(re.escape, other["cues"]))
            return f"(?:{resolved(body, other)})"

        return _REFERENCE.sub(meant, written)

    for rule in rules:
        for cue in rule.get("cues", ()):
            yield Alternative(file, rule["id"], "", cue, re.escape(cue))
        for part, written in [("", rule.get("pattern")), *rule.get("parts", {}).items()]:
            for one in written if isinstance(written, dict) else ():
                yield Alternative(file, rule["id"], part, one, resolved(one, rule))


def lines(path: Path) -> str:
    """The text of a document, a comma clause a line, with the marks behind them and without."""
    plain = re.sub(r"\s", "", path.read_bytes().decode("utf-8"))
    marked = re.sub("(?<=[，。；：])", "\n", plain)
    return marked + "\n" + re.sub("[，。；：]\n", "\n", marked)


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    if not PLANS.is_dir():
        pytest.skip("other plans are missing: ../shared/plans beside the project")
    found = {path.stem: lines(path) for path in sorted(PLANS.glob("*.txt"))}
    assert len(found) >= 70
    return found


def met(one: Alternative, documents: dict[str, str]) -> int:
    """How many of *documents* the alternative meets."""
    if one.is_word:
        return sum(one.written in text for text in documents.values())
    regex = re.compile(re.sub(r"\(\?P<\w+>", "(?:", one.regex), re.MULTILINE)
    return sum(regex.search(text) is not None for text in documents.values())


def of_one_plan(found: list[Alternative], documents: dict[str, str]) -> list[Alternative]:
    """Those of *found* that the product's own plan meets and no other document; lists those that meet none at all."""
    own = {"own": lines(OWN)}
    counts = {one: met(one, documents) for one in found}
    unmet = [one for one in found if not counts[one]]
    for one in unmet:
        sys.stdout.write(f"meets none: {one.file} {one.rule} {one.part} {one.written}\n")  # -rP shows the list
    assert len(unmet) <= 0.12 * len(found)
    return [one for one in unmet if met(one, own) and one.written not in ORDINARY]


def test_no_word_of_a_rule_stands_in_the_plan_alone(documents: dict[str, str]) -> None:
    found = [one for file in PATTERN_FILES for one in alternatives(file) if one.is_word]
    assert len(found) >= 1500
    assert of_one_plan(found, documents) == []


@pytest.mark.soak
def test_no_pattern_of_a_rule_meets_the_plan_alone(documents: dict[str, str]) -> None:
    found = [one for file in PATTERN_FILES for one in alternatives(file) if not one.is_word]
    found = [one for one in found if "(?P=" not in one.regex and r"\1" not in one.regex]
    assert len(found) >= 200
    assert of_one_plan(found, documents) == []
