"""The bytes of a Word document → the XML parts in it, none larger than is said and none with entities of its own."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from kg.errors import SourceError
from kg.read.forms.kinds import FORMS, SAVE

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_UNPACKED = 64 * 1024 * 1024
"""The parts that are read may unfold to so many bytes together: the longest plan seen has 0.9 MB."""

_MOST_PARTS = 20_000
_CHUNK = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
_GET_WHOLE = "get the whole file again, or open it in Word and save it anew"
_OTHERS = (
    ("xl/", "is an Excel workbook"),
    ("ppt/", "is a PowerPoint file"),
    ("OFD.xml", "is an OFD document"),
    ("META-INF/container.xml", "is an EPUB book"),
    ("content.xml", "is an OpenDocument file"),
)
_SAVED_ANEW = frozenset({"ppt/", "OFD.xml", "content.xml"})


class Package:
    """The parts of a Word document, read when asked for. Raises `SourceError` where *data* are none."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._left = MAX_UNPACKED
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _UNREADABLE as error:
            raise SourceError(name, "is a damaged or cut-off ZIP or Word file", _GET_WHOLE) from error
        self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        if len(self._infos) > _MOST_PARTS:
            raise SourceError(name, f"holds more than {_MOST_PARTS:,} files", FORMS)
        self.main = self._main()

    def _main(self) -> str:
        rels = self._relations("_rels/.rels", "")
        main = rels.get("officeDocument", "word/document.xml")
        if main in self._infos and not main.startswith(("xl/", "ppt/")):
            return main
        for start, what in _OTHERS:
            if any(entry.startswith(start) for entry in self._infos):
                fix = SAVE if start in _SAVED_ANEW else FORMS
                raise SourceError(self._name, f"{what}, not a Word document", fix)
        if "[Content_Types].xml" in self._infos:
            raise SourceError(self._name, "is a damaged Office file: its document is not in it", _GET_WHOLE)
        raise SourceError(self._name, "is a ZIP archive, not a Word document", "unpack it and give the document in it")

    def related(self, kind: str) -> Any:  # noqa: ANN401 - lxml carries no types
        """Return the root of the part that the main one calls its *kind* (styles, numbering); None without one."""
        folder, file = posixpath.split(self.main)
        target = self._relations(posixpath.join(folder, "_rels", f"{file}.rels"), folder).get(kind)
        return self.root(target) if target in self._infos else None

    def _relations(self, part: str, folder: str) -> dict[str, str]:
        """Return the targets in *part* by the last word of their kind; those outside the file are left out."""
        if part not in self._infos:
            return {}
        found: dict[str, str] = {}
        for relation in self.root(part):
            kind, target = relation.get("Type", ""), relation.get("Target", "")
            if relation.get("TargetMode") != "External" and kind and target:
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found.setdefault(kind.rpartition("/")[2], posixpath.normpath(path))
        return found

    def root(self, part: str) -> Any:  # noqa: ANN401
        """Return the root element of the XML in *part*."""
        from lxml import etree

        # no document type and no entity is any part of OOXML: one that is there is there to unfold
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self._bytes(part), parser)
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"{part} is no well-formed XML") from error
        if root.getroottree().docinfo.doctype:
            raise SourceError(self._name, f"declares entities of its own in {part}, as no Word document does", FORMS)
        return root

    def _bytes(self, part: str) -> bytes:
        info = self._infos[part]
        if info.flag_bits & 1:
            raise SourceError(self._name, "is protected with a password", "save it without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._damaged(f"{part} is packed in a way that Word does not use")
        pieces: list[bytes] = []
        try:
            # what the directory says of the size is not believed: it is counted as it unfolds
            with self._zip.open(info) as file:
                while piece := file.read(_CHUNK):
                    pieces.append(piece)
                    self._left -= len(piece)
                    if self._left < 0:
                        problem = f"unfolds to more than {MAX_UNPACKED // 2**20} MB"
                        raise SourceError(self._name, problem, "give its text, or a smaller part of it")
        except _UNREADABLE as error:
            raise self._damaged(f"{part} cannot be unpacked") from error
        return b"".join(pieces)

    def _damaged(self, what: str) -> SourceError:
        return SourceError(self._name, f"is a damaged Word document: {what}", _GET_WHOLE)


def local(element: Any) -> str:  # noqa: ANN401
    """Return the name of *element* without its namespace, which a strict document writes in another way."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:  # noqa: ANN401
    """Return the value of the attribute *name*, in whatever namespace."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, *names: str) -> Any:  # noqa: ANN401
    """Return the element that *names* lead to from *element* (or None), one level each; None without one."""
    for name in names:
        element = next((one for one in element if local(one) == name), None) if element is not None else None
    return element


def value(element: Any, *names: str) -> str | None:  # noqa: ANN401
    """Return the `val` of the element that *names* lead to from *element* (or None); None without one."""
    found = child(element, *names)
    return None if found is None else attribute(found, "val")


def is_on(element: Any, *names: str) -> bool:  # noqa: ANN401
    """Whether the switch that *names* lead to from *element* is there and not off."""
    found = child(element, *names)
    return found is not None and attribute(found, "val") not in ("0", "false", "off")


def children(element: Any, name: str) -> Iterable[Any]:  # noqa: ANN401
    """Return the children of *element* that are called *name*; none where there is no element."""
    return () if element is None else (one for one in element if local(one) == name)
