"""YAML that can be reviewed: short lines, and alternatives one a line, each shown by a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from kg.answer.dialogue.forms import Forms, Tongue, Utterance
from kg.answer.question import read_question
from kg.answer.register.forms import Register, words_of
from kg.patterns import RuleFile
from kg.resources import rules_dir
from kg.rules import Regex, WayOfAsking, as_regex, put_in
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
    "greetings": lambda plain: {key: plain[key] for key in ("before", "after")},
}
"""The files of ways of asking → how their entries are found."""

NEVER = "(?!)"
"""Before an alternative it keeps it from matching."""

BODIES = "[^，。；：]{2,12}?"
"""What stands for ⟨A⟩, a list of bodies, which is read by code."""

Reading = Callable[[str], object]
"""A text → what is found in it."""


def test_no_line_is_long_and_none_holds_a_list_of_alternatives() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.y*ml") if "vendor" not in path.parts]
    assert len(files) >= 38
    lines = [(file.name, at, line) for file in files for at, line in enumerate(file.read_text("utf-8").split("\n"), 1)]
    assert [(name, at) for name, at, line in lines if len(line) > LONGEST] == []
    assert [(name, at) for name, at, line in lines if line.count("|") > MOST_BARS] == []


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


def slots_of_register(file: str) -> Iterator[Slot]:
    plain = yaml.load((rules_dir() / f"{file}.yaml").read_bytes(), yaml.CSafeLoader)
    parts = plain["parts"]
    patterns = [as_regex(one) for form in Register.model_validate(plain).forms for one in form.asks]
    asks = [(one, named_in(one, parts), as_written(one, parts)) for one in patterns]
    # a name may be any words, those of an alternative too, and a short pattern is soon compiled
    asks.sort(key=lambda one: ("name⟩" in one[0], len(one[2].pattern)))

    def reading(part: str) -> Callable[[dict[str, str]], Reading]:
        def of(written: dict[str, str]) -> Reading:
            def read(text: str) -> object:
                """Return how a pattern that is the whole of *text* reads it with those *written*."""
                words = words_of(read_question(text))
                fit = (one for one, named, regex in asks if part in named and regex.fullmatch(words))
                one = next(fit, None)
                return place(as_written(one, {**parts, part: written}).fullmatch(words)) if one else None

            return read

        return of

    for part, texts in parts.items():
        yield Slot(part, texts, reading(part))


def as_written(pattern: str, parts: Mapping[str, Regex]) -> re.Pattern[str]:
    """Return *pattern* with its *parts* put in, the groups without names, which two parts may share."""
    body = put_in(pattern, {one: parts[one] for one in named_in(pattern, parts)})
    return re.compile(re.sub(r"\?P<\w+>", "", body))


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
    "register": slots_of_register,
}


@pytest.mark.parametrize("file", READERS)
def test_an_alternative_makes_the_difference_on_its_text(file: str) -> None:
    found = list(READERS[file](file))
    assert found
    wrong = [(slot.name, one, slot.texts[one]) for slot in found for one in slot.texts if not slot.shows(one)]
    assert wrong == [], "\n".join(map(str, wrong))
