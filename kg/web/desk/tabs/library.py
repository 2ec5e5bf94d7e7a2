"""The tab of the library: the documents of the build, to search, to narrow, and to open, ask or work on."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Around, Tab, Updates
from kg.web.fragments.library import Shelf, library_html, shelf_of
from kg.web.fragments.tags import Html

LONGEST = 200
"""Characters that the box takes."""


class LibraryTab(Tab):
    """The list of documents with a box to search it; what narrows it further are links."""

    name = "library"

    def build(self) -> None:
        """Lay out the box and the list."""
        say = self.say["library"]
        self.words = gr.Textbox(
            label=say["search"], placeholder=say["hint"], max_lines=1, max_length=LONGEST, elem_id="library-search"
        )
        self.list = self.piece("library-list", library_html(self.desk, Shelf(), self.lang), waits=True)

    def wire(self, around: Around) -> None:
        """Search for words as they are typed."""
        gr.on(
            [self.words.input, self.words.submit], self._searched, self.words, self.list,
            trigger_mode="always_last", show_progress_on=self.list, api_visibility="private",
        )  # fmt: skip

    def changed(self) -> list[Any]:
        """Return the box and the list."""
        return [self.words, self.list]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that show the documents the visit asks for."""
        shelf = shelf_of(visit.query)
        return {self.words: shelf.text, self.list: library_html(self.desk, shelf, self.lang)}

    def _searched(self, text: str) -> Html:
        return library_html(self.desk, Shelf(text=text or ""), self.lang)
