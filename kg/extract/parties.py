"""The words around names → who must act: lists of bodies, the roles they stand in, explicit in the sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.extract.heads import skip_adverbs, verb_at
from kg.extract.rules import rules

if TYPE_CHECKING:
    from kg.extract.names import Hit, NameBook
    from kg.models import AgentTier, Role

# Bodies no gazetteer knows, by their structure: an office of a place (省发展改革委, 济南市政府, 市人大常委会).
_UNIT = (
    r"(?:人民政府|政府办公厅|政府办公室|政府|人大常委会|人大|政协|办公厅|办公室|管委会|管理委员会|委员会|工委|党委|纪委|"
    r"宣传部|组织部|统战部|政法委|网信办|编办|外办|台办|军民融合办|监管局|管理局|监督局|总局|"
    r"厅|局|委|办|部|署|院|中心|总队|支队|集团|公司|总工会|工会|妇联|科协|残联|工商联|联合会|分行|支行|海关|税务局|法院|检察院|团委|军区|银行|总社|研究院|理事会|学会|协会|商会)"
)
_PLACE = r"(?:省级?|自治区|市级?|州|县级?|区级?|全省|全市|[\u4e00-\u9fff]{2,4}?(?:省|自治区|市|自治州|州|县|区))"
_LOCAL = re.compile(
    rf"(?:团(?:省|市|县)委|{_PLACE}(?:[\u4e00-\u9fff（）]{{0,16}}?){_UNIT})(?=[、，；。：）\)和与及或等,;:]|$|牵头|负责|配合|要|应|须|会同|按|另行|参加)"
)
_BRANCH = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:分行|支行|监管局|证监局|银保监局|海关|专员办|特派办)(?=[、，；。：）\)和与及或等,;:]|$|牵头|负责|配合)"
)
_JOIN = re.compile(r"以及|[、和与及或]")
_SALUTATION_JOIN = re.compile(r"以及|[、，和与及]")
_ETC = re.compile(r"等(?:(?:各|相关|有关)*(?:部门|单位|方面|机构|地方|部委))?")
_GOVERNMENT = re.compile("人民政府|政府(?!办公)")
_ANAPHORA = re.compile(r"其(常委会|常务委员会|办公室|办公厅)")
_MODAL_ONLY = re.compile(r"要|应|须|必须|负责|牵头|会同|另行|统筹|按程序|按法定")
_FACILITY_VERBS = re.compile(r"(?:建设|建立|设立|成立|组建|筹建|新建|创建|设置)$")


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it is written: canonical name, the words, its tier and where it stands."""

    name: str
    surface: str
    tier: AgentTier
    kind: str
    start: int
    end: int
    place: bool = False


@dataclass(frozen=True, slots=True)
class BodyList:
    """Bodies joined by 、 or 和, and whether 等 leaves the list open."""

    bodies: tuple[Body, ...]
    start: int
    end: int
    open: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What the words say of some bodies: their role, and the offset of the words that say it."""

    role: Role | str
    rule: str
    list: BodyList
    start: int
    end: int


def read_bodies(
    text: str, at: int, hits: dict[int, Hit], book: NameBook, joined_by: re.Pattern[str] = _JOIN
) -> BodyList | None:
    """Return the list of bodies that begins exactly at plain offset *at*, None where none does."""
    bodies: list[Body] = []
    start = at
    while True:
        found = _read_one(text, at, hits, book, bodies)
        if not found:
            break
        bodies.extend(found)
        at = found[-1].end
        join = joined_by.match(text, at)
        if join and _read_one(text, join.end(), hits, book, bodies):
            at = join.end()
            continue
        break
    if not bodies:
        return None
    etc = _ETC.match(text, at)
    return BodyList(tuple(bodies), start, etc.end() if etc else at, bool(etc))


def _read_one(text: str, at: int, hits: dict[int, Hit], book: NameBook, before: list[Body]) -> list[Body]:
    if joint := _joint(text, at, book):
        return joint
    if before and (match := _ANAPHORA.match(text, at)):
        name = before[-1].name + match.group(1)
        entry = book.get(name)
        full = entry.name if entry else name
        return [Body(full, match.group(), "named", entry.kind if entry else before[-1].kind, at, match.end())]
    local = None if verb_at(text, at) else _LOCAL.match(text, at) or _BRANCH.match(text, at)
    hit = hits.get(at)
    government = _GOVERNMENT.match(text, hit.end) if hit and hit.entry.category == "zone" else None
    if hit and (not local or local.end() <= (government.end() if government else hit.end)):
        if hit.entry.category == "agent":
            return [Body(hit.entry.name, text[at : hit.end], hit.entry.tier, hit.entry.kind, at, hit.end)]
        if hit.entry.party:
            end = government.end() if government else hit.end
            entry = book.get(hit.entry.party)
            kind = entry.kind if entry and entry.category == "agent" else f"{hit.entry.kind}_gov"
            return [Body(hit.entry.party, text[at:end], "named", kind, at, end, place=not government)]
        if not local:
            return []
    if local:
        name = text[at : local.end()]
        entry = book.get(name)
        return [Body(entry.name if entry else name, name, "named", "local_gov", at, local.end())]
    return []


def _joint(text: str, at: int, book: NameBook) -> list[Body]:
    """深港双方, 深港两地政府, 粤港澳三地政府: the governments of the places abbreviated."""
    places = book.parties()
    match = _joint_pattern("".join(sorted(places))).match(text, at)
    if not match:
        return []
    return [
        Body(party, match.group(), "named", "place_gov", at, match.end())
        for c in match.group(1)
        if (party := places[c].party)
    ]


@cache
def _joint_pattern(letters: str) -> re.Pattern[str]:
    return re.compile(rf"([{letters}]{{2,4}})(?:双方|[两三四]方|[两三四]地(?:政府|双方)|政府)(?!园区)")


@cache
def _around(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Split a rule's pattern at ⟨A⟩: what must stand before the list of bodies, and what behind it."""
    before, _, behind = pattern.partition("⟨A⟩")
    return re.compile(before), re.compile(behind)


def claims(text: str, start: int, end: int, hits: dict[int, Hit], book: NameBook, where: str = "prose") -> list[Claim]:
    """Return what `text[start:end]` (a sentence or part of one) says of bodies, in order of place."""
    found: list[Claim] = []
    for rule in rules("owners"):
        if rule.where != where or rule.pattern is None or rule.sets.role is None:
            continue
        before, behind = _around(rule.pattern)
        for at, begins in _starts(before, text, start, end):
            joined_by = _SALUTATION_JOIN if where == "salutation" else _JOIN
            bodies = read_bodies(text, at, hits, book, joined_by)
            if bodies is None or bodies.end > end or not behind.match(text, bodies.end):
                continue
            if rule.id == "subject" and not _acts(text, bodies):
                continue
            if rule.id == "pivot-body" and not bodies.open and not _goes_on_to_act(text, bodies.end):
                continue
            if _FACILITY_VERBS.search(text, max(start, begins - 4), begins):
                continue  # 建设国际通信出入口局: what is built is no one who acts
            found.append(Claim(rule.sets.role, rule.id, bodies, begins, bodies.end))
    return sorted(found, key=lambda c: (c.start, c.end))


def _goes_on_to_act(text: str, at: int) -> bool:
    """鼓励深圳〈针对优质企业制定…〉: what the body does follows; 支持山东大学… is about another body."""
    return skip_adverbs(text, at) > at or verb_at(text, at) is not None or _ACTS_BY.match(text, at) is not None


_ACTS_BY = re.compile("在|针对|根据|按|依|立足|结合|围绕|利用|通过|与|同|会同|等|对|为|以")


def _starts(before: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    if before.pattern == "^":
        return [(start, start)]
    if before.pattern:
        found = {m.end(): m.start() for m in before.finditer(text, start, end)}
        if before.pattern.startswith("(?:^|"):
            found.setdefault(start, start)
        return sorted(found.items())
    return [(start, start)]


def _acts(text: str, bodies: BodyList) -> bool:
    """A place or a class acts only where a modal says so: 深圳市要…, but 深圳加强了… is said of the place."""
    if all(body.tier == "named" and not body.place for body in bodies.bodies) or bodies.bodies[0].tier == "collective":
        return True
    return bool(_MODAL_ONLY.match(text, bodies.end))
