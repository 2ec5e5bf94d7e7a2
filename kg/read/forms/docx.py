"""A Word document → its paragraphs and table rows in the order of the body, with the numbers Word prints.

Insertions that are tracked are text, deletions are none, and neither is hidden text. Headers, footers, comments and a
generated table of contents are left out. A footnote or text box stands behind the paragraph it hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.read.forms.grid import Block, Cell, Grid, Note, flat
from kg.read.forms.numbering import Numbering, style_names
from kg.read.forms.package import Package, attribute, child, children, is_on, local, value
from kg.read.forms.paragraphs import FileText, file_text

_LEFT_OUT = frozenset({
    "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText",
    "delInstrText", "instrText", "fldChar", "rt", "rubyPr", "annotationRef", "footnoteRef", "endnoteRef",
    "commentReference", "smartTagPr", "customXmlPr", "Fallback",
})  # fmt: skip
_MOST_COLUMNS = 64
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}


def read_docx(data: bytes, name: str) -> FileText:
    """Return the source text of a Word document.

    Raises `SourceError` where it is damaged, protected, another kind of file, too large unpacked, or without text.
    """
    package = Package(data, name)
    body = child(package.root(package.main), "body")
    return file_text(_BodyReader(package).read(body) if body is not None else [], name)


class _BodyReader:
    """Walks the body once, from top to bottom, and counts the lists as it goes."""

    def __init__(self, package: Package) -> None:
        styles = package.related("styles")
        self._numbering = Numbering(package.related("numbering"), styles)
        self._style_names = style_names(styles)
        self._notes = {kind: _notes(package.related(f"{kind}s")) for kind in ("footnote", "endnote")}
        self._carried = ""  # the text of a paragraph whose end was deleted: it goes on in the next one

    def read(self, body: Any) -> list[Block]:  # noqa: ANN401 - lxml carries no types
        """Return the paragraphs and tables of the *body*."""
        return [*self.blocks(body), self._carried]

    def blocks(self, parent: Any) -> list[Block]:  # noqa: ANN401
        """Return the paragraphs and tables of the block elements in *parent*."""
        found: list[Block] = []
        for element in parent:
            name = local(element)
            if name == "p":
                found += self._paragraph(element)
            elif name == "tbl":
                found.append(self._table(element))
            elif name == "AlternateContent":
                found += self.blocks(_chosen(element))
            elif name not in _LEFT_OUT:
                # sdt, sdtContent, customXml, ins, moveTo: what only holds other blocks
                found += self.blocks(element)
        return found

    def _table(self, table: Any) -> Grid:  # noqa: ANN401
        """Return a table; a cell that goes on with the one above it (vMerge) is that one."""
        rows: list[tuple[Cell | None, ...]] = []
        for row in _through(table, "tr"):
            if child(row, "trPr", "del") is not None:
                continue
            cells: list[Cell | None] = [None] * _count(value(child(row, "trPr"), "gridBefore"), 0)
            above = rows[-1] if rows else ()
            for element in _through(row, "tc"):
                properties = child(element, "tcPr")
                paragraphs = flat(self.blocks(element))
                merged = child(properties, "vMerge")
                goes_on = merged is not None and attribute(merged, "val") in (None, "continue")
                held = above[len(cells)] if goes_on and len(cells) < len(above) else None
                cell = held or Cell.of(paragraphs)
                cells += [cell] * _count(value(properties, "gridSpan"), 1)
            rows.append(tuple(cells))
        width = max(map(len, rows), default=0)
        return Grid(tuple((*row, *([None] * (width - len(row)))) for row in rows))

    def _paragraph(self, paragraph: Any) -> list[Block]:  # noqa: ANN401
        properties = child(paragraph, "pPr")
        behind: list[Block] = []
        text = self._carried + "".join(self._pieces(paragraph, behind))
        self._carried = ""
        if any(child(properties, "rPr", gone) is not None for gone in ("del", "moveFrom")):
            self._carried = text
            return behind
        label = self._numbering.label(properties)
        if self._is_contents(properties) or not text.strip():
            return behind
        return [f"{label} {text}" if label else text, *behind]

    def _is_contents(self, properties: Any) -> bool:  # noqa: ANN401
        """Whether a paragraph is part of a table of contents that Word has made, by its style."""
        style = value(properties, "pStyle")
        return style is not None and self._style_names.get(style, "").startswith("toc ")

    def _pieces(self, parent: Any, behind: list[Block]) -> Iterator[str]:  # noqa: ANN401
        """Yield the text in *parent*; paragraphs that stand *behind* it (notes, text boxes) are added there."""
        for element in parent:
            name = local(element)
            if name == "t":
                yield element.text or ""
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "r" and is_on(element, "rPr", "vanish"):
                continue
            elif name in ("footnoteReference", "endnoteReference"):
                note = self._notes[name.removesuffix("Reference")].pop(attribute(element, "id") or "", None)
                told = flat(self.blocks(note)) if note is not None else []
                behind += [Note(paragraph) for paragraph in told]
            elif name == "txbxContent":
                behind += self.blocks(element)
            elif name == "AlternateContent":
                yield from self._pieces(_chosen(element), behind)
            elif name not in _LEFT_OUT:
                yield from self._pieces(element, behind)


def _count(number: str | None, otherwise: int) -> int:
    """Return how many columns are meant, at most so many as a page can show."""
    return min(int(number), _MOST_COLUMNS) if number and number.isascii() and number.isdigit() else otherwise


def _chosen(alternatives: Any) -> Any:  # noqa: ANN401
    """Return the first of the alternatives: the others say the same for older programs."""
    first = child(alternatives, "Choice")
    other = child(alternatives, "Fallback") if first is None else first
    return () if other is None else other


def _through(parent: Any, name: str) -> Iterator[Any]:  # noqa: ANN401
    """Yield the children called *name*, also those that only lie in something that wraps them (sdt, ins)."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from _through(element, name)


def _notes(root: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the notes by their id; the lines that separate them are none."""
    found: dict[str, Any] = {}
    for kind in ("footnote", "endnote"):
        for note in children(root, kind):
            if attribute(note, "type") in (None, "normal"):
                found[attribute(note, "id") or ""] = note
    return found
