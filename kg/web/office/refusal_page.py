"""A request of a browser to the office's pages that cannot be answered → a page that says why in its language."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from kg.errors import BuildError, HetaoError, ModelError, RuleError
from kg.refusals import line_in, refused
from kg.web.http.middleware import below
from kg.web.http.problems import RefusedError
from kg.web.http.proxy import own_path
from kg.web.office.requests import lang_of
from kg.web.office.view import office_page

PAGES: Final = ("/desk",)

_OF_STATUS: Final = {403: "not-allowed", 404: "no-such-page", 405: "no-such-page", 413: "request-too-long"}
"""The reason for what refuses with a status alone; any other request does not fit."""


def refusal_page(request: Request, error: Exception) -> Response | None:
    """Return the page about *error*; None for what is no page of the office, or was not asked for as one."""
    if not below(own_path(request.scope), PAGES) or "text/html" not in request.headers.get("accept", ""):
        return None
    lang = lang_of(request)
    status, headers, told = _told(error)
    page = office_page("refused.html", lang, None, status=status, wrong=line_in(told, lang))
    page.headers.update(headers)
    return page


def _told(error: Exception) -> tuple[int, dict[str, str], HetaoError]:
    match error:
        case RefusedError():
            return error.status_code, dict(error.headers or {}), error.error
        case HTTPException():
            reason = refused(HetaoError, _OF_STATUS.get(error.status_code, "request-unfit"))
            return error.status_code, dict(error.headers or {}), reason
        case RequestValidationError():
            return 422, {}, refused(HetaoError, "request-unfit")
        case HetaoError() if not isinstance(error, BuildError | ModelError | RuleError):
            return 422, {}, error
    # the line may name folders of this machine, or nothing that helps
    return 500, {}, refused(HetaoError, "server-failed")
