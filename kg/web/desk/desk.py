"""A workspace → the desk: the workspace with the data for its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

from kg.pipeline.library import LibraryEntry, entries, load_library
from kg.records import KEPT
from kg.views.many_things import ManyThings
from kg.views.neighbours import Neighbours
from kg.views.things import Pending, Things, pending
from kg.workspace import Workspace


class Desk(Workspace):
    """A workspace with the data for its pages, each made once."""

    @cached_property
    def things(self) -> Things:
        """The agents, zones and policies that the documents mention."""
        return Things(self.records) if self.small else ManyThings(self.build.facts, self.obligations)

    @cached_property
    def library(self) -> list[LibraryEntry]:
        """The documents of the build, with what is known of each as a whole."""
        return entries(self.build, load_library(self.data))

    def pending(self, slugs: Iterable[str]) -> Pending:
        """Return what the obligations of documents leave to be made or awaited, from the rows of the named queries."""
        return {key: opens for slug in slugs for key, opens in self._pending(slug).items()}

    @cached_property
    def _pending(self) -> Callable[[str], Pending]:
        return lru_cache(KEPT)(lambda slug: pending(self.graph_of(slug)))

    def neighbours(self, around: Sequence[str]) -> Neighbours:
        """Return the things of the documents, to draw those that surround the IRIs *around*.

        In a large library they are those of the documents that name these, but for the less prolific ones.
        """
        things = self.things
        every = range(len(self.slugs))
        places = things.documents_around(around) if isinstance(things, ManyThings) else tuple(every)
        return self._neighbours(places)

    @cached_property
    def _neighbours(self) -> Callable[[tuple[int, ...]], Neighbours]:
        several = len(self.slugs) > 1
        return lru_cache(8)(lambda places: Neighbours([self.records[place] for place in places], several=several))
