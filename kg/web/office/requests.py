"""A request to the office's pages → its form, its language and the person who sends it; what needs a supervisor."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Annotated, cast, get_args
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response

from kg.errors import HetaoError
from kg.ledger.reports import Report, Value, read_value, rules
from kg.refusals import refused
from kg.vocab import Lang
from kg.web.http.dependencies import SessionsDep
from kg.web.http.problems import RefusedError
from kg.web.http.proxy import PATHS, at, own_path
from kg.web.office.sessions import Person, Sessions
from kg.web.office.view import ACCOUNTS, BULK, IMPORT, LIBRARY, REVIEW, SUMMARY, TASK, VERSIONS, office_page
from kg.web.wording import words

if TYPE_CHECKING:
    from kg.ledger.store import Ledger
    from kg.web.desk.desk import Desk

MOST_FIELDS = 2000
"""The most fields of a form: the page for several tasks has one for each."""

SUPERVISED = ("closed",)
"""Statuses that only a supervisor may set. Only a supervisor may grant an extension, too."""

_EXTENSION = ("extended_to", "extended_by")


async def _posted(request: Request) -> dict[str, str]:
    try:
        text = (await request.body()).decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise RefusedError(422, refused(HetaoError, "form-unreadable")) from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


Form = Annotated[dict[str, str], Depends(_posted)]


def lang_of(request: Request) -> Lang:
    """Return the language in which a page is requested: the link's, that of the desk's page there, the browser's."""
    said = request.query_params.get("lang", "")
    if said in get_args(Lang):
        return cast("Lang", said)
    path = own_path(request.scope)
    # the desk's page in Simplified Chinese is at the root, where anybody may arrive: there the browser decides
    placed: Iterator[Lang] = (lang for lang, place in PATHS.items() if place != "/" and path in (place, f"{place}/"))
    tags = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept-language", "").split(",")]
    spoken: Iterator[Lang] = (lang for tag in tags for start, lang in _SPOKEN.items() if re.match(start, tag))
    return next(chain(placed, spoken), "zh-Hans")


_SPOKEN: dict[str, Lang] = {r"zh\b.*(hant|tw|hk|mo)": "zh-Hant", r"zh\b": "zh-Hans", r"en\b": "en"}
"""How a browser calls a language → the page's; the first that matches counts."""

LangDep = Annotated[Lang, Depends(lang_of)]


class NotSignedInError(Exception):
    """The person is unknown; `not_signed_in` is the answer."""


def person_of(request: Request, sessions: Sessions, called: str = "") -> Person:
    """Return the person who sends *request*; *called* is the name they give, which counts if there are no accounts.

    Raises:
        NotSignedInError: nobody is signed in.
    """
    person = sessions.person(request, called)
    if person is None:
        raise NotSignedInError
    return person


def _asking(request: Request, sessions: SessionsDep) -> Person:
    return person_of(request, sessions)


def _posting(request: Request, sessions: SessionsDep, form: Form) -> Person:
    return person_of(request, sessions, form.get("who", ""))


Asking = Annotated[Person, Depends(_asking)]
Posting = Annotated[Person, Depends(_posting)]
"""The person who requests a page, and the one who posts a form, in which they may give their name."""


def read_form(form: Mapping[str, str], before: Report, day: datetime.date) -> dict[str, Value]:
    """Return the values in a posted *form*, given the report *before* it; new progress is added to the earlier."""
    values: dict[str, Value] = {}
    for name, field in rules().fields.items():
        if name not in form:
            continue
        written = form[name].strip()
        if field.type == "log":
            if written:
                earlier = f"{before[name]}\n" if before.get(name) else ""
                values[name] = read_value(name, f"{earlier}{day.year}.{day.month}.{day.day}：{written}")
            continue
        values[name] = read_value(name, written, day.year)
    return values


def supervised(values: Mapping[str, Value], before: Report) -> bool:
    """Return whether *values* need a supervisor: whether they close a task or grant an extension."""
    closing = values.get("status") in SUPERVISED and before.get("status") not in SUPERVISED
    return closing or any(name in values and values[name] != before.get(name) for name in _EXTENSION)


@contextmanager
def ledger_of(desk: Desk) -> Iterator[Ledger]:
    """Yield the ledger of the desk, created if there is none, and close it afterwards."""
    from kg.ledger.store import Ledger

    kept = Ledger.open(desk.data, desk.keeping.database_url)
    try:
        yield kept
    finally:
        kept.close()


def not_signed_in(request: Request, _: Exception | None) -> Response:
    """Return the sign-in page, or, if there are no accounts, the page that says how to create one."""
    lang = lang_of(request)
    sessions: Sessions = request.app.state.sessions
    if sessions.accounts:
        asked = "?".join(filter(None, (request.url.path, request.url.query))) if request.method == "GET" else ""
        return sign_in_page(lang, asked, words(lang)["office"]["needed"], 401)
    return office_page("closed.html", lang, None, status=403)


def sign_in_page(lang: Lang, following: str, wrong: str = "", status: int = 200) -> Response:
    """Return the sign-in page, which leads on to *following*."""
    return office_page("signin.html", lang, None, status=status, following=own_address(following), wrong=wrong)


def own_address(address: str) -> str:
    """Return *address* if it is a page of ours, else an empty text, so that no link leads to another site."""
    path = address.partition("?")[0]
    plain = address.isprintable() and "\\" not in address
    desk = [at(f"{place.rstrip('/')}{end}") for place in PATHS.values() for end in ("", "/")]
    pages = [*desk, *map(at, (TASK, BULK, SUMMARY, IMPORT, REVIEW, ACCOUNTS, VERSIONS, LIBRARY, "/docs", "/sparql"))]
    return address if plain and path and (path in pages or path.startswith(at("/id/"))) else ""
