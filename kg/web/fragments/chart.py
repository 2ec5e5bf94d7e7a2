"""The rows of a query → bars, if each row is a name and a number, or nothing."""

from __future__ import annotations

import math

from kg.graph.result import Result, Term
from kg.web.fragments.rows import short
from kg.web.fragments.tags import Html, tag

MOST = 60
"""The most bars: more are easier to read in the table below."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NAMES = "integer decimal double float int long short nonNegativeInteger positiveInteger"
_NUMBERS = {f"{_XSD}{name}" for name in _NAMES.split()}


def bars_html(result: Result, title: str) -> Html:
    """Return bars of *result* under *title*, which may contain `{label}` and `{number}`; nothing if bars do not suit.

    They suit two columns, of which one has a number of at least 0 in every row and the other has none, and 2 to `MOST`
    rows. The longest bar is the greatest number; the table below says the same without a picture.
    """
    found = _pairs(result)
    if found is None:
        return Html()
    names, rows = found
    top = max(number for _, number, _ in rows) or 1.0
    cells: list[str] = []
    for label, number, written in rows:
        bar = tag("rect", x="0", y="0", height="100%", width=f"{100 * number / top:.2f}%")
        cells += [
            tag("span", label, class_="hk-bar-label"),
            tag("svg", bar, aria_hidden="true"),
            tag("span", written, class_="hk-bar-number"),
        ]
    caption = tag("figcaption", title.format(label=names[0], number=names[1]))
    return tag("figure", caption, tag("div", *cells, class_="hk-bars", tabindex="0"), class_="hk-chart")


def _pairs(result: Result) -> tuple[tuple[str, str], list[tuple[str, float, str]]] | None:
    if result.kind != "select" or len(result.variables) != 2 or not 2 <= len(result.rows) <= MOST:
        return None
    columns = [[row[i] for row in result.rows] for i in (0, 1)]
    numeric = [[_number(term) for term in column] for column in columns]
    counted = [all(number is not None for number in column) for column in numeric]
    if counted[0] == counted[1]:
        return None
    one = counted.index(True)
    other = 1 - one
    rows = [
        (short(label.value) if label else "–", number, term.value)
        for label, number, term in zip(columns[other], numeric[one], columns[one], strict=True)
        if number is not None and term is not None
    ]
    return (result.variables[other], result.variables[one]), rows


def _number(term: Term | None) -> float | None:
    if term is None or term.kind != "literal" or term.datatype not in _NUMBERS:
        return None
    try:
        number = float(term.value)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
