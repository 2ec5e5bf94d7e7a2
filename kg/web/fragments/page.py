"""A desk → the parts of the page around the tabs: the head with its documents, the foot, notices."""

from __future__ import annotations

from collections.abc import Mapping

from kg.exports import exports
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import go
from kg.web.fragments.tags import Html, tag
from kg.web.templates import fragment
from kg.web.wording import words
from kg.workspace import FORMATS


def head_html(desk: Desk, lang: Lang, addresses: Mapping[Lang, str]) -> Html:
    """Return the head of the page: its title, its documents, and links to the page in the other languages.

    The documents of a large library are counted, with a link to their list.
    """
    say, facts = words(lang), desk.build.facts
    listed = go(say["library"]["held"].format(all=len(facts)), {"view": "library"})
    documents = facts if desk.small else ()
    return fragment(
        "head.html", lang=lang, say=say, words=words, documents=documents, library=listed, addresses=addresses
    )


def foot_html(lang: Lang) -> Html:
    """Return the foot of the page: which text prevails, and the whole ledger in every format."""
    return fragment("foot.html", lang=lang, say=words(lang), note=exports().note, formats=FORMATS)


def examples_html(lang: Lang) -> Html:
    """Return a few questions to click that the document answers."""
    say = words(lang)
    questions = (tag("li", go(question, {"q": question})) for question in say["example_questions"])
    return tag("ul", tag("li", say["examples"], class_="hk-quiet"), *questions, class_="hk-examples", lang=lang)


def quiet_html(text: str, lang: Lang) -> Html:
    """Return a placeholder."""
    return tag("p", text, class_="hk-quiet", lang=lang)


def notice_html(text: str) -> Html:
    """Return a line that says what could not be done; screen readers read it out."""
    return tag("p", text, class_="hk-notice", role="alert") if text else Html()
