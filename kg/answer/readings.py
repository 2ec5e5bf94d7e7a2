"""A passage that was found, and the kind of thing asked for → the items it gives, in the source's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from kg.answer.items import between, measure, members, quantities, quoted, short_names
from kg.answer.passage import Field, Passage, Reading
from kg.answer.question import Kind, Question
from kg.extract.dates import times
from kg.models import Agent, Zone
from kg.search.words import folded

_DASHED = re.compile(r"[—－-]{1,3}([^。，；]{2,40})[。，；]")
_DENIED = re.compile(r"[不没未勿](?![同断少久仅但论])|\bnot\b|n't\b")
_INNER = re.compile(r"[、+]")
_ONE = re.compile(
    r"(哪|边)(一)?[座条个项家所种处块间位](?!几)|\b(which|what) (one|body|agency|institution|organi[sz]ation)\b"
)
_SEVERAL = re.compile(
    r"哪些|几个|[两二三四五六七八九十]个|哪几|\b(conditions|lines|requirements|two|three|four|five)\b"
)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2, "几": 0}
_COUNTED = re.compile(
    r"(?:哪|边|的)?([一两二三四五六七八九十]|\d+)(?:个|项|类|种|条|样|大|方面|处|家|所|座|头|片|点|只|间|大类|句)"
)
_NUMBERS = {
    "two": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}


def read(question: Question, passage: Passage) -> Reading | None:
    """Return what *passage* gives of the kind that *question* asks for; None where it gives nothing of the kind."""
    return _READERS[question.kind](question, passage)


def _agency(question: Question, passage: Passage) -> Reading | None:
    row, unit = passage.obligation, passage.unit
    roles = question.form.roles if question.form else ()
    if roles and row is not None:
        held = [p for p in row.agents if p.basis == "explicit" and p.role in roles]
        names = tuple(dict.fromkeys(p.name for p in held if p.tier == "named")) or tuple(p.name for p in held)
        if not names:
            return _doer(question, passage)
        return Reading(names, "bodies", _fit(question, names)) if _is_about(question, passage, names) else None
    if not passage.shares(question) or (roles and not passage.background):
        return None  # a duty that names nobody is given to nobody: a name that stands near it is no owner
    places = [p for p in passage.library.places_in(unit.document, unit.start, unit.end) if isinstance(p.thing, Agent)]
    # 深港双方 names two bodies at once; where others are named one by one, they are meant
    spans = Counter((p.mention.start, p.mention.end) for p in places)
    alone = [p for p in places if spans[p.mention.start, p.mention.end] == 1] or places
    found = [p.thing for p in alone if not passage.asked(p.thing.name)]
    found = [one for one in found if isinstance(one, Agent) and one.tier == "named"] or found
    names = tuple(dict.fromkeys(one.name for one in found))
    if len(names) > 1 and _ONE.search(question.plain):
        names = nearest_to(question, names)
    return Reading(names, None, _fit(question, names)) if names else None


def _is_about(question: Question, passage: Passage, names: Sequence[str]) -> bool:
    """Whether the owners *names* can be who is asked for: the question is about no other body than the clause is, not
    about the owners themselves, and denies nothing that the words do not deny.
    """
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    own = {place.thing.name for place in passage.library.places_in(passage.unit.document, clause.start, clause.end)}
    bodies = [one for one in passage.named if one.category == "agent" and one.form in question.plain]
    if any(one.name not in own or one.name in names for one in bodies):
        return False
    return _DENIED.search(question.terms) is None or _DENIED.search(passage.unit.quote) is not None


def _doer(question: Question, passage: Passage) -> Reading | None:
    """Return the body that does, inside the row, what the question asks about: 配合甲方研究某事, who 研究?"""
    unit = passage.unit
    source = passage.library.source(unit.document)
    for place in passage.library.places_in(unit.document, unit.start, unit.end):
        verb = folded("".join(source[place.mention.end : unit.end].split())[:2])
        if isinstance(place.thing, Agent) and place.thing.tier == "named" and len(verb) == 2 and verb in question.plain:
            return Reading((place.thing.name,), None)
    return None


def nearest_to(question: Question, names: Sequence[str]) -> tuple[str, ...]:
    """Return those of *names* that share most pairs of characters with *question*, all where none shares more."""
    shared = {name: sum(name[i : i + 2] in question.plain for i in range(len(name) - 1)) for name in names}
    most = max(shared.values())
    return tuple(name for name in names if shared[name] == most)


def _beneficiary(question: Question, passage: Passage) -> Reading | None:
    row = passage.obligation
    if row is not None and row.beneficiaries:
        return Reading(row.beneficiaries, "beneficiary")
    return None


def _deadline(question: Question, passage: Passage) -> Reading | None:
    row, unit, sentence = passage.obligation, passage.unit, passage.sentence.unit
    if not passage.shares(question):
        return None  # a date that stands near is no date of what is asked about
    if row is not None:
        return Reading((row.deadline.text,), "deadlineText") if row.deadline else None
    source = passage.library.source(unit.document)
    inside = times(unit.quote)
    if inside:
        return Reading((inside[0].text,), None)
    # 2017年1月，甲和乙签署备忘录，…: what is told of the past stands behind its date
    before = [t for t in times("".join(source[sentence.start : unit.end].split())) if t.kind == "past"]
    rows = passage.library.obligations_in(unit.document, sentence.start, sentence.end)
    return Reading((before[-1].text,), None) if before and not rows else None


def _quantity(question: Question, passage: Passage) -> Reading | None:
    if passage.whole:
        return None
    row, wanted = passage.obligation, measure(question.plain)
    found = tuple(quantities(passage.unit.quote, wanted))
    if found:
        return Reading(found[:1], None)
    if wanted is None:
        listed = members(row.object if row else passage.unit.quote, passage.library.cut)
        if len(listed) > 2:
            return Reading((str(len(listed)),), None, 0.2)
    return None


def _zone(_: Question, passage: Passage) -> Reading | None:
    unit, row = passage.unit, passage.obligation
    spaces = between(unit.quote)
    if spaces:
        return Reading((spaces[0],), None)
    inside = [one.name for one in passage.names(unit.start, unit.end) if isinstance(one, Zone)]
    inside = [name for name in inside if not passage.asked(name)] or inside
    if row is not None and row.zones:
        held = [name for name in row.zones if name in inside] or [n for n in row.zones if not passage.asked(n)]
        if held:
            return Reading(tuple(held[:1]), "zone")
    return Reading((inside[0],), None) if inside else None


def _list(question: Question, passage: Passage) -> Reading | None:
    row, quote, cut = passage.obligation, passage.unit.quote, passage.library.cut
    if passage.whole:
        return _titles(question, passage)
    spaces = between(quote)
    if spaces:
        clause = passage.library.clause(passage.unit.document, passage.unit.clause)
        spaces = between(clause.text.replace("\n", "。")) if number_asked(question) != 1 else spaces
        return Reading(tuple(spaces), None, _fit(question, spaces))
    listed = members(row.object, cut) if row is not None else []
    field: Field | None = "object" if len(listed) > 1 else None
    found = tuple(listed if field else members(quote, cut))
    if len(found) < 2:
        # “一线放开、二线管住、区内自由”, “基础研究+技术攻关+…”: a list that is a name
        names = max(quoted(quote), key=lambda name: len(_INNER.findall(name)), default="")
        found = tuple(_INNER.split(names))
    found = _beyond(question, found)
    # what the question says itself is not what it asks for
    if len(found) < 2 or all(_said(question, item) for item in found):
        return None
    if _ONE.search(question.plain):
        found = nearest_to(question, found)
    return Reading(found, field, _fit(question, found))


def _beyond(question: Question, items: tuple[str, ...]) -> tuple[str, ...]:
    """Return *items*, the first without what the question says itself: 担任董事 asked with 担任 is 董事."""
    if not items:
        return items
    first = items[0]
    said = [i + 2 for i in range(len(first) - 3) if first[i : i + 2] in question.plain]
    return (first[said[-1] :], *items[1:]) if said and len(items) > 1 else items


def _said(question: Question, item: str) -> bool:
    """Whether most pairs of characters of *item* stand in the question."""
    pairs = [item[i : i + 2] for i in range(len(item) - 1)]
    return 2 * sum(pair in question.plain for pair in pairs) > len(pairs)


def _titles(question: Question, passage: Passage) -> Reading | None:
    """Return the points that a clause sets out one by one, each behind a dash, where so many are asked for."""
    unit = passage.unit
    clause = passage.library.clause(unit.document, unit.clause)
    titles = [m.group(1) for line in clause.text.split("\n") for m in [_DASHED.match(line.strip())] if m]
    fit = _fit(question, titles)
    if fit and any(clause.title[i : i + 2] in question.plain for i in range(len(clause.title) - 1)):
        fit += 1  # the clause is headed by what they are
    return Reading(tuple(titles), None, fit) if fit else None


def _definition(question: Question, passage: Passage) -> Reading | None:
    sentence = passage.sentence.unit
    for full, short in short_names(sentence.quote):
        known = [form for form in passage.library.forms if folded(full).endswith(form)]
        full = full[-len(max(known, key=len)) :] if known else full
        if folded(short) in question.plain:
            return Reading((full,), None, 1.0)
        if folded(full) in question.plain:
            return Reading((short,), None, 1.0)
    spaces = between(passage.unit.quote)
    if spaces:
        return Reading((spaces[0],), None, 0.5)
    names = [name for name in quoted(passage.unit.quote) if folded(name) not in question.plain]
    if names:
        return Reading(tuple(names[:1]), None, 0.5)
    return _policy(question, passage)


def _policy(_: Question, passage: Passage) -> Reading | None:
    row = passage.obligation
    if passage.whole:
        return None
    if row is None:
        return Reading((passage.unit.quote.strip("，。；：,;:"),), None)
    return Reading((row.policy or row.object or row.quote,), "object" if not row.policy and row.object else None)


def _condition(_: Question, passage: Passage) -> Reading | None:
    row = passage.obligation
    if row is None or not row.condition:
        return None
    return Reading(tuple(re.split(r"；|并且", row.condition)), "condition")


def _exception(_: Question, passage: Passage) -> Reading | None:
    """Return what a row leaves out, or what it lets off or puts off."""
    row = passage.obligation
    if row is None:
        return None
    if row.exception:
        plain = re.sub(r"除外|^除|[（）()，。]", "", row.exception)
        return Reading(tuple(members(plain, passage.library.cut)), "exception")
    if row.modality in ("exemption", "suspension") and row.object:
        return Reading((row.object,), "object")
    return None


def _passage(_: Question, passage: Passage) -> Reading | None:
    if passage.whole:
        return None
    return Reading((passage.unit.quote,), None)


_READERS: dict[Kind, Callable[[Question, Passage], Reading | None]] = {
    "agency": _agency,
    "beneficiary": _beneficiary,
    "condition": _condition,
    "deadline": _deadline,
    "definition": _definition,
    "exception": _exception,
    "list": _list,
    "passage": _passage,
    "policy": _policy,
    "quantity": _quantity,
    "tasks": _list,
    "yesno": _passage,
    "zone": _zone,
}


def number_asked(question: Question) -> int | None:
    """Return how many items *question* asks for (哪三类, which two), None where it does not say."""
    match = _COUNTED.search(question.plain)
    if match:
        word = match.group(1)
        return int(word) if word.isdecimal() else _DIGITS.get(word)
    words = re.findall(r"[a-z]+", question.plain)
    return next((_NUMBERS[word] for word in words if word in _NUMBERS), None)


def _fit(question: Question, items: Sequence[str]) -> float:
    asked = number_asked(question)
    return 1.0 if asked is not None and asked == len(items) and asked > 1 else 0.0
