"""`/api` → answers, ranked clauses, obligations and the ledger as a file."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from kg.answer.record import Answer
from kg.ledger.assignment import ASSIGNED, assignees
from kg.ledger.filters import Wanted
from kg.models import Force, Modality, Obligation, ReviewMark, Tier, to_json
from kg.search.hits import Found
from kg.web.http.caching import has, tag, unchanged
from kg.web.http.dependencies import DeskDep
from kg.workspace import DATED, MEDIA_TYPES, Format

MAX_SEARCHED = 1000
"""The most characters of a search query: a longer text is not a query, and each of its words costs ranking time."""

_FILTERS = (
    "clause",
    "agent",
    "zone",
    "modality",
    "force",
    "tier",
    "review",
    "assigned",
    "due_before",
    "offset",
    "limit",
)


@dataclass(frozen=True, slots=True)
class Results:
    """The clauses found for `query`, best first, each as its best passage. `notes` must be shown."""

    query: str
    results: tuple[Found, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Obligation):
    """An obligation with the slug of its document, and the assignees that the office gave it to and that assist."""

    document: str
    assigned_to: tuple[str, ...]
    assisting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObligationPage:
    """`items` are those from `offset` on, at most `limit`, of the `total` obligations that fit, in reading order."""

    total: int
    offset: int
    limit: int
    items: tuple[Listed, ...]


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    if any("\ud800" <= c <= "\udfff" for c in text):
        # JSON's \u escapes can spell one, and no text can be written with it
        raise ValueError("it holds half a character")
    return text


def _searchable(text: str) -> str:
    if len(text) > MAX_SEARCHED:
        raise ValueError(f"it has more than {MAX_SEARCHED} characters")
    return _filled(text)


def given(values: Any) -> Any:  # noqa: ANN401 - what pydantic hands on
    """Return *values* without the empty ones, because a form also sends the fields that nobody filled in."""
    if not isinstance(values, list | tuple):
        return values
    return [one for one in values if not isinstance(one, str) or one.strip()]


def refuse_unknown(request: Request, known: Sequence[str]) -> None:
    """Refuse a parameter that is not *known*: a misspelt filter that was ignored would give more than was asked for."""
    if not set(request.query_params) <= set(known):
        raise HTTPException(422, f"there is no such parameter; use {', '.join(known)}")


def _day(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    # pydantic and Python also accept other forms of a day, such as seconds since 1970
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII) is None:
        raise ValueError("write the day as YYYY-MM-DD")
    try:
        return datetime.date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("there is no such day") from None


def _named(text: str | None) -> str | None:
    """Return None for an empty value, because a form sends every field."""
    return _filled(text) if text and text.strip() else None


QuestionText = Annotated[str, AfterValidator(_filled)]
Maybe = Annotated[str | None, AfterValidator(_named)]
Searched = Annotated[str, AfterValidator(_searchable)]
Day = Annotated[datetime.date | None, BeforeValidator(_day)]


DOCUMENT = "The one document to look in: its slug, or its file's name without the ending."
ASSIGNED_TO = "A body that the office gave the task to, whatever the text says; `none` for tasks of nobody."
PREVIOUS = "The question asked before, which this one may refer back to."


class AskRequest(BaseModel):
    """A question, in Chinese of either script or in English."""

    q: QuestionText
    document: Annotated[Maybe, Field(description=DOCUMENT)] = None
    previous: Annotated[Maybe, Field(description=PREVIOUS)] = None


router = APIRouter()
_FILES: dict[str, Any] = {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}


@router.get("/api/ask", response_model=Answer)
def ask(
    request: Request,
    desk: DeskDep,
    q: Annotated[QuestionText, Query(description="The question.")],
    document: Annotated[Maybe, Query(description=DOCUMENT)] = None,
    previous: Annotated[Maybe, Query(description=PREVIOUS)] = None,
) -> Response:
    """Answer a question from the documents, with the quotes it rests on, or say why there is no answer."""
    answer = desk.ask(q, document=document, previous=previous)
    # the time it took stands in the record: the answer is the same, its bytes are not
    current = tag(desk, "ask", weak=True)
    return unchanged(current) if has(request, current) else _json(answer.to_json(), current)


@router.post("/api/ask", response_model=Answer)
def ask_posted(question: AskRequest, desk: DeskDep) -> Response:
    """Answer a question, as GET does; for questions too long for an address."""
    return _json(desk.ask(question.q, document=question.document, previous=question.previous).to_json())


@router.get("/api/search", response_model=Results)
def search(
    request: Request,
    desk: DeskDep,
    q: Annotated[Searched, Query(description="What to look for.")],
    top: Annotated[int, Query(ge=1, le=100, description="How many clauses.")] = 10,
    document: Annotated[Maybe, Query(description=DOCUMENT)] = None,
) -> Response:
    """Rank the clauses for a query, each with its best passage: `source[start:end]` without white space."""
    current = tag(desk, "search")
    found = Results(q, tuple(desk.search(q, top, document)), desk.ranker.index.notes)
    return unchanged(current) if has(request, current) else _json(to_json(found), current)


@router.get("/api/obligations", response_model=ObligationPage)
def obligations(
    request: Request,
    desk: DeskDep,
    clause: Annotated[tuple[str, ...], BeforeValidator(given), Query(description="A clause's id: 15.")] = (),
    agent: Annotated[tuple[str, ...], BeforeValidator(given), Query(description="A body, by any of its names.")] = (),
    zone: Annotated[tuple[str, ...], BeforeValidator(given), Query(description="A zone, by any of its names.")] = (),
    modality: Annotated[tuple[Modality, ...], BeforeValidator(given), Query()] = (),
    force: Annotated[tuple[Force, ...], BeforeValidator(given), Query()] = (),
    tier: Annotated[tuple[Tier, ...], BeforeValidator(given), Query()] = (),
    review: Annotated[tuple[ReviewMark, ...], BeforeValidator(given), Query()] = (),
    assigned: Annotated[tuple[str, ...], BeforeValidator(given), Query(description=ASSIGNED_TO)] = (),
    due_before: Annotated[Day, Query(description="A day that the date lies before: YYYY-MM-DD.")] = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """List obligations in reading order. A parameter given more than once is met by any of its values."""
    refuse_unknown(request, _FILTERS)
    before = due_before.isoformat() if due_before else None
    wanted = Wanted((), clause, agent, zone, modality, force, tier, review, before, assigned=assigned)
    current = tag(desk, f"obligations{desk.reported_version()}")
    if has(request, current):
        return unchanged(current)
    assignments = desk.assignments()
    found = desk.obligations.chosen(wanted, assignments)
    items = [
        {
            **to_json(row),
            "document": one.document.slug,
            **{name: assignees(assignments.get(row.task_id, {}), name) for name in ASSIGNED},
        }
        for one in found.page(offset, offset + limit)
        for row in one.obligations
    ]
    return _json({"total": found.total, "offset": offset, "limit": limit, "items": items}, current)


@router.get("/api/export", response_class=Response, responses={200: {"content": _FILES}})
def export(
    request: Request,
    desk: DeskDep,
    format: Annotated[Format, Query(description="What kind of file.")] = "csv",
    as_of: Annotated[Day, Query(description="The day whose status it carries: YYYY-MM-DD.")] = None,
    assigned: Annotated[tuple[str, ...], BeforeValidator(given), Query(description=ASSIGNED_TO)] = (),
) -> Response:
    """Give the obligation ledger as a file."""
    # the graph carries what is reported, and is another one when that changes
    current = tag(desk, format if format in DATED else f"{format}{as_of or ''}{desk.reported_version()}")
    if format not in DATED and not assigned and has(request, current):
        return unchanged(current)
    content = desk.export(format, as_of, assigned=assigned)
    if format in DATED:
        # what carries a status changes from day to day and with every report: only its bytes tell
        current = tag(desk, f"{format}-{hashlib.sha256(content).hexdigest()[:16]}")
        if has(request, current):
            return unchanged(current)
    slugs = list(desk.build.files)
    name = f"hetao-ledger{f'-{slugs[0]}' if len(slugs) == 1 else ''}.{format}"
    headers = {"Content-Disposition": attachment(name), "ETag": current}
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)


def attachment(name: str) -> str:
    """Return the Content-Disposition header that saves a reply as *name*, whatever its characters.

    Source: RFC 6266, 4.3 and appendix D: a plain name for clients that read no other, and the real one in UTF-8.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _json(plain: dict[str, Any], current: str | None = None) -> JSONResponse:
    return JSONResponse(plain, headers={"ETag": current} if current else None)
