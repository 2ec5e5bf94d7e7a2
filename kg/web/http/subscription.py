"""A filter in an address → the calendar of the tasks it chooses, to which a calendar program subscribes."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from kg.errors import HetaoError
from kg.ledger.files import ledger_file
from kg.ledger.tasks import terms_of
from kg.web.http.dependencies import DeskDep
from kg.web.http.downloads import FILTERS, filter_in
from kg.workspace import MEDIA_TYPES

router = APIRouter()


@router.get("/ledger.ics", include_in_schema=False)
def subscription(request: Request, desk: DeskDep) -> Response:
    """Give the calendar of the tasks that the query chooses, a `Filter`; `token` is for signing in (`SignIn`)."""
    wanted = filter_in(request, (*FILTERS, "token"))
    try:
        content = ledger_file("ics", desk.chosen(wanted), desk.reports(), terms_of(desk.keeping))
    except HetaoError as error:
        raise HTTPException(422, str(error)) from error
    # no cache may keep what a revoked token opened
    return Response(content, media_type=MEDIA_TYPES["ics"], headers={"Cache-Control": "no-store"})
