"""A thing of the desk → the link that opens it, the same from outside and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from kg.answer.wording import clause_name
from kg.models import Clause
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.tags import Html, tag


def go(text: str, query: Mapping[str, str], class_: str | None = None) -> Html:
    """Return a link to the desk with *query*. The page follows it without reloading; a browser can open it directly."""
    # only the query, which works wherever the desk is mounted
    return tag("a", text, href=f"?{urlencode(query)}", data_go=True, class_=class_)


def heading(clause: Clause, lang: Lang) -> str:
    """Return the document's own heading of *clause*, or a description if it has none; in English its number."""
    if not clause.label and not clause.title:
        return clause_name(lang, clause)
    own = f"{clause.label}{clause.title}"
    return f"{clause.id} · {own}" if lang == "en" else own


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
