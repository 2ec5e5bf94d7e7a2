"""Each layout rule against its own examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.errors import RuleError
from kg.read.layout import Layout, Sign, layout
from kg.read.markers import to_int
from kg.resources import rules_dir
from kg.rules import read

RULES = layout()


def cases() -> Iterator[tuple[str, str, bool]]:
    for family in RULES.families:
        yield from ((family.id, text, True) for text in family.examples.hits)
        yield from ((family.id, text, False) for text in family.examples.misses)


@pytest.mark.parametrize(("family", "text", "hits"), list(cases()))
def test_a_label_is_known_for_its_family(family: str, text: str, hits: bool) -> None:
    assert len(RULES.families) == 11
    assert (RULES.labels[family].match(text) is not None) is hits


@pytest.mark.parametrize("sign", [RULES.box, RULES.bullet, RULES.around_page])
def test_boxes_bullets_and_numbers_of_pages_are_known(sign: Sign) -> None:
    assert all(sign.pattern.match(text) for text in sign.examples.hits)
    assert not any(sign.pattern.match(text) for text in sign.examples.misses)


def test_a_signature_that_runs_on_behind_the_text_is_known() -> None:
    examples = RULES.front.examples.signed
    assert all(RULES.front.signed.search(text) for text in examples.hits)
    assert not any(RULES.front.signed.search(text) for text in examples.misses)


def test_a_bracket_that_gives_a_date_is_known() -> None:
    assert all(RULES.due.pattern.search(text) for text in RULES.due.examples.hits)
    assert not any(RULES.due.pattern.search(text) for text in RULES.due.examples.misses)


def test_lines_of_a_table_of_contents_are_known_by_their_leaders() -> None:
    examples = RULES.contents.examples
    assert all(RULES.contents.leader.search(text) for text in examples.hits)
    assert not any(RULES.contents.leader.search(text) for text in examples.misses)


@pytest.mark.parametrize("name", ["number", "order", "by_year", "by_order"])
def test_document_numbers_are_known_in_their_odd_forms(name: str) -> None:
    pattern, examples = getattr(RULES.front, name), getattr(RULES.front.examples, name)
    assert all(pattern.fullmatch(text) for text in examples.hits)
    assert not any(pattern.fullmatch(text) for text in examples.misses)


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("十九", 19),
        ("一百〇一", 101),
        ("十五", 15),
        ("二十一", 21),
        ("一百零二", 102),
        ("一百一十", 110),
        ("12", 12),
        ("１２", 12),
    ],
)
def test_numerals_have_their_value(digits: str, value: int) -> None:
    assert to_int(digits) == value


@pytest.mark.parametrize("digits", ["十十", "百百", "一百百", "零〇百", "百", "一二", "12345"])
def test_what_is_no_numeral_has_none(digits: str) -> None:
    assert to_int(digits) is None


@pytest.mark.parametrize(
    ("place", "key", "problem"),
    [
        ("top", "patern", "patern: Extra inputs"),
        ("front", "patern", r"front\.patern: Extra inputs"),
        ("family", "patern", r"families\.annex\.patern: Extra inputs"),
        ("front", "number", r"front\.number: Input should be a valid regular expression"),
        ("top", "parts", "it has no parts"),
    ],
)
def test_a_rule_nothing_reads_or_that_cannot_be_read_is_refused(
    place: str, key: str, problem: str, tmp_path: Path
) -> None:
    rules = yaml.safe_load((rules_dir() / "layout.yaml").read_bytes())
    {"top": rules, "front": rules["front"], "family": rules["families"][0]}[place][key] = "("
    path = tmp_path / "layout.yaml"
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")
    with pytest.raises(RuleError, match=problem):
        read(path, Layout)
