"""Every rule against its own examples, and what a rules file must not be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.errors import RuleError
from kg.extract.heads import head_hits
from kg.extract.names import Hit, name_book
from kg.extract.parties import claims
from kg.extract.rules import (
    NAME_FILES,
    PATTERN_FILES,
    NameGroup,
    Rule,
    load_plan_names,
    load_rules,
    name_groups,
    pattern,
    rules,
    words,
)
from kg.resources import rules_dir

BOOK = name_book(None)


def rule_cases() -> Iterator[tuple[str, str, str, bool]]:
    for file in PATTERN_FILES:
        yield from ((file, rule.id, e.text, e.hits) for rule in rules(file) for e in rule.examples)


def name_cases() -> Iterator[tuple[str, str, str, bool]]:
    for file in NAME_FILES:
        yield from ((file, group.id, e.text, e.hits) for group in name_groups(file) for e in group.examples)


def rule_of(file: str, identity: str) -> Rule:
    return next(rule for rule in rules(file) if rule.id == identity)


def group_of(file: str, identity: str) -> NameGroup:
    return next(group for group in name_groups(file) if group.id == identity)


def hits_at(text: str) -> dict[int, Hit]:
    return {hit.start: hit for hit in BOOK.find(text)}


def test_every_rule_is_collected_with_an_example_of_each_kind() -> None:
    cases = list(rule_cases())
    assert len({case[:2] for case in cases}) == sum(len(rules(file)) for file in PATTERN_FILES) >= 160
    assert len(cases) >= 330
    for file in PATTERN_FILES:
        for rule in rules(file):
            assert {e.hits for e in rule.examples} == {True, False}, rule.id


def test_every_group_of_names_is_collected_with_an_example_of_each_kind() -> None:
    cases = list(name_cases())
    assert len(cases) >= 22
    for file in NAME_FILES:
        for group in name_groups(file):
            assert {e.hits for e in group.examples} == {True, False}, group.id


@pytest.mark.parametrize(("file", "identity", "text", "hits"), list(rule_cases()))
def test_a_rule_hits_what_its_examples_say_and_nothing_else(file: str, identity: str, text: str, hits: bool) -> None:
    rule = rule_of(file, identity)
    if file == "owners":
        where = "salutation" if rule.where == "salutation" else "prose"
        found = any(c.rule == identity for c in claims(text, 0, len(text), hits_at(text), BOOK, where))
    elif rule.where == "head":
        found = head_hits(rule, text)
    else:
        found = rule.hits(text)
    assert found is hits


@pytest.mark.parametrize(("file", "identity", "text", "hits"), list(name_cases()))
def test_a_name_is_found_where_its_examples_say(file: str, identity: str, text: str, hits: bool) -> None:
    names = {entry.name for entry in group_of(file, identity).entries()}
    assert any(hit.entry.name in names for hit in BOOK.find(text)) is hits


def test_no_rule_of_this_room_goes_untested() -> None:
    kin = {
        path.stem
        for path in rules_dir().glob("*.yaml")
        if isinstance(told := yaml.safe_load(path.read_bytes()), list)
        and all({"id", "examples"} <= set(one) and {"pattern", "cues", "names"} & set(one) for one in told)
    }
    assert {*PATTERN_FILES, *NAME_FILES} <= kin
    assert kin - {*PATTERN_FILES, *NAME_FILES} <= {"questions"}  # the answers' own


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
        (GOOD + "  sets: {modalty: duty}\n", "sets.modalty"),
        (GOOD + "  sets: {modality: wish}\n", "sets.modality"),
        (GOOD + GOOD.lstrip(), "rule id one stands twice"),
        (GOOD.replace(", {text: 平台, hits: false}", ""), "rule one lacks an example"),
        (GOOD.replace("hits: false", "hits: true"), "rule one lacks an example"),
        (GOOD.replace("'建设'", "'(建设'"), "rule one is no regular expression"),
        (GOOD.replace("'建设'", "'⟨two⟩'"), "rule one speaks of ⟨two⟩, which is none"),
        (GOOD.replace("'建设'", "'⟨one⟩'"), "rule one speaks of ⟨one⟩, which is none"),
        (GOOD + "  cues: [建设]\n", "rule one needs a pattern or cues, and not both"),
        (GOOD.replace("  pattern: '建设'\n", ""), "rule one needs a pattern or cues"),
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
        load_rules(path)
    assert problem in str(error.value)
    assert str(error.value).startswith("faulty.yaml: ")
    assert "\n" not in str(error.value)


def test_a_good_rules_file_is_read_and_its_references_followed(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD + GOOD.replace("id: one", "id: two").replace("'建设'", "['在', '⟨one⟩']").lstrip(), "utf-8")
    one, two = load_rules(path)
    assert one.regex.search("再建设")
    assert two.body == "在(?:建设)"


def test_a_rules_file_that_is_missing_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"gone\.yaml: no such rules file"):
        load_rules(tmp_path / "gone.yaml")


@pytest.mark.parametrize("more", ["answers: []", "zones: [{name: 甲区, area_km2: 3}]", "agents: [{nom: 甲}]"])
def test_a_names_file_that_says_more_than_names_is_refused(more: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.names.yaml"
    path.write_text(f"source_sha256: abc\nfrom: here\n{more}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"plan\.names\.yaml"):
        load_plan_names(path)
