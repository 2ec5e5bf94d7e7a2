"""An HTML page → its paragraphs in reading order, without what stands round the text.

Block elements are paragraphs, a row of a table is a line, the numbers of an ordered list are text. Scripts, styles,
forms, navigation, hidden and deleted elements are left out, and page headers, footers and asides where they stand
outside the text. No style sheet is applied but what stands in a `style` attribute.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

from kg.errors import SourceError
from kg.read.decoding import FIX, decoded, marked_encoding, text_encoding
from kg.read.forms.grid import Block, Cell, Grid, flat
from kg.read.forms.numerals import LIST_STYLES, numeral
from kg.read.forms.paragraphs import FileText, file_text
from kg.read.layout import layout

_LEFT_OUT = frozenset({
    "head", "title", "script", "style", "noscript", "template", "nav", "iframe", "object", "embed", "svg", "math",
    "canvas", "audio", "video", "select", "button", "textarea", "input", "datalist", "rt", "rp", "del",
})  # fmt: skip
_ROUND = frozenset({"header", "footer", "aside"})
_TEXT = frozenset({"main", "article"})
_ROLES = frozenset({"navigation", "search", "menu", "menubar", "toolbar", "dialog"})
_ROUND_ROLES = frozenset({"banner", "contentinfo", "complementary"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([^;]+)", re.IGNORECASE)
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_WRAP = "\x1f"  # stands for white space with a line break in it until the paragraph is whole
_SPACES = re.compile("[ \x1f]+")
_WIDE = re.compile("[⺀-\U0010ffff“”‘’—…·]")


def read_html(data: bytes, name: str) -> FileText:
    """Return the source text of a page and the encoding it was in.

    Raises `SourceError` where it has no text, is in no encoding known here or nests its elements without end.
    """
    encoding = page_encoding(data, name)
    return file_text(page_blocks(data.decode(encoding), name), name, encoding)


def page_encoding(data: bytes, name: str) -> str:
    """Return the encoding of a page: what its bytes are beyond doubt, then what it declares, then what is likely."""
    marked = marked_encoding(data)
    if marked:
        return marked
    if b"\x00" in data:
        raise SourceError(name, "is binary, not an HTML page", "give the page itself")
    if decoded(data, "utf-8") is not None:
        return "utf-8"
    declared = _declared(data)
    if declared in ("gb18030", "big5hkscs") and decoded(data, declared) is not None:
        return declared
    try:
        return text_encoding(data, name)
    except SourceError:
        if declared and decoded(data, declared) is not None:
            return declared
        raise SourceError(name, "is in no encoding known here, nor in the one it declares", FIX) from None


def _declared(data: bytes) -> str | None:
    match = _CHARSET.search(data[:4096])
    if match is None:
        return None
    label = match.group(1).decode("ascii", "replace").lower()
    try:
        codec = codecs.lookup(label).name
        "".encode(codec)  # a codec of text, and not of bytes as rot13 and hex are
    except (LookupError, ValueError):
        return None
    if codec.startswith(("gb", "hz")):  # pages declare gb2312 and hold what came later
        return "gb18030"
    return "big5hkscs" if codec.startswith(("big5", "cp950")) else codec


def page_paragraphs(markup: str, name: str) -> list[str]:
    """Return the paragraphs of a page, each row of a table one; see `page_blocks`."""
    return flat(page_blocks(markup, name))


def page_blocks(markup: str, name: str) -> list[Block]:
    """Return the paragraphs and tables of a page or of a piece of one.

    Where one element alone holds the page's text (main, article) and more than half of all there is, it is the text.
    """
    from lxml import etree

    # the larger limit: pages that forget to close <font> go over the small one; 2,048 levels are the end
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceError(name, "nests its elements more than 2,048 levels deep", "save its text as a text file")
    if root is None:
        return []
    whole = _ElementReader().read(root)
    outermost = [
        element
        for element in root.iter("main", "article", "div", "section")
        if _is_text(element) and not any(_is_text(above) for above in element.iterancestors())
    ]
    if len(outermost) == 1:
        text = _ElementReader(inside=1).read(outermost[0])
        if 2 * sum(map(len, flat(text))) > sum(map(len, flat(whole))):
            return text
    return whole


def _is_text(element: Any) -> bool:  # noqa: ANN401 - lxml carries no types
    return element.tag in _TEXT or element.get("role") == "main"


@dataclass(slots=True)
class _Part:
    """Where paragraphs go: the page, or a cell of a table. `label` waits for the text of its list item."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    label: str = ""

    def end(self) -> None:
        """End the paragraph that is being read, if there is one."""
        if not self.pieces:
            return
        shown = _SPACES.sub(_unwrap, "".join(self.pieces)).strip(" \n" + _WRAP)
        self.pieces.clear()
        if not shown.strip():
            return
        if self.label and not layout().marker.match(shown):  # a number that was typed as well is not given twice
            shown = self.label + shown
        self.label = ""
        self.blocks.append(shown)


def _unwrap(match: re.Match[str]) -> str:
    """A line break between two wide characters is none of the text's; a browser shows a space, which nobody wants."""
    if _WRAP not in match.group():
        return " "
    text, start, end = match.string, match.start(), match.end()
    wide = start > 0 and end < len(text) and _WIDE.match(text[start - 1]) and _WIDE.match(text[end])
    return "" if wide else " "


class _ElementReader:
    """Walks an element once, without recursion, and gives its paragraphs."""

    def __init__(self, inside: int = 0) -> None:
        self._inside = inside
        self._parts = [_Part()]
        self._tables: list[list[list[Cell]]] = []
        self._rows: list[list[Cell] | None] = []
        self._lists: list[_List | None] = []
        self._pre = 0

    def read(self, root: Any) -> list[Block]:  # noqa: ANN401
        """Return the paragraphs and tables of *root*."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if not isinstance(element.tag, str) or (element is not root and self._left_out(element)):
                    skipped = element
                    walk.skip_subtree()
                    continue
                self._start(element)
                self._add(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
                if element is not root:
                    self._add(element.tail)
        self._parts[0].end()
        return self._parts[0].blocks

    def _left_out(self, element: Any) -> bool:  # noqa: ANN401
        tag, role = element.tag, element.get("role", "").lower()
        if tag in _LEFT_OUT or role in _ROLES:
            return True
        if (tag in _ROUND or role in _ROUND_ROLES) and not self._inside:
            return True
        if element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true":
            return True
        return _HIDDEN.search(element.get("style", "")) is not None

    def _add(self, text: str | None) -> None:
        if text:
            shown = text if self._pre else _SPACE.sub(_collapsed, text)
            self._parts[-1].pieces.append(shown)

    def _start(self, element: Any) -> None:  # noqa: ANN401
        tag = element.tag
        if tag == "br":
            self._parts[-1].pieces.append("\n")
        if tag not in _BLOCKS:
            return
        self._parts[-1].end()
        if tag in _TEXT:
            self._inside += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "table":
            self._tables.append([])
            self._rows.append(None)
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._parts.append(_Part())
        elif tag in ("ol", "ul", "menu"):
            self._lists.append(_List.of(element) if tag == "ol" else None)
        elif tag == "li" and self._lists and (numbered := self._lists[-1]):
            self._parts[-1].label = numbered.label(element)

    def _end(self, element: Any) -> None:  # noqa: ANN401
        tag = element.tag
        if tag not in _BLOCKS:
            return
        part = self._parts[-1]
        part.end()
        if tag in _TEXT:
            self._inside -= 1
        elif tag == "pre":
            self._pre -= 1
        elif tag == "table":
            self._rows.pop()
            self._add_table(Grid.of(self._tables.pop()))
        elif tag == "tr":
            row = self._rows.pop() or []
            if self._tables:
                self._tables[-1].append(row)
            else:
                self._add_table(Grid.of([row]))
        elif tag in ("td", "th"):
            self._parts.pop()
            above = self._rows[-1] if self._rows else None
            if above is None:  # a cell outside a row
                self._parts[-1].blocks += part.blocks
            else:
                spans = (_number(element.get(name), 1) for name in ("rowspan", "colspan"))
                above.append(Cell.of(flat(part.blocks), *spans))
        elif tag in ("ol", "ul", "menu"):
            self._lists.pop()
        elif tag == "li":
            part.label = ""

    def _add_table(self, grid: Grid) -> None:
        """Put a table where it stands; one inside a cell of another is read as its lines."""
        self._parts[-1].blocks += grid.paragraphs() if len(self._parts) > 1 else [grid]


def _collapsed(match: re.Match[str]) -> str:
    return _WRAP if "\n" in match.group() or "\r" in match.group() else " "


@dataclass(slots=True)
class _List:
    """An ordered list: the number its next item has, and the style it is printed in."""

    next: int
    style: str

    @classmethod
    def of(cls, element: Any) -> _List:  # noqa: ANN401
        """Return the list of an <ol>."""
        return cls(_number(element.get("start"), 1), _style(element) or "decimal")

    def label(self, item: Any) -> str:  # noqa: ANN401
        """Return what is printed in front of *item*, a space behind it; "" where nothing is."""
        number = _number(item.get("value"), self.next)
        self.next = number + 1
        told = LIST_STYLES.get(_style(item) or self.style)
        return f"{numeral(number, told[0])}{told[1]} " if told else ""


def _style(element: Any) -> str:  # noqa: ANN401
    match = _LIST_STYLE.search(element.get("style", ""))
    if match:
        return str(match.group(1).strip().lower().split(" ")[0])
    return _TYPES.get(element.get("type", ""), "")


def _number(value: str | None, otherwise: int) -> int:
    try:
        return int(value or "")
    except ValueError:
        return otherwise
