"""Bytes and name of a file → the form it is in: told by the content, then by the name's ending, and they must agree."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from kg.errors import SourceError
from kg.models import Form
from kg.read.decoding import decoded, marked_encoding

NAMES: dict[Form, str] = {
    "txt": "text file",
    "md": "Markdown file",
    "html": "HTML page",
    "docx": "Word document",
    "doc": "old Word document",
    "rtf": "RTF file",
    "xlsx": "Excel workbook",
    "pdf": "PDF file",
    "ofd": "OFD document",
}
FORMS = "give a txt, md, html, docx, xlsx, pdf or ofd file"

_ENDINGS: dict[str, Form] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".doc": "doc",
    ".dot": "doc",
    ".wps": "doc",
    ".wpt": "doc",
    ".rtf": "rtf",
}
ENDINGS: frozenset[str] = frozenset(_ENDINGS)
"""How the names of documents end, in lower case."""

_UNDER_OLD_NAMES: frozenset[Form] = frozenset({"doc", "rtf", "docx", "html"})
"""What Word and WPS open under .doc, .wps and .rtf alike: offices save pages, RTF and docx under these names."""

SAVE = "open it in its program and save it as PDF or docx"
_IMAGE = "it needs OCR: give the text that a program for it reads out of the image"
_UNPACK = "unpack it and give the document in it"
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "is a PNG image", _IMAGE),
    (b"\xff\xd8\xff", "is a JPEG image", _IMAGE),
    (b"GIF8", "is a GIF image", _IMAGE),
    (b"II*\x00", "is a TIFF image", _IMAGE),
    (b"MM\x00*", "is a TIFF image", _IMAGE),
    (b"\x1f\x8b", "is a gzip file", _UNPACK),
    (b"Rar!", "is a RAR file", _UNPACK),
    (b"7z\xbc\xaf", "is a 7-Zip file", _UNPACK),
    (b"MIME-Version:", "is a web archive (.mht)", "save the page as html"),
    (b"From: <Saved by", "is a web archive (.mht)", "save the page as html"),
)
_OLE, _RTF = b"\xd0\xcf\x11\xe0", b"{\\rtf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|p|div|table|h[1-6]|meta|title)[\s>/]", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[\s?]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_COMMENTS = re.compile(rb"(?:\s|<!--(?:(?!-->).)*-->)*", re.DOTALL)
_TAG = re.compile(rb"<[a-z][a-z0-9]*[\s>/]", re.IGNORECASE)
_HEAD = 65536


def form_of(data: bytes, name: str) -> Form:
    """Return the form of a file that is called *name* and holds *data*.

    What the content shows goes first: a PDF or a page under a name without a known ending is read as what it is. A
    known ending that says something else is a `SourceError`, as is any form that is not read here.
    """
    for magic, problem, fix in _REFUSED:
        if data.startswith(magic):
            raise SourceError(name, problem, fix)
    ending = PurePath(name).suffix.lower()
    wanted = _ENDINGS.get(ending)
    head = _ascii(data[:_HEAD])
    if data.startswith(_OLE):
        return _agreed(_old_form(data, name), wanted, name, ending)
    if data.startswith(_RTF):
        return _agreed("rtf", wanted, name, ending)
    if data.startswith(_ZIP):
        if wanted not in (None, "docx", "doc", "rtf", "xlsx", "ofd"):
            raise SourceError(name, f"is a ZIP or Office file by its content, though its name ends in {ending}", FORMS)
        form = _zip_form(data)
        if form != "docx":
            return _agreed(form, wanted, name, ending)
        return "ofd" if wanted == "ofd" else form
    if head.startswith(b"%PDF-") or (wanted == "pdf" and b"%PDF-" in head[:1024]):
        return _agreed("pdf", wanted, name, ending)
    if wanted in ("doc", "rtf") and _is_page(head, name):
        return "html"
    if wanted in ("docx", "doc", "rtf", "xlsx", "pdf", "ofd"):
        what = "a damaged or empty file, or one of another form"
        fix = "give the document itself, or name the file by what it is"
        raise SourceError(name, f"is no {NAMES[wanted]}, though its name ends in {ending}: it is {what}", fix)
    if wanted == "md":
        return "md"
    if wanted == "html":
        if not _TAG.search(_ascii(data)):
            fix = "name the file by what it is (.txt, .md)"
            raise SourceError(name, f"has no tag of HTML in it, though its name ends in {ending}", fix)
        return "html"
    return _agreed("html", wanted, name, ending) if _is_page(head, name) else "txt"


def _agreed(form: Form, wanted: Form | None, name: str, ending: str) -> Form:
    if wanted in (None, form) or (wanted in ("doc", "rtf") and form in _UNDER_OLD_NAMES):
        return form
    problem = f"is {_article(form)} by its content, though its name ends in {ending}"
    raise SourceError(name, problem, f"name it {PurePath(name).stem[:80]}.{form}")


def _article(form: Form) -> str:
    return f"{'an' if form in ('html', 'xlsx', 'doc', 'rtf', 'ofd') else 'a'} {NAMES[form]}"


def _zip_form(data: bytes) -> Form:
    """Return what a ZIP is by the names in it; a damaged or other one is for the reader of docx to refuse."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.lstrip("/") for name in package.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "docx"
    if "OFD.xml" in names:
        return "ofd"
    return "xlsx" if "xl/workbook.xml" in names and "word/document.xml" not in names else "docx"


def _old_form(data: bytes, name: str) -> Form:
    """Return the form of an old Office file, told by the streams in it; only text documents without macros are read."""
    if _has_stream(data, "EncryptedPackage"):
        raise SourceError(name, "is protected with a password", "save it without one")
    if not _has_stream(data, "WordDocument"):
        if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
            raise SourceError(name, "is an old Excel workbook (.xls)", "open it in its program and save it as xlsx")
        raise SourceError(name, "is an old Office file without a text document in it", SAVE)
    if _has_stream(data, "_VBA_PROJECT"):
        raise SourceError(name, "is an old Word document with macros in it", SAVE)
    return "doc"


def _has_stream(data: bytes, stream: str) -> bool:
    """Whether the directory of an old Office file has an entry of that name: 128 bytes each, the name first."""
    entry = stream.encode("utf-16-le") + b"\x00\x00"
    at = data.find(entry)
    while at >= 0 and at % 128:
        at = data.find(entry, at + 1)
    return at >= 0


def _is_page(head: bytes, name: str) -> bool:
    opening = _COMMENTS.match(head)
    start = opening.end() if opening else 0
    if _XML.match(head, start):
        if _ROOT.search(head, start, start + 4096):
            return True
        raise SourceError(name, "is an XML file", FORMS)
    return _PAGE.match(head, start) is not None


def _ascii(data: bytes) -> bytes:
    """Return *data* for looking at their ASCII characters: UTF-16 taken apart, no byte order mark."""
    encoding = marked_encoding(data[: len(data) // 2 * 2])
    if encoding:
        return (decoded(data[: len(data) // 2 * 2], encoding) or "").encode("ascii", "replace").lstrip(b"?")
    return data.removeprefix(b"\xef\xbb\xbf")
