"""The bytes of a Word or OFD document → the XML parts in it, none of more bytes than is said or with entities."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, ClassVar

from kg.errors import SourceError
from kg.read.forms.kinds import FORMS, SAVE

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_UNPACKED = 64 * 1024 * 1024
"""The parts that are read may unfold to so many bytes together: the longest plan seen has 0.9 MB."""

_MOST_PARTS = 20_000
_CHUNK = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)
_OTHERS = (
    ("xl/", "is an Excel workbook"),
    ("ppt/", "is a PowerPoint file"),
    ("OFD.xml", "is an OFD document"),
    ("META-INF/container.xml", "is an EPUB book"),
    ("content.xml", "is an OpenDocument file"),
)
_SAVED_ANEW = frozenset({"ppt/", "OFD.xml", "content.xml"})


class Parts:
    """The parts of a ZIP of XML, read when asked for. Raises `SourceError` where *data* are none.

    A subclass says in `kind` whose form it is, and in `program` what writes it.
    """

    kind: ClassVar[str]
    program: ClassVar[str]

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._left = MAX_UNPACKED
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _UNREADABLE as error:
            problem = f"is a damaged or cut-off ZIP or {self.kind} file"
            raise SourceError(name, problem, self._get_whole) from error
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in self._zip.infolist()}
        if len(self._infos) > _MOST_PARTS:
            raise SourceError(name, f"holds more than {_MOST_PARTS:,} files", FORMS)

    def __contains__(self, part: object) -> bool:
        """Whether there is such a part."""
        return part in self._infos

    @property
    def _get_whole(self) -> str:
        return f"get the whole file again, or open it in {self.program} and save it anew"

    def root(self, part: str) -> Any:  # noqa: ANN401
        """Return the root element of the XML in *part*."""
        from lxml import etree

        # no document type and no entity is any part of these forms: one that is there is there to unfold
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self._bytes(part), parser)
        except etree.XMLSyntaxError as error:
            raise self.damaged(f"{part} is no well-formed XML") from error
        if root.getroottree().docinfo.doctype:
            problem = f"declares entities of its own in {part}, as no {self.kind} document does"
            raise SourceError(self._name, problem, FORMS)
        return root

    def _bytes(self, part: str) -> bytes:
        info = self._infos[part]
        if info.flag_bits & 1:
            raise SourceError(self._name, "is protected with a password", "save it without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(f"{part} is packed in a way that {self.kind} does not use")
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
            raise self.damaged(f"{part} cannot be unpacked") from error
        return b"".join(pieces)

    def damaged(self, what: str) -> SourceError:
        """Return the refusal of a file in which *what* is wrong."""
        return SourceError(self._name, f"is a damaged {self.kind} document: {what}", self._get_whole)


class Package(Parts):
    """The parts of a Word document."""

    kind = program = "Word"

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data, name)
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
            raise SourceError(self._name, "is a damaged Office file: its document is not in it", self._get_whole)
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
