"""A desk → the office's pages: sign-in and sign-out, a task with its report, the summary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.changes import ConflictError, Edit, task_of
from kg.ledger.days import read_day, today
from kg.ledger.entries import Entry, entries_of, terms_of
from kg.ledger.summary import summary
from kg.ledger.terms import Lang
from kg.serve.office import bulk_routes, import_routes, review_routes
from kg.serve.office.requests import (
    Form,
    lang_of,
    ledger_of,
    needs,
    own_address,
    read_form,
    sign_in_page,
    stranger,
    supervised,
)
from kg.serve.office.signing import COOKIE, HOURS, Person, Signing
from kg.serve.office.summary_page import summary_page
from kg.serve.office.task_page import task_page
from kg.serve.office.view import SIGN_IN, SIGN_OUT, SUMMARY, TASK, link
from kg.serve.origin import own_page
from kg.serve.root import at
from kg.serve.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk


def add_to(app: FastAPI, desk: Desk, signing: Signing) -> None:
    """Give *app* the pages."""
    import_routes.add_to(app, desk, signing)
    bulk_routes.add_to(app, desk, signing)
    review_routes.add_to(app, desk, signing)

    @app.get(SIGN_IN, include_in_schema=False)
    def signing_in(request: Request, next: str = "") -> Response:
        return sign_in_page(lang_of(request), next)

    @app.post(SIGN_IN, include_in_schema=False)
    def sign_in(request: Request, form: Form) -> Response:
        own_page(request)
        lang, following = lang_of(request), form.get("next", "")
        token = signing.sign_in(form.get("name", ""), form.get("password", ""))
        if token is None:
            return sign_in_page(lang, following, words(lang)["office"]["wrong"], 401)
        reply = RedirectResponse(own_address(following) or link(SUMMARY, lang), 303)
        reply.set_cookie(
            COOKIE, token, max_age=3600 * HOURS, path=at("/"), httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return reply

    @app.post(SIGN_OUT, include_in_schema=False)
    def sign_out(request: Request) -> Response:
        own_page(request)
        signing.sign_out(request)
        reply = RedirectResponse(link(SIGN_IN, lang_of(request)), 303)
        reply.delete_cookie(COOKIE, path=at("/"))
        return reply

    @app.get(TASK, include_in_schema=False)
    def task(request: Request, id: str, done: str = "") -> Response:
        lang, person = lang_of(request), signing.person(request)
        if person is None:
            return stranger(request, signing)
        entry = _entry(desk, id, lang)
        said = words(lang)["office"].get(done, "") if done in ("saved", "unchanged") else ""
        return _task(desk, entry, lang, person, done=said)

    @app.post(TASK, include_in_schema=False)
    def report(request: Request, form: Form) -> Response:
        own_page(request)
        lang, person = lang_of(request), signing.person(request, form.get("who", ""))
        if person is None:
            return stranger(request, signing)
        entry = _entry(desk, form.get("id", ""), lang)
        if not person.may("editor"):
            return _task(desk, entry, lang, person, wrong=needs(lang, "editor"), status=403)
        revision = int(form["revision"]) if form.get("revision", "").isdecimal() else -1
        try:
            who = check_name(person.name)
            values = read_form(form, entry.reported.report, today())
            if not person.may("supervisor") and supervised(values, entry.reported.report):
                return _task(desk, entry, lang, person, typed=form, wrong=needs(lang, "supervisor"), status=403)
            edit = Edit(task_of(entry.document.slug, entry.row), values, revision)
            with ledger_of(desk) as kept:
                changed = kept.save([edit], who, "desk")
        except ConflictError as error:
            # what the other wrote stands in the boxes but those that this person changed, to be saved over it knowingly
            fresh = _entry(desk, entry.row.task_id, lang)
            with ledger_of(desk) as kept:
                seen = kept.as_of_revision(entry.row.task_id, revision)
            own = {name: form[name] for name, value in values.items() if value != seen.get(name)}
            typed = {**own, "who": form.get("who", ""), "revision": str(fresh.reported.revision)}
            return _task(desk, fresh, lang, person, typed=typed, wrong=str(error), status=409)
        except HetaoError as error:
            return _task(desk, entry, lang, person, typed=form, wrong=str(error), status=422)
        return RedirectResponse(link(TASK, lang, id=entry.row.task_id, done="saved" if changed else "unchanged"), 303)

    @app.get(SUMMARY, include_in_schema=False)
    def summed(request: Request, as_of: str = "") -> Response:
        lang, person = lang_of(request), signing.person(request)
        if person is None:
            return stranger(request, signing)
        wrong, day = "", None
        if as_of.strip():
            try:
                day = read_day(as_of, today().year)
            except HetaoError as error:
                wrong = str(error)
        terms = terms_of(desk.keeping, day)
        entries = entries_of(desk.records, desk.reports(), terms)
        return summary_page(summary(entries, terms.as_of), desk.records, lang, person, wrong)


def _entry(desk: Desk, wanted: str, lang: Lang) -> Entry:
    for one in desk.records:
        for row in one.obligations:
            if wanted in (row.task_id, row.id):
                reports = desk.reports([row.task_id])
                return entries_of([replace(one, obligations=(row,))], reports, terms_of(desk.keeping))[0]
    raise HTTPException(404, words(lang)["office"]["unknown"].format(id=wanted))


def _task(desk: Desk, entry: Entry, lang: Lang, person: Person, **more: object) -> Response:
    from kg.ledger.store import Ledger

    with Ledger.lent(desk.data, desk.keeping.database_url) as kept:
        history = kept.history(entry.row.task_id) if kept else []
    return task_page(entry, history, lang, person, **more)  # type: ignore[arg-type]
