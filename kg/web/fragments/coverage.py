"""The coverage of a build → the counts of each clause, and every sentence without an obligation, with the reason."""

from __future__ import annotations

from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.links import clause_query, go, heading
from kg.web.fragments.tags import Html, table, tag
from kg.web.wording import words

COUNTS = ("sentences", "with_obligations", "silent", "gaps")


def coverage_html(desk: Desk, lang: Lang, slug: str = "") -> Html:
    """Return the audit of *desk*'s documents: totals, a table by clause, and the sentences that yielded nothing.

    Of a large library it is that of one document, by default the first.
    """
    say = words(lang)["coverage"]
    slug = "" if desk.small else slug if slug in desk.slugs else desk.slugs[0]
    found = desk.coverage(slug)
    document = desk.document(slug)
    total = say["total"].format(
        sentences=found.sentences, with_obligations=found.sentences - len(found.silent), gaps=found.gaps
    )
    counts = [
        [_clause(desk, one.document, one.clause, lang), *(str(getattr(one, name)) for name in COUNTS)]
        for one in found.clauses
    ]
    sentences = [
        tag(
            "tr",
            tag("td", _clause(desk, one.document, one.clause, lang)),
            tag("td", tag("q", one.quote, lang="zh-Hans"), tag("small", f" {one.start}–{one.end}")),
            tag("td", say["why"][one.why or "unknown"], class_="hk-gap" if one.gap else None),
        )
        for one in found.silent
    ]
    names: dict[str, str] = say["columns"]
    return tag(
        "div",
        tag("h3", document.title, lang="zh-Hans") if document else "",
        tag("p", go(words(lang)["tabs"]["library"], {"view": "library"}), class_="hk-quiet") if document else "",
        tag("p", tag("b", total), class_="hk-count", role="status"),
        tag("p", say["note"]),
        tag("h3", say["without"]),
        table([names[name] for name in ("clause", "sentence", "why")], sentences),
        tag("h3", say["by_clause"]),
        table([names[name] for name in ("clause", *COUNTS)], counts),
        lang=lang,
        class_="hk-coverage",
    )


def _clause(desk: Desk, document: str, number: str, lang: Lang) -> Html | str:
    clause = desk.clause(document, number)
    return number if clause is None else go(heading(clause, lang), clause_query(desk, document, number))
