"""The tab about the desk itself: its sources and tools, how good it is, and what it does not do."""

from __future__ import annotations

from typing import Any

from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.about import about_html


class AboutTab(Tab):
    """The facts of the build, reread whenever the tab is opened, as an evaluation may have been saved meanwhile."""

    name = "about"

    def build(self) -> None:
        """Lay out the place for the facts."""
        self.facts = self.piece("about", about_html(self.desk, self.lang), waits=True)

    def wire(self, around: Around) -> None:
        """Read the facts when the tab is opened."""
        around.own.select(self.show, None, self.facts, show_progress="hidden", api_visibility="private")

    def changed(self) -> list[Any]:
        """Return the facts."""
        return [self.facts]

    def open(self, visit: Visit) -> Updates:
        """Return the facts for the visit."""
        return {self.facts: self.show()}

    def show(self) -> str:
        """Return the current facts."""
        return about_html(self.desk, self.lang)
