"""The columns of the ledger are defined once and checked; tests/house/test_walks.py follows one that is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import RuleError
from kg.ledger.catalogue import Columns, columns
from kg.ledger.columns import FUNCTIONS
from kg.resources import rules_dir
from kg.rules import read


def test_every_source_is_a_field_or_a_function() -> None:
    named = {name for column in columns().values() for name in (column.source, column.in_words) if name}
    assert {name for name in named if name.startswith(("plan.", "ledger."))} == set(FUNCTIONS)


TITLE = "title: {zh-Hans: 甲, zh-Hant: 甲, en: A}"


@pytest.mark.parametrize(
    ("added", "told"),
    [
        (f"- {{key: a, source: report, {TITLE}, widht: 3}}", "a.widht: Extra inputs are not permitted"),
        (f"- {{key: a, source: obligation.colour, {TITLE}}}", "obligation.colour is not a field of a record"),
        (f"- {{key: quote, source: obligation.quote, {TITLE}}}", "quote is there twice"),
        (f"- {{key: a, source: report, type: number, {TITLE}}}", "what people report is text"),
        (f"- {{key: a, source: plan.lead, box: {{}}, {TITLE}}}", "a box is for what people report"),
        (f"- {{key: a, source: report, csv: {{after: phone}}, {TITLE}}}", "a stands after phone, which is not in csv"),
        (f"- {{key: a, source: report, personal: true, csv: {{}}, {TITLE}}}", "names of people appear in sheets alone"),
        ("- {key: a, source: report, title: {en: A}}", "a.title: it is not said in zh-Hans, zh-Hant"),
    ],
)
def test_a_column_that_is_not_as_it_should_be_is_told_in_one_line(added: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "columns.yaml"
    path.write_text((rules_dir() / "columns.yaml").read_text("utf-8") + added, "utf-8")
    with pytest.raises(RuleError, match=r"columns\.yaml: ") as caught:
        read(path, Columns)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
