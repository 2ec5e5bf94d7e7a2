"""Text and markup → markup. Whatever was not made here is text, and is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Html(str):
    """Markup. Only this module makes it."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Return the element *name* with *children*: markup as it is, any other text escaped.

    An attribute that is None or False is left out, one that is True stands alone. `class_` is class, and an underscore
    in a name is a hyphen (`data_go` is data-go).
    """
    return Html(f"{opening(name, **attributes)}{join(children)}</{name}>")


def opening(name: str, /, **attributes: str | bool | None) -> Html:
    """Return the opening tag of an element alone, for elements whose parts do not nest as they are made."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{given}>")


def closing(name: str) -> Html:
    """Return the closing tag of an element alone."""
    return Html(f"</{name}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """Return *parts* one behind another: markup as it is, any other text escaped."""
    return Html(_made(between).join(_made(part) for part in parts))


def _made(part: str) -> str:
    return part if isinstance(part, Html) else escape(part)
