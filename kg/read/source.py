"""Bytes of a file → `SourceText`: the encoding told, the characters as they are, or one clear refusal."""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path

from kg.errors import SourceError
from kg.models import SourceText

MIN_LIKELY = 0.7
"""A text of which fewer wide characters are common ones in an encoding is not in that encoding. Chinese in the right
one reaches .97 and more (Traditional in GB18030 .7), in the wrong one .3 to .6."""

_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|p|div|\?xml)[\s>/]", re.IGNORECASE)
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f\x85")
_FIX = "give a text file in UTF-8, GB18030 or Big5"


def read_file(path: Path, limit: int) -> SourceText:
    """Return the text of the file at *path*, named by its file name.

    Raises `SourceError` where it is missing, no file, unreadable, empty, binary, in no known encoding, or larger than
    *limit* bytes.
    """
    try:
        if not path.exists():
            raise SourceError(path, "there is no such file", "check the name")
        if path.is_dir():
            raise SourceError(path, "is a folder", "name a file in it")
        if not path.is_file():
            raise SourceError(path, "is no regular file", "name a file")
        size = path.stat().st_size
        if size > limit:
            problem = f"has {_mb(size)} MB, more than the limit of {_mb(limit)} MB"
            raise SourceError(path, problem, "give a smaller file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(path, f"cannot be read ({reason})", "check the name and its permissions") from error
    if len(data) > limit:
        raise SourceError(path, f"is larger than the limit of {_mb(limit)} MB", "give a smaller file")
    return read_bytes(data, path.name)


def read_bytes(data: bytes, name: str) -> SourceText:
    """Return *data* as text, where `text == data.decode(encoding)`; a byte order mark stays its first character.

    Strict UTF-8 first, then UTF-16 where a byte order mark says so, then GB18030 or Big5, whichever makes common
    characters of more of the bytes. Raises `SourceError` for data that are empty, binary or in none of these.
    """
    if not data.strip(b" \t\r\n\x0b\x0c"):
        raise SourceError(name, "is empty", "give a file with text in it")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceError(name, f"is binary ({what}), not text", _FIX)
    if _MARKUP.match(data):
        raise SourceError(name, "is an HTML page, and not in this version", "save its text as a text file")
    encoding = _encoding(data, name)
    text = data.decode(encoding)
    if not text.strip("﻿ \t\r\n\x0b\x0c　\xa0"):
        raise SourceError(name, "is empty", "give a file with text in it")
    controls = sum(text.count(chr(c)) for c in range(32) if chr(c) not in _TEXT_CONTROLS)
    if controls * 100 > len(text):
        raise SourceError(name, "is binary, not text", _FIX)
    return SourceText(name=name, text=text, encoding=encoding, sha256=hashlib.sha256(data).hexdigest())


def _encoding(data: bytes, name: str) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark) and _decoded(data, encoding) is not None:
            return encoding
    if b"\x00" in data:
        raise SourceError(name, "is binary, not text", _FIX)
    if _decoded(data, "utf-8") is not None:
        return "utf-8"
    likely = max((_likelihood(data, "gb18030"), "gb18030"), (_likelihood(data, "big5hkscs"), "big5hkscs"))
    if likely[0] < MIN_LIKELY:
        raise SourceError(name, "is in no encoding known here", _FIX)
    return likely[1]


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _likelihood(data: bytes, encoding: str) -> float:
    """Return the share of wide characters that are common ones of *encoding*'s own ordering, -1 where it fails.

    Both GB 2312 and Big5 put the frequent characters in front (levels 1 and 2), so that text decoded with the wrong
    one of the two is full of rare characters. Measured on slices of 67 documents this errs in 2 of 600 cases at 6
    characters and never at 30, where a general detector still errs. At most the first 64 KB are looked at.
    """
    text = _decoded(data, encoding)
    if text is None:
        return -1.0
    wide = [c for c in text[:32768] if ord(c) >= 0x80]
    narrow, last = ("gb2312", 0xD7) if encoding == "gb18030" else ("big5", 0xC6)
    common: dict[str, bool] = {}
    for c in set(wide):
        code = c.encode(narrow, errors="ignore")
        lead = code[0] if len(code) == 2 else 0
        common[c] = 0xA1 <= lead <= 0xA3 or (0xB0 if encoding == "gb18030" else 0xA4) <= lead <= last
    return sum(common[c] for c in wide) / max(1, len(wide))


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"
