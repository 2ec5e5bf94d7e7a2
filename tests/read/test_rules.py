"""Each layout rule against its own examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from kg.errors import RuleError
from kg.read.layout import FILE, _compile, layout
from kg.read.markers import to_int
from kg.resources import rules_dir

RULES: dict[str, Any] = yaml.safe_load((rules_dir() / FILE).read_bytes())


def cases() -> Iterator[tuple[str, str, bool]]:
    for row in RULES["families"]:
        for hits, kind in ((True, "hits"), (False, "misses")):
            yield from ((row["id"], text, hits) for text in row["examples"][kind])


def test_every_family_has_an_example_that_matches_and_one_that_does_not() -> None:
    assert len(RULES["families"]) == 11
    assert all(row["examples"]["hits"] and row["examples"]["misses"] for row in RULES["families"])


@pytest.mark.parametrize(("family", "text", "hits"), list(cases()))
def test_a_label_is_known_for_its_family(family: str, text: str, hits: bool) -> None:
    assert (layout().families[family].match(text) is not None) is hits


@pytest.mark.parametrize("name", ["box", "bullet"])
def test_boxes_and_bullets_are_known(name: str) -> None:
    pattern = getattr(layout(), name)
    assert all(pattern.match(text) for text in RULES[name]["examples"]["hits"])
    assert not any(pattern.match(text) for text in RULES[name]["examples"]["misses"])


def test_lines_of_a_table_of_contents_are_known_by_their_leaders() -> None:
    examples = RULES["contents"]["examples"]
    assert all(layout().leader.search(text) for text in examples["hits"])
    assert not any(layout().leader.search(text) for text in examples["misses"])


@pytest.mark.parametrize("name", ["number", "order"])
def test_document_numbers_are_known_in_their_odd_forms(name: str) -> None:
    pattern, examples = getattr(layout().front, name), RULES["front"]["examples"][name]
    assert all(pattern.fullmatch(text) for text in examples["hits"])
    assert not any(pattern.fullmatch(text) for text in examples["misses"])


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


def test_a_rules_file_that_lacks_a_part_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:  # noqa: ANN401
    (tmp_path / FILE).write_text("families: []\n", encoding="utf-8")
    monkeypatch.setattr("kg.read.layout.rules_dir", lambda: tmp_path)
    layout.cache_clear()
    try:
        with pytest.raises(RuleError, match="no usable layout rules"):
            layout()
    finally:
        monkeypatch.undo()
        layout.cache_clear()
    assert _compile(RULES).ranks["article"] == 4


@pytest.mark.parametrize("place", ["top", "front", "family"])
def test_a_rule_nothing_reads_is_refused(place: str) -> None:
    rules = yaml.safe_load((rules_dir() / FILE).read_bytes())
    {"top": rules, "front": rules["front"], "family": rules["families"][0]}[place]["patern"] = "x"
    with pytest.raises(KeyError, match="patern"):
        _compile(rules)
