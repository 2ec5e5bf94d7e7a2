"""`kg/rules/layout.yaml` → the compiled patterns the reader works with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from kg.errors import RuleError
from kg.resources import load_yaml, rules_dir

NUMERAL = "[〇零一二三四五六七八九十百]{1,7}"
_DAY = "[一二三四五六七八九十]{1,3}"
DATE = rf"(?P<y>\d{{4}}|[〇○零一二三四五六七八九]{{4}})年(?P<m>\d{{1,2}}|{_DAY})月(?P<d>\d{{1,2}}|{_DAY})日"
FILE = "layout.yaml"


@dataclass(frozen=True, slots=True)
class Front:
    """What the head and foot of a document are read with; all patterns expect text without white space."""

    number: re.Pattern[str]
    order: re.Pattern[str]
    date: re.Pattern[str]
    kinds: tuple[str, ...]
    trial: re.Pattern[str]
    bodies: tuple[str, ...]
    forwards: re.Pattern[str]
    by: re.Pattern[str]
    enacted: re.Pattern[str]
    session: re.Pattern[str]
    state: str
    made_public: tuple[str, ...]
    term: re.Pattern[str]
    spoken: re.Pattern[str]
    printed: re.Pattern[str]
    noise: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """The rules of `layout.yaml`, ready for use.

    `marker` matches a label of any family and names the family in `lastgroup`; `families` has the same patterns one
    by one, `ranks` how far out each family stands (0 outermost).
    """

    marker: re.Pattern[str]
    families: dict[str, re.Pattern[str]]
    ranks: dict[str, int]
    box: re.Pattern[str]
    bullet: re.Pattern[str]
    contents: re.Pattern[str]
    leader: re.Pattern[str]
    decoration: re.Pattern[str]
    front: Front


@lru_cache(maxsize=1)
def layout() -> Layout:
    """Return the layout rules, read once. Raises `RuleError` where the file does not say what it should."""
    path = rules_dir() / FILE
    try:
        rules: dict[str, Any] = load_yaml(path)
        return _compile(rules)
    except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
        problem = f"no usable layout rules ({type(error).__name__}: {error})"
        raise RuleError(path, problem, "restore the file as it came") from error


def _refuse_unknown(rules: dict[str, Any]) -> None:
    """Raise KeyError for a key that nothing reads: a rule that is misspelt would be left out without a word."""
    front = {*Front.__dataclass_fields__} - {"date"} | {"examples"}
    for known, given in (
        ({"families", "box", "bullet", "contents", "decoration", "front"}, {*rules}),
        (front, {*rules["front"]}),
        ({"id", "rank", "pattern", "examples"}, {key for row in rules["families"] for key in row}),
    ):
        if given - known:
            raise KeyError(", ".join(sorted(given - known)))


def _compile(rules: dict[str, Any]) -> Layout:
    _refuse_unknown(rules)
    families = {row["id"]: row["pattern"].replace("{cn}", NUMERAL) for row in rules["families"]}
    named = "|".join(
        "(?P<" + name + ">" + pattern.replace("(?P<n>", "(?:") + ")" for name, pattern in _specific_first(families)
    )
    front = rules["front"]

    def rx(text: str) -> re.Pattern[str]:
        return re.compile(text.replace("{cn}", NUMERAL).replace("{date}", DATE))

    return Layout(
        marker=re.compile(named, re.MULTILINE),
        families={name: re.compile(pattern, re.MULTILINE) for name, pattern in families.items()},
        ranks={row["id"]: int(row["rank"]) for row in rules["families"]},
        box=re.compile(rules["box"]["pattern"].replace("{cn}", NUMERAL), re.MULTILINE),
        bullet=rx(rules["bullet"]["pattern"]),
        contents=rx(rules["contents"]["title"]),
        leader=rx(rules["contents"]["leader"]),
        decoration=rx(rules["decoration"]),
        front=Front(
            number=rx(front["number"]),
            order=rx(front["order"]),
            date=rx("^[（(]?{date}[）)]?$"),
            kinds=tuple(front["kinds"]),
            trial=rx(front["trial"]),
            bodies=tuple(front["bodies"]),
            forwards=rx(front["forwards"]),
            by=rx(front["by"]),
            enacted=rx(front["enacted"]),
            session=rx(front["session"]),
            state=front["state"],
            made_public=tuple(front["made_public"]),
            term=rx(front["term"]),
            spoken=rx(front["spoken"]),
            printed=rx(front["printed"]),
            noise=rx(front["noise"]),
        ),
    )


def _specific_first(families: dict[str, str]) -> list[tuple[str, str]]:
    """Return the families with the decimal ones before the plain numbers they begin like."""
    return sorted(families.items(), key=lambda item: item[0] not in ("decimal", "num"))
