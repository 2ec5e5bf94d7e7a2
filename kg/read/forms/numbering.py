"""The list definitions of a Word document → the label that is printed in front of each of its paragraphs.

In many official documents 一、 and （一） stand in no text: Word counts them. What it prints follows from the
paragraph's list and level, its style, and the paragraphs before it.

Source: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.read.forms.numerals import numeral
from kg.read.forms.package import attribute, child, children, is_on, value

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_MOST = 32767
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and printed. `text` has %1 to %9 for the numbers of the levels; `restart` is
    the level (from 1) whose use makes this one start again, 0 for none, None for any above it.
    """

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    paragraph_style: str | None = None


@dataclass(frozen=True, slots=True)
class _Style:
    based_on: str | None
    number: str | None
    level: int | None


class Numbering:
    """Counts through a document. Ask for the `label` of every paragraph in order, once each."""

    def __init__(self, numbering: Any, styles: Any) -> None:  # noqa: ANN401 - lxml carries no types
        self._styles, self._default = _read_styles(styles)
        self._abstract = {attribute(one, "abstractNumId") or "": one for one in children(numbering, "abstractNum")}
        self._numbers = {attribute(one, "numId") or "": one for one in children(numbering, "num")}
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: Any) -> str:  # noqa: ANN401
        """Return what is printed in front of the paragraph with these *properties* (its pPr or None), "" for nothing.

        A bullet in a font of symbols is printed as •.
        """
        number, level = self._place(properties)
        if number is None or number not in self._numbers:
            return ""
        levels = self._levels_of(number)
        rule = levels.get(level)
        if rule is None:
            return ""
        counts = self._count(number, level, levels)
        if rule.style == "bullet":
            return _PRIVATE.sub("•", rule.text)

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            other = levels.get(at, Level())
            count = counts[at]
            style = "decimal" if rule.legal else other.style
            return "" if style == "none" else numeral(other.start if count is None else count, style)

        return _PLACE.sub(shown, rule.text)

    def _place(self, properties: Any) -> tuple[str | None, int]:  # noqa: ANN401
        """Return the list and the level of a paragraph: its own, or those of its style."""
        number = value(properties, "numPr", "numId")
        level = _whole(value(properties, "numPr", "ilvl"))
        name = value(properties, "pStyle") or self._default
        seen: set[str] = set()
        by_style = None
        while name and name not in seen and (style := self._styles.get(name)):
            seen.add(name)
            if number is None and style.number is not None:
                number, by_style = style.number, name
            if level is None and style.level is not None and number is not None:
                level = style.level
            if number is not None:
                break
            name = style.based_on or ""
        if number is None or number == "0":
            return None, 0
        if by_style is not None and number in self._numbers:
            tied = [at for at, one in self._levels_of(number).items() if one.paragraph_style == by_style]
            level = tied[0] if tied else level
        return number, min(max(level or 0, 0), _LEVELS - 1)

    def _count(self, number: str, level: int, levels: Mapping[int, Level]) -> list[int | None]:
        """Count one more on *level* and return the numbers of all levels; lists of one definition count on together."""
        counts = self._counts.setdefault(self._definition(number), [None] * _LEVELS)
        if (number, level) not in self._begun:
            self._begun.add((number, level))
            override = self._override(number, level)
            if override is not None and value(override, "startOverride") is not None:
                counts[level] = None
        before = counts[level]
        counts[level] = levels[level].start if before is None else min(before + 1, _MOST)
        for deeper in range(level + 1, _LEVELS):
            restart = levels.get(deeper, Level()).restart
            if restart is None or level + 1 <= restart:
                counts[deeper] = None
        return counts

    # -------------------------------------------------------------- definitions

    def _definition(self, number: str) -> str:
        return value(self._numbers[number], "abstractNumId") or ""

    def _override(self, number: str, level: int) -> Any:  # noqa: ANN401
        overrides = children(self._numbers[number], "lvlOverride")
        return next((one for one in overrides if _whole(attribute(one, "ilvl")) == level), None)

    def _levels_of(self, number: str) -> dict[int, Level]:
        if number not in self._levels:
            found = dict(self._abstract_levels(self._definition(number)))
            for override in children(self._numbers[number], "lvlOverride"):
                at = _whole(attribute(override, "ilvl"))
                if at is None:
                    continue
                own = child(override, "lvl")
                if own is not None:
                    found[at] = _read_level(own)
                start = _whole(value(override, "startOverride"))
                if start is not None:
                    found[at] = replace(found.get(at, Level()), start=start)
            self._levels[number] = found
        return self._levels[number]

    def _abstract_levels(self, definition: str) -> dict[int, Level]:
        """Return the levels of a definition; one that only names a list style takes those of the style's own list."""
        seen: set[str] = set()
        while definition in self._abstract and definition not in seen:
            seen.add(definition)
            element = self._abstract[definition]
            link = value(element, "numStyleLink")
            if link is None:
                pairs = ((_whole(attribute(one, "ilvl")), one) for one in children(element, "lvl"))
                return {at: _read_level(one) for at, one in pairs if at is not None}
            style = self._styles.get(link)
            number = style.number if style else None
            definition = self._definition(number) if number in self._numbers and number else ""
        return {}


def _read_level(element: Any) -> Level:  # noqa: ANN401
    start = _whole(value(element, "start"))
    return Level(
        # Word counts from 0 where a level says nothing of its start
        start=0 if start is None else start,
        style=value(element, "numFmt") or _alternative(element) or "decimal",
        text=value(element, "lvlText") or "",
        restart=_whole(value(element, "lvlRestart")),
        legal=is_on(element, "isLgl"),
        paragraph_style=value(element, "pStyle"),
    )


def _alternative(level: Any) -> str | None:  # noqa: ANN401
    """Return the style of a level that gives a newer one, and another for programs that do not know it."""
    return value(level, "AlternateContent", "Fallback", "numFmt")


def _read_styles(styles: Any) -> tuple[dict[str, _Style], str]:  # noqa: ANN401
    """Return the styles by id, and the id of the one that a paragraph without a style has."""
    found: dict[str, _Style] = {}
    default = ""
    for element in children(styles, "style"):
        name = attribute(element, "styleId") or ""
        found[name] = _Style(
            based_on=value(element, "basedOn"),
            number=value(element, "pPr", "numPr", "numId"),
            level=_whole(value(element, "pPr", "numPr", "ilvl")),
        )
        if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on"):
            default = name
    return found, default


def style_names(styles: Any) -> dict[str, str]:  # noqa: ANN401
    """Return the names of the styles by id, in lower case: the ids are translated, the names of Word's own are not."""
    return {attribute(one, "styleId") or "": (value(one, "name") or "").lower() for one in children(styles, "style")}


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else max(-1, min(int(text), _MOST))
    except ValueError:
        return None
