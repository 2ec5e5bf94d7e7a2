"""The tab about the desk itself: what it was made from and with, how good it is, and what it does not do."""

from __future__ import annotations

from typing import Any

from kg.serve.fragments.about import about_html
from kg.serve.tabs.tab import Around, Tab, Updates
from kg.serve.visit import Visit


class About(Tab):
    """The facts of the build, read anew whenever the tab is opened: an evaluation may have been saved meanwhile."""

    name = "about"

    def build(self) -> None:
        """Lay out the place of the facts."""
        self.facts = self.piece("about", about_html(self.desk, self.lang), waits=True)

    def wire(self, around: Around) -> None:
        """Read them when the tab is opened."""
        around.own.select(self.show, None, self.facts, show_progress="hidden", api_visibility="private")

    def changed(self) -> list[Any]:
        """Return the facts."""
        return [self.facts]

    def open(self, visit: Visit) -> Updates:
        """Read them for the visit."""
        return {self.facts: self.show()}

    def show(self) -> str:
        """Return the facts as they are now."""
        return about_html(self.desk, self.lang)
