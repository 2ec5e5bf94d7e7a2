"""A workspace → the desk: the workspace with the data for its pages."""

from __future__ import annotations

from functools import cached_property

from kg.pipeline.library import LibraryEntry, entries, load_library
from kg.views.things import Pending, Things, pending
from kg.workspace import Workspace


class Desk(Workspace):
    """A workspace with the data for its pages, each made once."""

    @cached_property
    def things(self) -> Things:
        """The agents, zones and policies that the documents mention."""
        return Things(self.records)

    @cached_property
    def library(self) -> list[LibraryEntry]:
        """The documents of the build, with what is known of each as a whole."""
        return entries(self.build, load_library(self.data))

    @cached_property
    def pending(self) -> Pending:
        """What the obligations leave to be made or awaited, from the rows of the named queries."""
        return pending(self.records, self.local_store)
