"""`rules/desk.yaml` → what the desk says in its own voice, by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, get_args

from kg.errors import RuleError
from kg.ledger.terms import Lang
from kg.resources import load_yaml, rules_dir

LANGS: tuple[Lang, ...] = get_args(Lang)

Words = dict[str, Any]


def words(lang: Lang) -> Words:
    """Return the desk's words in *lang*: key → text, or key → further keys."""
    return _all_words()[lang]


@cache
def _all_words() -> dict[Lang, Words]:
    return load_words(rules_dir() / "desk.yaml")


def load_words(path: Path) -> dict[Lang, Words]:
    """Return language → words; a `RuleError` where a language is missing or lacks a key that another has."""
    plain: dict[Lang, Words] = load_yaml(path)
    if set(plain) != set(LANGS):
        raise RuleError(path, f"its languages are not {', '.join(LANGS)}", "give each of them")
    keys = {lang: _keys(plain[lang]) for lang in LANGS}
    for lang in LANGS:
        lacking = sorted(set().union(*keys.values()) - keys[lang])
        if lacking:
            raise RuleError(path, f"{lang} lacks {', '.join(lacking)}", "give each text in every language")
    return plain


def _keys(plain: Words, above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in plain.items():
        found |= _keys(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}"}
    return found
