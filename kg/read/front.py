"""The head and foot of a document → its title, number, date and publisher."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.models import Span, strip_space
from kg.read.dates import iso_date, line_date
from kg.read.layout import FrontRules, layout
from kg.read.script import simplified
from kg.read.titles import MAX_TITLE, is_title

_HEAD = 14
"""Numbers, titles and dates stand within so many paragraphs of the beginning or end."""
_SIGNERS = 12
_TAIL = 120
_NAMED = re.compile("《([^《》]{2,60})》")
_SENTENCE = re.compile("[。；！？]")
_SECOND_TITLE = re.compile("^[—（(-]")


@dataclass(frozen=True, slots=True)
class Front:
    """What the head and foot of a document say of it; None where they do not."""

    title: str | None
    identifier: str | None
    issued: str | None
    publisher: str | None


def read_front(text: str, opening: Sequence[Span], paragraphs: Sequence[Span]) -> Front:
    """Return title, document number, ISO date of issue and publisher.

    *opening* are the paragraphs before the first heading, *paragraphs* all before the annexes. Where a notice passes
    on a plan whose own title stands in the opening, the title is the plan's.
    """
    rules = layout().front
    head = [_shown(text, p) for p in opening]
    notice, identifier = _inline(head, rules)
    titled = 0
    if notice is None:
        notice, titled = _first_title(head, rules)
    identifier = identifier or _identifier(head, rules)
    title = _own_title(head, titled, notice, rules) or notice
    foot = [_shown(text, p) for p in paragraphs[-_SIGNERS:]]
    issued, publisher = _signed(head, rules)
    if issued is None:
        issued, enactor = _header(head, rules)
        publisher = publisher or enactor
    if issued is None:
        issued, signer = _signed(foot, rules)
        publisher = publisher or signer
    if issued is None and paragraphs:
        issued, signer = _signed_in_line(text, paragraphs[-1], rules)
        publisher = publisher or signer
    publisher = publisher or _from_title(notice, text, opening, rules) or _enactor(identifier or "", rules)
    return Front(title, identifier, issued, simplified(publisher) if publisher else None)


def _shown(text: str, span: Span) -> str:
    return strip_space(text[span.start : min(span.end, span.start + 2000)]).lstrip("#﻿")


# ------------------------------------------------------------------ titles


def _first_title(head: Sequence[str], rules: FrontRules) -> tuple[str | None, int]:
    """Return the title the document begins with, its lines joined, and the index of the paragraph behind it."""
    words = ""
    for index, shown in enumerate(head[:_HEAD]):
        if rules.noise.match(shown):
            continue
        if not shown or len(shown) > MAX_TITLE or shown[-1] in "：:。；，,;！" or _SENTENCE.search(shown):
            return words or None, index
        if rules.date.match(shown) or rules.number.match(shown) or _SECOND_TITLE.match(shown) or _dated(shown, rules):
            return words or None, index
        words += shown
        after = head[index + 1] if index + 1 < len(head) else ""
        goes_on = rules.by.match(words) and not rules.by.match(after) and is_title(words + after)
        if is_title(words) and words.count("《") == words.count("》") and not goes_on:
            return words, index + 1
    return (words if is_title(words) else None), min(len(head), _HEAD)


def _dated(shown: str, rules: FrontRules) -> bool:
    return any(pattern.match(shown) for pattern in (rules.enacted, rules.spoken))


def _inline(head: Sequence[str], rules: FrontRules) -> tuple[str | None, str | None]:
    """Return title and number where they run into the first paragraph (…的通知国发〔2011〕42号各省…)."""
    if not head:
        return None, None
    for match in rules.number.finditer(head[0][:200]):
        for kind in rules.kinds:
            at = match.group().find(kind)
            title = head[0][: match.start() + at + len(kind)]
            number = match.group()[at + len(kind) :]
            if at >= 0 and is_title(title) and rules.number.fullmatch(number):
                return title, number
    return None, None


def _own_title(head: Sequence[str], titled: int, notice: str | None, rules: FrontRules) -> str | None:
    """Return the title of the plan that a notice passes on, where it stands by itself behind the notice."""
    names: set[str] = set()
    forwarded = rules.forwards.search(notice) if notice else None
    if forwarded:
        names.add(forwarded.group("name").strip("《》"))
    else:
        for shown in head[:_HEAD]:
            names.update(_NAMED.findall(shown))
    for index in range(max(titled, 1), len(head)):
        joined = ""
        for shown in head[index : index + 3]:
            joined += shown
            if joined in names:
                return joined
    return None


# ------------------------------------------------------------------ number, date, publisher


def _identifier(head: Sequence[str], rules: FrontRules) -> str | None:
    for shown, after in zip(head[:_HEAD], [*head[1:_HEAD], ""], strict=False):
        words = shown.strip("（()）") if shown[:1] in "（(" and shown[-1:] in "）)" else shown
        if rules.number.fullmatch(words):
            return words
        ordered = rules.order.search(shown) if len(shown) <= 80 and "《" not in shown else None
        ordered = ordered or (rules.order.fullmatch(shown + after) if shown.endswith("令") else None)
        if ordered:
            return _order_number(ordered)
    return None


def _order_number(ordered: re.Match[str]) -> str:
    """Return the number of an order (中华人民共和国国务院令第707号) without the bracket before it."""
    return ordered.group()[ordered.start("body") - ordered.start() :].replace("（", "").replace("(", "")


def _signed(shown: Sequence[str], rules: FrontRules) -> tuple[str | None, str | None]:
    """Return date and signers of the first line that holds a date alone; the bodies stand right above it."""
    for index, words in enumerate(shown):
        day = line_date(words)
        if day:
            bodies: list[str] = []
            for above in reversed(shown[max(0, index - _SIGNERS) : index]):
                if not _body(above, rules):
                    break
                bodies.insert(0, above)
            return day, "、".join(bodies) or None
        printed = rules.printed.match(words)
        if printed and _body(printed.group("body"), rules):
            return iso_date(printed), printed.group("body")
    return None, None


def _signed_in_line(text: str, last: Span, rules: FrontRules) -> tuple[str | None, str | None]:
    """Return date and signer where they run on behind the *last* paragraph's end (…。国务院办公厅2020年7月15日)."""
    tail = strip_space(text[max(last.start, last.end - _TAIL) : last.end])
    match = rules.signed.search(tail)
    if match is None or not _body(match.group("body"), rules):
        return None, None
    return iso_date(match), match.group("body")


def _body(words: str, rules: FrontRules) -> bool:
    return 2 <= len(words) <= 30 and words.endswith(rules.bodies) and not re.search("[，。；：、《》（(]", words)


def _header(head: Sequence[str], rules: FrontRules) -> tuple[str | None, str | None]:
    """Return date and body of the lines under a law's title (…年…月…日 …会议通过): made public, else the last."""
    found: tuple[str | None, str | None] = (None, None)
    for shown in head[:_HEAD]:
        spoken = rules.spoken.match(shown)
        match = None if spoken else rules.enacted.match(shown[:200])
        if match and (day := iso_date(match)) and (match.group("how") or rules.session.match(match.group("body"))):
            found = day, _enactor(match.group("body"), rules)
            if match.group("how") in rules.made_public:
                return found
        if spoken and found[0] is None:
            found = iso_date(spoken), None
    return found


def _enactor(body: str, rules: FrontRules) -> str | None:
    order = rules.order.search(body)
    session = rules.session.match(body)
    words = order.group("body") if order else session.group("body") if session else body
    words = rules.term.sub("", words).removeprefix(rules.state if order else "")
    return words if _body(words, rules) else None


def _from_title(notice: str | None, text: str, opening: Sequence[Span], rules: FrontRules) -> str | None:
    """Return the body a title begins with (国务院关于…的通知)."""
    match = rules.by.match(notice) if notice else None
    if match is None or not _body(match.group("body"), rules):
        return None
    body = match.group("body")
    for span in opening[:_HEAD]:
        pieces = text[span.start : min(span.end, span.start + 80)].split()
        if len(pieces) > 1 and body.startswith(pieces[0]) and _body(pieces[0], rules) and len(pieces[0]) < len(body):
            return f"{pieces[0]}、{body[len(pieces[0]) :]}"
    return body
