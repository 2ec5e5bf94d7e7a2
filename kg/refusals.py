"""Why what somebody gives cannot be taken → the reason and what to do, in each language: `rules/refusals.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Final, Self, TypeVar

from pydantic import model_validator

from kg.errors import HetaoError, one_line
from kg.rules import Said, Strict, load
from kg.vocab import LANGS, Lang

Fact = object | Mapping[Lang, str]
"""What is put into a reason: the same in every language, or a text for each."""

_SHOWN: Final = 60
"""Characters of what somebody wrote that a reason repeats."""

E = TypeVar("E", bound=HetaoError)


class RefusalWords(Strict):
    """An entry of `rules/refusals.yaml`: what is wrong and what to do, in every language with the same facts.

    `about` is the subject, if whoever refuses names none.
    """

    about: Said | None = None
    problem: Said
    fix: Said

    @model_validator(mode="after")
    def _of_the_same_facts(self) -> Self:
        for said in filter(None, (self.about, self.problem, self.fix)):
            if len({frozenset(_places(text)) for text in said.values()}) != 1:
                raise ValueError(f"its languages name different facts: {said['en']}")
        return self


class Refusals(Strict):
    """`rules/refusals.yaml`: the reasons by key, and how a line is made of a subject, a problem and what to do."""

    line: Said
    why: Said
    column: Said
    separator: Said
    unreported: Said
    empty: Said
    words: dict[str, Said]
    reasons: dict[str, RefusalWords]


def refusals() -> Refusals:
    """Return `rules/refusals.yaml`."""
    return load("refusals", Refusals)


def refused(kind: type[E], key: str, subject: Fact = "", /, **facts: Fact) -> E:
    """Return an error of *kind* about *subject* with the reason *key*, in English and in every other language."""
    reason = refusals().reasons[key]
    told = {}
    for lang in LANGS:
        filled = {name: _in(fact, lang) for name, fact in facts.items()}
        about = reason.about[lang].format(**filled) if reason.about else _in(subject, lang)
        told[lang] = (about, reason.problem[lang].format(**filled), reason.fix[lang].format(**filled))
    error = kind(*told["en"])
    error.translated = {lang: (one_line(a), one_line(b), one_line(c)) for lang, (a, b, c) in told.items()}
    return error


def within(place: str, error: E) -> E:
    """Return *error* once more, its subject within *place*: a task, a file."""
    again = type(error)(f"{place} {error.subject}", error.problem, error.fix)
    again.translated = {lang: (f"{place} {a}", b, c) for lang, (a, b, c) in error.translated.items()}
    return again


def parts_in(error: HetaoError, lang: Lang) -> tuple[str, str, str]:
    """Return subject, problem and what to do in *lang*, or in English where there are no words for them."""
    return error.translated.get(lang, (error.subject, error.problem, error.fix))


def line_in(error: HetaoError, lang: Lang, place: str = "") -> str:
    """Return the one line of *error* in *lang*, about *place* if that is given; see `parts_in`."""
    subject, problem, fix = parts_in(error, lang)
    return refusals().line[lang].format(subject=place or subject, problem=problem, fix=fix)


def why_in(error: HetaoError, lang: Lang) -> str:
    """Return what is wrong in *lang*, after what it is about if the error says so."""
    subject, problem, _ = parts_in(error, lang)
    return refusals().why[lang].format(subject=subject, problem=problem) if subject else problem


def listed(words: Mapping[Lang, list[str]]) -> dict[Lang, str]:
    """Return the *words* of each language as a list in a sentence."""
    return {lang: refusals().separator[lang].join(some) for lang, some in words.items()}


def shortened(written: object) -> str:
    """Return what somebody wrote, as far as a reason repeats it."""
    return one_line(str(written), _SHOWN)


def _in(fact: Fact, lang: Lang) -> str:
    return str(fact[lang] if isinstance(fact, Mapping) else fact)


def _places(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]
