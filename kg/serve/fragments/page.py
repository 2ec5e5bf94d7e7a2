"""What stands around the tabs: the head with its documents, the note that the printed text prevails, notices."""

from __future__ import annotations

from collections.abc import Mapping

from kg.ledger.export import wording
from kg.ledger.terms import Lang
from kg.serve.desk import FORMATS, Desk
from kg.serve.fragments.links import go
from kg.serve.fragments.tags import Html, join, tag
from kg.serve.root import at
from kg.serve.wording import words


def head_html(desk: Desk, lang: Lang, addresses: Mapping[Lang, str]) -> Html:
    """Return the top of the page: what this is, of which documents, and the page in the other languages."""
    say = words(lang)
    documents = [
        tag("li", one.document.title, " ", tag("b", one.document.identifier or ""), lang="zh-Hans")
        for one in desk.records
    ]
    languages = [
        tag(
            "a", words(other)["language"], href=where, lang=other, hreflang=other, aria_current=other == lang and "page"
        )
        for other, where in addresses.items()
    ]
    offers = [
        tag(
            "p",
            words(other)["offer"]["text"],
            tag("a", words(other)["offer"]["open"], href=where, hreflang=other),
            tag("button", words(other)["offer"]["stay"], type="button", class_="hk-plain hk-stay"),
            class_="hk-offer",
            lang=other,
            hidden=True,
        )
        for other, where in addresses.items()
        if other != lang
    ]
    theme = {"data_dark": say["theme"]["dark"], "data_light": say["theme"]["light"]}
    return tag(
        "header",
        tag("a", say["skip"], href="#tabs", class_="hk-skip"),
        *offers,
        tag("p", say["lost"], class_="hk-notice hk-lost", role="alert", hidden=True),
        tag("div", tag("h1", say["title"]), tag("ul", *documents), class_="hk-what"),
        tag(
            "div",
            tag("nav", *languages, aria_label=say["languages"]) if len(languages) > 1 else "",
            tag("button", say["theme"]["dark"], type="button", class_="hk-plain hk-theme", **theme),
            class_="hk-languages",
        ),
        class_="hk-head",
        lang=lang,
    )


def foot_html(lang: Lang) -> Html:
    """Return the foot of the page: whose words count, and the whole ledger in every format."""
    say, note = words(lang), wording()["note"]
    files = [
        tag("a", say["formats"][form], href=at(f"/api/export?format={form}"), download=True)
        for form in FORMATS
        if form in say["formats"]
    ]
    return tag(
        "footer",
        tag("p", f"{note['zh']}。{note['en']}.", class_="hk-note", role="note"),
        tag("p", f"{say['download_all']}: ", join(files, " · "), class_="hk-files"),
        class_="hk-foot",
        lang=lang,
    )


def examples_html(lang: Lang) -> Html:
    """Return a few questions to click, which the document answers."""
    say = words(lang)
    questions = (tag("li", go(question, {"q": question})) for question in say["example_questions"])
    return tag("ul", tag("li", say["examples"], class_="hk-quiet"), *questions, class_="hk-examples", lang=lang)


def quiet_html(text: str, lang: Lang) -> Html:
    """Return what stands where something will be."""
    return tag("p", text, class_="hk-quiet", lang=lang)


def notice_html(text: str) -> Html:
    """Return one line that tells what could not be done; it is read out where a page is read out."""
    return tag("p", text, class_="hk-notice", role="alert") if text else Html()
