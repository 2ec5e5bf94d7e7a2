"""Visible lines → candidates for headings: every label that stands where a heading can stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.models import strip_space
from kg.read.closing import closes_a_task, opening
from kg.read.layout import Layout, layout
from kg.read.lines import Line, Page
from kg.read.titles import MAX_ALONE, is_title

_ENDS = "。！？.．;；:："
_CLOSERS = "”’」』）)》】"
_MAX_NUMBER = 999
_LINE_ONLY = frozenset({"annex", "bare", "decimal"})
_CITED = "第条款项至和或及与、"
_NO_TITLE = re.compile("[。；！？：:;!?]")
_WORDED = frozenset({"part", "chapter", "section"})


@dataclass(slots=True)
class Marker:
    """A label that may open a heading.

    `start` is where the heading begins ("##" in front of it included), `label_start` to `label_end` the label;
    `numbers` its number, several for a decimal one. `strong`: it stands at the beginning of a line.
    """

    start: int
    label_start: int
    label_end: int
    family: str
    numbers: tuple[int, ...]
    strong: bool
    line: int

    @property
    def number(self) -> int:
        """The last figure of the number."""
        return self.numbers[-1]


def find_markers(text: str, page: Page) -> list[Marker]:
    """Return the candidates of *page* in order; those in tables and tables of contents are left out."""
    rules = layout()
    _mark_contents(text, page.lines, rules)
    found: list[Marker] = []
    for index, line in enumerate(page.lines):
        if line.contents or line.page or line.cell:
            continue
        opening = rules.decoration.match(text, line.start, line.end)
        head = opening.end() if opening else line.start
        box = rules.box.pattern.match(text, head, line.end)
        if box:
            found.append(Marker(line.start, head, box.end(), "box", (0,), True, index))
        for match in rules.marker.finditer(text, head, line.end):
            family = match.lastgroup or ""
            at = match.start()
            first = at == head
            above = found[-1] if found and found[-1].line == index else None
            if not first and not (
                _may_open(text, line, match, family) or _behind_title(text, line, above, match, rules)
            ):
                continue
            numbers = _numbers(family, match.group(), rules)
            if numbers is None:
                continue
            if first and _continues(text, page, index, rules):
                continue
            found.append(Marker(line.start if first else at, at, match.end(), family, numbers, first, index))
    return found


def _may_open(text: str, line: Line, match: re.Match[str], family: str) -> bool:
    """Whether a label inside a line may open a heading: behind a break, or a chapter's with white space behind it."""
    if family in _LINE_ONLY:
        return False
    spaced = family in _WORDED and match.end() < line.end and text[match.end()].isspace()
    return spaced or _after_break(text, line.start, match.start())


def _after_break(text: str, begin: int, at: int) -> bool:
    """Whether a label inside a line stands behind the end of a sentence or behind the white space of an indent."""
    before = at
    while before > begin and text[before - 1].isspace():
        before -= 1
    if at - before >= 2 and any(c in "　\xa0  " for c in text[before:at]):
        return True
    if _behind_bracket(text, begin, before):
        return True
    while before > begin and text[before - 1] in _CLOSERS:
        before -= 1
    return before > begin and text[before - 1] in "。！？"


def _behind_bracket(text: str, begin: int, end: int) -> bool:
    """Whether a bracket ends at *end* that closes a task, or that stands behind the end of a sentence itself."""
    start = opening(text, begin, end)
    if start is None:
        return False
    return closes_a_task(text, start + 1, end - 1) or text[begin:start].rstrip()[-1:] in ("。", "！", "？")


def _behind_title(text: str, line: Line, above: Marker | None, match: re.Match[str], rules: Layout) -> bool:
    """Whether a label inside a line stands right behind a title: the document's, or that of a heading further out
    (一、总体要求（一）目标).
    """
    family = match.lastgroup or ""
    if family in _LINE_ONLY:
        return False
    if above is None:
        return match.start() - line.start <= 2 * MAX_ALONE and is_title(strip_space(text[line.start : match.start()]))
    if rules.ranks[above.family] >= rules.ranks[family]:
        return False
    title = text[above.label_end : match.start()].strip()
    return 1 < len(title) <= MAX_ALONE and title[-1] not in _CITED and not _NO_TITLE.search(title)


def _continues(text: str, page: Page, index: int, rules: Layout) -> bool:
    """Whether a wrapped line goes on with the sentence of the line before it (a heading that fills its line aside)."""
    index -= 1
    if index >= 0 and page.lines[index].cell:
        return False
    while index >= 0 and page.lines[index].page:
        index -= 1
    if page.width is None or index < 0:
        return False
    before = page.lines[index]
    if not page.full(before) or before.doubled or text[before.end - 1] in _ENDS + _CLOSERS:
        return False
    return rules.marker.match(text, before.start, before.end) is None


def _numbers(family: str, label: str, rules: Layout) -> tuple[int, ...] | None:
    match = rules.labels[family].search(label + " 一")  # what the patterns want to see behind a label
    digits = match.group("n") if match else None
    if digits is None:
        return (0,) if family == "annex" else None
    if family == "decimal":
        return tuple(int(part) for part in digits.replace("．", ".").split("."))
    number = to_int(digits)
    return None if number is None or number > _MAX_NUMBER else (number,)


def to_int(digits: str) -> int | None:
    """Return the value of a number from 0 to 999 in Arabic or Chinese digits, None where it is none (十十)."""
    if digits.isdecimal():
        return int(digits) if len(digits) <= 4 else None
    return _numerals().get(digits.replace("〇", "零"))


@lru_cache(maxsize=1)
def _numerals() -> dict[str, int]:
    """Return the well-formed Chinese numerals. Looked up, not computed: a converter's way with other strings varies."""
    from cn2an import an2cn  # 0.2 s that `import kg` need not pay

    return {an2cn(n): n for n in range(_MAX_NUMBER + 1)}


# ------------------------------------------------------------------ tables of contents


def _mark_contents(text: str, lines: Sequence[Line], rules: Layout) -> None:
    """Mark the lines of a table of contents: behind a line 目录, up to where its first entry comes again.

    Lines with dot leaders and a page number are marked already.
    """
    for index, line in enumerate(lines[:200]):
        if line.width > 40 or line.cell:
            continue
        opening = rules.decoration.match(text, line.start, line.end)
        head = opening.end() if opening else line.start
        if rules.contents.title.fullmatch(text, head, line.end) and index + 1 < len(lines):
            _mark_entries(text, lines, index, rules)
            return


def _mark_entries(text: str, lines: Sequence[Line], title: int, rules: Layout) -> None:
    first = _entry(text, lines[title + 1], rules)
    for after in range(title + 2, len(lines)):
        if _entry(text, lines[after], rules) == first:
            lines[title].contents = True
            for line in lines[title + 1 : after]:
                line.contents = line.contents or rules.marker.match(text, line.start, line.end) is not None
            return


def _entry(text: str, line: Line, rules: Layout) -> str:
    """Return the words of a heading line, for comparison with its entry in a table of contents."""
    if line.end - line.start > 200:
        return text[line.start : line.start + 200]
    shown = text[line.start : line.end]
    leader = rules.contents.leader.search(shown)
    return strip_space(shown[: leader.start()] if leader else shown).lstrip("#")
