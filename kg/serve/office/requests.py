"""What the office's routes share: the form, the language, who is turned away, what only a supervisor may."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, cast, get_args
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request, Response

from kg.ledger.reports import Report, Value, read_value, rules
from kg.ledger.terms import Lang
from kg.serve.fragments.tags import opening, tag
from kg.serve.office.signing import Signing
from kg.serve.office.view import BULK, IMPORT, REVIEW, SIGN_IN, SUMMARY, TASK, link, notice, office_page
from kg.serve.root import at
from kg.serve.wording import words

if TYPE_CHECKING:
    from kg.ledger.store import Ledger
    from kg.serve.desk import Desk

MOST_FIELDS = 2000
"""Of a form: a page of many tasks has one for each."""

SUPERVISED = ("closed",)
"""Statuses that only a supervisor gives; an extension is granted by one as well."""

_EXTENSION = ("extended_to", "extended_by")


async def _posted(request: Request) -> dict[str, str]:
    try:
        text = (await request.body()).decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
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


def supervised(values: Mapping[str, Value], before: Report) -> bool:
    """Whether *values* take a step that only a supervisor may: to close a task, to grant an extension."""
    closing = values.get("status") in SUPERVISED and before.get("status") not in SUPERVISED
    return closing or any(name in values and values[name] != before.get(name) for name in _EXTENSION)


def needs(lang: Lang, role: str) -> str:
    """Return the line for who may not do what *role* may."""
    say = words(lang)["office"]
    return str(say["may_not"].format(role=say["roles"][role]))


@contextmanager
def ledger_of(desk: Desk) -> Iterator[Ledger]:
    """Yield the ledger of the desk, made where there is none, and let go of it."""
    from kg.ledger.store import Ledger

    kept = Ledger.open(desk.data, desk.keeping.database_url)
    try:
        yield kept
    finally:
        kept.close()


def stranger(request: Request, signing: Signing) -> Response:
    """Return the page for who is nobody here: to sign in, or why that cannot be."""
    lang = lang_of(request)
    if signing.accounts:
        asked = f"{request.url.path}?{request.url.query}" if request.method == "GET" else ""
        return sign_in_page(lang, asked, words(lang)["office"]["needed"], 401)
    return office_page(words(lang)["office"]["report"], lang, None, notice(words(lang)["office"]["closed"]), status=403)


def sign_in_page(lang: Lang, following: str, wrong: str = "", status: int = 200) -> Response:
    """Return the page on which one signs in, to go on to *following*."""
    say = words(lang)["office"]
    boxes = [
        tag("label", say["name"], opening("input", name="name", id="name", autocomplete="username"), for_="name"),
        tag(
            "label",
            say["password"],
            opening("input", type="password", name="password", id="password", autocomplete="current-password"),
            for_="password",
        ),
        opening("input", type="hidden", name="next", value=own_address(following)),
    ]
    button = tag("p", tag("button", say["signin"]))
    form = tag("form", *boxes, button, method="post", action=link(SIGN_IN, lang))
    return office_page(say["signin"], lang, None, notice(wrong, wrong=True), form, status=status)


def own_address(address: str) -> str:
    """Return *address* where it is one of these pages, else nothing: a link from outside leads nowhere else."""
    path = address.partition("?")[0]
    plain = address.isprintable() and "\\" not in address
    return address if plain and path in (at(TASK), at(BULK), at(SUMMARY), at(IMPORT), at(REVIEW)) else ""


def lang_of(request: Request) -> Lang:
    """Return the language a page is asked for in."""
    said = request.query_params.get("lang", "")
    return cast("Lang", said) if said in get_args(Lang) else "zh-Hans"
