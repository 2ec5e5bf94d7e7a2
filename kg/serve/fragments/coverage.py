"""What a build's sentences yielded → the counts of each clause, and every sentence without an obligation with why."""

from __future__ import annotations

from collections.abc import Sequence

from kg.ledger.terms import Lang
from kg.serve.desk import Desk
from kg.serve.fragments.links import clause_query, go, heading
from kg.serve.fragments.tags import Html, tag
from kg.serve.wording import words

COUNTS = ("sentences", "with_obligations", "silent", "gaps")


def coverage_html(desk: Desk, lang: Lang) -> Html:
    """Return the audit of *desk*'s documents: totals, a table by clause, and the sentences that yielded nothing."""
    say = words(lang)["coverage"]
    found = desk.coverage
    total = say["total"].format(
        sentences=found.sentences, with_obligations=found.sentences - len(found.silent), gaps=found.gaps
    )
    counts = [
        tag(
            "tr",
            tag("td", _clause(desk, one.document, one.clause, lang)),
            *(tag("td", str(getattr(one, name))) for name in COUNTS),
        )
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
        tag("p", tag("b", total), class_="hk-count", role="status"),
        tag("p", say["note"]),
        tag("h3", say["without"]),
        _table([names[name] for name in ("clause", "sentence", "why")], sentences),
        tag("h3", say["by_clause"]),
        _table([names[name] for name in ("clause", *COUNTS)], counts),
        lang=lang,
        class_="hk-coverage",
    )


def _table(columns: Sequence[str], rows: Sequence[Html]) -> Html:
    head = tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns)))
    return tag("div", tag("table", head, tag("tbody", *rows), class_="hk-table"), class_="hk-scroll", tabindex="0")


def _clause(desk: Desk, document: str, number: str, lang: Lang) -> Html | str:
    clause = desk.clause(document, number)
    return number if clause is None else go(heading(clause, lang), clause_query(desk, document, number))
