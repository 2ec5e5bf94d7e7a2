"""A document number or file name → a short ASCII name for IRIs and folders."""

from __future__ import annotations

import re

from kg.read.layout import layout

_MAX = 60


def make_slug(identifier: str | None, name: str, sha256: str) -> str:
    """Return "guofa-2023-12" for 国发〔2023〕12号, else the file's name in ASCII and eight digits of *sha256*."""
    if identifier:
        front = layout().front
        match = front.by_year.fullmatch(identifier) or front.by_order.fullmatch(identifier)
        parts = match.groupdict() if match else {"body": identifier}
        body = _ascii(parts["body"]).replace("-", "")
        figures = [str(int(parts[key])) for key in ("year", "number") if parts.get(key)]
        if body:
            return "-".join([body[:_MAX], *figures])
    stem = name.rpartition(".")[0] or name
    return "-".join(part for part in (_ascii(stem)[:_MAX].strip("-"), sha256[:8]) if part)


def _ascii(words: str) -> str:
    """Return *words* in lower-case ASCII letters, digits and hyphens; Chinese as its readings."""
    if not words.isascii():
        from pypinyin import lazy_pinyin  # 0.3 s that `import kg` need not pay

        words = "".join(lazy_pinyin(words, errors="default"))
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
