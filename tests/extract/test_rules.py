"""Every rule against its own examples, and what a rules file must not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answer.signs import Weights
from kg.errors import RuleError
from kg.extract.names import NameHit, name_book
from kg.extract.predicates import head_hits
from kg.extract.roles import claims
from kg.extract.rules import NAME_FILES, PATTERN_FILES, load_plan_names, name_groups
from kg.patterns import Rule, RuleFile, pattern, rules, words
from kg.resources import rules_dir
from kg.rules import read

BOOK = name_book(None)


def hits_at(text: str) -> dict[int, NameHit]:
    return {hit.start: hit for hit in BOOK.find(text)}


def test_every_rule_is_collected_with_an_example_of_each_kind() -> None:
    every = [rule for file in PATTERN_FILES for rule in rules(file)]
    assert len(every) >= 160
    assert sum(len(rule.examples) for rule in every) >= 330
    for file in PATTERN_FILES:
        for rule in rules(file):
            assert {e.hits for e in rule.examples} == {True, False}, rule.id


def test_every_group_of_names_is_collected_with_an_example_of_each_kind() -> None:
    assert sum(len(group.examples) for file in NAME_FILES for group in name_groups(file)) >= 22
    for file in NAME_FILES:
        for group in name_groups(file):
            assert {e.hits for e in group.examples} == {True, False}, group.id


def found_by(file: str, rule: Rule, text: str) -> bool:
    if file == "owners":
        where = "salutation" if rule.where == "salutation" else "prose"
        return any(c.rule == rule.id for c in claims(text, 0, len(text), hits_at(text), BOOK, where))
    return head_hits(rule, text) if rule.where == "head" else rule.hits(text)


@pytest.mark.parametrize("file", PATTERN_FILES)
def test_a_rule_hits_what_its_examples_say_and_nothing_else(file: str) -> None:
    wrong = [
        (rule.id, example.text, example.hits)
        for rule in rules(file)
        for example in rule.examples
        if found_by(file, rule, example.text) is not example.hits
    ]
    assert wrong == []


@pytest.mark.parametrize("file", NAME_FILES)
def test_a_name_is_found_where_its_examples_say(file: str) -> None:
    wrong = []
    for group in name_groups(file):
        names = {entry.name for entry in group.entries()}
        for example in group.examples:
            if any(hit.entry.name in names for hit in BOOK.find(example.text)) is not example.hits:
                wrong.append((group.id, example.text, example.hits))
    assert wrong == []


def test_no_name_stands_in_two_groups() -> None:
    names = [entry.name for file in NAME_FILES for group in name_groups(file) for entry in group.entries()]
    assert len(names) == len(set(names))


def test_a_rule_that_is_asked_for_must_be_there() -> None:
    assert pattern("structure", "connective").match("同时，推进")
    assert "围绕" in words("structure", "serves-field")
    with pytest.raises(RuleError, match="has no rule such-a-rule"):
        pattern("structure", "such-a-rule")


GOOD = """
- id: one
  pattern: '建设'
  examples: [{text: 建设平台, hits: true}, {text: 平台, hits: false}]
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("pattern:", "patern:"), "patern: Extra inputs are not permitted"),
        (GOOD + "  sets: {modalty: duty}\n", "one.sets.modalty"),
        (GOOD + "  sets: {modality: wish}\n", "sets.modality"),
        (GOOD + GOOD.lstrip(), "one stands twice"),
        (GOOD.replace(", {text: 平台, hits: false}", ""), "one.examples: it lacks an example"),
        (GOOD.replace("hits: false", "hits: true"), "one.examples: it lacks an example"),
        (GOOD.replace("'建设'", "'(建设'"), "one is no regular expression"),
        (GOOD.replace("'建设'", "'⟨two⟩'"), "one refers to ⟨two⟩, which does not exist"),
        (GOOD.replace("'建设'", "'⟨one⟩'"), "one refers to ⟨one⟩, which does not exist"),
        (GOOD.replace("'建设'", "'建设'\n  parts: {verb: 建设}"), "its part verb is used nowhere"),
        (GOOD.replace("'建设'", "'⟨verb⟩'\n  parts: {verb: ⟨verb⟩}"), "one refers to ⟨verb⟩, which does not exist"),
        (GOOD + "  cues: [建设]\n", "one: it needs a pattern or cues, and not both"),
        (GOOD.replace("  pattern: '建设'\n", ""), "one: it needs a pattern or cues"),
        (GOOD + "  where: somewhere\n", "where"),
        ("- id: [", "is not YAML"),
        ("", "Input should be a valid tuple"),
        ("- just a word\n", "0"),
    ],
)
def test_a_faulty_rules_file_is_refused_in_one_line(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as error:
        read(path, RuleFile)
    assert problem in str(error.value)
    assert str(error.value).startswith("faulty.yaml: ")
    assert "\n" not in str(error.value)


def test_a_good_rules_file_is_read_and_its_references_followed(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD + GOOD.replace("id: one", "id: two").replace("'建设'", "['在', '⟨one⟩']").lstrip(), "utf-8")
    one, two = read(path, RuleFile).root
    assert one.regex.search("再建设")
    assert two.body == "在(?:建设)"


def test_alternatives_are_tried_in_their_order_and_parts_put_in(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    written = "'⟨verb⟩平台'\n  parts:\n    verb: {建设: 建设平台, 建: 建平台}"
    path.write_text(GOOD.replace("'建设'", written), "utf-8")
    (one,) = read(path, RuleFile).root
    assert one.body == "(?:建设|建)平台"


def test_a_rules_file_that_is_missing_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"gone\.yaml: no such rules file"):
        read(tmp_path / "gone.yaml", RuleFile)


@pytest.mark.parametrize("more", ["answers: []", "zones: [{name: 甲区, area_km2: 3}]", "agents: [{nom: 甲}]"])
def test_a_names_file_that_says_more_than_names_is_refused(more: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.names.yaml"
    path.write_text(f"source_sha256: abc\nfrom: here\n{more}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"plan\.names\.yaml"):
        load_plan_names(path)


def test_learned_weights_with_a_misspelt_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "signs.json"
    learned = (rules_dir() / "signs.json").read_text("utf-8")
    path.write_text(learned.replace('"chosen"', '"choosen"'), "utf-8")
    with pytest.raises(RuleError, match=r"signs\.json: chosen: Field required"):
        read(path, Weights)
