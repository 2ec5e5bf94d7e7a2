"""A desk → the routes by which a filled-in workbook is read back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.days import today
from kg.ledger.entries import entries_of, terms_of
from kg.ledger.importing import Comparison, Take, compare
from kg.ledger.marking import marked, marked_path
from kg.ledger.reading import read_workbook
from kg.serve.api import attachment
from kg.serve.desk import MEDIA_TYPES
from kg.serve.office.import_page import compared_page, import_page
from kg.serve.office.requests import Form, lang_of, ledger_of, needs, stranger, supervised
from kg.serve.office.signing import Person, Signing
from kg.serve.office.uploads import LYING, Upload, Uploads, as_file
from kg.serve.office.view import IMPORT, link
from kg.serve.origin import own_page
from kg.serve.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.ledger.terms import Lang
    from kg.serve.desk import Desk

_TAKES = ("", "file", "ledger")


def add_to(app: FastAPI, desk: Desk, signing: Signing) -> None:
    """Give *app* `/desk/import`: a workbook is sent, seen against the ledger, and kept whole or not at all."""
    uploads = Uploads()
    # one at a time: a sheet of 100,000 rows takes some hundred megabytes while it is read
    reading = threading.Lock()

    def seen(upload: Upload, who: str, take: Take) -> Comparison:
        with reading, as_file(upload) as path:
            sheets = read_workbook(path)
        with ledger_of(desk) as kept:
            entries = entries_of(desk.records, kept.current(), terms_of(desk.keeping))
            return compare(sheets, entries, kept, who, today().year, take)

    def shown(request: Request, person: Person, token: str, upload: Upload, take: Take) -> Response:
        lang = lang_of(request)
        try:
            found = seen(upload, person.name, take)
        except HetaoError as error:
            # where the file lies for a moment is nothing to be told; which sheet or cell is
            where = upload.name if Path(str(error.subject)).name == LYING else error.subject
            return import_page(lang, person, wrong=f"{where}: {error.problem}; {error.fix}", status=422)
        return compared_page(found, lang, person, token, upload.name, take, _beyond(found, desk, person, lang))

    @app.get(IMPORT, include_in_schema=False)
    def page(request: Request, done: int = -1) -> Response:
        lang, person = lang_of(request), signing.person(request)
        if person is None:
            return stranger(request, signing)
        if not person.may("editor"):
            return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
        return import_page(lang, person, done=words(lang)["office"]["applied"].format(tasks=done) if done >= 0 else "")

    @app.post(IMPORT, include_in_schema=False)
    async def send(request: Request) -> Response:
        own_page(request)
        lang = lang_of(request)
        async with request.form(max_files=1, max_fields=5) as form:
            who, file = form.get("who"), form.get("file")
            person = await run_in_threadpool(signing.person, request, who if isinstance(who, str) else "")
            if person is None:
                return stranger(request, signing)
            if not person.may("editor"):
                return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
            if not isinstance(file, UploadFile) or not file.filename:
                return import_page(lang, person, wrong=words(lang)["office"]["no_file"], status=422)
            try:
                person = Person(check_name(person.name), person.role, person.signed_in)
            except HetaoError as error:
                return import_page(lang, person, wrong=str(error), status=422)
            upload = Upload(Path(file.filename).name[:200], person.name, await file.read())
        token = uploads.add(upload)
        return await run_in_threadpool(shown, request, person, token, upload, "")

    @app.post(f"{IMPORT}/apply", include_in_schema=False)
    def apply(request: Request, form: Form) -> Response:
        own_page(request)
        lang, person = lang_of(request), signing.person(request, form.get("who", ""))
        if person is None:
            return stranger(request, signing)
        if not person.may("editor"):
            return import_page(lang, person, wrong=needs(lang, "editor"), status=403)
        token, take = form.get("token", ""), form.get("take", "")
        upload = uploads.find(token, person.name)
        if upload is None or take not in _TAKES:
            return import_page(lang, person, wrong=words(lang)["office"]["gone"], status=410)
        if form.get("do") != "apply":
            return shown(request, person, token, upload, cast("Take", take))
        found = seen(upload, person.name, cast("Take", take))
        if found.refused or _beyond(found, desk, person, lang):
            return shown(request, person, token, upload, cast("Take", take))
        try:
            with ledger_of(desk) as kept:
                changed = kept.save(found.edits, person.name, f"import {upload.name}")
        except HetaoError as error:
            return import_page(lang, person, wrong=str(error), status=409)
        uploads.drop(token)
        return RedirectResponse(link(IMPORT, lang, done=str(changed)), 303)

    @app.get(f"{IMPORT}/marked", include_in_schema=False)
    def marked_file(request: Request, token: str, who: str = "") -> Response:
        person = signing.person(request, who)
        if person is None:
            return stranger(request, signing)
        upload = uploads.find(token, person.name)
        if upload is None:
            raise HTTPException(410, words(lang_of(request))["office"]["gone"])
        found = seen(upload, person.name, "")
        with as_file(upload) as path:
            content = marked(path, found.refused)
        name = marked_path(Path(upload.name)).name
        headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
        return Response(content, media_type=MEDIA_TYPES["xlsx"], headers=headers)


def _beyond(found: Comparison, desk: Desk, person: Person, lang: Lang) -> str:
    """Why a person may not keep what is found, where only a supervisor may; an empty text where they may."""
    if person.may("supervisor"):
        return ""
    reports = desk.reports()
    for edit in found.edits:
        before = reports[edit.task.task_id].report if edit.task.task_id in reports else {}
        if supervised(edit.values, before):
            return f"{edit.task.task_id}: {needs(lang, 'supervisor')}"
    return ""
