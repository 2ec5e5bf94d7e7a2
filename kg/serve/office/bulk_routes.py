"""A desk → the route on which many tasks are reported of at once, all of them or none."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from fastapi import Request, Response

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.changes import Edit, task_of
from kg.ledger.days import today
from kg.ledger.entries import Entry, entries_of, terms_of
from kg.ledger.filters import Filter
from kg.serve.fragments.ledger import scope_of
from kg.serve.office.bulk_page import FIELDS, LISTED, TICK, bulk_page
from kg.serve.office.requests import Form, lang_of, ledger_of, needs, read_form, stranger, supervised
from kg.serve.office.view import BULK
from kg.serve.origin import own_page
from kg.serve.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk
    from kg.serve.office.signing import Signing

_FILTERS = tuple(field.name for field in fields(Filter))


def add_to(app: FastAPI, desk: Desk, signing: Signing) -> None:
    """Give *app* `/desk/bulk`: GET lists the tasks that fit a `Filter`, POST reports of those that are ticked."""

    @app.get(BULK, include_in_schema=False)
    def page(request: Request) -> Response:
        lang, person = lang_of(request), signing.person(request)
        if person is None:
            return stranger(request, signing)
        wanted = Filter(**{name: request.query_params.get(name, "") for name in _FILTERS})
        try:
            found = desk.chosen(wanted)
        except HetaoError as error:
            return bulk_page([], "", lang, person, {}, wrong=str(error), status=422)
        entries = entries_of(found, desk.reports(), terms_of(desk.keeping))
        wrong = "" if person.may("editor") else needs(lang, "editor")
        return bulk_page(entries, scope_of(desk, lang, wanted), lang, person, {}, wrong=wrong)

    @app.post(BULK, include_in_schema=False)
    def report(request: Request, form: Form) -> Response:
        own_page(request)
        lang, person = lang_of(request), signing.person(request, form.get("who", ""))
        if person is None:
            return stranger(request, signing)
        say = words(lang)["office"]
        ticked = {name.removeprefix(TICK): value for name, value in form.items() if name.startswith(TICK)}

        def shown(*, wrong: str = "", done: str = "", status: int = 200) -> Response:
            typed = {} if done else form
            return bulk_page(_of(desk, ticked), "", lang, person, typed, wrong=wrong, done=done, status=status)

        if not person.may("editor"):
            return shown(wrong=needs(lang, "editor"), status=403)
        filled = {name: form[name] for name in FIELDS if form.get(name, "").strip()}
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
                    return shown(wrong=f"{entry.row.task_id}: {needs(lang, 'supervisor')}", status=403)
                seen = ticked[entry.row.task_id]
                revision = int(seen) if seen.isdecimal() else -1
                edits.append(Edit(task_of(entry.document.slug, entry.row), values, revision))
            with ledger_of(desk) as kept:
                changed = kept.save(edits, who, "desk, many at once")
        except HetaoError as error:
            return shown(wrong=str(error), status=422)
        return shown(done=say["applied"].format(tasks=changed))


def _of(desk: Desk, ticked: dict[str, str]) -> list[Entry]:
    entries = entries_of(desk.records, desk.reports(), terms_of(desk.keeping))
    return [entry for entry in entries if entry.row.task_id in ticked]
