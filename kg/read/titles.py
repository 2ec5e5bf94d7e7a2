"""The first paragraph behind a label → the heading's title and where its body begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.models import Span, strip_space
from kg.read.layout import layout
from kg.read.paragraphs import join_lines

MAX_RUN_IN = 30
MAX_STYLED = 45
MAX_ALONE = 60
MAX_TITLE = 60
"""The longest title of a document."""
_MAX_COLON = 12
_WIDE_SPACE = re.compile(r"[　\xa0  ]+|\s{2,}")
_BRACKETED = re.compile(r"\s*[【\[](?P<name>[^】\]]{1,40})[】\]]\s*")
_STOP = re.compile(r"[。！？；]|[．.](?![0-9A-Za-z])")
_NO_TITLE = re.compile(r"[，；,;]")
_TRAILING = "。．.：: 　\xa0"


@dataclass(frozen=True, slots=True)
class Title:
    """A title's words without white space, and the offset its text ends at. `bracketed`: it stands in 【】."""

    words: str
    end: int
    bracketed: bool = False


def stands_alone(text: str, label_end: int, first: Span, *, commas: bool = False) -> bool:
    """Whether the paragraph *first* holds a heading and nothing else behind its label.

    With *commas* (the other headings of its kind have titles) one that ends in 。 may be longer and have two parts.
    """
    shown = strip_space(text[label_end : min(first.end, label_end + 8 * MAX_ALONE)])
    if not shown or len(shown) > MAX_ALONE or text[first.end - 1] in "；;，,、":
        return False
    body = shown.rstrip(_TRAILING)
    if shown[-1] in "：:" and (len(body) > _MAX_COLON or _NO_TITLE.search(body)):
        return False
    stop = _STOP.search(body)
    if not body or stop is not None:
        return False
    longest = MAX_STYLED if commas else MAX_RUN_IN
    return shown[-1] not in "。．." or (len(body) <= longest and len(_NO_TITLE.findall(body)) <= int(commas))


def run_in(text: str, label_end: int, first: Span, *, commas: bool) -> Title | None:
    """Return the title that opens the paragraph *first* and is followed by its text, None where there is none.

    A title is short, ends at the first 。 or ： or wide space, and has more text than a bracket behind it. With
    *commas* it may have two parts (带量采购，以量换价。).
    """
    bracketed = _BRACKETED.match(text, label_end, first.end)
    if bracketed and bracketed.end() < first.end:
        return Title(strip_space(bracketed.group("name")), bracketed.end(), bracketed=True)
    begin = label_end + len(text[label_end : first.end]) - len(text[label_end : first.end].lstrip())
    window = text[begin : min(first.end, begin + 4 * MAX_RUN_IN)]
    for stop, longest in ((_STOP, MAX_RUN_IN), (re.compile("[：:]"), _MAX_COLON), (_WIDE_SPACE, MAX_RUN_IN // 2)):
        match = stop.search(window)
        if match is None:
            continue
        words = strip_space(window[: match.start()])
        if not words or len(words) > longest or match.group() in "；！？":
            continue
        if _NO_TITLE.search(words) and not (commas and len(_NO_TITLE.findall(words)) == 1):
            continue
        if any(words.count(a) != words.count(b) for a, b in ("（）", "《》", "()")):
            continue
        if words.count("“") != words.count("”") + words.count('"') % 2:  # “…" is a common slip
            continue
        end = begin + match.end()
        rest = strip_space(text[end : min(first.end, end + 200)])
        if len(rest) > 6 and rest[0] not in "（(":
            return Title(words, end)
    return None


def alone(text: str, label_end: int, first: Span) -> Title:
    """Return the title of a paragraph that `stands_alone`."""
    return Title(join_lines(text[label_end : first.end]).rstrip(_TRAILING).strip(), first.end)


def is_title(shown: str) -> bool:
    """Whether words without white space read as the title of an official document."""
    rules = layout().front
    core = rules.trial.sub("", shown).rstrip("》")
    return 4 <= len(shown) <= MAX_TITLE and not re.search("[。；：:！？，]", shown) and core.endswith(rules.kinds)
