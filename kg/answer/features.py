"""A question, a passage and what was read off it → what speaks for and against that answer, by name and in numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kg.answer.asked import Asked, denies
from kg.answer.passage import Passage, Reading
from kg.answer.passage import folded_text as folded
from kg.answer.question import Question
from kg.answer.sorts import FITTING, sort_of
from kg.answer.yesno import DECISIVE, NO, doubts
from kg.search.ranking import Ranking

Features = dict[str, float]

_TELLING = DECISIVE | {"turned", "sibling", "unbound", "lifted"}
"""Doubts that mostly make it 否, each alone."""
_OTHERS = re.compile(
    r"除(了|去)?[^，,]{1,24}(外|之外|以外)|还有|尚有|另外|其余|其他|余下"
    r"|\b(besides|apart from|other than|the others?|remaining|rest)\b"
)
_PARTS = re.compile(r"包括|包含|包埋|组成|构成|涵盖|由哪几|\b(made up|compris\w+|consist\w*|includes?|cover\w*)\b")


def of_passage(asked: Asked, passage: Passage, rank: int) -> Features:
    """Return what speaks for *passage*, whatever is read off it. *rank* counts from 0."""
    unit, sentence, row = passage.unit, passage.sentence, passage.obligation
    late = sentence.late or 0.0
    found = {
        "sentence": sentence.score,
        "part": passage.part.score,
        "late": 10 * (late - asked.latest),
        "late_part": 10 * ((passage.part.late or 0.0) - asked.latest),
        "first": float(rank == 0),
        "rank": min(rank, 10) / 10,
        "gap": asked.best - passage.nearness,
        "covered": _covered(asked.words, passage.folded),
        "covered_sentence": _covered(asked.words, passage.folded_sentence),
        "covered_clause": _covered(asked.words, passage.folded_clause),
        "covered_heading": _covered(asked.words, folded(unit.heading)),
    }
    if passage.whole:
        found["of_sentence"] = 1.0
    elif row is None:
        found["phrase"] = 1.0
    if passage.background:
        found["background"] = 1.0
    if not unit.clause.isdigit():
        found["unnumbered"] = 1.0
    named = {one.name for one in passage.named if one.name is not None and one.category != "policy"}
    if named:
        here = {one.name for one in passage.names(sentence.unit.start, sentence.unit.end)}
        own = {one.name for one in passage.names(unit.start, unit.end)}
        found["named_missing"] = len(named - here) / len(named)
        found["named"] = len(named & own) / len(named)
    if any(year not in passage.folded_clause for year in asked.years):
        found["year_missing"] = 1.0
    if row is not None:
        found[f"force_{row.force}"] = 1.0
        found[f"modality_{row.modality}"] = 1.0
    if asked.denied and not denies(unit.quote):
        found["denied"] = 1.0
    return found


def of_reading(asked: Asked, passage: Passage, reading: Reading, near: Features) -> Features:
    """Return what speaks for *reading* in *passage*, beside *near*, what speaks for the passage."""
    question, items = asked.question, reading.items
    if reading.variant in ("yes", "no"):
        return _of_verdict(question, passage, reading)
    text = question.plain
    said = [_said(text, folded(item)) for item in items]
    form = question.form.id if question.form else "none"
    found: Features = {reading.variant: 1.0, f"{form}>{reading.variant}": 1.0}
    bare = reading.variant.removesuffix("_rest").removesuffix("_others")
    sort = sort_of(reading.variant)
    found[f"{form}:{sort}"] = 1.0
    found[f"{question.kind}:{sort}"] = 1.0
    if bare != reading.variant:
        found["rest" if reading.variant.endswith("_rest") else "others"] = 1.0
    fitting = FITTING.get(form, ())
    if bare in fitting:
        found["fitting"] = 1.0
        found[f"fitting_{fitting.index(bare)}"] = 1.0
    elif fitting:
        found["unfitting"] = 1.0
        if question.last is not None and bare in FITTING.get(question.last.id, ()):
            found["fitting_last"] = 1.0
        elif any(bare in FITTING.get(other.id, ()) for other in question.forms[1:]):
            found["fitting_other"] = 1.0
    if _OTHERS.search(question.plain):
        found["others_asked" if reading.variant.endswith("_others") or sum(said) == 0 else "others_not_given"] = 1.0
    if _PARTS.search(question.plain):
        front = passage.folded.split(folded(items[0]), 1)[0][-4:]
        found["parts_given" if _PARTS.search(front) else "parts_not_given"] = 1.0
    for other in question.forms[1:]:
        found[f"{other.kind}+{reading.variant}"] = 1.0
    if question.last is not None and question.last != question.form:
        found[f"{question.last.kind}~{reading.variant}"] = 1.0
    kind = question.kind
    found[f"{question.lang}>{reading.variant}"] = 1.0
    found[f"gap_{kind}"] = near["gap"]
    found["said"] = sum(said) / len(said)
    found["said_most"] = max(said)
    if asked.count is not None and asked.count > 1:
        found["as_many" if asked.count == len(items) else "other_number_of"] = 1.0
    if len(items) > 1:
        found["several"] = 1.0
        found[f"several_{kind}"] = 1.0
        if asked.one:
            found["several_for_one"] = 1.0
    elif asked.several:
        found["one_for_several"] = 1.0
    found.update(_of_heads(asked, passage, items))
    found.update(_of_place(asked, passage, items))
    if reading.field:
        found["from_graph"] = 1.0
    longest = max(len(item) for item in items)
    found["long"] = min(longest, 40) / 10
    if any("，" in item for item in items):
        found["clauses"] = 1.0
    rest = _without(passage.folded, items)
    found["covered_rest"] = _covered(asked.words, rest + "|" + folded(passage.unit.heading))
    found["covered_rest_sentence"] = _covered(asked.words, _without(passage.folded_sentence, items))
    if reading.roles and _of_another(asked, passage, items):
        found["of_another_body"] = 1.0
    return found


def _of_verdict(question: Question, passage: Passage, reading: Reading) -> Features:
    found: Features = {"verdict": 1.0}
    if reading.items == (NO,):
        found["no"] = 1.0
        against = doubts(question, passage)
        found.update((f"no:{name}", 1.0) for name in against)
        if _TELLING & set(against):
            found["no_decided"] = 1.0
    return found


def of_nothing(asked: Asked, ranking: Ranking, best: Features) -> Features:
    """Return what speaks for saying that the document does not answer. *best* is of the passage that was
    chosen.
    """
    question = asked.question
    form = question.form.id if question.form else "none"
    found = {"nothing": 1.0, f"nothing_{question.kind}": 1.0, f"nothing:{form}": 1.0, f"nothing_{question.lang}": 1.0}
    if asked.latest:  # without a model there is none
        found["nothing_late"] = 10 * (asked.latest - 0.6)
    found["nothing_covered"] = best["covered_sentence"]
    found["nothing_covered_part"] = best["covered"]
    found["nothing_named_missing"] = best.get("named_missing", 0.0)
    if not ranking.shares_words:
        found["nothing_shared"] = 1.0
    return found


def _covered(words: Sequence[tuple[str, float]], text: str) -> float:
    total = sum(weight for _, weight in words)
    return sum(weight for word, weight in words if word in text) / total if total else 0.0


def _without(text: str, items: Sequence[str]) -> str:
    for item in items:
        text = text.replace(folded(item), "|")
    return text


def _said(text: str, item: str) -> float:
    """Return the share of the pairs of characters of *item* that stand in *text*."""
    pairs = _pairs(item)
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else float(item in text)


@lru_cache(maxsize=20_000)
def _pairs(item: str) -> tuple[str, ...]:
    return tuple(item[i : i + 2] for i in range(len(item) - 1))


def _of_heads(asked: Asked, passage: Passage, items: Sequence[str]) -> Features:
    if not asked.heads:
        return {}
    text, found = passage.folded, {}
    plain = [folded(item) for item in items]
    found["head"] = sum(any(_is_a(item, head) for head in asked.heads) for item in plain) / len(plain)
    found["head_exact"] = sum(any(item.endswith(head) for head in asked.heads) for item in plain) / len(plain)
    behind = text.find(plain[-1])
    tail = text[behind + len(plain[-1]) :][:14] if behind >= 0 else ""
    ahead = text.find(plain[0])
    front = text[max(0, ahead - 10) : ahead] if ahead >= 0 else ""
    found["head_behind"] = float(any(head in tail for head in asked.heads))
    found["head_before"] = float(any(head in front for head in asked.heads))
    found["head_missing"] = float(not any(head in text for head in asked.heads))
    return found


def _of_place(asked: Asked, passage: Passage, items: Sequence[str]) -> Features:
    """Return how near the items stand to the words of the question, and whether on the side that it asks for."""
    text = passage.folded
    at = text.find(folded(items[0]))
    if at < 0:
        return {"not_here": 1.0}
    end = at + sum(len(folded(item)) for item in items) + len(items) - 1
    found: Features = {}
    total = near = agrees = differs = 0.0
    for word, weight in asked.words:
        there = text.find(word)
        if there < 0 or at <= there < end:
            continue
        total += weight
        gap = at - (there + len(word)) if there < at else there - end
        near += weight / (1 + max(gap, 0) / 4)
        asked_at = asked.question.plain.find(word)
        if asked.turn >= 0 and asked_at >= 0:
            if (asked_at < asked.turn) == (there < at):
                agrees += weight
            else:
                differs += weight
    if total:
        found["near"] = near / total
        found["order"] = (agrees - differs) / total
    else:
        found["alone"] = 1.0
    before, after = text[max(0, at - 6) : at], text[end : end + 6]
    plain = asked.question.plain
    found["said_before"] = _said(plain, before) if len(before) > 1 else 0.0
    found["said_after"] = _said(plain, after) if len(after) > 1 else 0.0
    if at == 0:
        found["opens"] = 1.0
    if end >= len(text.rstrip("，。；：")):
        found["closes"] = 1.0
    return found


def _is_a(item: str, head: str) -> bool:
    """Whether *item* ends with *head*, or with what it begins with."""
    return any(item.endswith(head[:n]) for n in range(1, 5))


def _of_another(asked: Asked, passage: Passage, names: Sequence[str]) -> bool:
    """Whether the question is about a body that the clause does not name, or about the owners *names* themselves."""
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    own = {one.name for one in passage.names(clause.start, clause.end)}
    return any(body not in own or body in names for body in asked.bodies)
