"""`rules/desk.yaml` → what the desk says in its own voice, by language; the columns have their titles of their own."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import RootModel

from kg.ledger.catalogue import standing_in
from kg.rules import Said, Strict, Texts, load
from kg.vocab import Lang

Words = dict[str, Any]


class TabTitle(Strict):
    """An entry of `rules/tabs.yaml`."""

    name: str
    title: Said


class TabTitles(RootModel[tuple[TabTitle, ...]]):
    """`rules/tabs.yaml`: the tabs in their order."""


@cache
def words(lang: Lang) -> Words:
    """Return the desk's words in *lang*: key → text, or key → further keys."""
    return {**load("desk", Texts[Any]).root[lang], "columns": _titles(lang), "tabs": _tabs(lang)}


def tab_names() -> tuple[str, ...]:
    """Return the names of the desk's tabs in their order."""
    return tuple(_tabs("en"))


def _tabs(lang: Lang) -> dict[str, str]:
    """Return tab → its title."""
    return {tab.name: tab.title[lang] for tab in load("tabs", TabTitles).root}


def _titles(lang: Lang) -> dict[str, str]:
    """Return column of the desk's table → what stands above it."""
    placed = ((column, column.desk) for column in standing_in("desk"))
    return {column.key: ((desk and desk.title) or column.title)[lang] for column, desk in placed}
