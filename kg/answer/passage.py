"""A part of a sentence that was found → what stands in it: names, and words of the question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kg.answer.library import Library, Named
from kg.answer.question import Question
from kg.models import Agent, Obligation, Role, Zone
from kg.search.ranking import Hit, SentenceHit
from kg.search.units import Unit
from kg.search.words import folded

Field = Literal["bodies", "deadlineText", "condition", "exception", "object", "zone", "beneficiary"]
"""Where in the graph the items stand."""


@lru_cache(maxsize=20_000)
def folded_text(text: str) -> str:
    """Return *text* folded; the same few passages are looked at for every question."""
    return folded(text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a sentence (or the sentence itself) with what the question names."""

    sentence: SentenceHit
    part: Hit
    obligation: Obligation | None
    library: Library
    named: tuple[Named, ...]
    called: tuple[str, ...]
    """The documents' words for what the question calls otherwise."""

    @property
    def unit(self) -> Unit:
        """The unit that is read."""
        return self.part.unit

    @property
    def nearness(self) -> float:
        """How near the passage is to the question, between 0 and 1: the mean of the sentence's score and its part's."""
        return (self.sentence.score + self.part.score) / 2

    @property
    def whole(self) -> bool:
        """Whether a sentence that has parts is read as a whole: for what stands in it beside the part that is asked."""
        return self.part.unit.kind == "sentence" and len(self.sentence.parts) > 1

    @property
    def background(self) -> bool:
        """Whether the sentence tells and bids nothing."""
        unit = self.sentence.unit
        return not self.library.obligations_in(unit.document, unit.start, unit.end)

    @property
    def folded(self) -> str:
        """The unit's words, folded."""
        return folded_text(self.unit.quote)

    @property
    def folded_sentence(self) -> str:
        """The words of the sentence, folded."""
        return folded_text(self.sentence.unit.quote)

    @property
    def folded_clause(self) -> str:
        """The words of the clause, folded."""
        return folded_text(self.library.clause(self.unit.document, self.unit.clause).text)

    def names(self, start: int, end: int) -> list[Agent | Zone]:
        """Return the things named in [start, end), in reading order, each once."""
        places = self.library.places_in(self.unit.document, start, end)
        # by identity: a thing carries every place it stands at, which makes it slow to hash
        return list({id(place.thing): place.thing for place in places}.values())

    def shares(self, question: Question) -> bool:
        """Whether the unit has two characters in a row of what is asked, but for names: 皇岗口岸 alone says nothing of
        what is asked about it. The clause's title counts, as a sentence often leaves its subject to it.
        """
        unit = self.unit
        source = self.library.source(unit.document)
        own = bytearray(unit.end - unit.start)
        done = self.obligation.object if self.obligation else ""
        for place in self.library.places_in(unit.document, unit.start, unit.end):
            if place.mention.surface in done and self.asked(place.thing.name):
                continue  # what is to be built is what is asked about
            own[place.mention.start - unit.start : place.mention.end - unit.start] = b"\1" * (
                place.mention.end - place.mention.start
            )
        rest = "".join(" " if own[i] else source[unit.start + i] for i in range(len(own)))
        words = folded(" ".join([*"".join(rest.split("\n")).split(), unit.heading]))
        asked = " ".join([question.terms, *self.called])
        return any(words[i : i + 2] in asked for i in range(len(words) - 1) if not words[i : i + 2].isascii())

    def asked(self, name: str) -> bool:
        """Whether the question itself names the thing."""
        return any(one.name == name for one in self.named)


@dataclass(frozen=True, slots=True)
class Reading:
    """The items a passage may give. `variant` is how they were read off it; `field` where in the graph they stand, None
    where the passage alone gives them; `roles`, for bodies, the parts they have in the row.
    """

    variant: str
    items: tuple[str, ...]
    field: Field | None
    roles: tuple[Role, ...] = ()
