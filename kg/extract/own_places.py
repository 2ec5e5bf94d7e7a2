"""A document's title and its defined short names → the places it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.names import KnownName
from kg.patterns import pattern
from kg.read.script import simplified

if TYPE_CHECKING:
    from kg.extract.names import NameBook

_SHORTEST = 3  # 园区 and 新区 alone name no place
_WHOLE = 5  # so many characters of a title are a name and not only its kind (示范区)


def own_places(title: str, text: str, book: NameBook) -> tuple[list[KnownName], set[str]]:
    """Return the places that *title* names or *text* gives a short name to: those to be known by a new name or alias,
    and the canonical names of all.

    Of a place in a province whose name opens its own (海南自由贸易港) the province is one as well.
    """
    title, text = simplified("".join(title.split())), simplified("".join(text.split()))
    found: dict[str, KnownName] = {}
    own: set[str] = set()
    kind = pattern("zones", "own-kind")  # 深圳 before 园区 only opens a longer name
    known = [hit for hit in book.find(title) if hit.entry.category == "zone" and not kind.match(title, hit.end)]
    for hit in known:
        if not pattern("zones", "own-goes-on").match(title, hit.end):
            own.add(hit.entry.name)
    covered = {at for hit in known for at in range(hit.start, hit.end)}
    for match in pattern("zones", "own-in-title").finditer(title):
        name = _without_opening(match.group())
        if not covered.intersection(range(match.end() - len(name), match.end())):
            _take(name, None, found, own, book)
    for match in pattern("zones", "own-defined").finditer(text):
        _take(_as_titled(_without_opening(match.group("name")), title), match.group("short"), found, own, book)
    for name in list(own):
        larger = book.get(name[:2])
        whole = pattern("zones", "own-kind").fullmatch(name, 2)  # 河北雄安新区 is but a part of its province
        if whole and larger is not None and larger.acts_as and larger.name.endswith(("省", "自治区")):
            own.add(larger.name)
    return list(found.values()), own


def _without_opening(words: str) -> str:
    """Return the name that *words* end with, without what opens the phrase it stands in (关于支持)."""
    last = max((match.end() for match in pattern("zones", "own-opens").finditer(words)), default=0)
    return words[last:]


def _as_titled(name: str, title: str) -> str:
    """Return as much of the end of *name* as *title* has, if it has a name: what goes before it is the sentence's."""
    for start in range(len(name) - _WHOLE):
        if name[start:] in title:
            return name[start:]
    return name


def _take(name: str, short: str | None, found: dict[str, KnownName], own: set[str], book: NameBook) -> None:
    entry = found.get(name) or book.get(name) or KnownName(name, (), "zone", "special_zone", "place")
    if entry.category != "zone" or len(name) < _SHORTEST:
        return
    own.add(entry.name)
    if short is not None and book.get(short) is None and short not in entry.forms:
        found[entry.name] = replace(entry, aliases=(*entry.aliases, short))
    elif entry.name not in book.entries:
        found.setdefault(entry.name, entry)
