"""Mentions over all clauses → the bodies a document speaks of, each once, with where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.parties import claims, read_bodies
from kg.extract.rules import pattern
from kg.models import Agent, Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from kg.extract.names import Hit, NameBook
    from kg.extract.obligations import ClauseContext
    from kg.extract.parties import Body
    from kg.models import Document


class AgentMentions:
    """Collects bodies clause by clause."""

    def __init__(self, book: NameBook) -> None:
        self._book = book
        self._found: dict[str, tuple[Body, list[Mention]]] = {}

    def read(self, context: ClauseContext, doc: Doc) -> None:
        """Take in the bodies that stand in one clause."""
        places: dict[tuple[int, str], Body] = {}
        for body in _bodies(context, doc):
            places.setdefault((body.start, body.name), body)
        for _, body in sorted(places.items()):
            span = context.plain.to_source(body.start, body.end)
            mention = Mention(
                body.name, context.plain.written[body.start : body.end], context.clause.id, span.start, span.end
            )
            self._found.setdefault(body.name, (body, []))[1].append(mention)

    def records(self, document: Document) -> list[Agent]:
        """Return the bodies in reading order of their first mention."""
        order = {clause.id: clause.order for clause in document.clauses}
        agents = []
        for name, (body, mentions) in self._found.items():
            entry = self._book.entries.get(name)
            known = entry.aliases if entry and entry.category == "agent" else ()
            surfaces = [m.surface for m in mentions if m.surface != name]
            aliases = tuple(dict.fromkeys([*known, *surfaces]))
            clauses = tuple(sorted({m.clause for m in mentions}, key=lambda c: order[c]))
            agents.append(Agent(name, aliases, body.tier, body.kind, clauses, tuple(mentions)))
        return sorted(agents, key=lambda a: (a.mentions[0].start, a.name))


def _bodies(context: ClauseContext, doc: Doc) -> Iterator[Body]:
    text, hits, book = context.plain.text, context.hits, context.book
    for hit in hits.values():
        if hit.entry.category == "agent" and not _of_a_place(text, hit):
            found = read_bodies(text, hit.start, hits, book)
            yield from (b for b in (found.bodies if found else ()) if not b.place)
        elif hit.entry.party and (
            pattern("offices", "party-follows").match(text, hit.end)
            or pattern("offices", "government-of-place").match(text, hit.end)
        ):
            found = read_bodies(text, hit.start, hits, book)
            yield from found.bodies if found else ()
    for match in pattern("offices", "with-party").finditer(text):
        found = read_bodies(text, match.end(), hits, book)
        yield from found.bodies if found else ()
    for at in _joints(text):
        found = read_bodies(text, at, hits, book)
        yield from found.bodies if found else ()
    for sentence in doc.user_data["sentences"]:
        for where in ("prose", "salutation"):
            for claim in claims(text, sentence.start, sentence.end, hits, book, where):
                yield from claim.list.bodies
    for bracket in context.brackets:
        yield from (body for body, _ in bracket.bodies)


def _of_a_place(text: str, hit: Hit) -> bool:
    """省发展改革委: with a place right before it, the short name of a state body is that of the place's own."""
    short = text[hit.start : hit.end] != hit.entry.name
    return short and pattern("offices", "place-ends").search(text, max(0, hit.start - 1), hit.start) is not None


def _joints(text: str) -> Iterator[int]:
    """Yield where 深港双方 or 粤港澳三地政府 may begin: two to four characters before what joins them."""
    for match in pattern("offices", "joint-parties-at").finditer(text):
        yield from (match.start() - n for n in (2, 3, 4) if match.start() >= n)
