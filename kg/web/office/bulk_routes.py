"""`/desk/bulk` → one report for several tasks, saved for all of them or none."""

from __future__ import annotations

from dataclasses import fields

from fastapi import APIRouter, Depends, Request, Response

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.changes import Edit, task_of
from kg.ledger.days import today
from kg.ledger.filters import Filter
from kg.ledger.tasks import LedgerTask, tasks_of, terms_of
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import scope_of
from kg.web.http.dependencies import DeskDep
from kg.web.http.origin import own_page
from kg.web.office.bulk_page import LISTED, TICK, bulk_fields, bulk_page
from kg.web.office.requests import Asking, Form, LangDep, Posting, ledger_of, read_form, supervised
from kg.web.office.view import BULK, needs
from kg.web.wording import words

router = APIRouter(include_in_schema=False)
_FILTERS = tuple(field.name for field in fields(Filter))


@router.get(BULK)
def page(request: Request, desk: DeskDep, lang: LangDep, person: Asking) -> Response:
    """List the tasks that fit a `Filter`, with the boxes for a report."""
    wanted = Filter(**{name: request.query_params.get(name, "") for name in _FILTERS})
    try:
        found = desk.chosen(wanted)
    except HetaoError as error:
        return bulk_page([], "", lang, person, {}, wrong=str(error), status=422)
    entries = tasks_of(found, desk.reports(), terms_of(desk.keeping))
    wrong = "" if person.may("editor") else needs(lang, "editor")
    return bulk_page(entries, scope_of(desk, lang, wanted), lang, person, {}, wrong=wrong)


@router.post(BULK, dependencies=[Depends(own_page)])
def report(desk: DeskDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Save the report for the tasks that are ticked."""
    say = words(lang)["office"]
    ticked = {name.removeprefix(TICK): value for name, value in form.items() if name.startswith(TICK)}

    def shown(*, wrong: str = "", done: str = "", status: int = 200) -> Response:
        typed = {} if done else form
        return bulk_page(_of(desk, ticked), "", lang, person, typed, wrong=wrong, done=done, status=status)

    if not person.may("editor"):
        return shown(wrong=needs(lang, "editor"), status=403)
    filled = {name: form[name] for name in bulk_fields() if form.get(name, "").strip()}
    entries = _of(desk, ticked)
    if not entries or not filled or len(entries) > LISTED:
        return shown(wrong=say["none_chosen"], status=422)
    try:
        who = check_name(person.name)
        edits = []
        for entry in entries:
            before = entry.reported.report
            values = read_form(filled, before, today())
            if not person.may("supervisor") and supervised(values, before):
                return shown(wrong=f"{entry.obligation.task_id}: {needs(lang, 'supervisor')}", status=403)
            seen = ticked[entry.obligation.task_id]
            revision = int(seen) if seen.isdecimal() else -1
            edits.append(Edit(task_of(entry.document.slug, entry.obligation), values, revision))
        with ledger_of(desk) as kept:
            changed = kept.save(edits, who, "desk, many at once")
    except HetaoError as error:
        return shown(wrong=str(error), status=422)
    return shown(done=say["applied"].format(tasks=changed))


def _of(desk: Desk, ticked: dict[str, str]) -> list[LedgerTask]:
    entries = tasks_of(desk.records, desk.reports(), terms_of(desk.keeping))
    return [entry for entry in entries if entry.obligation.task_id in ticked]
