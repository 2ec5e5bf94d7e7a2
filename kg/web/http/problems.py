"""An error in a request → one kind of answer, RFC 9457's `application/problem+json`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kg.errors import BuildError, EngineError, HetaoError, ModelError, RuleError, one_line

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
ENGINE_AWAY = "a server behind this one is away; what does not need it goes on, the rest when it is back"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What went wrong: `title` is the status in words, `detail` one line for this request (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer with *status* and *detail*, on one line."""
    said = ProblemDetails("about:blank", HTTPStatus(status).phrase, status, one_line(detail, limit=1000))
    return JSONResponse(asdict(said), status, dict(headers or {}), media_type=MEDIA_TYPE)


class RefusedError(HTTPException):
    """A request that is refused because of *error*, which pages tell in their own language."""

    def __init__(self, status: int, error: HetaoError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, str(error), dict(headers or {}))
        self.error = error


Told = Callable[["Request", Exception], "Response | None"]
"""What answers an error with a page, or with None to leave it."""


def install(app: FastAPI, told: Told) -> None:
    """Make every error of *app* a problem unless *told* has a page for it: refusals, invalid values, and failures."""

    def answered(otherwise: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Response]:
        return lambda request, error: told(request, error) or otherwise(request, error)

    app.add_exception_handler(HTTPException, answered(_refused))
    app.add_exception_handler(RequestValidationError, answered(_unfit))
    app.add_exception_handler(HetaoError, answered(_ours))
    app.add_exception_handler(Exception, answered(_failed))


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, error.headers)


def _unfit(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, "the body is not JSON")
    lines = []
    for one in found:
        # "query", "limit" or "body", "q": the place of the error, and never what was written there
        where = ".".join(str(part) for part in one["loc"][1:]) or "body"
        lines.append(f"{where}: {one['msg'].removeprefix('Value error, ')}")
    return problem(422, "; ".join(dict.fromkeys(lines)))


def _ours(_: Request, error: Exception) -> Response:
    if isinstance(error, BuildError | ModelError | RuleError):
        # not the client's fault, and the line names folders of this machine
        _log.error("%s", error)
        return problem(500, "what the server answers from cannot be read; its log says more")
    if isinstance(error, EngineError):
        _log.error("%s", error)  # with the server's address, which is for operators alone
        return problem(503, ENGINE_AWAY, {"Retry-After": str(RETRY_SECONDS)})
    return problem(422, str(error))


def _failed(_: Request, error: Exception) -> Response:
    # the traceback goes to the server's log: Starlette raises the error again behind this
    return problem(500, "the server failed; its log says how")
