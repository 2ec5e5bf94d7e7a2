"""The documents of the build and what is asked of them → a list with what narrows it, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.search.words import folded
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import go
from kg.web.fragments.tags import Html, join, table, tag
from kg.web.office.view import LIBRARY, link
from kg.web.wording import words

if TYPE_CHECKING:
    from kg.pipeline.library import LibraryEntry

ON_A_PAGE = 50
CHOICES = 12
"""The most values of one kind that are offered to narrow the list, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is asked of the library: words in the name of a document, its region, year and status, and the page."""

    text: str = ""
    region: str = ""
    year: str = ""
    status: str = ""
    page: int = 1

    def query(self) -> dict[str, str]:
        """Return the query of the link to it."""
        given = {name: str(value) for name, value in asdict(self).items() if value and (name, value) != ("page", 1)}
        return {"view": "library", **given}


_VALUES: Mapping[str, Callable[[LibraryEntry], str]] = {
    "region": lambda one: one.region or "",
    "year": lambda one: (one.date or "")[:4],
    "status": lambda one: one.status or "",
}


def shelf_of(query: Mapping[str, str]) -> Shelf:
    """Return what the query of a link asks of the library; a page that is no number is the first."""
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    given = {name: query.get(name, "").strip() for name in ("text", *_VALUES)}
    return Shelf(**given, page=max(1, number))


def library_html(desk: Desk, shelf: Shelf, lang: Lang) -> Html:
    """Return the documents that *shelf* asks for, newest first, with what narrows or widens the choice."""
    say = words(lang)["library"]
    found = [one for one in desk.library if _fits(one, shelf)]
    found.sort(key=lambda one: (one.date or "", one.title), reverse=True)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(shelf.page, pages)
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    names: Mapping[str, str] = say["columns"]
    return tag(
        "div",
        tag("p", say["count"].format(shown=len(found), all=len(desk.library)), class_="hk-count", role="status"),
        tag("p", tag("a", words(lang)["office"]["arrivals"]["title"], href=link(LIBRARY, lang), class_="hk-plain")),
        _narrowed(found, shelf, lang),
        table([names[name] for name in _COLUMNS], [_row(one, lang) for one in shown])
        if shown
        else tag("p", say["nothing"]),
        _pages(shelf, page, pages, lang),
        lang=lang,
        class_="hk-library",
    )


def _fits(one: LibraryEntry, shelf: Shelf) -> bool:
    name = folded(" ".join(filter(None, (one.title, one.number, one.issuer, one.region, one.slug))))
    asked = all(not getattr(shelf, kind) or of(one) == getattr(shelf, kind) for kind, of in _VALUES.items())
    return asked and all(folded(word) in name for word in shelf.text.split())


def _narrowed(found: Sequence[LibraryEntry], shelf: Shelf, lang: Lang) -> Html:
    """Return a line for each kind of value: what is chosen, to be taken back, or what can be chosen."""
    say = words(lang)["library"]
    lines = []
    for kind, of in _VALUES.items():
        chosen = getattr(shelf, kind)
        if chosen:
            back = replace(shelf, **{kind: ""}, page=1)
            links = [tag("b", _said(kind, chosen, lang)), " ", go(say["back"], back.query())]
        else:
            counts = Counter(value for value in map(of, found) if value)
            ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CHOICES]
            if len(ordered) < 2:
                continue
            links = [
                go(f"{_said(kind, value, lang)} ({n})", replace(shelf, **{kind: value}, page=1).query())
                for value, n in ordered
            ]
        lines.append(tag("p", f"{say['columns'][kind]}: ", join(links, " "), class_="hk-facet"))
    return join(lines)


def _said(kind: str, value: str, lang: Lang) -> str:
    return str(words(lang)["library"]["statuses"][value]) if kind == "status" else value


_COLUMNS = ("title", "number", "issuer", "date", "region", "status", "obligations", "do")


def _row(one: LibraryEntry, lang: Lang) -> Sequence[str]:
    say = words(lang)["library"]
    status = say["statuses"][one.status] if one.status else ""
    if one.by:
        status = f"{status}{say['by'].format(by=one.by)}"
    title = tag("span", one.title, lang="zh-Hans", title=PurePath(one.file).name)
    doing = [
        go(say["read"], {"view": "read", "document": one.slug}),
        go(say["ask"], {"view": "ask", "document": one.slug}),
        go(say["ledger"], {"view": "ledger", "document": one.slug}),
        go(words(lang)["tabs"]["coverage"], {"view": "coverage", "document": one.slug}),
    ]
    return [
        title, one.number or "", one.issuer or "", one.date or "", one.region or "", status,
        str(one.obligations), join(doing, " "),
    ]  # fmt: skip


def _pages(shelf: Shelf, page: int, pages: int, lang: Lang) -> Html:
    """Return the links to the pages before and behind, nothing where there is one page."""
    if pages == 1:
        return Html("")
    say = words(lang)["library"]
    links = [
        go(say[name], replace(shelf, page=number).query()) if 1 <= number <= pages else Html("")
        for name, number in (("before", page - 1), ("behind", page + 1))
    ]
    return tag("p", links[0], " ", say["page"].format(page=page, pages=pages), " ", links[1], class_="hk-pages")
