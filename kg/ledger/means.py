"""Through what a report came in, as the ledger keeps it → what pages call it in a language: `rules/means.yaml`."""

from __future__ import annotations

from typing import Final

from kg.rules import Said, Strict, load
from kg.vocab import Lang

_REST: Final = "{rest}"


class Means(Strict):
    """A way by which reports come in: its words in the ledger, and what pages call it."""

    kept: str
    shown: Said


class MeansWords(Strict):
    """`rules/means.yaml`."""

    known: tuple[Means, ...]
    batch: Said
    undoing: Said


def means_in(lang: Lang, through: str, bulk: int | None = None, undoes: int | None = None) -> str:
    """Return what *through* is called in *lang*, with the number of its bulk change, or of the one that it *undoes*.

    What is not known, such as what a program of somebody's own wrote, stays as it is.
    """
    say = load("means", MeansWords)
    found = next(
        (one.shown[lang].format(rest=rest) for one in say.known if (rest := _rest(one, through)) is not None), None
    )
    means = through if found is None else found
    if undoes is not None:
        return say.undoing[lang].format(means=means, number=undoes)
    return means if bulk is None else say.batch[lang].format(means=means, number=bulk)


def _rest(one: Means, through: str) -> str | None:
    """What *through* has behind the words of *one*; None if those are not its words."""
    before, mark, _ = one.kept.partition(_REST)
    if not mark:
        return "" if through == before else None
    return through.removeprefix(before) if through.startswith(before) else None
