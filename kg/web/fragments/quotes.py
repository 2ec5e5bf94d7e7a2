"""Evidence → the supporting words of an answer, marked in their clause or as quotes, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answer.record import Evidence
from kg.answer.wording import clause_name
from kg.models import Span
from kg.vocab import Lang
from kg.web import citation
from kg.web.desk.desk import Desk
from kg.web.fragments.links import clause_query, go
from kg.web.fragments.marks import TextMark, lines_html, places
from kg.web.fragments.tags import Html, join, opening, tag
from kg.web.wording import words


def in_clause_html(desk: Desk, lang: Lang, item: Evidence, heading: str) -> Html:
    """Return the clause of *item* below *heading*, in the document's own characters, with its words marked."""
    document, clause = desk.document(item.document), desk.clause(item.document, item.clause)
    if document is None or clause is None:
        return _quoted(desk, lang, item)
    place = places(document, clause)(Span(item.start, item.end))
    marks = [TextMark(0, *place, "evidence", "")] if place else []
    text = lines_html(clause.text, marks, lambda _mark, _first: opening("mark"), "mark")
    return join(
        [
            tag("h3", heading),
            tag("div", text, class_="hk-clause", lang="zh-Hans", tabindex="0", data_clause=clause.id),
            place_html(desk, lang, item),
        ]
    )


def quotes_html(desk: Desk, lang: Lang, key: str, items: Sequence[Evidence]) -> Html:
    """Return *items* one below the other under the heading *key* of the words; nothing if there are none."""
    if not items:
        return Html()
    rows = [tag("li", _quoted(desk, lang, item)) for item in items]
    return join([tag("h3", words(lang)[key]), tag("ol", *rows, class_=f"hk-quotes hk-{key}")])


def cited(desk: Desk, item: Evidence) -> str:
    """Return the quote with its citation."""
    document, clause = desk.document(item.document), desk.clause(item.document, item.clause)
    return citation.quoted(document, clause, item.quote) if document and clause else item.quote


def copy_html(lang: Lang, what: str, text: str) -> Html:
    """Return the button that copies *text*; *what* is its key among the words of copying."""
    say = words(lang)["copy"]
    told = {"data_done": say["done"], "data_failed": say["failed"]}
    return tag("button", say[what], type="button", class_="hk-plain hk-copy", data_copy=text, **told)


def source_html(desk: Desk, slug: str) -> Html:
    """Return the title and number of a document, to be shown before a clause of it, if the build has several."""
    document = desk.document(slug) if len(desk.records) > 1 else None
    if document is None:
        return Html()
    called = " ".join(filter(None, (document.title, document.identifier)))
    return join([tag("cite", called, class_="hk-source", lang="zh-Hans"), " "])


def _quoted(desk: Desk, lang: Lang, item: Evidence) -> Html:
    return join([tag("q", item.quote, lang="zh-Hans"), place_html(desk, lang, item)])


def place_html(desk: Desk, lang: Lang, item: Evidence) -> Html:
    """Return the place of *item*: its document if there are several, and a link that opens it there."""
    say = words(lang)
    clause = desk.clause(item.document, item.clause)
    name = clause_name(lang, clause) if clause else item.clause
    link = go(name, clause_query(desk, item.document, item.clause))
    shown = [say["where"].format(start=item.start, end=item.end)]
    if item.ocr is not None:
        shown.append(say["ocr"].format(score=f"{item.ocr:.2f}"))
    where = tag("small", " · ".join(shown))
    copy = copy_html(lang, "quote", cited(desk, item))
    return tag("p", source_html(desk, item.document), link, " ", where, " ", copy, class_="hk-place")
