"""A passage that was found, and the kinds of thing asked for → the items it may give, in the source's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kg.answer.items import measure, members, quantities, quoted, short_names, spaces_between
from kg.answer.lists import lists, number_of_members
from kg.answer.names import beneficiaries, bodies, edges, owners, policies, terms, zones
from kg.answer.passage import Passage, Reading
from kg.answer.passage import folded_text as folded
from kg.answer.question import Kind, Question
from kg.answer.yesno import NO, YES
from kg.extract.conditions import conditions as conditions_in
from kg.extract.dates import times as times_in

_EDGE = "，。；：、,;:"
_NAMED_SO = re.compile(r"(?:作为|称为|成为|设为|定位为|打造成?|建设成?|即)([^，。；]{2,30})$")
_ACTS = re.compile(
    r"(?:可以?|能够?|不再|免于|免予|无需|不受|取消|暂不|按照?|参照|依据|依照|根据|实行|采取|采用|实施)[^，。；]{2,}$"
)


def read(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield what *passage* may give to *question*, each reading once."""
    readers = dict.fromkeys(reader for kind in kinds(question) for reader in _READERS[kind])
    seen: set[tuple[str, ...]] = set()
    for reader in readers:
        for reading in reader(question, passage):
            items = tuple(text for text in (item.strip(_EDGE) for item in reading.items) if text)
            if items and (reading.variant, *items) not in seen:
                seen.add((reading.variant, *items))
                yield Reading(reading.variant, items, reading.field, reading.roles)


def kinds(question: Question) -> tuple[Kind, ...]:
    """Return the kinds of thing that *question* may ask for, the most telling first."""
    return tuple(dict.fromkeys([form.kind for form in question.forms])) or ("passage",)


def _times(_: Question, passage: Passage) -> Iterator[Reading]:
    row, unit, sentence = passage.obligation, passage.unit, passage.sentence.unit
    if row is not None and row.deadline:
        yield Reading("due", (row.deadline.text,), "deadlineText")
    inside = _times_in(unit.quote)
    for text in dict.fromkeys(inside):
        yield Reading("time", (text,), None)
    years = [text for one in inside for text in _YEAR.findall(one) if text != one]
    for text in dict.fromkeys(years):
        yield Reading("year", (text,), None)
    if len(set(inside)) > 1:
        yield Reading("times", tuple(dict.fromkeys(inside)), None)
    # 2017年1月，甲和乙签署备忘录，…: what is told of the past stands behind its date
    source = passage.library.source(unit.document)
    before = [t for t in times_in("".join(source[sentence.start : unit.start].split())) if t.kind == "past"]
    if before and not inside and passage.background:
        yield Reading("time_before", (before[-1].text,), None)


def _figures(question: Question, passage: Passage) -> Iterator[Reading]:
    wanted = measure(question.plain)
    for text in dict.fromkeys(quantities(passage.unit.quote, wanted)):
        yield Reading("figure" if wanted else "any_figure", (text,), None)
    if not passage.whole and wanted is None:
        count = number_of_members(passage)
        if count > 1:
            yield Reading("count", (str(count),), None)


def _counted(question: Question, passage: Passage) -> Iterator[Reading]:
    """Yield the number that stands in the passage where the question asks for it: 几号线 finds 6号线."""
    for match in _HOW_MANY.finditer(question.plain):
        for unit in (match.group(2)[:2], match.group(2)[:1], "个"):
            found = re.findall(rf"[{_NUMERALS}\d]+{re.escape(unit)}", folded(passage.unit.quote)) if unit else []
            for text in dict.fromkeys(found):
                yield Reading("counted", (text,), None)
            if found:
                break


def _quotes(question: Question, passage: Passage) -> Iterator[Reading]:
    names = [name for name in quoted(passage.unit.quote) if folded(name) not in question.plain]
    for name in dict.fromkeys(names):
        yield Reading("quoted", (name,), None)


def _shorts(question: Question, passage: Passage) -> Iterator[Reading]:
    for full, short in short_names(passage.sentence.unit.quote):
        known = [form for form in passage.library.forms if folded(full).endswith(form)]
        full = full[-len(max(known, key=len)) :] if known else full
        if folded(short) in question.plain and folded(full) not in question.plain:
            yield Reading("full_name", (full,), None)
        if folded(full) in question.plain:
            yield Reading("short_name", (short,), None)


def _objects(_: Question, passage: Passage) -> Iterator[Reading]:
    row, quote = passage.obligation, passage.unit.quote.strip(_EDGE)
    if passage.whole:
        return
    if row is not None and row.object:
        yield Reading("object", (row.object,), "object")
    match = _NAMED_SO.search(quote)
    if match:
        yield Reading("named_so", (match.group(1),), None)
    acts = _ACTS.search(quote)
    if acts:
        yield Reading("act", (acts.group(),), None)


def _whole(_: Question, passage: Passage) -> Iterator[Reading]:
    if not passage.whole:
        yield Reading("whole", (passage.unit.quote,), None)


def _conditions(_: Question, passage: Passage) -> Iterator[Reading]:
    row, quote = passage.obligation, passage.unit.quote
    if row is not None:
        if row.condition:
            parts = tuple(re.split(r"；|并且", row.condition))
            yield Reading("condition", parts, "condition")
            if len(parts) > 1:
                for part in parts:
                    yield Reading("condition_part", (part,), "condition")
        return
    found = _conditions_in(quote)
    if found:
        yield Reading("condition_words", tuple(found), None)


def _exceptions(_: Question, passage: Passage) -> Iterator[Reading]:
    row = passage.obligation
    if row is None:
        return
    if row.exception:
        plain = re.sub(r"除外|^除|[（()），。]", "", row.exception)
        yield Reading("exception", tuple(members(plain, passage.library.cut)), "exception")
    if row.modality in ("exemption", "suspension") and row.object:
        yield Reading("exempted", (row.object,), "object")


def _between(_: Question, passage: Passage) -> Iterator[Reading]:
    if not passage.whole:
        for text in spaces_between(passage.unit.quote):
            yield Reading("between", (text,), None)


def _verdicts(_: Question, passage: Passage) -> Iterator[Reading]:
    if passage.whole and not passage.background:
        return  # what one of its rows says is weighed by that row's force
    yield Reading("yes", (YES,), None)
    yield Reading("no", (NO,), None)


_YEAR = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?")
_HOW_MANY = re.compile(r"(?<!十)(几|多少|几多)(?:个|啲)?([\u4e00-\u9fff]{1,2})")
_NUMERALS = "零一二两三四五六七八九十百千万双"


@lru_cache(maxsize=20_000)
def _times_in(quote: str) -> tuple[str, ...]:
    return tuple(time.text for time in times_in(quote))


@lru_cache(maxsize=20_000)
def _conditions_in(quote: str) -> tuple[str, ...]:
    return tuple(one.text for one in conditions_in(quote, 0, len(quote)) if not one.exception)


Reader = Callable[[Question, Passage], Iterator[Reading]]
_READERS: dict[Kind, tuple[Reader, ...]] = {
    "agency": (owners, bodies, beneficiaries, lists, _quotes, terms),
    "beneficiary": (beneficiaries, bodies, owners, lists, _objects, terms),
    "condition": (_conditions, lists, _objects, _whole, terms),
    "deadline": (_times, _counted),
    "definition": (_shorts, _quotes, _objects, policies, zones, _between, lists, _whole, terms),
    "exception": (_exceptions, lists, _conditions, _objects, _whole, terms),
    "list": (lists, edges, bodies, beneficiaries, zones, _quotes, _objects, policies, _conditions, terms),
    "passage": (_whole, _objects, lists, _quotes, terms, bodies, zones, edges, _times, _figures),
    "policy": (_objects, _quotes, policies, lists, _conditions, _whole, terms, bodies, zones),
    "quantity": (_figures, _counted, _quotes),
    "tasks": (lists, _objects, _whole),
    "yesno": (_verdicts,),
    "zone": (zones, edges, _between, lists, _objects, bodies, terms),
}
