"""A yes/no question and the row it is about → 是 or 否 to what was asked."""

from __future__ import annotations

import re
from functools import cache

from kg.answer.asked import years
from kg.answer.passage import Passage
from kg.answer.passage import folded_text as folded
from kg.answer.question import Question
from kg.errors import RuleError
from kg.extract.dates import times
from kg.models import Agent, Zone
from kg.resources import load_yaml, rules_dir

YES, NO = "是", "否"
MOST = 0.7
"""The share of an exception's characters that a question about it has."""

_KEYS = ("now", "need", "denied", "whole", "binding", "still", "sweeping")
_STUDIED = re.compile(r"可行性|研究(?!院|所|中心|生|型|机构|项目|计划|平台|成果)|探索")

DECISIVE = frozenset({"elsewhere", "other_body", "other_number", "excepted", "freed", "stopped", "not_yet_exploratory"})
"""The doubts that each alone make it 否."""

_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*(%|percent|per cent|平方公里|square kilomet|公顷|亿|万)")
_MEASURES = {"percent": "%", "per cent": "%", "square kilomet": "平方公里"}


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """Return `rules/yesno.yaml`: what a yes/no question asks of a thing; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "yesno.yaml"
    plain = load_yaml(path)
    if not isinstance(plain, dict) or set(plain) != set(_KEYS):
        raise RuleError(path, f"its keys are not {', '.join(_KEYS)}", "correct them")
    return {key: re.compile("|".join(f"(?:{pattern})" for pattern in plain[key])) for key in _KEYS}


def doubts(question: Question, passage: Passage) -> list[str]:
    """Return what speaks for 否 to what *question* asks of the row or words of *passage*, by name.

    elsewhere, other_body, other_number: the question says of it what the words do not. excepted: it is about what the
    row's exception names. turned: the words stand there only with 非 or 不 in front. freed, unbound: it need not be
    done. lifted: a limit said to go on is gone. stopped: it is suspended or forbidden. not_yet: whether it may be done
    now is asked of what the text only explores; to_come the same where it is not clear that now is meant. studied,
    sweeping, conditional, sibling: it is only looked into, or without the limits that the question passes over.
    """
    text, row, asks = question.plain, passage.obligation, cues()
    found = [
        name
        for name, holds in (("elsewhere", _elsewhere), ("other_body", _of_another), ("other_number", _other_numbers))
        if holds(text, passage)
    ]
    if _turned(text, passage):
        found.append("turned")
    if _of_a_sibling(text, passage):
        found.append("sibling")
    if asks["sweeping"].search(text) and not asks["sweeping"].search(passage.folded):
        found.append("sweeping")
    if asks["now"].search(text) and _STUDIED.search(passage.folded):
        found.append("studied")
    if row is None:
        return found
    if row.exception is not None:
        found.append("excepted" if _shares(text, row.exception) else "has_exception")
    if asks["need"].search(text):
        if row.modality in ("exemption", "suspension"):
            found.append("freed")
        if row.force != "firm" and asks["binding"].search(text):
            found.append("unbound")
    elif asks["still"].search(text) and row.modality in ("permission", "exemption"):
        found.append("lifted")
    elif row.modality in ("suspension", "prohibition"):
        found.append("stopped" if not asks["denied"].search(text) else "stopped_as_asked")
    elif row.force in ("exploratory", "pilot"):
        found.append(f"not_yet_{row.force}" if asks["now"].search(text) else f"to_come_{row.force}")
    elif asks["denied"].search(text):
        found.append("denied")
    if row.condition and asks["now"].search(text):
        found.append("conditional")
    return found


def _of_a_sibling(text: str, passage: Passage) -> bool:
    """Whether the question names a place that the sentence does not, while it names another part of the same whole."""
    records = passage.library.records[passage.unit.document]
    whole = {zone.name: zone.part_of for zone in records.zones}
    sentence = passage.sentence.unit
    here = {one.name for one in passage.names(sentence.start, sentence.end) if isinstance(one, Zone)}
    asked = {one.name for one in passage.named if one.category == "zone" and one.form in text and one.name in whole}
    return any(
        whole[name] is not None and any(whole.get(other) == whole[name] for other in here - asked)
        for name in asked - here
    )


def _elsewhere(text: str, passage: Passage) -> bool:
    """Whether the question places it where the row does not: in another place, or in the whole of which the row's is a
    part. A place that lies in the row's is the row's as well.
    """
    row = passage.obligation
    if row is None or not row.zones:
        return False
    records = passage.library.records[passage.unit.document]
    whole = {zone.name: zone.part_of for zone in records.zones}
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    told = {one.name for one in passage.names(clause.start, clause.end) if isinstance(one, Zone)}
    for name in (
        one.name for one in passage.named if one.category == "zone" and one.form in text and one.name in whole
    ):
        chain = [name]
        while (above := whole.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        if set(chain) & set(row.zones):
            continue
        contains = any(whole.get(zone) == name for zone in row.zones)
        if (contains and cues()["whole"].search(text)) or (not contains and name not in told):
            return True
    return False


def _of_another(text: str, passage: Passage) -> bool:
    """Whether the question gives it to a body that the row's sentence does not name, and the row has one of its own."""
    row, sentence = passage.obligation, passage.sentence.unit
    if row is None or not any(party.tier == "named" for party in row.agents):
        return False
    here = {one.name for one in passage.names(sentence.start, sentence.end) if isinstance(one, Agent)}
    here |= {party.name for party in row.agents}
    asked = [one for one in passage.named if one.category == "agent" and one.form in text]
    return any(one.name not in here for one in asked)


def _other_numbers(text: str, passage: Passage) -> bool:
    """Whether the question speaks of a year that is no time in the clause, or of another figure than the sentence has
    of that measure.
    """
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    known = " ".join(time.text for time in times(clause.text))
    asked = years(text)
    due = passage.obligation.deadline if passage.obligation else None
    if due is not None and years(due.text):
        known = due.text
    if any(year not in known for year in asked):
        return True
    there: dict[str, set[str]] = {}
    for number, unit in _FIGURE.findall(folded(passage.sentence.unit.quote)):
        there.setdefault(unit, set()).add(number)
    for number, unit in _FIGURE.findall(text):
        own = there.get(_MEASURES.get(unit, unit))
        if own is not None and number not in own:
            return True
    return False


def _turned(text: str, passage: Passage) -> bool:
    """Whether the passage has words of the question only turned into their contrary: 涉密 where it says 非涉密."""
    quote = folded(passage.unit.quote)
    for match in re.finditer(r"[非不未无]([\u4e00-\u9fff]{2})", quote):
        word = match.group(1)
        if word in text and quote.count(word) == quote.count(match.group()) and match.group() not in text:
            return True
    return False


def _shares(text: str, exception: str) -> bool:
    """Whether the question is about what the exception names: most of its characters, or a member of its list."""
    plain = re.sub(r"除外|[“”\"（）()，。]", "", folded(exception))
    members = [part for part in re.split(r"[、等和及与]", plain) if len(part) > 1]
    if any(part in text for part in members if len(part) > 3):
        return True
    return bool(plain) and sum(c in text for c in plain) >= MOST * len(plain)
