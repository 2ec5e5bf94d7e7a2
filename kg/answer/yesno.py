"""A yes/no question and the row it is about → 是 or 否 to what was asked."""

from __future__ import annotations

import re
from functools import cache

import yaml

from kg.answer.question import Question
from kg.answer.readings import Passage
from kg.errors import RuleError
from kg.resources import rules_dir
from kg.search.words import folded

YES, NO = "是", "否"
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
    turned = _turned(text, passage)
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


def _shares(text: str, exception: str) -> bool:
    """Whether the question names what the exception is about: a run of three characters of it, or a name in it."""
    plain = re.sub(r"除外|等|特殊|[（）()，。、“”\"]", "", folded(exception))
    return any(plain[i : i + 3] in re.sub(r"[“”\"]", "", text) for i in range(len(plain) - 2))
