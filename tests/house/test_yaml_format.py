"""YAML that can be reviewed: short lines, and alternatives one a line, each shown by a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from kg.answer.dialogue.forms import Forms, Tongue, Utterance
from kg.patterns import RuleFile
from kg.resources import rules_dir
from kg.rules import Regex, WayOfAsking, as_regex
from kg.search.words import folded

ROOT = rules_dir().parents[1]
FOLDERS = (".github", "bench", "corpus", "kg", "ontology", "tests", "tools")
LONGEST = 120
MOST_BARS = 9
"""So many bars may stand on one line of a file: a few short groups, and no list."""

RULES = (
    "acting", "amounts", "claims", "conditions", "cues", "cutting", "dates", "framing", "manner", "offices", "owners",
    "policies", "structure", "zones",
)  # fmt: skip
"""The files of rules whose patterns have alternatives with texts."""

Entries = dict[str, dict[str, Any]]

ASKING: dict[str, Callable[[Any], Entries]] = {
    "questions": lambda plain: {one["id"]: one for one in plain},
    "outside": lambda plain: {one["id"]: one for one in plain},
    "document": lambda plain: {"about": plain["about"], **{one["id"]: one for one in plain["facts"]}},
    "courtesy": lambda plain: {key: plain[key] for key in ("before", "after")},
}
"""The files of ways of asking → how their entries are found."""

NEVER = "(?!)"
"""Before an alternative it keeps it from matching."""

BODIES = "[^，。；：]{2,12}?"
"""What stands for ⟨A⟩, a list of bodies, which is read by code."""

Reading = Callable[[str], object]
"""A text → what is found in it."""


@dataclass
class Slot:
    """A pattern, or a part of one, that is written as alternatives, each with its text; `reading` is how texts are read
    where other alternatives stand in their place.
    """

    name: str
    texts: dict[str, str]
    reading: Callable[[dict[str, str]], Reading]
    made: dict[frozenset[str], Reading] = field(default_factory=dict)

    def found(self, text: str, among: Set[str]) -> object:
        """Return what is found in *text* with none but the alternatives *among*."""
        left = frozenset(among)
        if left not in self.made:
            self.made[left] = self.reading(
                {one if one in left else NEVER + one: text for one, text in self.texts.items()}
            )
        return self.made[left](text)

    def shows(self, alternative: str) -> bool:
        """Whether the alternative's text is read otherwise with it than without it."""
        text, every = self.texts[alternative], set(self.texts)
        alone = self.found(text, {alternative}) != self.found(text, set())
        return alone or self.found(text, every) != self.found(text, every - {alternative})


def place(match: re.Match[str] | None) -> object:
    return match.regs if match else None


def slots_of_rules(file: str) -> Iterator[Slot]:
    text = (rules_dir() / f"{file}.yaml").read_text("utf-8")
    rules = yaml.load(text.replace("⟨A⟩", BODIES), yaml.CSafeLoader)
    named = set(re.findall("⟨([a-z0-9-]+)⟩", text))
    for rule in rules:
        others = [one for one in rules if one["id"] in named and one is not rule]

        def reading(changed: dict[str, Any], rule: dict[str, Any] = rule, others: list[Any] = others) -> Reading:
            regex = RuleFile.model_validate([{**rule, **changed}, *others]).root[0].regex
            return lambda text: place(regex.match(text) if rule.get("where") == "here" else regex.search(text))

        yield from slots(rule["id"], rule, "pattern", reading)


def slots_of_asking(file: str) -> Iterator[Slot]:
    plain = yaml.load((rules_dir() / f"{file}.yaml").read_bytes(), yaml.CSafeLoader)
    for name, entry in ASKING[file](plain).items():

        def reading(changed: dict[str, Any], entry: dict[str, Any] = entry) -> Reading:
            asks, parts = entry["asks"], entry.get("parts", {})
            if "parts" in changed:  # a part is tried in what it is a part of, where nothing else hits first
                part = next(one for one in parts if parts[one] is not changed["parts"][one])
                asks = {one if part in named_in(one, parts) else NEVER + one: text for one, text in asks.items()}
            body = WayOfAsking.model_validate({"asks": asks, "parts": parts, **changed}).body
            regex = re.compile(f"(?i){body}")
            return lambda text: place(regex.search(folded(text)))

        yield from slots(name, entry, "asks", reading)


def slots_of_conversation(file: str) -> Iterator[Slot]:
    plain = yaml.load((rules_dir() / f"{file}.yaml").read_bytes(), yaml.CSafeLoader)
    tongues: tuple[Tongue, ...] = ("zh", "en")
    for tongue in tongues:
        forms = plain[tongue]
        for at, form in enumerate(forms):

            def reading(
                changed: dict[str, Any], tongue: Tongue = tongue, forms: list[Any] = forms, at: int = at
            ) -> Reading:
                listed = [*forms[:at], {**forms[at], **changed}]
                every = Forms.model_validate({"zh": [], "en": [], tongue: listed})
                regex = every.compiled[tongue][forms[at]["id"]]
                return lambda text: place(regex.search(Utterance.of(text).plain))

            yield from slots(f"{tongue} {form['id']}", form, "pattern", reading)


def named_in(pattern: str, parts: Mapping[str, Regex]) -> set[str]:
    """Return the parts that *pattern* names, and those that they name."""
    named = {part for part in parts if f"⟨{part}⟩" in pattern}
    return named.union(*(named_in(as_regex(parts[part]), parts) for part in named))


def slots(name: str, entry: dict[str, Any], key: str, reading: Callable[[dict[str, Any]], Reading]) -> Iterator[Slot]:
    """Yield the pattern under *key* and the parts of *entry* that are written as alternatives."""
    parts = entry.get("parts", {})

    def of_part(part: str) -> Callable[[dict[str, str]], Reading]:
        return lambda written: reading({"parts": {**parts, part: written}})

    if isinstance(entry.get(key), dict):
        yield Slot(name, entry[key], lambda written: reading({key: written}))
    for part, written in parts.items():
        if isinstance(written, dict):
            yield Slot(f"{name} {part}", written, of_part(part))


READERS = {
    **dict.fromkeys(RULES, slots_of_rules),
    **dict.fromkeys(ASKING, slots_of_asking),
    "conversation": slots_of_conversation,
}


@pytest.mark.parametrize("file", READERS)
def test_an_alternative_makes_the_difference_on_its_text(file: str) -> None:
    found = list(READERS[file](file))
    assert found
    wrong = [(slot.name, one, slot.texts[one]) for slot in found for one in slot.texts if not slot.shows(one)]
    assert wrong == [], "\n".join(map(str, wrong))
