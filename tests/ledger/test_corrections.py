"""What a field of a row may be corrected to: what the text says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.errors import ReportError
from kg.models import Due, Obligation, Records, to_json
from kg.review.corrections import CORRECTABLE, changed_values, corrected_row, read_correction, written


def row_with(records: Records, words: str) -> Obligation:
    return next(row for row in records.obligations if words in row.quote)


def test_what_is_written_in_the_boxes_is_read_back_as_it_was(records: Records) -> None:
    """As if each field of each row were typed anew into an empty one: nothing of the plan is refused or changed."""
    for row in records.obligations:
        bare = replace(
            row, action="\0", object="\0", agents=(), beneficiaries=(), zones=(), policy=None, deadline=None,
            condition=None, exception=None,
        )  # fmt: skip
        for name in CORRECTABLE:
            assert read_correction(name, written(row, name), bare, records) == getattr(row, name), (row.id, name)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("quote", "别的话", "cannot be corrected"),
        ("clause", "15", "cannot be corrected"),
        ("force", "must", "not a force"),
        ("force", "", "cannot be empty"),
        ("object", "月球基地", "are not in clause"),
        ("condition", "在月球上", "are not in clause"),
        ("agents", "lead: 国家邮政局", "there is no such agent in the document"),
        ("agents", "海关总署", "not an agent with its role"),
        ("agents", "owner: 海关总署", "not an agent with its role"),
        ("zones", "月球", "no such zone"),
        ("policy", "登月计划", "are not in clause"),
        ("beneficiaries", "宇航员", "are not in clause"),
        ("deadline", "2031年底前", "are not in clause"),
    ],
)
def test_what_the_text_does_not_say_is_refused(records: Records, name: str, text: str, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        read_correction(name, text, records.obligations[0], records)


def test_a_body_of_another_clause_is_not_given_a_task_here(records: Records) -> None:
    """The worst mistake: the name is the document's, and this clause does not name it."""
    row = row_with(records, "国际一流的科研实验设施集群")
    (clause,) = (one for one in records.document.clauses if one.id == row.clause)
    name = next(agent.name for agent in records.agents if agent.tier == "named" and agent.name not in clause.text)
    with pytest.raises(ReportError, match="are not in clause"):
        read_correction("agents", f"lead: {name}", row, records)
    (party,) = read_correction("agents", f"responsible：{name}, inherited", row, records)
    assert (party.name, party.role, party.basis) == (name, "responsible", "inherited")


def test_a_date_is_read_from_its_words_and_never_typed(records: Records) -> None:
    row = next(row for row in records.obligations if row.deadline and row.deadline.date)
    assert row.deadline is not None
    bare = replace(row, deadline=None)
    assert read_correction("deadline", row.deadline.text, bare, records) == row.deadline
    undated = read_correction("deadline", f"{row.deadline.text} | vague", bare, records)
    assert undated == Due(row.deadline.text, "vague", None)
    with pytest.raises(ReportError, match="no date can be read"):
        read_correction("deadline", f"{row.object[:4]} | by", bare, records)


def test_a_correction_has_what_differs_and_marks_the_row(records: Records) -> None:
    row = records.obligations[0]
    values = {name: written(row, name) for name in CORRECTABLE} | {"force": "pilot", "zones": "深圳园区"}
    corrected = changed_values(row, values, records)
    assert corrected == {"force": "pilot", "zones": ["深圳园区"]} or corrected == {"force": "pilot"}
    found = corrected_row(row, corrected, records)
    assert to_json(found) == to_json(row) | corrected | {"review": "corrected"}
    assert changed_values(row, {name: written(row, name) for name in CORRECTABLE}, records) == {}


def test_a_kept_correction_that_is_no_value_is_refused(records: Records) -> None:
    with pytest.raises(ReportError, match="not a value of the field"):
        corrected_row(records.obligations[0], {"agents": "海关总署"}, records)
