"""`/desk/accounts` → who may sign in, with roles and passwords: for supervisors alone."""

from __future__ import annotations

import re

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from kg.answer.slugs import slug_of
from kg.errors import HetaoError
from kg.ledger.accounts import ROLES, Accounts, check_name
from kg.ledger.assignment import BETWEEN, known_assignees
from kg.refusals import line_in, refused
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.http.dependencies import DeskDep, SessionsDep
from kg.web.http.origin import own_page
from kg.web.office.requests import Asking, Form, LangDep, Posting
from kg.web.office.sessions import Person
from kg.web.office.view import ACCOUNTS, beyond, link, office_page
from kg.web.wording import words

router = APIRouter(include_in_schema=False)


@router.get(ACCOUNTS)
def page(
    desk: DeskDep, lang: LangDep, person: Asking, sessions: SessionsDep, done: str = "", remove: str = ""
) -> Response:
    """List the accounts; *remove* is the one whose removal is to be confirmed."""
    say = words(lang)["office"]["accounts"]
    return _page(desk, lang, person, sessions.accounts, done=say["done"].get(done, ""), remove=remove)


@router.post(ACCOUNTS, dependencies=[Depends(own_page)])
def change(desk: DeskDep, lang: LangDep, person: Posting, sessions: SessionsDep, form: Form) -> Response:
    """Make, change or remove an account, or show the page again with the reason why not."""
    accounts, say = sessions.accounts, words(lang)["office"]["accounts"]
    if not person.may("supervisor", ""):
        return _page(desk, lang, person, accounts)
    what, name, role = form.get("do", ""), form.get("name", "").strip(), form.get("role", "")
    known = accounts.all()
    # one whose role is limited cannot keep the accounts
    last = {one.name for one in known.values() if one.role == "supervisor" and not one.documents} <= {name}
    try:
        match what:
            case "add" if role in ROLES:
                if check_name(name) in known:
                    return _page(desk, lang, person, accounts, wrong=say["taken"], status=409)
                documents = _documents(form, desk)
                if last and (role != "supervisor" or documents):
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.put(name, role, form.get("password", ""), form.get("unit", ""), documents)
            case "role" if role in ROLES and name in known:
                if last and role != "supervisor":
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.change_role(name, role)
            case "unit" if name in known:
                accounts.change_unit(name, form.get("unit", ""))
            case "documents" if name in known:
                documents = _documents(form, desk)
                if last and documents:
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.change_documents(name, documents)
            case "reset" if name in known:
                accounts.put(name, known[name].role, form.get("password", ""))
            case "remove" if name in known:
                if last:
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.remove(name)
            case _:
                raise refused(HetaoError, "form-unreadable")
    except HetaoError as error:
        return _page(desk, lang, person, accounts, wrong=line_in(error, lang), status=422)
    told = {"add": "added", "remove": "removed"}.get(what, what)
    return RedirectResponse(link(ACCOUNTS, lang, done=told), 303)


def _documents(form: dict[str, str], desk: Desk) -> tuple[str, ...]:
    """Return the slugs of the documents that the form names; raises QuestionError if there is no such document."""
    named = (one.strip() for one in re.split(f"[{BETWEEN}]", form.get("documents", "")))
    return tuple(dict.fromkeys(slug_of(desk.build.files, one) for one in named if one))


def _page(
    desk: Desk,
    lang: Lang,
    person: Person,
    accounts: Accounts,
    *,
    wrong: str = "",
    done: str = "",
    remove: str = "",
    status: int = 200,
) -> Response:
    may = person.may("supervisor", "")
    return office_page(
        "accounts.html",
        lang,
        person,
        status=status if may else 403,
        accounts=list(accounts.all().values()) if may else [],
        may=may,
        remove=remove,
        units=known_assignees(desk.build.facts, desk.assignments()) if may else [],
        documents={one.slug: one.title for one in desk.build.facts} if may else {},
        wrong=wrong if may else beyond(lang, person, "supervisor", ""),
        done=done,
        ROLES=ROLES,
    )
