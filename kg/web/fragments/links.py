"""A thing of the desk → the link that opens it, the same from outside and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from kg.answer.wording import clause_name, messages
from kg.exports import exports
from kg.graph.translations import called, titled
from kg.models import Clause
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.tags import Html, join, tag
from kg.web.wording import words


def go(text: str, query: Mapping[str, str], class_: str | None = None) -> Html:
    """Return a link to the desk with *query*. The page follows it without reloading; a browser can open it directly."""
    # only the query, which works wherever the desk is mounted
    return tag("a", text, href=f"?{urlencode(query)}", data_go=True, class_=class_)


def heading(clause: Clause, lang: Lang) -> str:
    """Return the heading of *clause* in *lang*, or a description if it has none; in English with its number."""
    if not clause.label and not clause.title:
        return clause_name(lang, clause)
    title = titled(clause.title, lang)
    if lang != "en":
        return f"{clause.label}{title}"
    return f"{clause.id} · {title if title != clause.title else clause.label + title}"


def name_html(name: str, lang: Lang) -> str:
    """Return what a body or place is called in *lang*; its own name, where another, as its title."""
    found = called(name, lang)
    return name if found == name else tag("span", found, title=name)


def body_name(name: str, lang: Lang) -> str:
    """Return what a body is called in *lang*, or that language's words for one that the text does not name."""
    return str(words(lang)["unnamed"]) if name == exports().unnamed else called(name, lang)


def names_listed(names: Iterable[str], lang: Lang) -> Html:
    """Return *names* one after the other, each as `name_html` has it."""
    listed = join((name_html(name, lang) for name in names), messages()[lang]["separator"])
    # on a phone each element of a cell has a line of its own
    return tag("span", listed) if "<" in listed else listed


def clause_query(desk: Desk, document: str, clause: str) -> dict[str, str]:
    """Return the query that opens a clause, which names the document if there are several."""
    return {"clause": clause, **_of(desk, document)}


def obligation_query(desk: Desk, document: str, obligation: str) -> dict[str, str]:
    """Return the query that opens an obligation in its clause."""
    return {"obligation": obligation, **_of(desk, document)}


def thing_query(desk: Desk, kind: str, name: str, document: str = "") -> dict[str, str]:
    """Return the query that opens an agent, a zone or a policy; a policy belongs to its *document*."""
    return {kind: name, **(_of(desk, document) if document else {})}


def _of(desk: Desk, document: str) -> dict[str, str]:
    return {"document": document} if len(desk.records) > 1 else {}
