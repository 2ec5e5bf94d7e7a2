"""A filter in a link → the ledger of what it chooses, as a file. Nothing is kept between the page and the link."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from kg.errors import HetaoError
from kg.ledger.arrange import arranged, fields_of, read_arrangement
from kg.ledger.entries import terms_of
from kg.ledger.filters import Filter
from kg.ledger.plain import export_csv
from kg.ledger.workbook import export_workbook, file_name
from kg.serve.api import attachment
from kg.serve.desk import MEDIA_TYPES, Desk
from kg.serve.fragments.ledger import scope_of

_FILTERS = tuple(field.name for field in fields(Filter))
_KNOWN = (*_FILTERS, "sort", "columns")


def add_downloads(app: FastAPI, desk: Desk) -> None:
    """Give *app* the routes `/desk/ledger.csv` and `/desk/ledger.xlsx`, whose query is a `Filter` and an `Arrangement`.

    A filter or a column that is none, or a day that is none, is told in one line with status 422.
    """

    @app.get("/desk/ledger.{form}", include_in_schema=False)
    def ledger(form: Literal["csv", "xlsx"], request: Request) -> Response:
        given = dict(request.query_params)
        unknown = sorted(set(given) - set(_KNOWN))
        if unknown:
            raise HTTPException(422, f"{unknown[0]}: no filter; use {', '.join(_KNOWN)}")
        wanted = Filter(**{name: given[name] for name in _FILTERS if name in given})
        try:
            how = read_arrangement(given.get("sort", ""), given.get("columns", ""))
            found = arranged(desk.chosen(wanted), how.sort)
        except HetaoError as error:
            raise HTTPException(422, str(error)) from error
        wished = fields_of(how.columns)
        reports, terms = desk.reports(), terms_of(desk.keeping)
        if form == "csv":
            content = export_csv(found, reports, terms, wished)
        else:
            content = export_workbook(found, reports, terms, scope_of(desk, "zh-Hans", wanted), wished)
        name = file_name(found, terms.as_of) if form == "xlsx" and found else f"hetao-ledger.{form}"
        headers = {
            "Content-Disposition": attachment(name),
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type=MEDIA_TYPES[form], headers=headers)
