"""A fixed value of the records → what it is called in a language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from kg.errors import RuleError
from kg.resources import load_yaml, rules_dir
from kg.vocab import DEADLINE_KINDS, FORCES, MODALITIES, REVIEW_MARKS, ROLES, TIERS

Lang = Literal["zh-Hans", "zh-Hant", "en"]
Kind = Literal["modality", "force", "role", "tier", "deadline", "review"]

_VALUES: dict[Kind, tuple[str, ...]] = {
    "modality": MODALITIES,
    "force": FORCES,
    "role": ROLES,
    "tier": TIERS,
    "deadline": DEADLINE_KINDS,
    "review": REVIEW_MARKS,
}


def term(lang: Lang, kind: Kind, value: str) -> str:
    """Return what *value* is called; *value* itself where it is none of its kind."""
    return _terms()[lang][kind].get(value, value)


@cache
def _terms() -> dict[str, dict[Kind, dict[str, str]]]:
    return load_terms(rules_dir() / "terms.yaml")


def load_terms(path: Path) -> dict[str, dict[Kind, dict[str, str]]]:
    """Return language → kind → value → word; a `RuleError` for a file that lacks a value in a language."""
    plain: dict[str, dict[Kind, dict[str, str]]] = load_yaml(path)
    for lang in ("zh-Hans", "zh-Hant", "en"):
        for kind, values in _VALUES.items():
            if set(plain.get(lang, {}).get(kind, {})) != set(values):
                raise RuleError(path, f"{kind} in {lang} are not {', '.join(values)}", "name each of them")
    return plain
