"""Every file of kg/rules has somebody who holds its rules to their examples."""

from __future__ import annotations

import pytest
import yaml

from kg.extract.rules import NAME_FILES, PATTERN_FILES
from kg.patterns import rules
from kg.resources import rules_dir

SHORT = ("amendments", "cutting", "days", "recurrences")
"""Files whose rules are tried here, as they stand."""

BY_USE = {
    "amounts": "tests/answer/test_amounts.py",
    "claims": "tests/answer/test_claims.py",
    "confidence": "tests/web/test_answer_view.py",
    "conversation": "tests/answer/test_conversation.py",
    "greetings": "tests/answer/test_question.py",
    "document": "tests/answer/test_outside.py",
    "naming": "tests/answer/test_named_documents.py",
    "layout": "tests/read/test_rules.py",
    "outside": "tests/answer/test_outside.py",
    "questions": "tests/answer/test_question.py",
    "radicals": "tests/read/test_folding.py",
    "register": "tests/answer/test_register.py",
    **dict.fromkeys((*PATTERN_FILES, *NAME_FILES), "tests/extract/test_rules.py"),
}
"""File → the test that tries its examples on what reads them."""

CASES = [(file, rule.id, one.text, one.hits) for file in SHORT for rule in rules(file) for one in rule.examples]


def with_examples(plain: object) -> bool:
    if isinstance(plain, dict):
        tried = isinstance(plain.get("examples"), list | dict)
        return tried or any(with_examples(one) for one in plain.values())
    return isinstance(plain, list) and any(with_examples(one) for one in plain)


@pytest.mark.parametrize(("file", "rule", "text", "hits"), CASES)
def test_a_rule_hits_what_its_examples_say(file: str, rule: str, text: str, hits: bool) -> None:
    assert next(one for one in rules(file) if one.id == rule).hits(text) is hits


def test_no_file_with_examples_goes_untested() -> None:
    found = {path.stem for path in rules_dir().glob("*.yaml") if with_examples(yaml.safe_load(path.read_bytes()))}
    assert found == {*SHORT, *BY_USE}
    assert all((rules_dir().parents[1] / test).is_file() for test in BY_USE.values())
