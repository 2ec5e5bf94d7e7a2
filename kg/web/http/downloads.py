"""A filter in a link → the ledger of the rows it chooses, as a file. The server keeps nothing between page and link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from kg.errors import HetaoError
from kg.ledger.arrange import fields_of, read_arrangement
from kg.ledger.files import LedgerForm, ledger_file
from kg.ledger.filters import Filter
from kg.ledger.tasks import terms_of
from kg.ledger.workbook import file_name
from kg.web.fragments.ledger import scope_of
from kg.web.http.api import attachment
from kg.web.http.dependencies import DeskDep
from kg.workspace import MEDIA_TYPES

FILTERS = tuple(field.name for field in fields(Filter))


router = APIRouter()


@router.get("/desk/ledger.{form}", include_in_schema=False)
def ledger(form: LedgerForm, request: Request, desk: DeskDep) -> Response:
    """Give the ledger that the query chooses, a `Filter` and an `Arrangement`.

    An unknown filter or column, or an invalid day, gets one line with status 422.
    """
    given = request.query_params
    wanted = filter_in(request, (*FILTERS, "sort", "columns"))
    try:
        how = read_arrangement(given.get("sort", ""), given.get("columns", ""))
        found = desk.arranged(wanted, how.sort)
    except HetaoError as error:
        raise HTTPException(422, str(error)) from error
    terms, scope = terms_of(desk.keeping), scope_of(desk, "zh-Hans", wanted)
    content = ledger_file(form, found, desk.reports(), terms, scope, fields_of(how.columns))
    name = file_name(found, terms.as_of) if form == "xlsx" and found else f"hetao-ledger.{form}"
    headers = {
        "Content-Disposition": attachment(name),
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


def filter_in(request: Request, known: Sequence[str]) -> Filter:
    """Return the filter in the query of *request*. Refuses a parameter that is not *known*."""
    given = request.query_params
    if unknown := sorted(set(given) - set(known)):
        raise HTTPException(422, f"{unknown[0]}: no filter; use {', '.join(known)}")
    return Filter(**{name: given[name] for name in FILTERS if name in given})
