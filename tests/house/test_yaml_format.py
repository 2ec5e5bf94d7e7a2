"""YAML that can be reviewed: short lines, and alternatives one a line, each shown by a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pytest
import yaml

from kg.patterns import RuleFile
from kg.resources import rules_dir

ROOT = rules_dir().parents[1]
FOLDERS = (".github", "bench", "corpus", "kg", "ontology", "tests", "tools")
LONGEST = 120
MOST_BARS = 9
"""So many bars may stand on one line of a file: a few short groups, and no list."""

FILES = (
    "acting", "amounts", "claims", "conditions", "cues", "cutting", "dates", "framing", "manner", "offices", "owners",
    "policies", "structure", "zones",
)  # fmt: skip
"""The files whose patterns have alternatives with texts."""

NEVER = "(?!)"
"""Before an alternative it keeps it from matching."""

BODIES = "[^，。；：]{2,12}?"
"""What stands for ⟨A⟩, a list of bodies, which is read by code."""

Span = tuple[int, int] | None


def test_no_line_is_long_and_none_holds_a_list_of_alternatives() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.y*ml") if "vendor" not in path.parts]
    assert len(files) >= 38
    lines = [(file.name, at, line) for file in files for at, line in enumerate(file.read_text("utf-8").split("\n"), 1)]
    assert [(name, at) for name, at, line in lines if len(line) > LONGEST] == []
    assert [(name, at) for name, at, line in lines if line.count("|") > MOST_BARS] == []


class Slot:
    """A pattern of a rule, or one of its parts, that is written as alternatives."""

    def __init__(self, rule: Mapping[str, Any], part: str, others: list[Mapping[str, Any]]) -> None:
        self.rule, self.part, self.others = rule, part, others
        self.texts: dict[str, str] = rule["parts"][part] if part else rule["pattern"]

    def found(self, text: str, among: set[str]) -> Span:
        """Return where the rule hits *text* with none but the alternatives *among*."""
        regex = self._regex(frozenset(among))
        match = regex.match(text) if self.rule.get("where") == "here" else regex.search(text)
        return match.span() if match else None

    def shows(self, alternative: str) -> bool:
        """Whether the alternative's text is read otherwise with it than without it."""
        text, every = self.texts[alternative], set(self.texts)
        alone = self.found(text, {alternative}) != self.found(text, set())
        return alone or self.found(text, every) != self.found(text, every - {alternative})

    def _regex(self, among: frozenset[str]) -> re.Pattern[str]:
        if among not in self._compiled:
            written = {one if one in among else NEVER + one: text for one, text in self.texts.items()}
            changed = {"parts": {**self.rule["parts"], self.part: written}} if self.part else {"pattern": written}
            self._compiled[among] = RuleFile.model_validate([{**self.rule, **changed}, *self.others]).root[0].regex
        return self._compiled[among]

    @cached_property
    def _compiled(self) -> dict[frozenset[str], re.Pattern[str]]:
        return {}


def slots(file: str) -> list[Slot]:
    text = (rules_dir() / f"{file}.yaml").read_text("utf-8")
    rules = yaml.load(text.replace("⟨A⟩", BODIES), yaml.CSafeLoader)
    named = set(re.findall("⟨([a-z0-9-]+)⟩", text))
    return [
        Slot(rule, part, [one for one in rules if one["id"] in named and one is not rule])
        for rule in rules
        for part, written in [("", rule.get("pattern")), *rule.get("parts", {}).items()]
        if isinstance(written, dict)
    ]


@pytest.mark.parametrize("file", FILES)
def test_an_alternative_makes_the_difference_on_its_text(file: str) -> None:
    found = slots(file)
    assert found
    wrong = [(slot.rule["id"], slot.part, one) for slot in found for one in slot.texts if not slot.shows(one)]
    assert wrong == []
