"""Tagged words → agents that act though no list names them: told by how their name is built and where it stands."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kg.extract.names import KnownName, NameHit
from kg.extract.predicates import skip_adverbs, verb_at
from kg.patterns import pattern, words

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from kg.models import AgentTier

_LONGEST = 30
_OPENS = {"n", "nz", "nw", "vn", "s", "a", "r", "ORG", "LOC", "PER"}
_INSIDE = _OPENS | {"an", "j"}
_ACTS = {"v", "vd", "d", "ad", "p", "TIME"}


def acting_agents(text: str, tagged: Sequence[tuple[int, int, str]], known: Sequence[NameHit]) -> list[NameHit]:
    """Return the agents in *text* that stand where somebody acts, in order, without overlaps.

    That is at the head of a sentence or comma clause with what they do behind them, behind 由, 会同, 商, 报, 向 and
    the like, and further on in a list of them. *tagged* are (start, end, tag) of words. Bodies of the state are told
    by their units (市科技创新局, 省税务局) or by their function (税务机关, 市统计部门); those who are addressed as one
    of many by their role (申请人, 数据提供部门). An agent *known* by a name at least as long is left out.
    """
    return _Finder(text, tagged, known).agents()


def acts_later(text: str, at: int) -> bool:
    """纳税人〈申请退税，应当提供…〉: whether the modal of what the one before *at* does stands in the next clause."""
    return pattern("acting", "acts-later").match(text, at) is not None


@dataclass(frozen=True)
class _Finder:
    text: str
    tagged: Sequence[tuple[int, int, str]]
    known: Sequence[NameHit]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self.tagged]

    def _within(self, start: int, end: int) -> Sequence[tuple[int, int, str]]:
        """Return the words that begin in [start, end): a look at all of them for each name would take the square."""
        return self.tagged[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    @cached_property
    def _tags(self) -> dict[int, tuple[int, str]]:
        """Each word's end and tag by its start."""
        return {start: (end, tag) for start, end, tag in self.tagged}

    @cached_property
    def _ends(self) -> dict[int, int]:
        """The end of each known agent by its start."""
        return {hit.start: hit.end for hit in self.known if hit.entry.category == "agent"}

    @cached_property
    def _described(self) -> set[int]:
        """Where somebody may stand of whom something is said behind 由 (由项目所在地的〈区县政府〉)."""
        by = (at for at in self._places() if self._behind_by(at))
        return {said.end() for at in by if (said := pattern("acting", "described").match(self.text, at))}

    def _behind_by(self, at: int) -> bool:
        return pattern("acting", "behind-by").search(self.text, max(0, at - 2), at) is not None

    @cached_property
    def _known_ends(self) -> set[int]:
        """The ends of those known by name: a collective (有关部门) may be of somebody (政府有关部门)."""
        return {hit.end for hit in self.known if hit.entry.category == "agent" and hit.entry.tier != "collective"}

    @cached_property
    def _ends_of_a_kind(self) -> set[int]:
        """The ends of those known by a common noun (企业), which a longer name may end with (外商投资企业)."""
        return {hit.end for hit in self.known if hit.entry.category == "agent" and hit.entry.tier == "class"}

    @cached_property
    def _places_known(self) -> dict[int, int]:
        """The end of each known place by its start."""
        return {hit.start: hit.end for hit in self.known if hit.entry.category == "zone"}

    def _is_government(self, at: int, end: int) -> bool:
        """深圳市政府: the government of a known place is called by the place's own name."""
        behind = self._places_known.get(at)
        return behind is not None and pattern("offices", "government").fullmatch(self.text, behind, end) is not None

    def agents(self) -> list[NameHit]:
        found: list[NameHit] = []
        at = 0
        for begin in self._places():
            if begin < at:
                continue
            listed = self._list(begin)
            found += listed
            at = max(at, listed[-1].end if listed else at)
        return found

    def _places(self) -> Iterator[int]:
        """Yield the offsets at which somebody who acts may stand."""
        for at in (0, *(match.end() for match in pattern("acting", "place").finditer(self.text))):
            yield at
            end, tag = self._tags.get(at, (at, ""))
            if tag == "TIME":
                yield end
            if self._behind_by(at) and (said := pattern("acting", "described").match(self.text, at)):
                yield said.end()

    def _list(self, begin: int) -> list[NameHit]:
        """Return the agents of the list at *begin* that are not known, none where no list of agents acts there."""
        found: list[NameHit] = []
        at = begin
        while True:
            items = self._shared_head(at) or self._item(at)
            if items:
                found += items
                at = items[-1].end
                if found[0].entry.tier == "collective":
                    found = [
                        replace(hit, entry=replace(hit.entry, tier="collective", kind="collective")) for hit in found
                    ]
            elif at in self._ends:
                at = self._ends[at]
            else:
                return [] if at == begin else found
            join = pattern("offices", "join").match(self.text, at)
            if join is None:
                return found
            at = join.end()

    def _item(self, at: int) -> list[NameHit]:
        """Return the one agent that begins at *at* as a list of one, an empty list where none does."""
        opens = self._opens(at)
        if not (opens or self._verb_opens(at)) or pattern("acting", "opens-no-name").match(self.text, at):
            return []
        end_of_known = self._ends.get(at, at)
        if end_of_known > at and self._acts(end_of_known, "named"):
            return []
        levels = pattern("acting", "levels").match(self.text, at)
        reach = pattern("acting", "reach").match(self.text, levels.end() if levels else at, at + _LONGEST)
        room = reach.end() if reach else at
        for match in pattern("acting", "head").finditer(self.text, at, room):
            end = match.end()
            if end <= end_of_known:
                continue
            if (end in self._known_ends and end not in self._ends_of_a_kind) or self._is_government(at, end):
                return []
            if not self._is_name(at, match):
                continue
            by = self._by(at, end)
            if not opens and not self._behind_by(at) and not self._must(end):
                continue
            tier = self._tier(at, match)
            does = by and self._tags.get(end, (end, ""))[1] == "v"
            if does or self._acts(end, "named" if by else tier) or self._heads_the_text(at, end, match, tier):
                name = self.text[at:end]
                return [NameHit(at, end, KnownName(name, (), "agent", _kind(name, tier), tier))]
        return []

    def _opens(self, at: int) -> bool:
        """Whether a name may begin at *at*; the tagger takes 会同 and the name behind it for one word."""
        if at in self._tags:
            return self._tags[at][1] in _OPENS
        before = bisect_left(self._starts, at) - 1
        return before >= 0 and at < self.tagged[before][1] and self.tagged[before][2] in {"ORG", "n"}

    def _verb_opens(self, at: int) -> bool:
        """规划编制机关, 联合采购办公室: the tagger takes the first word for a verb; what stands around shows a name."""
        return at in self._tags and self._tags[at][1] in {"v", "vd"}

    def _by(self, at: int, end: int) -> bool:
        """由区内企业〈向海关备案〉: whether 由 and the rest of its clause show that [at, end) acts."""
        by = self._behind_by(at) or at in self._described
        return by and pattern("acting", "plain-clause").match(self.text, end) is not None

    def _heads_the_text(self, at: int, end: int, head: re.Match[str], tier: AgentTier) -> bool:
        """县级以上人民政府〈建立协调机制〉: many of the state that open a sentence, with what they do right behind."""
        opens = at == 0 or self.text[at - 1] in "。！"
        of_state = tier == "collective" and head.lastgroup in {"unit", "function"}
        plain = opens and of_state and pattern("acting", "plain-clause").match(self.text, end) is not None
        return plain and self._acts(end, "named")

    def _must(self, at: int) -> bool:
        return pattern("acting", "strong-modal").match(self.text, at) is not None or acts_later(self.text, at)

    def _is_name(self, at: int, head: re.Match[str]) -> bool:
        """Whether the words from *at* to the end of *head* can be one name: nouns, and 和 only inside an office's."""
        inside = self._within(at, head.end())
        if inside and inside[-1][1] > head.end() and not pattern("acting", "asks-another").match(self.text, head.end()):
            return False
        if head.end() in self._ends_of_a_kind and (
            not (self._must(head.end()) or self._by(at, head.end())) or any(tag == "v" for _, _, tag in inside)
        ):
            return False  # 国家鼓励企业; 中小企业可 is said of whom it is for
        if pattern("acting", "working-group").search(self.text, at, head.end()):
            named = bool(inside) and inside[0][2] in {"ORG", "LOC"}
            return named and all(tag not in {"p", "u"} for _, _, tag in inside)
        if head.lastgroup == "function" and head.start() == at:
            return False  # 及其部门
        last = len(inside) - 1
        if head.lastgroup == "unit" and inside and inside[0][2] == "vn" and inside[0][1] < head.start():
            return False
        for i, (start, end, tag) in enumerate(inside):
            word = self.text[start:end]
            if tag in _INSIDE or word in "（）、" or (tag == "f" and word.startswith("以上")):
                continue
            if tag in {"v", "vd"} and i == 0 and last > 0:
                continue
            if tag == "c" or word in "和与":
                if self._joins_two(at, start, head):
                    return False
                continue
            if tag == "v" and i >= max(1, last - 1) and head.lastgroup != "unit":
                continue
            return False
        return True

    def _joins_two(self, at: int, joint: int, head: re.Match[str]) -> bool:
        """Whether 和 at *joint* stands between two agents, and not inside the name of an office."""
        if pattern("offices", "joinable-body-end").search(self.text, at, joint) or self.text[joint - 1] == "）":
            return True
        named = pattern("acting", "of-the-state").match(self.text, at, head.end()) is not None
        return not named and head.lastgroup != "function"

    def _tier(self, at: int, head: re.Match[str]) -> AgentTier:
        if pattern("acting", "collective").match(self.text, at, head.end()):
            return "collective"
        if head.lastgroup == "role":
            return "named" if pattern("acting", "company-of-a-place").fullmatch(self.text, at, head.end()) else "class"
        if head.lastgroup == "function":
            before = self.text[at : head.start()]
            verb_inside = any(tag == "v" and end <= head.start() for _, end, tag in self._within(at + 1, head.start()))
            if verb_inside or pattern("acting", "no-function").fullmatch(before):
                return "class"
        return "named"

    def _acts(self, at: int, tier: AgentTier) -> bool:
        """Whether what stands at *at* says that the one before it acts, or goes on with a list."""
        if pattern("acting", "acts").match(self.text, at) or pattern("acting", "goes-on").match(self.text, at):
            return True
        end, tag = self._tags.get(at, (at, ""))
        if acts_later(self.text, at):
            return tag in _ACTS and not self.text.startswith("的", end)
        if tier != "named":
            return False
        verb = verb_at(self.text, skip_adverbs(self.text, at))
        return tag in _ACTS and verb is not None and not self.text.startswith("的", verb.end())

    def _shared_head(self, at: int) -> list[NameHit]:
        """公安、民政等部门, 市科技创新、财政部门: each of them with the noun that the last one has for all."""
        match = pattern("acting", "shared-head").match(self.text, at)
        if match is None or not self._opens(at):
            return []
        if not self._acts(match.end(), "named"):
            return []
        place, noun = match.group("place") or "", match.group("noun")
        inside = {tag for _, end, tag in self._within(at, match.end("listed")) if end <= match.end("listed")}
        if not inside <= _INSIDE | {"w", "c"}:
            return []
        parts = list(
            pattern("acting", "listed-function").finditer(self.text, match.start("listed"), match.end("listed"))
        )
        if any(pattern("acting", "no-listed-function").search(part.group()) for part in parts):
            return []
        found: list[NameHit] = []
        begin = match.start("listed")
        for part in parts:
            start = at if part.start() == begin else part.start()
            last = part.end() == match.end("listed")
            end = match.end() if last and match.group("rest") == noun else part.end()
            name = place + part.group() + noun
            found.append(NameHit(start, end, KnownName(name, (), "agent", "local_gov" if place else "agency", "named")))
        return found


def _kind(name: str, tier: AgentTier) -> str:
    if tier == "class":
        return "class"
    if tier == "collective":
        return "collective"
    return "local_gov" if name[0] in words("acting", "local") else "agency"
