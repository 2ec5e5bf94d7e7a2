"""The bracket that closes a task → the bodies it names and their roles: （X牵头，Y配合）, （负责部门：X、Y）."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.extract.parties import Body, read_bodies, with_shared_ending
from kg.extract.rules import pattern

if TYPE_CHECKING:
    from kg.extract.names import Hit, NameBook
    from kg.models import Role

# A bracket inside it may hold a part of a name: 中央党校（国家行政学院）.
_BRACKET = re.compile(r"[（(](?P<in>(?:[^（）()]++|[（(][^（）()]{0,20}[）)])*+)[）)]")


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A bracket at plain offsets [start, end): who leads, who is responsible, who cooperates."""

    start: int
    end: int
    bodies: tuple[tuple[Body, Role], ...] = ()
    open: bool = False
    first_leads: bool = field(default=False)


def responsibilities(text: str, hits: dict[int, Hit], book: NameBook, first_leads: bool) -> list[Responsibility]:
    """Return the brackets of *text* that say who is responsible, in order.

    *first_leads* is whether an earlier bracket of the document said that the first body leads (…，下同).
    """
    found: list[Responsibility] = []
    for match in _BRACKET.finditer(text):
        inner = match.group("in")
        if not pattern("offices", "says-who").search(inner) or not _closes_a_task(text, match):
            continue
        first_leads = first_leads or bool(pattern("offices", "first-leads").search(inner))
        one = _read(text, match.start("in"), match.end("in"), hits, book, first_leads)
        if one.bodies or pattern("offices", "no-single-body").search(inner):
            found.append(replace(one, start=match.start(), end=match.end(), first_leads=first_leads))
    return found


def _closes_a_task(text: str, match: re.Match[str]) -> bool:
    """It stands at the end of a sentence, before or behind its 。, and never inside one."""
    return (
        match.end() == len(text)
        or text[match.end()] in "。；！\n"
        or text[match.start() - 1 : match.start()] in "。；！"
    )


def _read(
    text: str, start: int, end: int, hits: dict[int, Hit], book: NameBook, first_leads: bool
) -> Responsibility:  # fmt: skip
    bodies: list[tuple[Body, Role]] = []
    open_list = False
    label: Role | None = None
    elsewhere = False  # behind a label that is no role (适用范围：…), until the next one
    leads_said = False
    for a, b in _parts(text, start, end):
        if match := pattern("offices", "label").match(text, a, b):
            a = match.end()
            label, elsewhere = _role_of_label(match), bool(match.group("other"))
        if elsewhere:
            continue
        part = text[a:b]
        if pattern("offices", "first-leads").search(part) or not part:
            continue
        tail = pattern("offices", "share-of-work").search(part)
        role: Role = label or _role_of(tail.group() if tail else part)
        stop = a + (tail.start() if tail else len(part))
        names, is_open = _names(text, a, stop, hits, book)
        if not tail and label is None and not names:
            continue
        open_list = open_list or is_open
        leads_said = leads_said or role == "lead"
        bodies.extend((body, role) for body in names)
    if first_leads and not leads_said and bodies:
        bodies[0] = (bodies[0][0], "lead")
    return Responsibility(start, end, tuple(bodies), open_list)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [m.start() for m in re.compile(r"[，；。,;]").finditer(text, start, end)]
    edges = [start - 1, *cuts, end]
    return [(a + 1, b) for a, b in itertools.pairwise(edges) if b > a + 1]


def _role_of_label(match: re.Match[str]) -> Role | None:
    if match.group("lead"):
        return "lead"
    if match.group("coop"):
        return "cooperating"
    return "responsible" if match.group("resp") else None


def _role_of(tail: str) -> Role:
    if pattern("offices", "leads").search(tail):
        return "lead"
    return "cooperating" if pattern("offices", "cooperates").search(tail) else "responsible"


def _names(text: str, start: int, stop: int, hits: dict[int, Hit], book: NameBook) -> tuple[list[Body], bool]:
    """Return the bodies in `text[start:stop]`: known ones as known, any other item of the list by its own words."""
    found: list[Body] = []
    open_list = False
    for item in _items(text, start, stop):
        a, b = item
        words = text[a:b]
        if etc := pattern("offices", "list-end-in-bracket").search(words):
            open_list, b, words = True, a + etc.start(), words[: etc.start()]
        known = read_bodies(text, a, hits, book)
        whole = [body for body in known.bodies if body.start == a and body.end == b] if known else []
        if not words or pattern("offices", "no-single-body").search(words):
            open_list = open_list or words.startswith("等")
            found.extend(body for body in whole if body.tier == "collective")
        elif whole:
            found.extend(whole)
        elif pattern("offices", "body-end").search(words):
            entry = book.get(words)
            found.append(Body(entry.name if entry else words, words, "named", entry.kind if entry else "other", a, b))
    return with_shared_ending(found), open_list


def _items(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Cut a list at 、 and at 和, 与, 及 that join two bodies (not inside 工业和信息化部)."""
    items: list[tuple[int, int]] = []
    depth, at = 0, start
    for i in range(start, stop):
        c = text[i]
        depth += (c in "（(") - (c in "）)")
        joins = c == "、" or (c in "和与及" and _ends_a_body(text, at, i))
        if depth == 0 and joins:
            items.append((at, i))
            at = i + 1
    items.append((at, stop))
    return [(a, b) for a, b in items if b > a]


def _ends_a_body(text: str, start: int, end: int) -> bool:
    begin = max(start, end - 8)  # longer than any ending
    return bool(
        pattern("offices", "joinable-body-end").search(text, begin, end)
        and not pattern("offices", "name-goes-on-with-and").search(text, begin, end)
    )
