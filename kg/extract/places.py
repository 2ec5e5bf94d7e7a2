"""Names in a text → the zones of a sentence, and zones with their area, boundary and larger zone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.extract.heads import verbs_in
from kg.models import Mention, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extract.names import Entry, Hit
    from kg.models import Clause
    from kg.read import Plain

_AREA = re.compile(
    r"(?:（[^）]*）)?(?:总)?(?:规划)?面积(?:约|为|约为)?(?P<n>\d+(?:\.\d+)?)(?P<unit>平方公里|平方千米|公顷|万亩|亩)"
)
_KM2 = {"平方公里": 1.0, "平方千米": 1.0, "公顷": 0.01, "亩": 1 / 1500, "万亩": 10000 / 1500}
_BOUNDARY = re.compile(
    r"(?:面积(?:约|为)?\d+(?:\.\d+)?平方公里)?[，：]?(?P<b>东[起至到临邻接靠沿以][^；。]*北[起至到临邻接靠沿以][^；。]*)"
)
# Behind the bare name of a city or region: here it stands for itself and is no part of a longer name.
_STANDS_ALONE = re.compile(
    r"[，。；：、）)”》的和与及或等在有将要以为向从对经之地境内各两市省港]|$|接|建|制|开|实|推|加|创|作|进|之间|一道|方面|居民|之|北部|中南部|特区|自由|期|希望|发展"
)


def zones_in(text: str, start: int, end: int, hits: dict[int, Hit]) -> tuple[str, ...]:
    """Return the zones that `text[start:end]` names, in order, each once.

    A name inside a longer proper name is no mention (the longest name wins); a bare city name that opens a longer
    name (深圳数据交易场所) is none either. Facilities and lines are not zones.
    """
    found: dict[str, None] = {}
    for at in range(start, end):
        hit = hits.get(at)
        if hit and hit.end <= end and hit.entry.category == "zone" and _is_where(text, hit):
            found.setdefault(hit.entry.name)
    return tuple(found)


def _is_where(text: str, hit: Hit) -> bool:
    """Whether a zone's name says where something is done.

    The short name of a place that is also a party (香港, 深圳) does so only in a phrase of place: 进入深圳的货物, 与香港之间; 香港居民
    and 借鉴香港制度 say nothing of where.
    """
    if not is_zone_mention(text, hit):
        return False
    if hit.entry.party is None or text[hit.start : hit.end] == hit.entry.name:
        return True
    return bool(_LOCATED_BEFORE.search(text, max(0, hit.start - 4), hit.start) or _LOCATED_BEHIND.match(text, hit.end))


_LOCATED_BEFORE = re.compile(r"(?:在|于|从|至|到|进入|位于|地处|抵达|离开|驻)$")
_LOCATED_BEHIND = re.compile(
    r"之间|境内|全境|市内|[东西南北中]部|等(?:地|城市|省|市)|地区|、[\u4e00-\u9fff]{2,3}(?:、|等)"
)


def is_zone_mention(text: str, hit: Hit) -> bool:
    """Whether a place's name stands there for the place itself."""
    surface = text[hit.start : hit.end]
    if _opens_proper_name(text, hit.end):
        return False
    if hit.entry.kind not in {"city", "region"} or surface == hit.entry.name:
        return not re.match(r"(?:大桥|公路|高铁|铁路|高速|航道|隧道)", text[hit.end : hit.end + 2])
    return bool(_STANDS_ALONE.match(text, hit.end))


# 香港特别行政区〈基本法〉, 深圳经济特区〈立法权〉, 粤港澳大湾区〈国际临床试验中心〉: the place is part of another thing's name.
_NAME_GOES_ON = re.compile(
    r"基本法|立法[权会]|人民政府|政府|人大|法院|检察院|条例|海关|(?P<words>[\u4e00-\u9fff]{0,14}?)(?:中心|研究院|实验室|大学|学院|机场|高铁站|火车站)(?![城区市])"
)


def _opens_proper_name(text: str, at: int) -> bool:
    match = _NAME_GOES_ON.match(text, at)
    if match is None:
        return False
    words = match.group("words")
    return words is None or not (verbs_in(words) or re.search(r"[的和与及在等]", words))


def zone_records(mentions: dict[str, tuple[Entry, list[Mention]]], views: Sequence[tuple[Clause, Plain]]) -> list[Zone]:
    """Return every place that is mentioned, with what the text says of its area and boundary, in reading order."""
    order = {clause.id: clause.order for clause, _ in views}
    found = []
    for name, (entry, places) in mentions.items():
        area, boundary = _measures(entry, views)
        clauses = tuple(sorted({m.clause for m in places}, key=lambda c: order[c]))
        found.append(Zone(name, entry.aliases, entry.kind, entry.part_of, area, boundary, clauses, tuple(places)))
    return sorted(found, key=lambda z: (z.mentions[0].start, z.name))


def _measures(entry: Entry, views: Sequence[tuple[Clause, Plain]]) -> tuple[float | None, str | None]:
    """Return (area in km², boundary) as the text gives them right behind one of the zone's names.

    The area may follow after clauses that are still about the zone (合作区地处…，是…，面积约3.89平方公里): the nearest
    subject before 面积 in its sentence is the one that has it.
    """
    area: float | None = None
    boundary: str | None = None
    for form in sorted(entry.forms, key=lambda f: (-len(f), f)):
        for _, plain in views:
            text = plain.text
            for match in re.finditer(re.escape(form), text):
                behind = match.end()
                said = _AREA.match(text, behind) or _later_area(text, match.start(), behind)
                if said and area is None:
                    area = round(float(said.group("n")) * _KM2[said.group("unit")], 6)
                    edges = _BOUNDARY.match(text, said.end())
                    boundary = boundary or (edges.group("b") if edges else None)
                elif edges := re.compile(r"[^，。；]{0,4}包括[^，。；]+").match(text, behind):
                    boundary = boundary or (edges.group() and text[match.start() : edges.end()])
    return area, boundary


def _later_area(text: str, start: int, behind: int) -> re.Match[str] | None:
    """合作区地处…，是…，面积约3.89平方公里: the sentence's own subject, an area without one of its own."""
    opens = start == 0 or text[start - 1] in "。！；"
    if not opens:
        return None
    stop = min((i for i in (text.find(c, behind) for c in "。；") if i >= 0), default=len(text))
    at = text.find("，面积", behind, stop)
    return _AREA.match(text, at + 1) if at >= 0 else None
