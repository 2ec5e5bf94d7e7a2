"""The bracket that closes a task → the agents it names and their roles: （X牵头，Y配合）, （负责部门：X、Y）."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.extract.roles import AgentSpan, read_agents, with_shared_ending
from kg.patterns import pattern

if TYPE_CHECKING:
    from kg.extract.names import NameBook, NameHit
    from kg.models import Role

# A bracket inside it may hold a part of a name: 中央党校（国家行政学院）.
_BRACKET = re.compile(r"[（(](?P<in>(?:[^（）()]++|[（(][^（）()]{0,20}[）)])*+)[）)]")


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A bracket at plain offsets [start, end): who leads, who is responsible, who cooperates."""

    start: int
    end: int
    agents: tuple[tuple[AgentSpan, Role], ...] = ()
    open: bool = False
    first_leads: bool = field(default=False)


def responsibilities(text: str, hits: dict[int, NameHit], book: NameBook, first_leads: bool) -> list[Responsibility]:
    """Return the brackets of *text* that say who is responsible, in order.

    *first_leads* is whether an earlier bracket of the document said that the first agent leads (…，下同).
    """
    found: list[Responsibility] = []
    for match in _BRACKET.finditer(text):
        inner = match.group("in")
        if not pattern("offices", "says-who").search(inner) or not _closes_a_task(text, match):
            continue
        first_leads = first_leads or bool(pattern("offices", "first-leads").search(inner))
        one = _read(text, match.start("in"), match.end("in"), hits, book, first_leads)
        if one.agents or pattern("offices", "no-single-body").search(inner):
            found.append(replace(one, start=match.start(), end=match.end(), first_leads=first_leads))
    return found


def agents_in(text: str, start: int, end: int, hits: dict[int, NameHit], book: NameBook) -> Responsibility:
    """Return who is named in `text[start:end]`, the cell of a table, with the roles that its own words give them."""
    return _read(text, start, end, hits, book, first_leads=False)


def _closes_a_task(text: str, match: re.Match[str]) -> bool:
    """It stands at the end of a sentence, before or behind its 。, and never inside one."""
    return (
        match.end() == len(text)
        or text[match.end()] in "。；！\n"
        or text[match.start() - 1 : match.start()] in "。；！"
    )


def _read(
    text: str, start: int, end: int, hits: dict[int, NameHit], book: NameBook, first_leads: bool
) -> Responsibility:  # fmt: skip
    agents: list[tuple[AgentSpan, Role]] = []
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
        agents.extend((agent, role) for agent in names)
    if first_leads and not leads_said and agents:
        agents[0] = (agents[0][0], "lead")
    return Responsibility(start, end, tuple(agents), open_list)


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


def _names(text: str, start: int, stop: int, hits: dict[int, NameHit], book: NameBook) -> tuple[list[AgentSpan], bool]:
    """Return the agents in `text[start:stop]`: known ones as known, any other item of the list by its own words."""
    found: list[AgentSpan] = []
    open_list = False
    for item in _items(text, start, stop):
        a, b = item
        words = text[a:b]
        if etc := pattern("offices", "list-end-in-bracket").search(words):
            open_list, b, words = True, a + etc.start(), words[: etc.start()]
        known = read_agents(text, a, hits, book)
        whole = [agent for agent in known.agents if agent.start == a and agent.end == b] if known else []
        if not words or pattern("offices", "no-single-body").search(words):
            open_list = open_list or words.startswith("等")
            found.extend(agent for agent in whole if agent.tier == "collective")
        elif whole:
            found.extend(whole)
        elif pattern("offices", "body-end").search(words):
            entry = book.get(words)
            found.append(
                AgentSpan(entry.name if entry else words, words, "named", entry.kind if entry else "other", a, b)
            )
    return with_shared_ending(found), open_list


def _items(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Cut a list at 、 and at 和, 与, 及 that join two agents (not inside 工业和信息化部)."""
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
