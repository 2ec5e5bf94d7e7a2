"""A probability → how sure an answer is, in one of three words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import RuleError
from kg.resources import load_yaml, rules_dir


@dataclass(frozen=True, slots=True)
class Level:
    """How sure; `id` is its key in the desk's words. Of a hundred answers of it at least `percent` are right."""

    id: str
    percent: int


def level(probability: float) -> Level:
    """Return the level of *probability*, the highest that it reaches."""
    found = next((one, least) for one, least in _levels() if probability >= least or least == 0)
    return Level(found[0], round(100 * found[1]))


@cache
def _levels() -> tuple[tuple[str, float], ...]:
    return load_levels(rules_dir() / "confidence.yaml")


def load_levels(path: Path) -> tuple[tuple[str, float], ...]:
    """Return each level's id and least probability, the highest first; a `RuleError` where they do not end at 0."""
    rows = load_yaml(path)
    levels = tuple((str(row["id"]), float(row["from"])) for row in rows)
    least = [number for _, number in levels]
    if least != sorted(set(least), reverse=True) or not least or least[-1] != 0 or least[0] > 1:
        raise RuleError(path, "its levels do not go down from 1 to 0", "give each `from` once, the highest first")
    return levels
