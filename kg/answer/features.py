"""A question, a passage and what was read off it → what speaks for and against that answer, by name and in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kg.answer.asked import PARTS, Asked, denies
from kg.answer.passage import Passage, Reading
from kg.answer.passage import folded_text as folded
from kg.answer.question import Question
from kg.answer.sorts import FITTING, bare_of, sort_of
from kg.answer.yesno import DECISIVE, NO, doubts
from kg.search.ranking import Ranking

Features = dict[str, float]

_TELLING = DECISIVE | {"turned", "sibling", "unbound", "lifted"}
"""Doubts that mostly make it 否, each alone."""


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


def of_variant(question: Question, variant: str) -> Features:
    """Return what speaks for reading any passage in the way *variant*, so far as the question alone tells."""
    if variant in ("yes", "no"):
        return {}
    form = question.form.id if question.form else "none"
    bare, sort = bare_of(variant), sort_of(variant)
    found: Features = {
        variant: 1.0,
        f"{form}>{variant}": 1.0,
        f"{form}:{sort}": 1.0,
        f"{question.kind}:{sort}": 1.0,
        f"{_tongue(question)}>{variant}": 1.0,
    }
    if bare != variant:
        found["rest" if variant.endswith("_rest") else "others"] = 1.0
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
    for other in question.forms[1:]:
        found[f"{other.kind}+{variant}"] = 1.0
    if question.last is not None and question.last != question.form:
        found[f"{question.last.kind}~{variant}"] = 1.0
    return found


def of_reading(asked: Asked, passage: Passage, reading: Reading, near: Features, variant: Features) -> Features:
    """Return what speaks for *reading* in *passage*, beside *near*, what speaks for the passage.

    *variant* is what speaks for its way of reading.
    """
    question, items = asked.question, reading.items
    if reading.variant in ("yes", "no"):
        return _of_verdict(question, passage, reading)
    kind, plain = question.kind, [folded(item) for item in items]
    said = [_said(question.plain, item) for item in plain]
    found = variant.copy()
    if asked.others:
        found["others_asked" if reading.variant.endswith("_others") or sum(said) == 0 else "others_not_given"] = 1.0
    if asked.parts:
        front = passage.folded.split(plain[0], 1)[0][-4:]
        found["parts_given" if PARTS.search(front) else "parts_not_given"] = 1.0
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
    _add_heads(found, asked, passage, plain)
    _add_place(found, asked, passage, plain)
    if reading.field:
        found["from_graph"] = 1.0
    longest = max(len(item) for item in items)
    found["long"] = min(longest, 40) / 10
    if any("，" in item for item in items):
        found["clauses"] = 1.0
    rest = _without(passage.folded, plain)
    found["covered_rest"] = _covered(asked.words, rest + "|" + folded(passage.unit.heading))
    found["covered_rest_sentence"] = _covered(asked.words, _without(passage.folded_sentence, plain))
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
    found = {
        "nothing": 1.0,
        f"nothing_{question.kind}": 1.0,
        f"nothing:{form}": 1.0,
        f"nothing_{_tongue(question)}": 1.0,
    }
    if asked.latest:  # without a model there is none
        found["nothing_late"] = 10 * (asked.latest - 0.6)
    found["nothing_covered"] = best["covered_sentence"]
    found["nothing_covered_part"] = best["covered"]
    found["nothing_named_missing"] = best.get("named_missing", 0.0)
    if not ranking.shares_words:
        found["nothing_shared"] = 1.0
    return found


def _tongue(question: Question) -> str:
    """Return en or zh: the same question in the other script of Chinese asks for the same."""
    return question.lang.partition("-")[0]


def _covered(words: Sequence[tuple[str, float]], text: str) -> float:
    total = here = 0.0
    for word, weight in words:
        total += weight
        if word in text:
            here += weight
    return here / total if total else 0.0


def _without(text: str, items: Sequence[str]) -> str:
    for item in items:
        text = text.replace(item, "|")
    return text


def _said(text: str, item: str) -> float:
    """Return the share of the pairs of characters of *item* that stand in *text*."""
    pairs = _pairs(item)
    return len([pair for pair in pairs if pair in text]) / len(pairs) if pairs else float(item in text)


@lru_cache(maxsize=20_000)
def _pairs(item: str) -> tuple[str, ...]:
    return tuple(item[i : i + 2] for i in range(len(item) - 1))


def _add_heads(found: Features, asked: Asked, passage: Passage, items: Sequence[str]) -> None:
    """Add whether *items*, folded, are what the question calls them, or stand beside it."""
    heads = asked.heads
    if not heads:
        return
    text = passage.folded
    behind = text.find(items[-1])
    tail = text[behind + len(items[-1]) :][:14] if behind >= 0 else ""
    ahead = text.find(items[0])
    front = text[max(0, ahead - 10) : ahead] if ahead >= 0 else ""
    found["head"] = len([item for item in items if _is_a(item, heads)]) / len(items)
    found["head_exact"] = len([item for item in items if item.endswith(heads)]) / len(items)
    found["head_behind"] = float(any(head in tail for head in heads))
    found["head_before"] = float(any(head in front for head in heads))
    found["head_missing"] = float(not any(head in text for head in heads))


def _add_place(found: Features, asked: Asked, passage: Passage, items: Sequence[str]) -> None:
    """Add how near *items*, folded, stand to the words of the question, and whether on the side that it asks for."""
    text, plain = passage.folded, asked.question.plain
    at = text.find(items[0])
    if at < 0:
        found["not_here"] = 1.0
        return
    end = at + sum([len(item) for item in items]) + len(items) - 1
    total = near = agrees = differs = 0.0
    for word, weight in asked.words:
        there = text.find(word)
        if there < 0 or at <= there < end:
            continue
        total += weight
        gap = at - (there + len(word)) if there < at else there - end
        near += weight / (1 + max(gap, 0) / 4)
        asked_at = plain.find(word)
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
    found["said_before"] = _said(plain, before) if len(before) > 1 else 0.0
    found["said_after"] = _said(plain, after) if len(after) > 1 else 0.0
    if at == 0:
        found["opens"] = 1.0
    if end >= len(text.rstrip("，。；：")):
        found["closes"] = 1.0


def _is_a(item: str, heads: Sequence[str]) -> bool:
    """Whether *item* ends with one of *heads*, or with what it begins with."""
    return any(item.endswith((head[:1], head[:2], head[:3], head[:4])) for head in heads)


def _of_another(asked: Asked, passage: Passage, names: Sequence[str]) -> bool:
    """Whether the question is about a body that the clause does not name, or about the owners *names* themselves."""
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    own = {one.name for one in passage.names(clause.start, clause.end)}
    return any(body not in own or body in names for body in asked.bodies)
