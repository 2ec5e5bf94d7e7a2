"""A desk → the office's pages: sign-in and sign-out, a task with its report, the summary."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, cast, get_args
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.ledger.accounts import Accounts, check_name
from kg.ledger.changes import ConflictError, Edit, task_of
from kg.ledger.days import read_day, today
from kg.ledger.entries import Entry, entries_of, terms_of
from kg.ledger.reports import Report, Value, read_value, rules
from kg.ledger.summary import summary
from kg.ledger.terms import Lang
from kg.serve.fragments.tags import opening, tag
from kg.serve.office.signing import COOKIE, HOURS, Person, Signing
from kg.serve.office.summary_page import summary_page
from kg.serve.office.task_page import task_page
from kg.serve.office.view import SIGN_IN, SIGN_OUT, SUMMARY, TASK, link, notice, office_page
from kg.serve.origin import own_page
from kg.serve.root import at
from kg.serve.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.ledger.store import Ledger
    from kg.serve.desk import Desk

SUPERVISED = ("closed",)
"""Statuses that only a supervisor gives; an extension is granted by one as well."""

_EXTENSION = ("extended_to", "extended_by")


def add_to(app: FastAPI, desk: Desk, *, alone: bool) -> None:
    """Give *app* the pages. *alone*: nobody but this machine asks, which may report without an account."""
    signing = Signing(Accounts(desk.data), alone=alone)

    @app.get(SIGN_IN, include_in_schema=False)
    def sign_in_page(request: Request, next: str = "") -> Response:
        return _sign_in(_lang(request), next)

    @app.post(SIGN_IN, include_in_schema=False)
    def sign_in(request: Request, form: Form) -> Response:
        own_page(request)
        lang, following = _lang(request), form.get("next", "")
        token = signing.sign_in(form.get("name", ""), form.get("password", ""))
        if token is None:
            return _sign_in(lang, following, words(lang)["office"]["wrong"], 401)
        reply = RedirectResponse(_own(following) or link(SUMMARY, lang), 303)
        reply.set_cookie(
            COOKIE, token, max_age=3600 * HOURS, path=at("/"), httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return reply

    @app.post(SIGN_OUT, include_in_schema=False)
    def sign_out(request: Request) -> Response:
        own_page(request)
        signing.sign_out(request)
        reply = RedirectResponse(link(SIGN_IN, _lang(request)), 303)
        reply.delete_cookie(COOKIE, path=at("/"))
        return reply

    @app.get(TASK, include_in_schema=False)
    def task(request: Request, id: str, done: str = "") -> Response:
        lang, person = _lang(request), signing.person(request)
        if person is None:
            return _stranger(request, signing)
        entry = _entry(desk, id, lang)
        said = words(lang)["office"].get(done, "") if done in ("saved", "unchanged") else ""
        return _task(desk, entry, lang, person, done=said)

    @app.post(TASK, include_in_schema=False)
    def report(request: Request, form: Form) -> Response:
        own_page(request)
        lang, person = _lang(request), signing.person(request, form.get("who", ""))
        if person is None:
            return _stranger(request, signing)
        entry = _entry(desk, form.get("id", ""), lang)
        if not person.may("editor"):
            return _task(desk, entry, lang, person, wrong=_needs(lang, "editor"), status=403)
        try:
            who = check_name(person.name)
            values = read_form(form, entry.reported.report, today())
            if not person.may("supervisor") and _supervised(values, entry.reported.report):
                return _task(desk, entry, lang, person, typed=form, wrong=_needs(lang, "supervisor"), status=403)
            revision = int(form["revision"]) if form.get("revision", "").isdecimal() else -1
            changed = _ledger(desk).save([Edit(task_of(entry.document.slug, entry.row), values, revision)], who, "desk")
        except ConflictError as error:
            # what the other wrote is shown below; what was typed stays in the boxes, to be saved over it knowingly
            fresh = _entry(desk, entry.row.task_id, lang)
            typed = {**form, "revision": str(fresh.reported.revision)}
            return _task(desk, fresh, lang, person, typed=typed, wrong=str(error), status=409)
        except HetaoError as error:
            return _task(desk, entry, lang, person, typed=form, wrong=str(error), status=422)
        return RedirectResponse(link(TASK, lang, id=entry.row.task_id, done="saved" if changed else "unchanged"), 303)

    @app.get(SUMMARY, include_in_schema=False)
    def summed(request: Request, as_of: str = "") -> Response:
        lang, person = _lang(request), signing.person(request)
        if person is None:
            return _stranger(request, signing)
        wrong, day = "", None
        if as_of.strip():
            try:
                day = read_day(as_of, today().year)
            except HetaoError as error:
                wrong = str(error)
        terms = terms_of(desk.keeping, day)
        entries = entries_of(desk.records, desk.reports(), terms)
        return summary_page(summary(entries, terms.as_of), desk.records, lang, person, wrong)


async def _posted(request: Request) -> dict[str, str]:
    try:
        text = (await request.body()).decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError as error:
        raise HTTPException(422, "the form cannot be read") from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


Form = Annotated[dict[str, str], Depends(_posted)]


def read_form(form: Mapping[str, str], before: Report, day: datetime.date) -> dict[str, Value]:
    """Return what a posted *form* says of a report that stood as *before*; new progress is put behind the earlier."""
    values: dict[str, Value] = {}
    for name, field in rules().fields.items():
        if name not in form:
            continue
        written = form[name].strip()
        if field.kind == "log":
            if written:
                earlier = f"{before[name]}\n" if before.get(name) else ""
                values[name] = read_value(name, f"{earlier}{day.year}.{day.month}.{day.day}：{written}")
            continue
        values[name] = read_value(name, written, day.year)
    return values


def _supervised(values: Mapping[str, Value], before: Report) -> bool:
    closing = values.get("status") in SUPERVISED and before.get("status") not in SUPERVISED
    return closing or any(name in values and values[name] != before.get(name) for name in _EXTENSION)


def _needs(lang: Lang, role: str) -> str:
    say = words(lang)["office"]
    return str(say["may_not"].format(role=say["roles"][role]))


def _entry(desk: Desk, wanted: str, lang: Lang) -> Entry:
    for one in desk.records:
        for row in one.obligations:
            if wanted in (row.task_id, row.id):
                return next(
                    entry for entry in entries_of([one], desk.reports(), terms_of(desk.keeping)) if entry.row is row
                )
    raise HTTPException(404, words(lang)["office"]["unknown"].format(id=wanted))


def _ledger(desk: Desk) -> Ledger:
    from kg.ledger.store import Ledger

    return Ledger.open(desk.data, desk.keeping.database_url)


def _task(desk: Desk, entry: Entry, lang: Lang, person: Person, **more: object) -> Response:
    from kg.ledger.store import Ledger

    kept = Ledger.find(desk.data, desk.keeping.database_url)
    history = kept.history(entry.row.task_id) if kept else []
    if kept:
        kept.close()
    return task_page(entry, history, lang, person, **more)  # type: ignore[arg-type]


def _stranger(request: Request, signing: Signing) -> Response:
    lang = _lang(request)
    if signing.accounts:
        asked = f"{request.url.path}?{request.url.query}" if request.method == "GET" else ""
        return _sign_in(lang, asked, words(lang)["office"]["needed"], 401)
    return office_page(words(lang)["office"]["report"], lang, None, notice(words(lang)["office"]["closed"]), status=403)


def _sign_in(lang: Lang, following: str, wrong: str = "", status: int = 200) -> Response:
    say = words(lang)["office"]
    boxes = [
        tag("label", say["name"], opening("input", name="name", id="name", autocomplete="username"), for_="name"),
        tag(
            "label",
            say["password"],
            opening("input", type="password", name="password", id="password", autocomplete="current-password"),
            for_="password",
        ),
        opening("input", type="hidden", name="next", value=_own(following)),
    ]
    button = tag("p", tag("button", say["signin"]))
    form = tag("form", *boxes, button, method="post", action=link(SIGN_IN, lang))
    return office_page(say["signin"], lang, None, notice(wrong, wrong=True), form, status=status)


def _own(address: str) -> str:
    """An address to go on to, where it is one of these pages; a link from outside leads nowhere else."""
    path = address.partition("?")[0]
    plain = address.isprintable() and "\\" not in address
    return address if plain and path in (at(TASK), at(SUMMARY)) else ""


def _lang(request: Request) -> Lang:
    said = request.query_params.get("lang", "")
    return cast("Lang", said) if said in get_args(Lang) else "zh-Hans"
