"""The office's pages: sign-in and sign-out, a task with its report, the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.assignment import known_assignees
from kg.ledger.briefing import Briefing, briefing
from kg.ledger.changes import ConflictError, Edit, task_of
from kg.ledger.days import read_day, today
from kg.ledger.summary import Summary, summary
from kg.ledger.tasks import LedgerTask, tasks_of, terms_of
from kg.models import Records
from kg.refusals import line_in, refused, shortened
from kg.versions.moved import came_from, carried_changes
from kg.versions.wording import difference_lines
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import assigned_choices
from kg.web.http.api import attachment
from kg.web.http.dependencies import DeskDep, ServingDep, SessionsDep
from kg.web.http.origin import own_page
from kg.web.http.problems import RefusedError
from kg.web.http.proxy import at
from kg.web.office import account_routes, bulk_routes, import_routes, library_routes, review_routes, versions_routes
from kg.web.office.requests import (
    Asking,
    Form,
    LangDep,
    Posting,
    ledger_of,
    own_address,
    read_form,
    sign_in_page,
    supervised,
)
from kg.web.office.sessions import COOKIE, HOURS, Person
from kg.web.office.summary_page import summary_page
from kg.web.office.task_page import task_page
from kg.web.office.view import BRIEFING, SIGN_IN, SIGN_OUT, SUMMARY, TASK, beyond, link, needs
from kg.web.wording import words
from kg.workspace import MEDIA_TYPES

router = APIRouter(include_in_schema=False)
for _part in (import_routes, bulk_routes, review_routes, account_routes, versions_routes, library_routes):
    router.include_router(_part.router)


@router.get(SIGN_IN)
def show_sign_in(lang: LangDep, next: str = "") -> Response:
    """Show the sign-in page, which leads on to *next*."""
    return sign_in_page(lang, next)


@router.post(SIGN_IN, dependencies=[Depends(own_page)])
def sign_in(request: Request, sessions: SessionsDep, serving: ServingDep, lang: LangDep, form: Form) -> Response:
    """Start a session and redirect, or show the page again."""
    following = form.get("next", "")
    token = sessions.sign_in(form.get("name", ""), form.get("password", ""))
    if token is None:
        return sign_in_page(lang, following, words(lang)["office"]["wrong"], 401)
    reply = RedirectResponse(own_address(following) or link(SUMMARY, lang), 303)
    # where reading needs the sign-in too, a link in a mail must find who is signed in; a form of another host must not
    reply.set_cookie(
        COOKIE, token, max_age=3600 * HOURS, path=at("/"), httponly=True,
        samesite="lax" if serving.sign_in == "all" else "strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return reply


@router.post(SIGN_OUT, dependencies=[Depends(own_page)])
def sign_out(request: Request, sessions: SessionsDep, lang: LangDep) -> Response:
    """End the session."""
    sessions.sign_out(request)
    reply = RedirectResponse(link(SIGN_IN, lang), 303)
    reply.delete_cookie(COOKIE, path=at("/"))
    return reply


@router.get(TASK)
def task(desk: DeskDep, lang: LangDep, person: Asking, id: str, done: str = "") -> Response:
    """Show the task *id* with its report."""
    entry = _entry(desk, id, lang)
    said = words(lang)["office"].get(done, "") if done in ("saved", "unchanged") else ""
    return _task(desk, entry, lang, person, done=said)


@router.post(TASK, dependencies=[Depends(own_page)])
def report(desk: DeskDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Save the report on a task, or show the form again with the reason."""
    entry = _entry(desk, form.get("id", ""), lang)
    if wrong := beyond(lang, person, "editor", entry.document.slug):
        return _task(desk, entry, lang, person, wrong=wrong, status=403)
    revision = int(form["revision"]) if form.get("revision", "").isdecimal() else -1
    try:
        who = check_name(person.name)
        values = read_form(form, entry.reported.report, today())
        if not person.may("supervisor") and supervised(values, entry.reported.report):
            return _task(desk, entry, lang, person, typed=form, wrong=needs(lang, "supervisor"), status=403)
        edit = Edit(task_of(entry.document.slug, entry.obligation), values, revision)
        with ledger_of(desk) as kept:
            changed = kept.save([edit], who, "desk")
    except ConflictError as error:
        # the boxes hold the other report except where this person changed it, so that it can be replaced knowingly
        fresh = _entry(desk, entry.obligation.task_id, lang)
        with ledger_of(desk) as kept:
            seen = kept.as_of_revision(entry.obligation.task_id, revision)
        own = {name: form[name] for name, value in values.items() if value != seen.get(name)}
        typed = {**own, "who": form.get("who", ""), "revision": str(fresh.reported.revision)}
        return _task(desk, fresh, lang, person, typed=typed, wrong=line_in(error, lang), status=409)
    except HetaoError as error:
        return _task(desk, entry, lang, person, typed=form, wrong=line_in(error, lang), status=422)
    return RedirectResponse(
        link(TASK, lang, id=entry.obligation.task_id, done="saved" if changed else "unchanged"), 303
    )


@dataclass(frozen=True, slots=True)
class _SummaryAsked:
    """What a summary is asked for: a day, an assignee, and the office's own number and name for the briefing."""

    as_of: str = ""
    assigned: str = ""
    number: Annotated[str, Query(max_length=60)] = ""
    issuer: Annotated[str, Query(max_length=60)] = ""


@router.get(SUMMARY)
def summed(desk: DeskDep, lang: LangDep, person: Asking, asked: Annotated[_SummaryAsked, Depends()]) -> Response:
    """Show the summary for a day, by default today, and for the tasks of one assignee if it is named."""
    found, made, records, wrong = _summed(desk, lang, asked)
    offered = [name for _, name in assigned_choices(desk, lang)]
    assigned, number = asked.assigned.strip(), asked.number.strip()
    told = words(lang)["office"]["of_reported"].format(all=len(desk.slugs), count=len(records))
    return summary_page(
        found,
        made,
        records,
        lang,
        person,
        wrong=wrong,
        assigned=assigned,
        number=number,
        offered=offered,
        scope="" if desk.small else told,
    )


@router.get(BRIEFING)
def briefing_file(desk: DeskDep, lang: LangDep, person: Asking, asked: Annotated[_SummaryAsked, Depends()]) -> Response:
    """Give the briefing as a Word file, or show the page with the reason why there is none."""
    # imported here: python-docx is needed for this file alone
    from kg.ledger.briefing_paper import briefing_paper

    found, made, records, wrong = _summed(desk, lang, asked)
    if wrong:
        return summary_page(found, made, records, lang, person, wrong=wrong)
    name = f"{words(lang)['office']['briefing']['file']}{found.as_of.isoformat()}.docx"
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(briefing_paper(made), media_type=MEDIA_TYPES["docx"], headers=headers)


def _summed(desk: Desk, lang: Lang, asked: _SummaryAsked) -> tuple[Summary, Briefing, Sequence[Records], str]:
    """Return the summary that is asked for with its briefing, of which documents, and what is wrong with what is asked.

    Of a large library they are the documents with reports.
    """
    wrong, day, reports = "", None, desk.reports()
    records = desk.records if desk.small else desk.obligations.documents_with(reports)
    try:
        day = read_day(asked.as_of, today().year) if asked.as_of.strip() else None
        if name := asked.assigned.strip():
            records, _ = desk.records_of([name])
    except HetaoError as error:
        wrong = line_in(error, lang)
    terms = terms_of(desk.keeping, day)
    found = summary(tasks_of(records, reports, terms), terms.as_of)
    made = briefing(found, records, lang, number=asked.number.strip(), issuer=asked.issuer.strip())
    return found, made, records, wrong


def _entry(desk: Desk, wanted: str, lang: Lang) -> LedgerTask:
    if found := desk.task(wanted):
        one, row = found
        return tasks_of([one], desk.reports([row.task_id]), terms_of(desk.keeping))[0]
    raise RefusedError(404, refused(HetaoError, "task-unknown", task=shortened(wanted)))


def _task(desk: Desk, entry: LedgerTask, lang: Lang, person: Person, **more: object) -> Response:
    from kg.ledger.store import Ledger

    with Ledger.lent(desk.data, desk.keeping.database_url) as kept:
        history = kept.history(entry.obligation.task_id) if kept else []
        assignees = known_assignees(desk.build.facts, kept.assignments() if kept else {})
        origin = came_from(history)
        before = kept.tasks().get(origin) if kept and origin else None
    own = task_of(entry.document.slug, entry.obligation)
    carried = difference_lines(before, own, carried_changes(before, own), lang) if before else []
    return task_page(
        entry,
        history,
        lang,
        person,
        assignees=assignees,
        before=before,
        carried=carried,
        **more,  # type: ignore[arg-type]
    )
