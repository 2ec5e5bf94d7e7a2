"""`/desk/versions` → two documents of the build compared as versions of one, as a page, a workbook or JSON."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from kg.answer.slugs import slug_of
from kg.errors import QuestionError
from kg.facts import DocumentFacts
from kg.refusals import line_in
from kg.versions.differences import Differences, compare
from kg.versions.wording import cells, clause_line, counts, wording
from kg.versions.workbook import workbook
from kg.web.desk.desk import Desk
from kg.web.http.api import attachment
from kg.web.http.dependencies import DeskDep
from kg.web.office.requests import Asking, LangDep
from kg.web.office.view import VERSIONS, office_page
from kg.workspace import MEDIA_TYPES

LISTED = 500
"""The most changes on the page; the files have them all."""

router = APIRouter(include_in_schema=False)


@router.get(VERSIONS)
def page(desk: DeskDep, lang: LangDep, person: Asking, old: str = "", new: str = "") -> Response:
    """Offer the documents to choose from, and show what differs between *old* and *new* if both are named."""
    found, wrong = None, ""
    try:
        found = _compared(desk, old, new) if old and new else None
    except QuestionError as error:
        wrong = line_in(error, lang)
    return office_page(
        "versions.html",
        lang,
        person,
        documents=[(one.slug, _called(one)) for one in desk.build.facts],
        old=old,
        new=new,
        wrong=wrong,
        found=found,
        counts=counts(found, lang) if found else "",
        clauses=[clause_line(one, lang) for one in found.clauses] if found else [],
        rows=[cells(one, lang) for one in found.obligations[:LISTED]] if found else [],
        columns=[said[lang] for said in wording().columns.values()],
        nothing=wording().nothing[lang],
        LISTED=LISTED,
    )


@router.get(f"{VERSIONS}/file")
def file(desk: DeskDep, lang: LangDep, person: Asking, old: str, new: str, form: Literal["xlsx", "json"]) -> Response:
    """Give what differs between *old* and *new* as a file."""
    found = _compared(desk, old, new)
    if form == "json":
        return JSONResponse(found.to_json())
    name = f"{wording().sheet[lang]}-{found.old.document.slug}-{found.new.document.slug}.xlsx"
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(workbook(found, lang), media_type=MEDIA_TYPES["xlsx"], headers=headers)


def _compared(desk: Desk, old: str, new: str) -> Differences:
    files = desk.build.files
    return compare(*(desk.records[list(files).index(slug_of(files, name))] for name in (old, new)))


def _called(one: DocumentFacts) -> str:
    return " ".join(filter(None, (one.title, one.identifier, one.issued)))
