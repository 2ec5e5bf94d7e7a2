"""The bracket that closes a task → the bodies it names and their roles: （X牵头，Y配合）, （负责部门：X、Y）."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.extract.parties import Body, read_bodies

if TYPE_CHECKING:
    from kg.extract.names import Hit, NameBook
    from kg.models import Role

_BRACKET = re.compile(r"[（(](?P<in>(?:[^（）()]|[（(][^（）()]{0,20}[）)])*)[）)]")
_SAYS_WHO = re.compile(
    r"负责(?!人)|牵头|(?:责任|参加|参与|配合|承办|落实|主管|协办)(?:单位|部门)|(?:负责|牵头)(?:单位|部门)|按职责分工|分别负责"
)
_LABEL = re.compile(
    r"(?P<lead>(?:牵头|主办|主要负责|组织)(?:单位|部门|处室)?)[:：]|(?P<coop>(?:参加|参与|配合|协办|协助|支持)(?:单位|部门)?)[:：]|"
    r"(?P<resp>(?:负责|责任|承办|落实|主管|实施)(?:单位|部门|主体)?)[:：]|(?P<other>[\u4e00-\u9fff]{2,8})[:：]"
)
_FIRST_LEADS = re.compile(r"(?:列|排)(?:在)?(?:第一|首)位(?:者|的)?(?:的)?(?:部门|单位|者)?为牵头|第一位为牵头")
_COLLECTIVE = re.compile(
    r"^(?:省|市|县|区|国务院|中央)?(?:各|有关|相关|其他|其它|全体|沿线|市县|地方(?:各级|有关|人民政府|政府|$))|"
    r"^(?:有关|相关|各)?(?:地区|部门|单位|地方|省级人民政府)$|(?:省（区、市）|省、自治区、直辖市|各市|各县|各区)|^等"
)
_TAIL = re.compile(
    r"(?:按照?(?:各自)?职[责能](?:分工)?(?:分别)?)?(?:牵头)?(?:共同|分别|分工|具体)?(?:负责|牵头|配合|参加|参与|落实|承担|承办|推进|组织实施)(?:实施|落实)?$|按照?(?:各自)?职责分工$"
)


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
        if not _SAYS_WHO.search(inner) or not _closes_a_task(text, match):
            continue
        first_leads = first_leads or bool(_FIRST_LEADS.search(inner))
        one = _read(text, match.start("in"), match.end("in"), hits, book, first_leads)
        if one.bodies or _COLLECTIVE.search(inner):
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
        if match := _LABEL.match(text, a, b):
            a = match.end()
            label, elsewhere = _role_of_label(match), bool(match.group("other"))
        if elsewhere:
            continue
        part = text[a:b]
        if _FIRST_LEADS.search(part) or not part:
            continue
        tail = _TAIL.search(part)
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
    if "牵头" in tail:
        return "lead"
    return "cooperating" if re.search("配合|参加|参与|协助", tail) else "responsible"


def _names(text: str, start: int, stop: int, hits: dict[int, Hit], book: NameBook) -> tuple[list[Body], bool]:
    """Return the bodies in `text[start:stop]`: known ones as known, any other item of the list by its own words."""
    found: list[Body] = []
    open_list = False
    for item in _items(text, start, stop):
        a, b = item
        words = text[a:b]
        if etc := _ETC_AT_END.search(words):
            open_list, b, words = True, a + etc.start(), words[: etc.start()]
        if not words or _COLLECTIVE.search(words):
            open_list = open_list or words.startswith("等")
            continue
        known = read_bodies(text, a, hits, book)
        if known and known.bodies[0].end == b:
            found.append(known.bodies[0])
        elif _BODY_END.search(words):
            entry = book.get(words)
            found.append(Body(entry.name if entry else words, words, "named", entry.kind if entry else "other", a, b))
    return found, open_list


def _items(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Cut a list at 、 and at 和, 与, 及 that join two bodies (not inside 工业和信息化部)."""
    items: list[tuple[int, int]] = []
    depth, at = 0, start
    for i in range(start, stop):
        c = text[i]
        depth += (c in "（(") - (c in "）)")
        joins = c == "、" or (c in "和与及" and _ends_a_body(text[at:i]))
        if depth == 0 and joins:
            items.append((at, i))
            at = i + 1
    items.append((at, stop))
    return [(a, b) for a, b in items if b > a]


_ETC_AT_END = re.compile(r"等(?:(?:有关|相关)?(?:部门|单位|方面|机构))?$")
_BODY_END = re.compile(
    r"(?:部|委|局|办|署|厅|院|会|行|社|台|中心|政府|法院|检察院|公司|集团|办公室|省|市|区|县|州|联|协|团|校|站|处|司|组|室|所|馆|队|企业|银行|军区|机关|总社|海关|学|库)$"
)


def _ends_a_body(words: str) -> bool:
    return bool(
        re.search(r"(?:部|委|局|办|署|厅|院|会|行|社|台|中心|政府|法院|检察院|公司|集团|办公室|等|省|市|区|县)$", words)
    ) and not re.search(r"(?:省|市|区|县)?(?:中央|国家)$", words)
