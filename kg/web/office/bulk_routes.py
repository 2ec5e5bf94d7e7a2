"""`/desk/bulk` → one report for several tasks, saved for all of them or none, and undone likewise."""

from __future__ import annotations

from dataclasses import fields

from fastapi import APIRouter, Depends, Request, Response

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.assignment import known_assignees
from kg.ledger.changes import Edit, task_of
from kg.ledger.days import today
from kg.ledger.filters import Filter
from kg.ledger.tasks import LedgerTask, tasks_of, terms_of
from kg.refusals import line_in
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import scope_of
from kg.web.http.dependencies import DeskDep
from kg.web.http.origin import own_page
from kg.web.office.bulk_page import EVERY, LISTED, RECENT, SEEN, SURE, TICK, UNASKED, bulk_fields, bulk_page
from kg.web.office.requests import Asking, Form, LangDep, Posting, ledger_of, read_form, supervised
from kg.web.office.sessions import Person
from kg.web.office.view import BULK, beyond, needs
from kg.web.wording import words

router = APIRouter(include_in_schema=False)
_FILTERS = tuple(field.name for field in fields(Filter))


@router.get(BULK)
def page(request: Request, desk: DeskDep, lang: LangDep, person: Asking) -> Response:
    """List the tasks that fit a `Filter`, with the boxes for a report."""
    return _page(desk, lang, person, _filter(request), wrong="" if person.may("editor") else needs(lang, "editor"))


@router.post(BULK, dependencies=[Depends(own_page)])
def report(request: Request, desk: DeskDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Save the report for the ticked tasks among those that fit the filter; many only once they are confirmed."""
    say, wanted = words(lang)["office"], _filter(request)
    shown = {name.removeprefix(SEEN) for name in form if name.startswith(SEEN)}
    ticked = shown if EVERY in form else {name.removeprefix(TICK) for name in form if name.startswith(TICK)}

    def again(wrong: str = "", status: int = 422, asking: int = 0) -> Response:
        return _page(desk, lang, person, wanted, form, ticked, wrong=wrong, status=status, asking=asking)

    if not person.may("editor"):
        return again(needs(lang, "editor"), 403)
    filled = {name: form[name] for name in bulk_fields() if form.get(name, "").strip()}
    try:
        entries = [entry for entry in _fitting(desk, wanted) if entry.obligation.task_id in ticked]
        if not ticked or not filled or len(ticked) > LISTED:
            return again(say["none_chosen"])
        if len(entries) < len(ticked):
            return again(say["together"]["gone"].format(count=len(ticked) - len(entries)), 409)
        who = check_name(person.name)
        edits = []
        for entry in entries:
            before, task_id = entry.reported.report, entry.obligation.task_id
            values = read_form(filled, before, today())
            if wrong := beyond(lang, person, "editor", entry.document.slug):
                return again(f"{task_id}: {wrong}", 403)
            if not person.may("supervisor") and supervised(values, before):
                return again(f"{task_id}: {needs(lang, 'supervisor')}", 403)
            seen = form.get(f"{SEEN}{task_id}", "")
            revision = int(seen) if seen.isdecimal() else -1
            edits.append(Edit(task_of(entry.document.slug, entry.obligation), values, revision))
        if len(edits) > UNASKED and form.get(SURE) != str(len(edits)):
            return again(status=200, asking=len(edits))
        with ledger_of(desk) as kept:
            changed = kept.save(edits, who, "desk, many at once", together=True)
    except HetaoError as error:
        return again(line_in(error, lang))
    return _page(desk, lang, person, wanted, done=say["applied"].format(tasks=changed))


@router.post(f"{BULK}/undo", dependencies=[Depends(own_page)])
def undo(request: Request, desk: DeskDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Undo a bulk change, by one more."""
    say, wanted = words(lang)["office"]["together"], _filter(request)
    if not person.may("editor"):
        return _page(desk, lang, person, wanted, wrong=needs(lang, "editor"), status=403)
    number = int(form["number"]) if form.get("number", "").isdecimal() else 0
    try:
        who = check_name(person.name)
        with ledger_of(desk) as kept:
            reports = kept.current()
            for task_id, events in kept.bulk_events(number).items():
                values = {event.field: event.old for event in events}
                # what is no longer in the build is of no document that an account is limited to
                here = desk.task(task_id)
                if wrong := beyond(lang, person, "editor", here[0].document.slug if here else ""):
                    return _page(desk, lang, person, wanted, wrong=f"{task_id}: {wrong}", status=403)
                if not person.may("supervisor") and supervised(values, reports[task_id].report):
                    told = f"{task_id}: {needs(lang, 'supervisor')}"
                    return _page(desk, lang, person, wanted, wrong=told, status=403)
            undone = kept.undo(number, who, "desk")
    except HetaoError as error:
        return _page(desk, lang, person, wanted, wrong=line_in(error, lang), status=422)
    told = say["undone"].format(tasks=undone.tasks)
    if undone.left:
        told += say["left"].format(count=len(undone.left), ids="、".join(undone.left[:LISTED]))
    return _page(desk, lang, person, wanted, done=told)


def _filter(request: Request) -> Filter:
    return Filter(**{name: request.query_params.get(name, "") for name in _FILTERS})


def _fitting(desk: Desk, wanted: Filter) -> list[LedgerTask]:
    return tasks_of(desk.chosen(wanted), desk.reports(), terms_of(desk.keeping))


def _page(
    desk: Desk,
    lang: Lang,
    person: Person,
    wanted: Filter,
    typed: dict[str, str] | None = None,
    ticked: set[str] | None = None,
    *,
    wrong: str = "",
    done: str = "",
    status: int = 200,
    asking: int = 0,
) -> Response:
    """Return the page of the tasks that fit *wanted*; an unusable filter gives one line and no task."""
    from kg.ledger.store import Ledger

    try:
        entries, scope = _fitting(desk, wanted), scope_of(desk, lang, wanted)
    except HetaoError as error:
        entries, scope, wrong, status = [], "", line_in(error, lang), 422
    with Ledger.lent(desk.data, desk.keeping.database_url) as kept:
        assignees = known_assignees(desk.build.facts, kept.assignments() if kept else {})
        recent = kept.bulk_changes(RECENT) if kept else []
    filtered = {name: value for name in _FILTERS if (value := getattr(wanted, name))}
    return bulk_page(
        entries, scope, lang, person, typed or {}, filtered=filtered, ticked=ticked or (), asking=asking,
        assignees=assignees, recent=recent, wrong=wrong, done=done, status=status,
    )  # fmt: skip
