"""`/desk/import` → a filled-in workbook, compared with the ledger and saved."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.days import today
from kg.ledger.hidden import Hidden, hidden_in, without_hidden
from kg.ledger.importing import Comparison, Take, compare
from kg.ledger.marking import marked, marked_path
from kg.ledger.reading import read_workbook
from kg.ledger.tasks import tasks_of, terms_of
from kg.refusals import line_in, refused
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.http.api import attachment
from kg.web.http.dependencies import DeskDep, SessionsDep, from_state
from kg.web.http.origin import own_page
from kg.web.http.problems import RefusedError
from kg.web.office.import_page import SKIP, compared_page, import_page
from kg.web.office.requests import Asking, Form, LangDep, Posting, ledger_of, person_of, supervised
from kg.web.office.sessions import Person
from kg.web.office.uploads import FILE_NAME, Upload, Uploads, as_file
from kg.web.office.view import IMPORT, beyond, link, needs
from kg.web.wording import words
from kg.workspace import MEDIA_TYPES

_TAKES = ("", "file", "ledger")


router = APIRouter(include_in_schema=False)
# one at a time, because reading a sheet of 100,000 rows takes several hundred megabytes
_reading = threading.Lock()


UploadsDep = Annotated[Uploads, from_state("uploads")]


@router.get(IMPORT)
def page(lang: LangDep, person: Asking, done: int = -1) -> Response:
    """Show the form for uploading a workbook; after an import, also the number of tasks it changed."""
    if not person.may("editor"):
        return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
    return import_page(lang, person, done=words(lang)["office"]["applied"].format(tasks=done) if done >= 0 else "")


@router.post(IMPORT, dependencies=[Depends(own_page)])
async def send(request: Request, desk: DeskDep, sessions: SessionsDep, uploads: UploadsDep, lang: LangDep) -> Response:
    """Show what a workbook would change. Nothing is saved, but the workbook is kept for a while."""
    async with request.form(max_files=1, max_fields=5) as form:
        who, file = form.get("who"), form.get("file")
        person = await run_in_threadpool(person_of, request, sessions, who if isinstance(who, str) else "")
        if not person.may("editor"):
            return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
        if not isinstance(file, UploadFile) or not file.filename:
            return import_page(lang, person, wrong=words(lang)["office"]["no_file"], status=422)
        try:
            person = replace(person, name=check_name(person.name))
        except HetaoError as error:
            return import_page(lang, person, wrong=line_in(error, lang), status=422)
        upload = Upload(Path(file.filename).name[:200], person.name, await file.read())
    token = uploads.add(upload)
    return await run_in_threadpool(_shown, desk, lang, person, token, upload, "")


@router.post(f"{IMPORT}/apply", dependencies=[Depends(own_page)])
def apply(desk: DeskDep, uploads: UploadsDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Save what a workbook changes, but for the cells that are refused."""
    if not person.may("editor"):
        return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
    token, take, skip = form.get("token", ""), form.get("take", ""), SKIP in form
    upload = uploads.find(token, person.name)
    if upload is None or take not in _TAKES:
        return import_page(lang, person, wrong=words(lang)["office"]["gone"], status=410)
    if form.get("do") != "apply":
        return _shown(desk, lang, person, token, upload, cast("Take", take), skip=skip)
    found, _ = _seen(desk, upload, person.name, cast("Take", take), skip=skip)
    if not found.edits or _beyond(found, desk, person, lang):
        return _shown(desk, lang, person, token, upload, cast("Take", take), skip=skip)
    try:
        with ledger_of(desk) as kept:
            changed = kept.save(found.edits, person.name, f"import {upload.name}", together=True)
    except HetaoError as error:
        return import_page(lang, person, wrong=line_in(error, lang), status=409)
    uploads.drop(token)
    return RedirectResponse(link(IMPORT, lang, done=str(changed)), 303)


@router.get(f"{IMPORT}/marked")
def marked_file(
    request: Request,
    desk: DeskDep,
    sessions: SessionsDep,
    uploads: UploadsDep,
    lang: LangDep,
    token: str,
    who: str = "",
    skip_hidden: str = "",
) -> Response:
    """Return the workbook with marks where it is refused, the reasons in the page's language."""
    person = person_of(request, sessions, who)
    upload = uploads.find(token, person.name)
    if upload is None:
        raise RefusedError(410, refused(HetaoError, "upload-gone"))
    found, _ = _seen(desk, upload, person.name, "", skip=bool(skip_hidden))
    with as_file(upload) as path:
        content = marked(path, found.refused, lang)
    name = marked_path(Path(upload.name)).name
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES["xlsx"], headers=headers)


def _seen(desk: Desk, upload: Upload, who: str, take: Take, *, skip: bool) -> tuple[Comparison, list[Hidden]]:
    """Return what a workbook changes, and what of it is hidden, which is left out to *skip* it."""
    with _reading, as_file(upload) as path:
        sheets = read_workbook(path)
    hidden = hidden_in(sheets)
    if skip:
        sheets = without_hidden(sheets)
    with ledger_of(desk) as kept:
        entries = tasks_of(desk.records, kept.current(), terms_of(desk.keeping))
        return compare(sheets, entries, kept, who, today().year, take), hidden


def _shown(
    desk: Desk, lang: Lang, person: Person, token: str, upload: Upload, take: Take, *, skip: bool = False
) -> Response:
    try:
        found, hidden = _seen(desk, upload, person.name, take, skip=skip)
    except HetaoError as error:
        # the temporary path is not shown; the sheet or cell is
        where = upload.name if Path(error.subject).name == FILE_NAME else ""
        return import_page(lang, person, wrong=line_in(error, lang, where), status=422)
    wrong = _beyond(found, desk, person, lang)
    return compared_page(found, lang, person, token, upload.name, take, wrong, hidden=hidden, skip=skip)


def _beyond(found: Comparison, desk: Desk, person: Person, lang: Lang) -> str:
    """Return why *person* may not save what was found, or an empty text if they may."""
    for edit in found.edits:
        if wrong := beyond(lang, person, "editor", edit.task.document):
            return f"{edit.task.task_id}: {wrong}"
    if person.may("supervisor"):
        return ""
    reports = desk.reports()
    for edit in found.edits:
        before = reports[edit.task.task_id].report if edit.task.task_id in reports else {}
        if supervised(edit.values, before):
            return f"{edit.task.task_id}: {needs(lang, 'supervisor')}"
    return ""
