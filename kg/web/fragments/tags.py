"""Text and markup → markup. Anything that was not made here is text and gets escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Html(str):
    """Markup, made only by this module and by templates, which escape text as well."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself: by this a template knows that it is not to be escaped."""
        return self


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
    """Return *parts* one after another: markup as it is, any other text escaped."""
    return Html(_made(between).join(_made(part) for part in parts))


def definitions(fields: Iterable[tuple[str, str]], class_: str | None = None) -> Html:
    """Return *fields*, each a name and a value, as a definition list without those that have no value."""
    return tag("dl", *(join([tag("dt", name), tag("dd", value)]) for name, value in fields if value), class_=class_)


def table(columns: Iterable[str], rows: Iterable[Iterable[str] | Html]) -> Html:
    """Return the table of *rows*, each its cells or a whole `<tr>`, below the names of its *columns*."""
    head = tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns)))
    body = [row if isinstance(row, Html) else tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    return scrolled(tag("table", head, tag("tbody", *body), class_="hk-table"))


def scrolled(made: Html) -> Html:
    """Return *made* in a box that scrolls by itself, which must therefore be reachable by keyboard."""
    return tag("div", made, class_="hk-scroll", tabindex="0")


def _made(part: str) -> str:
    return part if isinstance(part, Html) else escape(part)
