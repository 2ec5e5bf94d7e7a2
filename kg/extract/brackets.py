"""The bracket that closes a task → the agents it names and their roles: （X牵头，Y配合）, （负责部门：X、Y）."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.extract.dates import TimeExpression, times
from kg.extract.roles import AgentSpan, read_agents, with_shared_ending
from kg.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.extract.analysis import Analysis
    from kg.extract.names import NameBook
    from kg.models import Role

# A bracket inside it may hold a part of a name: 中央党校（国家行政学院）.
_BRACKET = re.compile(
    r"[（(](?P<round>(?:[^（）()]++|[（(][^（）()]{0,20}[）)])*+)[）)]|[【［\[](?P<square>[^【】［］\[\]]{2,300})[】］\]]"
)
_DASH = re.compile(r"(?:——|─{2})(?P<in>[^。；，—─]{2,80})(?=[。；]|$)")


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A bracket at plain offsets [start, end): who leads, who is responsible, who cooperates."""

    start: int
    end: int
    agents: tuple[tuple[AgentSpan, Role], ...] = ()
    open: bool = False
    first_leads: bool = field(default=False)
    time: TimeExpression | None = None
    """By when the task is to be done, where it says so too (完成时限：2024年6月底前)."""


def responsibilities(analysis: Analysis, book: NameBook) -> list[Responsibility]:
    """Return the brackets of a clause that say who is responsible, in order.

    A sentence that is nothing but such words (责任单位：市财政局。) and what stands behind a dash at the end of a
    sentence (——市税务局) count as brackets. `first_leads` of *analysis* is whether an earlier bracket of the document
    said that the first agent leads (…，下同).
    """
    text, first_leads = analysis.text, analysis.first_leads
    found: list[Responsibility] = []
    for start, end, a, b in sorted({*_bracketed(text), *_behind_dashes(text), *_sentences_alone(analysis)}):
        if found and start < found[-1].end:
            continue
        inner = text[a:b]
        first_leads = first_leads or bool(pattern("offices", "first-leads").search(inner))
        one = _read(analysis, a, b, book, first_leads)
        time = next((t for t in times(text, a, b, analysis.issued) if t.date and t.kind in {"by", "before"}), None)
        time = replace(time, text=analysis.written[time.start : time.end]) if time else None
        one = replace(one, start=start, end=end, first_leads=first_leads, time=time)
        if found and found[-1].end == start and text[start] not in "（(【［[":
            found[-1] = _together(found[-1], one)
        elif one.agents or time is not None or pattern("offices", "no-single-body").search(inner):
            found.append(one)
    return found


def _together(first: Responsibility, second: Responsibility) -> Responsibility:
    """Return two sentences that say who is responsible, one right behind the other, as one."""
    agents = (*first.agents, *second.agents)
    return replace(first, end=second.end, agents=agents, open=first.open or second.open, time=first.time or second.time)


def _bracketed(text: str) -> Iterator[tuple[int, int, int, int]]:
    for match in _BRACKET.finditer(text):
        group = "round" if match.group("round") is not None else "square"
        if pattern("offices", "says-who").search(match.group(group)) and _closes_a_task(text, match):
            yield (*match.span(), *match.span(group))


def _behind_dashes(text: str) -> Iterator[tuple[int, int, int, int]]:
    for match in _DASH.finditer(text):
        items = _items(text, *match.span("in"))
        if all(pattern("offices", "sure-body-end").search(text, a, b) for a, b in items):
            yield (*match.span(), *match.span("in"))


def _sentences_alone(analysis: Analysis) -> Iterator[tuple[int, int, int, int]]:
    for sentence in analysis.sentences:
        if pattern("offices", "label-of-task").match(analysis.text, sentence.start, sentence.end):
            yield (sentence.start, sentence.end, sentence.start, sentence.end)


def agents_in(analysis: Analysis, start: int, end: int, book: NameBook) -> Responsibility:
    """Return who is named in the cell of a table at [start, end), with the roles that its own words give them."""
    return _read(analysis, start, end, book, first_leads=False)


def _closes_a_task(text: str, match: re.Match[str]) -> bool:
    """It stands at the end of a sentence, before or behind its 。, and never inside one."""
    return (
        match.end() == len(text)
        or text[match.end()] in "。；！\n"
        or text[match.start() - 1 : match.start()] in "。；！"
    )


def _read(analysis: Analysis, start: int, end: int, book: NameBook, first_leads: bool) -> Responsibility:
    text = analysis.text
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
        names, is_open = _names(analysis, a, stop, book)
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


def _names(analysis: Analysis, start: int, stop: int, book: NameBook) -> tuple[list[AgentSpan], bool]:
    """Return the agents in `text[start:stop]`: known ones as known, any other item of the list by its own words."""
    text, hits = analysis.text, analysis.hits
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
    return _with_shared_place(with_shared_ending(found), analysis, book), open_list


def _with_shared_place(agents: list[AgentSpan], analysis: Analysis, book: NameBook) -> list[AgentSpan]:
    """Return *agents* with the place that a list gives with its first one: 市住建局、审批服务局 are both the city's.

    One whose name opens with a name of its own (山东证监局) stays as it stands.
    """
    if not agents or not pattern("offices", "office-of-place").match(agents[0].surface):
        return agents
    place = agents[0].surface[0]
    out = []
    for agent in agents:
        first = analysis.word_at(agent.start)
        by_function = first is not None and first.end < agent.end and first.tag in {"n", "vn", "v", "a"}
        bare = book.get(agent.surface) is None and pattern("offices", "office-without-place").match(agent.surface)
        name = place + agent.surface
        out.append(replace(agent, name=name, full=name) if by_function and bare else agent)
    return out


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
