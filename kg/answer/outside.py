"""A question → why no document of the build can answer it, as far as its own words show that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from kg.answer.library import Category, Library, Named
from kg.answer.question import Question
from kg.answer.record import Reason
from kg.errors import RuleError
from kg.extract.names import general_entries
from kg.resources import load_yaml, rules_dir
from kg.search.words import folded

SPECIAL = "special_zone"
"""The kind of a place with policies of its own: what it has is not what the document's own zone has."""

SHORT = 4
"""A shorter name may be the beginning of another body's: 香港 of 香港某某公司."""

_LONGER = re.compile(
    r"[^的在要由和与、,，?？\s]{0,8}?(公司|集团|大学|学院|研究院|研究所|协会|商会|学会|银行|法院|交易所|基金会|委员会|警务处|税务局|总会)"
)
_TITLE = re.compile(r"[《〈]([^》〉]{2,60})[》〉]")
_CLAUSE = re.compile(
    r"第([零〇一二三四五六七八九十百\d]{1,5})[条款项]|[（(]([一二三四五六七八九十]{1,3})[）)]"
    r"|\b(?:clause|article|section|item)s? ?(?:no\.? ?)?(\d{1,3})\b"
)


@dataclass(frozen=True, slots=True)
class Outside:
    """Words of a question that mark it as one no plan answers."""

    id: Reason
    asks: re.Pattern[str]
    examples: tuple[tuple[str, bool], ...]


@cache
def marks() -> tuple[Outside, ...]:
    """Return `rules/outside.yaml` in its order; a file that is wrong is a `RuleError`."""
    path = rules_dir() / "outside.yaml"
    found = []
    for plain in load_yaml(path):
        if set(plain) != {"id", "asks", "examples"} or plain["id"] not in get_args(Reason):
            raise RuleError(
                path, "an entry has other keys than id, asks, examples, or no reason as its id", "correct it"
            )
        try:
            asks = re.compile("|".join(f"(?:{pattern})" for pattern in plain["asks"]))
        except re.error as error:
            raise RuleError(path, f"{plain['id']} has a pattern that cannot be read ({error})", "correct it") from error
        examples = tuple((example["text"], bool(example["hits"])) for example in plain["examples"])
        found.append(Outside(cast("Reason", plain["id"]), asks, examples))
    return tuple(found)


def names_in(question: Question, called: Sequence[str], library: Library) -> tuple[Named, ...]:
    """Return what *question* names: things of the documents, and bodies and places that none of them speaks of.

    The longest name counts where one holds another. *called* are the documents' words for what the question calls by
    other names.
    """
    text = question.plain.replace(" ", "") if question.lang != "en" else question.plain
    text = " ".join([text, *called])
    forms = {**_strange(library), **library.forms}
    found: list[tuple[int, Named]] = []
    taken = bytearray(len(text))
    parts: set[str | None] = {None}
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not any(taken[at:end]):
                taken[at:end] = b"\1" * len(form)
                if len(form) < SHORT and _LONGER.match(text, end):
                    parts.add(forms[form].name)
                else:
                    found.append((at, forms[form]))
            at = text.find(form, at + 1)
    # by position; a thing that is called by two names once, and none whose name is a part of another's
    named: dict[tuple[Category, str | None, str], Named] = {}
    for _, one in sorted(found, key=lambda pair: pair[0]):
        if one.name is None or one.name not in parts:
            named.setdefault((one.category, one.name, "" if one.name else one.form), one)
    return tuple(named.values())


def outside(question: Question, named: tuple[Named, ...], library: Library) -> Reason | None:
    """Return why no document can answer *question*; None where its words do not show that."""
    for mark in marks():
        if mark.asks.search(question.plain):
            return mark.id
    strange = [one for one in named if one.name is None and one.category == "zone"]
    # beside a place of the document's own, a city or province is no other subject; another zone of that kind is
    if strange and (any(one.special for one in strange) or not any(one.name for one in named)):
        return "other_place"
    titles = {folded(title) for title in _TITLE.findall(question.plain)}
    if any(title not in library.text for title in titles):
        return "other_document"
    return None


def clauses_named(question: Question) -> tuple[str, ...]:
    """Return the clause ids that *question* refers to: 第十五条, （十五）, clause 15."""
    from kg.read.markers import to_int

    found = []
    for groups in _CLAUSE.findall(question.plain):
        number = to_int(next(part for part in groups if part))
        if number is not None:
            found.append(str(number))
    return tuple(dict.fromkeys(found))


@cache
def _strange(library: Library) -> dict[str, Named]:
    """Return the general names that no document of the build has, by folded form."""
    found: dict[str, Named] = {}
    for entry in general_entries():
        forms = [folded(form) for form in entry.forms]
        if any(form in library.text or form in library.forms for form in forms):
            continue
        category: Category = "agent" if entry.category == "agent" else "zone"
        if category == "agent" and entry.tier != "named":
            continue
        special = entry.kind == SPECIAL
        found.update((form, Named(form, category, None, special)) for form in forms if len(form) > 1)
    return found
