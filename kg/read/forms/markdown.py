"""A Markdown file → its paragraphs without marks: headings, emphasis, links, lists and tables as they read.

CommonMark with tables. A line stays a line (official texts are often kept one paragraph a line), the number of an
ordered list stays as it is typed, and an indent of four spaces is no code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.errors import SourceError
from kg.read.decoding import text_encoding
from kg.read.forms.grid import Block, Cell, Grid, flat
from kg.read.forms.html import page_blocks
from kg.read.forms.paragraphs import FileText, file_text

if TYPE_CHECKING:
    from markdown_it.token import Token

_ENTRY = re.compile(r"\s*$|\s*[\w-]+\s*:|\s+\S|-\s")
_MOST_ENTRIES = 200
_DEEPEST = 100
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STAR = "\x00"  # a star that was escaped; Markdown allows no NUL in a text
_STRONG = re.compile(r"\*\*(?=[^\s*])([^\n]{0,2000}?[^\s*])\*\*")
_HASHES = re.compile(r"^#{1,6}(?=[⺀-\U0010ffff])", re.MULTILINE)


def read_markdown(data: bytes, name: str) -> FileText:
    """Return the source text of a Markdown file and the encoding it was in. Raises `SourceError` without text."""
    encoding = text_encoding(data, name)
    return file_text(markdown_blocks(data.decode(encoding), name), name, encoding)


def markdown_paragraphs(text: str, name: str) -> list[str]:
    """Return the paragraphs of a Markdown text, each row of a table one; see `markdown_blocks`."""
    return flat(markdown_blocks(text, name))


def markdown_blocks(text: str, name: str) -> list[Block]:
    """Return the paragraphs and tables of a Markdown text; a break inside one is a line break of the text.

    Raises `SourceError` where lists and quotations nest so deeply that the parser leaves text out.
    """
    from markdown_it import MarkdownIt

    # text_join would make an escaped star and one of Markdown's one text
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.enable("table").disable(["code", "text_join"])
    text = _without_front_matter(text.removeprefix("\ufeff"))
    found: list[Block] = []
    label = ""
    rows: list[list[Cell]] = []
    in_row = False
    for token in parser.parse(text):
        if token.level >= _DEEPEST - 2:
            problem = f"nests lists and quotations more than {_DEEPEST // 2} deep"
            raise SourceError(name, problem, "give its text as a text file")
        if token.type == "list_item_open":
            label = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
            in_row = True
        elif token.type == "tr_close":
            in_row = False
        elif token.type == "table_close":
            found.append(Grid.of(rows))
        elif token.type == "inline":
            shown = _shown(token.children or [])
            if in_row:
                rows[-1].append(Cell.of([shown]))
            else:
                found.append(label + shown)
            label = ""
        elif token.type in ("fence", "code_block"):
            found.append(token.content)
        elif token.type == "html_block":
            found += page_blocks(token.content, name)
    return found


def _without_front_matter(text: str) -> str:
    """Return *text* without the settings that some programs keep between two lines of --- at its head."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return text
    for index, line in enumerate(lines[1:_MOST_ENTRIES], 1):
        if line.rstrip() in ("---", "..."):
            return "".join(lines[index + 1 :])
        if not _ENTRY.match(line):
            break
    return text


def _shown(tokens: Sequence[Token]) -> str:
    """Return the text of one paragraph's *tokens*."""
    pieces: list[str] = []
    kept: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "text":
            pieces.append(token.content)
        elif token.type in ("text_special", "code_inline"):
            pieces.append(token.content.replace("*", _STAR))
        elif token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and _BREAK.match(token.content)):
            pieces.append("\n")
        elif token.type == "em_open":
            star = _STAR if token.markup == "*" and _is_product(tokens, index) else ""
            kept.append(star)
            pieces.append(star)
        elif token.type == "em_close":
            pieces.append(kept.pop() if kept else "")
    shown = "".join(pieces)
    # CommonMark takes **“甲”**乙 for text, as a closing mark behind 。 or ” has to have white space behind it
    for _ in range(3):
        shown = _STRONG.sub(r"\1", shown)
    return _HASHES.sub("", shown).replace(_STAR, "*")


def _is_product(tokens: Sequence[Token], index: int) -> bool:
    """Whether the star that opens emphasis at *index* stands between two figures or Latin letters, as in 5*3*2."""
    before = tokens[index - 1].content[-1:] if index and tokens[index - 1].type == "text" else ""
    after = tokens[index + 1].content[:1] if index + 1 < len(tokens) else ""
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
