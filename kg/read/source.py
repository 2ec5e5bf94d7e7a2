"""Bytes of a file → `SourceText`: its form and encoding told, the characters as they are, or one clear refusal."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kg.errors import SourceError
from kg.models import SourceText
from kg.read.decoding import FIX, text_encoding
from kg.read.forms import form_of, read_apart

_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f\x85")


def read_file(path: Path, limit: int) -> SourceText:
    """Return the text of the file at *path*, named by its file name.

    Raises `SourceError` where it is missing, no file, unreadable, empty, in no form or encoding known here, or larger
    than *limit* bytes.
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
    """Return the text of a file that is called *name* and holds *data*.

    A text file is decoded and nothing else: `text == data.decode(encoding)`, a byte order mark stays its first
    character. All other files are read by `kg.read.forms`. Raises `SourceError` for data that are empty, in no form or
    encoding known here, or not what the name says.
    """
    if not data.strip(b" \t\r\n\x0b\x0c"):
        raise SourceError(name, "is empty", "give a file with text in it")
    form = form_of(data, name)
    sha256 = hashlib.sha256(data).hexdigest()
    if form != "txt":
        read = read_apart(form, data, name)
        return SourceText(
            name, read.text, read.encoding, sha256, form, read.tables, read.footnotes, read.notes, read.scans
        )
    encoding = text_encoding(data, name)
    text = data.decode(encoding)
    if not text.strip("﻿ \t\r\n\x0b\x0c　\xa0"):
        raise SourceError(name, "is empty", "give a file with text in it")
    controls = sum(text.count(chr(c)) for c in range(32) if chr(c) not in _TEXT_CONTROLS)
    if controls * 100 > len(text):
        raise SourceError(name, "is binary, not text", FIX)
    return SourceText(name=name, text=text, encoding=encoding, sha256=sha256)


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"
