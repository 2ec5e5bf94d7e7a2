"""Mentions over all clauses → the bodies a document speaks of, each once, with where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.extract.parties import claims, read_bodies
from kg.models import Agent, Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from kg.extract.names import NameBook
    from kg.extract.obligations import ClauseContext
    from kg.extract.parties import Body
    from kg.models import Document

# A place acts as a party where it is one of two that do something together, or one works with it.
_WITH_PARTY = re.compile(
    r"(?:与|同)(?=[\u4e00-\u9fff]{2,8}?(?:一道|签署|签订|方面的|共同(?:研究|推动|制定)))|(?:^|(?<=[，。；]))(?:积极|主动|密切|紧密)?(?:配合|会同|协同|商请)(?=[\u4e00-\u9fff]{2,8}?(?:研究|推进|推动|引进|开展|做好|建设))"
)
_PARTY_FOLLOWS = re.compile(r"方面(?!的?(?:优势|问题))|(?:政府)?(?:签署|签订|成立|组建|提出|期待|希望)")


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
            mention = Mention(body.name, body.surface, context.clause.id, span.start, span.end)
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
        if hit.entry.category == "agent":
            found = read_bodies(text, hit.start, hits, book)
            yield from (b for b in (found.bodies if found else ()) if not b.place)
        elif hit.entry.party and (
            _PARTY_FOLLOWS.match(text, hit.end) or re.match("人民政府|政府", text[hit.end : hit.end + 4])
        ):
            found = read_bodies(text, hit.start, hits, book)
            yield from found.bodies if found else ()
    for match in _WITH_PARTY.finditer(text):
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


def _joints(text: str) -> Iterator[int]:
    """Yield where 深港双方 or 粤港澳三地政府 may begin: two to four characters before what joins them."""
    for match in re.finditer(r"双方|[两三四]地政府", text):
        yield from (match.start() - n for n in (2, 3, 4) if match.start() >= n)
