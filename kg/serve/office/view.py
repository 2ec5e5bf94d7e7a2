"""What the office's pages share: who is signed in, a line of notice, a box for each kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from kg.ledger.cells import plain
from kg.ledger.reports import Field, Value, rules
from kg.ledger.terms import Lang
from kg.resources import assets_dir
from kg.serve.fragments.tags import Html, join, opening, tag
from kg.serve.office.signing import Person
from kg.serve.page import page
from kg.serve.root import PATHS, at
from kg.serve.wording import words

TASK, BULK, SUMMARY, IMPORT = "/desk/task", "/desk/bulk", "/desk/summary", "/desk/import"
REVIEW = "/desk/review"
SIGN_IN, SIGN_OUT = "/desk/signin", "/desk/signout"


def office_page(title: str, lang: Lang, person: Person | None, *parts: str, status: int = 200) -> HTMLResponse:
    """Return a page of the office with *parts* below who is signed in. Nothing keeps a copy of it."""
    body = join([top_html(lang, person), tag("h1", title), *parts])
    return page(title, body, {"Cache-Control": "no-store"}, lang=lang, status=status, style=_style())


@cache
def _style() -> str:
    return (assets_dir() / "office.css").read_text(encoding="utf-8")


def link(path: str, lang: Lang, **query: str) -> str:
    """Return the address of one of these pages in *lang*."""
    return at(f"{path}?{urlencode({**{k: v for k, v in query.items() if v}, 'lang': lang})}")


def top_html(lang: Lang, person: Person | None) -> Html:
    """Return the line above: the way back, the summary, and who is signed in."""
    say = words(lang)["office"]
    links = [
        tag("a", say["back"], href=at(f"{PATHS[lang].rstrip('/')}/?view=ledger")),
        tag("a", say["summary"], href=link(SUMMARY, lang)),
        tag("a", say["import"], href=link(IMPORT, lang)),
        tag("a", say["review"]["list"], href=link(REVIEW, lang)),
    ]
    own = Html()
    if person and person.signed_in:
        named = say["signed_in"].format(name=person.name, role=say["roles"][person.role])
        out = tag("button", say["signout"], class_="plain")
        own = tag("form", named, " ", out, method="post", action=link(SIGN_OUT, lang))
    return tag("nav", tag("span", join(links, " · ")), own, class_="top")


def notice(text: str, *, wrong: bool = False) -> Html:
    """Return *text* as a line that is read out; nothing for none."""
    if not text:
        return Html()
    return tag("p", text, class_=f"note{' wrong' if wrong else ''}", role="alert" if wrong else "status")


def who_html(lang: Lang, person: Person, name: str, label: str = "") -> Html:
    """Return the box for a name, by default of who reports; nothing where somebody is signed in."""
    if person.signed_in:
        return Html()
    say = words(lang)["office"]
    box = opening("input", type="text", name="who", id="who", value=name, required=True)
    return tag("label", label or say["who"], tag("span", f" {say['who_hint']}", class_="hint"), box, for_="who")


def box_html(field: Field, lang: Lang, value: Value, typed: Mapping[str, str], *, may: bool) -> Html:
    """Return the box in which *field* is filled in: what was *typed* where that could not be kept, else its value."""
    say = words(lang)["office"]
    name = field.name
    shown = typed.get(name, plain(value))
    place: dict[str, str | bool | None] = {"name": name, "id": f"f-{name}", "disabled": not may}
    label = field.words[lang]
    if field.kind == "status":
        offered = [("", ""), *((key, spoken[lang]) for key, spoken in rules().statuses.items())]
        options = [tag("option", word, value=key, selected=key == shown) for key, word in offered]
        control = tag("select", *options, **place)
    elif field.kind == "log":
        kept = tag("div", tag("span", say["log_before"], class_="hint"), tag("p", str(value), class_="said"))
        label = say["log_add"] if value else label
        box = tag("textarea", typed.get(name, ""), rows="4", **place)
        return join([kept if value else "", tag("label", label, box, for_=f"f-{name}")])
    elif field.kind in ("text", "list"):
        control = tag("textarea", shown, rows="1" if field.personal else "2", **place)
    else:
        control = opening("input", type="text", value=shown, **place)
    hints = {"list": say["list_hint"], "date": say["date_hint"], "percent": "0–100"}
    hint = tag("span", f" {hints[field.kind]}", class_="hint") if field.kind in hints else ""
    return tag("label", label, hint, control, for_=f"f-{name}")
