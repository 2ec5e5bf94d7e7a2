"""A piece of HTML → its elements and its text, read by Python's own parser."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

VOID = ("input", "br", "meta", "link", "img")
"""Elements that have nothing in them and no closing tag."""


class Element(NamedTuple):
    """An element with its attributes and all the text in it."""

    name: str
    attributes: dict[str, str | None]
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.found: list[Element] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self.found.append(Element(tag, dict(attrs), ""))
            return
        self.open.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        name, attributes, parts = self.open.pop()
        assert name == tag, f"<{name}> is closed by </{tag}>"
        self.found.append(Element(name, attributes, "".join(parts)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        for _, _, parts in self.open:
            parts.append(data)


def elements(html: str) -> list[Element]:
    """The elements of *html*, in the order they are closed; markup that does not nest fails the test."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.found


def classed(html: str, name: str) -> list[Element]:
    """The elements with the class *name*."""
    return [element for element in elements(html) if name in (element.attributes.get("class") or "").split()]
