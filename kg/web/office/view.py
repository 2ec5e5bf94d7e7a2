"""A template and its data → a page of the office; the addresses and boxes that the pages share."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from kg.exports import exports
from kg.ledger.accounts import Role
from kg.ledger.assignment import ASSIGNED, BETWEEN, assignees
from kg.ledger.catalogue import Column
from kg.ledger.cells import plain
from kg.ledger.days import moment
from kg.ledger.parts import responsible_or_unnamed
from kg.ledger.reports import Value, rules
from kg.ledger.terms import term
from kg.resources import assets_dir
from kg.vocab import LANGS, Lang
from kg.web.fragments.links import body_name
from kg.web.fragments.standing import light_html
from kg.web.fragments.tags import Html
from kg.web.http.proxy import PATHS, at
from kg.web.office.sessions import Person
from kg.web.templates import POLICY, page
from kg.web.wording import words

TASK, BULK, SUMMARY, IMPORT = "/desk/task", "/desk/bulk", "/desk/summary", "/desk/import"
REVIEW, ACCOUNTS, BRIEFING = "/desk/review", "/desk/accounts", "/desk/briefing.docx"
VERSIONS, LIBRARY = "/desk/versions", "/desk/library"
SIGN_IN, SIGN_OUT = "/desk/signin", "/desk/signout"


@dataclass(frozen=True, slots=True)
class FormBox:
    """A box of a form with its content: one of `options` (value and word), else `rows` of text, else a line.

    `earlier` entries are shown above it; its own is added to them. `offered` are texts to choose from or not; `between`
    are the characters that may stand between several of them.
    """

    name: str
    id: str
    label: str
    shown: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    rows: int = 0
    earlier: str = ""
    offered: Sequence[str] = ()
    between: str = ""


def office_page(
    template: str, lang: Lang, person: Person | None, *, status: int = 200, **shown: object
) -> HTMLResponse:
    """Return *template* as `kg.web.templates` does, with what all pages of the office use. No cache may store it."""
    say = words(lang)
    shared = _shared() | {"lang": lang, "person": person, "say": say["office"], "desk_say": say}
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": f"{POLICY}; script-src '{_script_hash()}'"}
    return page(template, headers, status, **shared, **shown)


@cache
def _script() -> Html:
    """Return the one script that these pages run: the frame's own, and what completes names."""
    return Html("".join((assets_dir() / name).read_text("utf-8") for name in ("frame.js", "names.js")))


@cache
def _script_hash() -> str:
    return f"sha256-{b64encode(hashlib.sha256(_script().encode()).digest()).decode()}"


@cache
def _shared() -> dict[str, Any]:
    return (
        {"TASK": TASK, "BULK": BULK, "SUMMARY": SUMMARY, "IMPORT": IMPORT, "REVIEW": REVIEW}
        | {"SIGN_IN": SIGN_IN, "SIGN_OUT": SIGN_OUT, "PATHS": PATHS}
        | {"link": link, "minute": minute, "needs": needs, "term": term, "light": light_html}
        | {
            "responsible_or_unnamed": responsible_or_unnamed,
            "words": words,
            "ACCOUNTS": ACCOUNTS,
            "BRIEFING": BRIEFING,
            "VERSIONS": VERSIONS,
            "LIBRARY": LIBRARY,
        }
        | {"body_name": body_name, "assignees": assignees, "ASSIGNED": ASSIGNED}
        | {"script": _script(), "languages": {lang: f"?lang={lang}" for lang in LANGS}}
    )


def link(path: str, lang: Lang, **query: str) -> str:
    """Return the address of one of these pages in *lang*."""
    return at(f"{path}?{urlencode({**{k: v for k, v in query.items() if v}, 'lang': lang})}")


def minute(at: str) -> str:
    """Return the moment *at* (ISO 8601) as a page shows it, to the minute."""
    return moment(at).strftime("%Y-%m-%d %H:%M")


def needs(lang: Lang, role: str) -> str:
    """Return the line that says that only *role* may do this."""
    say = words(lang)["office"]
    return str(say["may_not"].format(role=say["roles"][role]))


def beyond(lang: Lang, person: Person, role: Role, document: str) -> str:
    """Return why *person* may not do what *role* may do with *document*; empty if they may.

    An empty *document* stands for what concerns all of them.
    """
    if not person.may(role):
        return needs(lang, role)
    if not person.may(role, document):
        own = exports().separator.join(person.documents)
        return str(words(lang)["office"]["may_not_there"].format(documents=own))
    return ""


def report_box(
    field: Column, lang: Lang, value: Value, typed: Mapping[str, str], assignees: Sequence[str] = ()
) -> FormBox:
    """Return the box for *field* with its value, or with the input *typed* if that could not be saved.

    *assignees* are offered where assignees are to be named.
    """
    say = words(lang)["office"]
    name, label = field.key, field.title[lang]
    place = f"f-{name}"
    shown = typed.get(name, plain(value))
    if field.type == "choice":
        statuses = [("", ""), *((key, spoken[lang]) for key, spoken in rules().statuses.items())]
        return FormBox(name, place, label, shown, options=statuses)
    if field.type == "log":
        earlier = str(value) if value else ""
        return FormBox(name, place, say["log_add"] if value else label, typed.get(name, ""), rows=4, earlier=earlier)
    if field.type == "names":
        shown = typed.get(name, exports().separator.join(value) if isinstance(value, tuple) else "")
        hint = say["assigning"]["hint"]
        return FormBox(name, place, label, shown, hint, offered=assignees, between=BETWEEN)
    hint = {"list": say["list_hint"], "date": say["date_hint"], "percent": "0–100"}.get(field.type, "")
    many = field.type in ("text", "list")
    return FormBox(name, place, label, shown, hint, rows=(1 if field.personal else 2) if many else 0)
