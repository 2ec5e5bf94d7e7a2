"""A yes/no question and the row it is about → 是 or 否 to what was asked."""

from __future__ import annotations

import re
from functools import cache

import yaml

from kg.answer.question import Question
from kg.answer.readings import Passage
from kg.errors import RuleError
from kg.extract.dates import times
from kg.resources import rules_dir
from kg.search.words import folded

YES, NO = "是", "否"
MOST = 0.7
"""The share of an exception's characters that a question about it has."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_KEYS = ("now", "need", "denied")


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """Return `rules/yesno.yaml`: what a yes/no question asks of a thing; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "yesno.yaml"
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(plain, dict) or set(plain) != set(_KEYS):
        raise RuleError(path, f"its keys are not {', '.join(_KEYS)}", "correct them")
    return {key: re.compile("|".join(f"(?:{pattern})" for pattern in plain[key])) for key in _KEYS}


def verdict(question: Question, passage: Passage) -> str:
    """Return 是 or 否 to what *question* asks of the row or words of *passage*.

    Whether a thing is allowed now is 否 where the text only explores it or suspends it; whether it has to be done is 否
    where the text exempts from it; a thing is 否 where it is what the row's exception names, or where the text has its
    words only with 非 or 不 in front.
    """
    text, row, asks = question.plain, passage.obligation, cues()
    turned = _turned(text, passage) or _another_year(text, passage)
    if row is None:
        return NO if turned else YES
    if asks["need"].search(text):
        excepted = row.exception is not None and _shares(text, row.exception)
        free = row.modality in ("exemption", "suspension") or excepted
        return NO if free else YES
    if row.modality in ("suspension", "prohibition") and not asks["denied"].search(text):
        return NO
    if row.exception is not None and _shares(text, row.exception):
        return NO
    if asks["now"].search(text) and row.force == "exploratory":
        return NO
    return NO if turned else YES


def _turned(text: str, passage: Passage) -> bool:
    """Whether the passage has words of the question only turned into their contrary: 涉密 where it says 非涉密."""
    quote = folded(passage.unit.quote)
    for match in re.finditer(r"[非不未无]([\u4e00-\u9fff]{2})", quote):
        word = match.group(1)
        if word in text and quote.count(word) == quote.count(match.group()) and match.group() not in text:
            return True
    return False


def _another_year(text: str, passage: Passage) -> bool:
    """Whether the question speaks of a year that is no time in the passage's clause: a number in a name, or none."""
    years = set(_YEAR.findall(text))
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    known = " ".join(time.text for time in times(clause.text))
    return any(year not in known for year in years)


def _shares(text: str, exception: str) -> bool:
    """Whether the question is about what the exception names: most of its characters, or a member of its list."""
    plain = re.sub(r"除外|[“”\"（）()，。]", "", folded(exception))
    members = [part for part in re.split(r"[、等和及与]", plain) if len(part) > 1]
    if any(part in text for part in members if len(part) > 3):
        return True
    return bool(plain) and sum(c in text for c in plain) >= MOST * len(plain)
