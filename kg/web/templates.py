"""A template and what it shows → a page that loads nothing and runs nothing, or a piece of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse

from kg.resources import PACKAGE, assets_dir
from kg.web.fragments.tags import Html
from kg.web.http.proxy import at

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""What a page may do: show itself, and send its forms to us."""


def page(template: str, headers: Mapping[str, str] | None = None, status: int = 200, **shown: object) -> HTMLResponse:
    """Return *template* filled with what it shows. All text is escaped except markup made by `tags`.

    Raises:
        jinja2.UndefinedError: the template uses a name that was not given.
    """
    html = environment().get_template(template).render(shown)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": POLICY, **(headers or {})})


def fragment(template: str, **shown: object) -> Html:
    """Return *template* filled with what it shows, as markup; text is escaped as in a page."""
    return Html(environment().get_template(template).render(shown).strip())


@cache
def environment() -> Environment:
    """Return the templates of the rooms, and the style sheets they include."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = [PACKAGE / "web" / room / "templates" for room in ("http", "office", "fragments")]
    loader = FileSystemLoader([*folders, assets_dir()])
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals["at"] = at
    return made
