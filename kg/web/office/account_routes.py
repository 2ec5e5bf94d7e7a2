"""`/desk/accounts` → who may sign in, with roles and passwords: for supervisors alone."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.ledger.accounts import ROLES, Accounts, check_name
from kg.ledger.assignment import known_assignees
from kg.refusals import line_in, refused
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.http.dependencies import DeskDep, SessionsDep
from kg.web.http.origin import own_page
from kg.web.office.requests import Asking, Form, LangDep, Posting
from kg.web.office.sessions import Person
from kg.web.office.view import ACCOUNTS, link, needs, office_page
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
    if not person.may("supervisor"):
        return _page(desk, lang, person, accounts)
    what, name, role = form.get("do", ""), form.get("name", "").strip(), form.get("role", "")
    known = accounts.all()
    last = {one.name for one in known.values() if one.role == "supervisor"} <= {name}
    try:
        match what:
            case "add" if role in ROLES:
                if check_name(name) in known:
                    return _page(desk, lang, person, accounts, wrong=say["taken"], status=409)
                if last and role != "supervisor":
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.put(name, role, form.get("password", ""), form.get("unit", ""))
            case "role" if role in ROLES and name in known:
                if last and role != "supervisor":
                    return _page(desk, lang, person, accounts, wrong=say["last"], status=422)
                accounts.change_role(name, role)
            case "unit" if name in known:
                accounts.change_unit(name, form.get("unit", ""))
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
    may = person.may("supervisor")
    return office_page(
        "accounts.html",
        lang,
        person,
        status=status if may else 403,
        accounts=list(accounts.all().values()) if may else [],
        may=may,
        remove=remove,
        units=known_assignees(desk.records, desk.assignments()) if may else [],
        wrong=wrong if may else needs(lang, "supervisor"),
        done=done,
        ROLES=ROLES,
    )
