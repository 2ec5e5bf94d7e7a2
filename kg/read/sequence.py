"""Candidates for headings → the headings: those whose numbers count up, each with its place in the hierarchy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.read.dates import line_date
from kg.read.layout import layout
from kg.read.lines import Page
from kg.read.markers import Marker

_GAP = 3
"""So many numbers may be missing between two headings at the beginning of a line (damaged or joined lines)."""
_ITEMS = frozenset({"num", "pnum"})
_ROOTS = frozenset({"part", "chapter", "article", "cn", "pcn", "bare"})


@dataclass(slots=True)
class Heading:
    """A heading that was accepted. `parent` is the one it stands under, `segment` counts the numberings of a document
    that begin anew (a notice and the plan behind it), `annex` is the annex's number, 0 in the document itself.
    """

    marker: Marker
    rank: float
    parent: Heading | None
    segment: int
    annex: int


@dataclass(slots=True)
class _State:
    stack: list[Heading] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    decimal: tuple[int, ...] = ()
    segment: int = 0
    annex: int = 0
    box: dict[str, int] | None = None
    box_line: int = -1


def find_headings(markers: Sequence[Marker], page: Page, text: str) -> list[Heading]:
    """Return the headings among *markers* in order.

    A candidate is a heading where its number follows the last one of its family, or begins a new count that goes on.
    Numbers inside sentences, tables, boxes (专栏) and dates do not count up and are dropped.
    """
    markers = _families(markers)
    ranks = _ranks(markers)
    annexes = _annexes(markers, page, text)
    ahead = _ahead(markers, ranks)
    state = _State()
    found: list[Heading] = []
    for index, marker in enumerate(markers):
        if marker.family == "annex":
            if index in annexes:
                number = marker.number or state.annex + 1
                state = _State(segment=state.segment + 1, annex=number)
                found.append(Heading(marker, 0, None, state.segment, number))
            continue
        if marker.family == "box":
            state.box, state.box_line = {}, marker.line
            continue
        if state.box is not None and _in_box(marker, state):
            continue
        rank = ranks[marker.family] + (len(marker.numbers) - 1 if marker.family == "decimal" else 0)
        if not _fits(marker, rank, state, ahead[index]):
            continue
        if _begins_anew(marker, rank, state):
            found = _begin(found, state)
        state.box = None
        found.append(_push(marker, rank, state))
    return found


def _push(marker: Marker, rank: float, state: _State) -> Heading:
    while state.stack and state.stack[-1].rank >= rank:
        state.stack.pop()
    parent = state.stack[-1] if state.stack else None
    heading = Heading(marker, rank, parent, state.segment, state.annex)
    state.stack.append(heading)
    state.seen[marker.family] = marker.number
    if marker.family in ("bare", "decimal"):
        state.decimal = marker.numbers
    return heading


# ------------------------------------------------------------------ does a number follow?


def _fits(marker: Marker, rank: float, state: _State, goes_on: bool) -> bool:
    if marker.family == "decimal":
        return _decimal_fits(marker, state)
    last = next((h.marker.number for h in reversed(state.stack) if h.marker.family == marker.family), None)
    number = marker.number
    if last is not None:
        if number == last + 1:
            return True
        if number == 1:
            return goes_on and marker.strong
        skipped = last + 1 < number <= last + _GAP
        return skipped and marker.strong and (goes_on or marker.family not in _ITEMS)
    if number == 1:
        return goes_on or (marker.strong and marker.family not in _ITEMS)
    before = state.seen.get(marker.family)
    if before is not None and (number == before + 1 or (marker.strong and before < number <= before + _GAP)):
        return True
    return number <= _GAP and marker.strong and goes_on


def _decimal_fits(marker: Marker, state: _State) -> bool:
    *outer, number = marker.numbers
    path = state.decimal
    if not path:
        return marker.strong and tuple(outer) == (1,) * len(outer) and number == 1
    if list(path[: len(outer)]) != outer:
        return False
    before = path[len(outer)] if len(path) > len(outer) else 0
    return before < number <= before + (_GAP if marker.strong else 1)


def _in_box(marker: Marker, state: _State) -> bool:
    """Whether a number belongs to the list inside a box; counts it there."""
    box = state.box
    if box is None or marker.family not in _ITEMS:
        return False
    last = box.get(marker.family)
    is_open = any(h.marker.family == marker.family for h in state.stack)
    first = last is None and marker.number == 1 and (is_open or marker.line == state.box_line + 1)
    if first or (last is not None and marker.number == last + 1):
        box[marker.family] = marker.number
        return True
    return False


def _ahead(markers: Sequence[Marker], ranks: dict[str, float]) -> list[bool]:
    """Return for each candidate whether the next number of its family follows before a heading further out.

    For a label inside a line it must be the very next candidate of the family.
    """
    goes_on = [False] * len(markers)
    nearest: dict[tuple[str, tuple[int, ...]], int] = {}
    following: dict[str, Marker] = {}
    outer: list[tuple[float, int]] = []  # strong candidates ahead, each further out than those behind it
    for index in range(len(markers) - 1, -1, -1):
        marker = markers[index]
        rank = ranks.get(marker.family, 99.0)
        after = (*marker.numbers[:-1], marker.number + 1)
        if marker.strong:
            limit = next((at for above, at in reversed(outer) if above < rank), len(markers))
            goes_on[index] = nearest.get((marker.family, after), len(markers)) < limit
            while outer and outer[-1][0] >= rank:
                outer.pop()
            outer.append((rank, index))
        else:
            nearby = following.get(marker.family)
            goes_on[index] = nearby is not None and nearby.numbers == after
        nearest[marker.family, marker.numbers] = index
        following[marker.family] = marker
    return goes_on


# ------------------------------------------------------------------ families and their order


def _families(markers: Sequence[Marker]) -> list[Marker]:
    """Return the candidates with plain numbers made chapters where 1.1 and 1.2 count, and dropped where they do not."""
    strong = {m.numbers for m in markers if m.family == "decimal" and m.strong}
    is_decimal = (1, 1) in strong and ((1, 2) in strong or (2, 1) in strong)
    kept: list[Marker] = []
    for marker in markers:
        if marker.family in ("decimal", "bare") and not is_decimal:
            continue
        if marker.family == "num" and is_decimal:
            marker.family = "bare"
        if marker.family != "bare" or marker.strong:
            kept.append(marker)
    return kept


def _ranks(markers: Sequence[Marker]) -> dict[str, float]:
    """Return how far out each family stands here: the usual order, turned round where the document does so.

    Usual is 第X条 above 一、 and （一） above 1. Turned round is a document whose 一、 (or 1.) comes first and counts
    on across the other's.
    """
    ranks: dict[str, float] = {**layout().ranks}
    for outer, inner in (("article", "cn"), ("pcn", "num")):
        if _turned_round(markers, outer, inner, ranks):
            ranks[inner] = ranks[outer] - 0.5
    return ranks


def _turned_round(markers: Sequence[Marker], outer: str, inner: str, ranks: dict[str, float]) -> bool:
    first: str | None = None
    last = {outer: 0, inner: 0}
    crossed = {outer: False, inner: False}
    votes = 0
    for marker in markers:
        family = marker.family
        if not marker.strong or family == "box":
            continue
        if family not in last:
            if ranks[family] < ranks[outer]:
                last, crossed = {outer: 0, inner: 0}, {outer: False, inner: False}
            continue
        first = first or family
        other = inner if family == outer else outer
        if marker.number == last[family] + 1 and last[family] and crossed[family]:
            votes += 1 if family == inner else -1
        last[family] = marker.number
        crossed[family] = False
        crossed[other] = crossed[other] or family == outer or marker.number == 1
    return first == inner and votes > 0


# ------------------------------------------------------------------ where a numbering begins anew


def _begins_anew(marker: Marker, rank: float, state: _State) -> bool:
    """Whether the outermost numbering starts again at 1, or a numbering further out begins."""
    if not state.stack or marker.number != 1 or marker.family not in _ROOTS:
        return False
    root = state.stack[0]
    return rank < root.rank or (rank == root.rank and marker.family == root.marker.family)


def _begin(found: list[Heading], state: _State) -> list[Heading]:
    """Start a new segment; a mere list of items (1. 2.) in front of it is taken back: it is part of the text."""
    state.stack, state.seen, state.decimal = [], {}, ()
    state.segment += 1
    first = len(found)
    while first and found[first - 1].segment == state.segment - 1:
        first -= 1
        if found[first].marker.family not in _ITEMS | {"annex"}:
            return found
    return found[:first] + [h for h in found[first:] if h.marker.family == "annex"]


# ------------------------------------------------------------------ annexes


def _annexes(markers: Sequence[Marker], page: Page, text: str) -> set[int]:
    """Return the indices of the markers that open an annex, the mentions in front of a signature left out.

    "附件：名单" above the date only says that there is one. An annex itself stands behind the date, alone on its line
    or with its title, and has text behind it.
    """
    places = [i for i, m in enumerate(markers) if m.family == "annex"]
    if not places:
        return set()
    dates = [
        i
        for i, line in enumerate(page.lines)
        if line.width <= 40 and not line.cell and line_date(text[line.start : line.end])
    ]
    kept: dict[int, int] = {}
    for i in places:
        marker = markers[i]
        line = page.lines[marker.line]
        behind = text[marker.label_end : line.end].strip(" 　:：")
        signed = any(marker.line < date <= marker.line + 12 for date in dates)
        if not marker.strong or marker.line + 1 >= len(page.lines) or len(behind) > 60 or "。" in behind:
            continue
        if signed and (behind or marker.number == 0) and _mentioned(page, text, marker):
            continue
        kept[marker.number] = i
    return set(kept.values())


def _mentioned(page: Page, text: str, marker: Marker) -> bool:
    """Whether the lines from an annex's name to the next date hold no sentence."""
    for line in page.lines[marker.line + 1 : marker.line + 13]:
        if line.cell:
            return False
        shown = text[line.start : line.end]
        if line_date(shown):
            return True
        if shown.endswith("。"):
            return False
    return False
