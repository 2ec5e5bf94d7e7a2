"""`kg/rules/layout.yaml` → the compiled patterns the reader works with."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from kg.rules import Strict, load


class Tried(Strict):
    """Texts that a pattern must hit, and texts that it must not."""

    hits: Annotated[tuple[str, ...], Field(min_length=1)]
    misses: Annotated[tuple[str, ...], Field(min_length=1)]


def _by_line(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(pattern.pattern, re.MULTILINE)


Lines = Annotated[re.Pattern[str], AfterValidator(_by_line)]


class Family(Strict):
    """Labels of one kind (第一章, （一）, 1.) and how far out their headings stand (0 outermost)."""

    id: str
    rank: int
    pattern: Lines
    examples: Tried


class Sign(Strict):
    """What shows that a line is no heading, or that a bracket closes a task."""

    pattern: Lines
    examples: Tried


class Contents(Strict):
    """What a table of contents is called, and what leads to the page at the end of its lines."""

    title: re.Pattern[str]
    leader: re.Pattern[str]
    examples: Tried


class FrontExamples(Strict):
    """The texts that the patterns of `FrontRules` are tried on."""

    number: Tried
    order: Tried
    by_year: Tried
    by_order: Tried
    signed: Tried


class FrontRules(Strict):
    """What the head and foot of a document are read with; all patterns expect text without white space."""

    number: re.Pattern[str]
    order: re.Pattern[str]
    date: re.Pattern[str]
    by_year: re.Pattern[str]
    by_order: re.Pattern[str]
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
    signed: re.Pattern[str]
    noise: re.Pattern[str]
    examples: FrontExamples


class Layout(Strict):
    """The rules of `layout.yaml`, the parts put into their patterns."""

    families: tuple[Family, ...]
    box: Sign
    bullet: Sign
    contents: Contents
    around_page: Sign
    due: Sign
    decoration: re.Pattern[str]
    front: FrontRules

    @model_validator(mode="before")
    @classmethod
    def _put_together(cls, plain: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if not isinstance(plain, dict) or not isinstance(parts := plain.get("parts"), dict):
            raise ValueError("it has no parts")
        # the last part may hold those before it
        named = {f"{{{name}}}": str(part) for name, part in reversed(parts.items())}
        return _with_parts({key: value for key, value in plain.items() if key != "parts"}, named)

    @cached_property
    def marker(self) -> re.Pattern[str]:
        """A label of any family, which it names in `lastgroup`; the decimal ones before the numbers they begin like."""
        ordered = sorted(self.families, key=lambda family: family.id not in ("decimal", "num"))
        labels = (f"(?P<{one.id}>{one.pattern.pattern.replace('(?P<n>', '(?:')})" for one in ordered)
        return re.compile("|".join(labels), re.MULTILINE)

    @cached_property
    def labels(self) -> dict[str, re.Pattern[str]]:
        """The pattern of each family."""
        return {family.id: family.pattern for family in self.families}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The rank of each family."""
        return {family.id: family.rank for family in self.families}


def _with_parts(plain: object, parts: dict[str, str]) -> object:
    if isinstance(plain, dict):
        return {key: _with_parts(value, parts) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_with_parts(value, parts) for value in plain]
    if isinstance(plain, str):
        for name, part in parts.items():
            plain = plain.replace(name, part)
    return plain


def layout() -> Layout:
    """Return the layout rules, read once."""
    return load("layout", Layout)
