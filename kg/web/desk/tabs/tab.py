"""The base class of the desk's tabs: components, steps, and what a visit changes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import gradio as gr

from kg.answer.slugs import slug_of
from kg.errors import QuestionError
from kg.resources import assets_dir
from kg.web.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.vocab import Lang
    from kg.web.deep_links import Visit
    from kg.web.desk.desk import Desk

Updates = dict[Any, Any]
"""What a step changes: component → its new value."""


@dataclass(frozen=True, slots=True)
class Around:
    """The surroundings of a tab's components: the page's notice line, and the tab itself."""

    notice: gr.HTML
    own: gr.Tab


class Tab(ABC):
    """One tab of a page of *desk* in *lang*. It keeps its components; what a user does is never kept in it.

    `name` is its id, its key among the `tabs` of the words, and its link: `/?view=NAME`. Its own styles and script, if
    any, are in `assets/tabs/NAME.css` and `assets/tabs/NAME.js`.
    """

    name: ClassVar[str]

    def __init__(self, desk: Desk, lang: Lang) -> None:
        self.desk, self.lang, self.say = desk, lang, words(lang)
        self.waiting: list[gr.HTML] = []

    @abstractmethod
    def build(self) -> None:
        """Lay out the components."""

    def wire(self, around: Around) -> None:  # noqa: B027 - a tab need have no steps
        """Connect the tab's own steps to the events that start them."""

    def list_of_documents(self, identifier: str) -> gr.Dropdown:
        """Lay out the choice of one document or all, which is not shown where there is but one."""
        say, documents = self.say["asked_of"], self.desk.build.facts
        named = [(" ".join(filter(None, (one.title, one.identifier))), one.slug) for one in documents]
        return gr.Dropdown(
            [(say["all"], ""), *named], value="", label=say["label"], elem_id=identifier,
            elem_classes=["hk-of-document"], num_choices_shown=None, visible=len(documents) > 1, scale=3, min_width=220,
        )  # fmt: skip

    def listed(self, document: str) -> str:
        """Return the entry of that list for a *document* named in a link; that of all if there is none of the name."""
        try:
            return slug_of(self.desk.build.files, document) if document else ""
        except QuestionError:
            return ""

    def changed(self) -> list[Any]:
        """Return every component that `open` may change."""
        return []

    def open(self, visit: Visit) -> Updates:
        """Return the updates for *visit*, which opens this tab."""
        return {}

    @classmethod  # noqa: B027 - a tab need have no routes
    def add_routes(cls, app: FastAPI, desk: Desk) -> None:
        """Add the routes behind the tab's links, such as files, to *app*."""

    def piece(self, name: str, value: str = "", *, waits: bool = False, **more: Any) -> gr.HTML:  # noqa: ANN401
        """Return a piece of markup with the id *name*, whose links to the desk are followed by the page.

        With *waits*, it shows progress while a visit is opened.
        """
        made = piece(name, value, **more)
        if waits:
            self.waiting.append(made)
        return made


def piece(name: str, value: str = "", **more: Any) -> gr.HTML:  # noqa: ANN401 - Gradio's own arguments
    """Return a piece of markup with the id *name*."""
    links = (assets_dir() / "links.js").read_text(encoding="utf-8")
    return gr.HTML(value, elem_id=name, js_on_load=links, apply_default_css=False, **more)
