"""Bytes of a text → the encoding they are in, told by what the bytes can and are likely to be."""

from __future__ import annotations

import codecs

from kg.errors import SourceError

MIN_LIKELY = 0.7
"""A text of which fewer wide characters are common ones in an encoding is not in that encoding. Chinese in the right
one reaches .97 and more (Traditional in GB18030 .7), in the wrong one .3 to .6."""

FIX = "give text in UTF-8, GB18030 or Big5"
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def text_encoding(data: bytes, name: str) -> str:
    """Return the encoding of *data*: utf-8, utf-16-le or -be (with a byte order mark), gb18030 or big5hkscs.

    Strict UTF-8 first, then UTF-16 where a byte order mark says so, then GB18030 or Big5, whichever makes common
    characters of more of the bytes. Raises `SourceError` for data that are in none of these.
    """
    marked = marked_encoding(data)
    if marked:
        return marked
    if b"\x00" in data:
        raise SourceError(name, "is binary, not text", FIX)
    if decoded(data, "utf-8") is not None:
        return "utf-8"
    likely = max((_likelihood(data, "gb18030"), "gb18030"), (_likelihood(data, "big5hkscs"), "big5hkscs"))
    if likely[0] < MIN_LIKELY:
        raise SourceError(name, "is in no encoding known here", FIX)
    return likely[1]


def marked_encoding(data: bytes) -> str | None:
    """Return the UTF-16 that a byte order mark tells of, None where none does or the bytes are not in it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark) and decoded(data, encoding) is not None:
            return encoding
    return None


def decoded(data: bytes, encoding: str) -> str | None:
    """Return *data* as text, None where they are not in *encoding*."""
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
    text = decoded(data, encoding)
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
