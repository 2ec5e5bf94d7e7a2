"""Times → a list in order that explains each and makes up no date, with an axis of years above it."""

from __future__ import annotations

from collections.abc import Sequence

from kg.ledger.arrange import arranged
from kg.ledger.days import today
from kg.ledger.filters import Wanted
from kg.ledger.terms import term
from kg.models import Clause
from kg.views.things import PlacedObligation
from kg.views.times import Dated, StatedTime, Times, axis, times_of_documents, times_of_rows
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.chooser import overview
from kg.web.fragments.links import clause_query, go, heading, obligation_query
from kg.web.fragments.reading import responsible_html
from kg.web.fragments.tags import Html, join, tag
from kg.web.wording import words

LISTED = 300
"""The most tasks of a large library whose times are listed."""

_WIDTH, _LEFT, _LABEL, _ROW = 1000, 20, 150, 34


def timeline_html(desk: Desk, lang: Lang) -> Html:
    """Return every time in the documents: dated ones, undated ones, and those that were past when written."""
    say = words(lang)["things"]
    found = times_of_documents(desk.records) if desk.small else _times_ahead(desk)
    more = "" if desk.small else tag("p", say["times_ahead"].format(count=LISTED), class_="hk-quiet")
    return tag(
        "section",
        tag("h2", say["overviews"]["times"]),
        tag("p", say["times_note"], class_="hk-quiet"),
        more,
        times_html(desk, lang, found),
        class_="hk-overview",
        lang=lang,
        **overview("times", lang),
    )


def _times_ahead(desk: Desk) -> Times:
    """Return the times of the next tasks of a large library, those due today first."""
    ahead = desk.obligations.chosen(Wanted())
    ahead = ahead.of(ahead.rows[ahead.table.where("date", lambda date: bool(date) and str(date) >= str(today()))])
    page = arranged(ahead, "deadline").page(0, LISTED)
    return times_of_rows(PlacedObligation(one.document.slug, row) for one in page for row in one.obligations)


def times_html(desk: Desk, lang: Lang, times: Times, level: str = "h3") -> Html:
    """Return *times* as lists under headings of *level*, without empty lists."""
    say = words(lang)["things"]
    parts: list[Html] = []
    if times.dated:
        dates = [_dated(desk, lang, one) for one in times.dated]
        parts += [tag(level, say["dated"]), _axis(times.dated), tag("ol", *dates, class_="hk-dates")]
    if times.undated:
        kinds = [
            tag("li", tag("b", undated(lang, kind)), _list(desk, lang, here, own=True)) for kind, here in times.undated
        ]
        parts += [tag(level, say["undated"]), tag("ul", *kinds, class_="hk-dates hk-undated")]
    if times.past:
        summary = tag("summary", say["past"].format(count=len(times.past)))
        parts.append(tag("details", summary, _list(desk, lang, times.past, own=True), class_="hk-past"))
    return join(parts) if parts else tag("p", say["no_times"], class_="hk-empty")


def undated(lang: Lang, kind: str) -> str:
    """Return the description of a time without a date: conditional, recurring, or given only in words."""
    return str(words(lang)["things"]["when_undated"][kind])


def meant(lang: Lang, kind: str, date: str) -> str:
    """Return the meaning of a date: the last day for what is due by it, or the day before a year that is named."""
    said = words(lang)["things"]["when"].get(kind)
    return str(said.format(date=date)) if said else f"{date} {term(lang, 'deadline', kind)}"


def clause_link(desk: Desk, lang: Lang, document: str, number: str) -> Html:
    """Return the link to a clause, which names the document if there are several."""
    clause: Clause | None = desk.clause(document, number)
    text = number if clause is None else heading(clause, lang)
    found = desk.document(document)
    if len(desk.records) > 1 and found:
        text = f"{found.identifier or found.slug} {text}"
    return go(text, clause_query(desk, document, number))


def _dated(desk: Desk, lang: Lang, one: Dated) -> Html:
    head = [tag("time", one.date, datetime=one.date), tag("b", one.text, lang="zh-Hans")]
    said = tag("small", meant(lang, one.kind, one.date))
    return tag("li", tag("p", *head, said, class_="hk-when"), _list(desk, lang, one.times), class_=f"hk-d-{one.kind}")


def _list(desk: Desk, lang: Lang, times: Sequence[StatedTime], *, own: bool = False) -> Html:
    return tag("ol", *(tag("li", _time(desk, lang, time, own=own)) for time in times), class_="hk-times")


def _time(desk: Desk, lang: Lang, time: StatedTime, *, own: bool) -> Html:
    parts: list[str] = []
    if own:
        parts.append(tag("b", time.text, lang="zh-Hans"))
    if own and time.date and time.date != time.text:
        parts.append(tag("time", time.date, datetime=time.date))
    if time.quote != time.text:
        parts.append(tag("q", time.quote, lang="zh-Hans"))
    about = [clause_link(desk, lang, time.document, time.clause)]
    if time.row:
        about.insert(0, responsible_html(time.row.row, lang))
        about.append(go(time.row.row.id, obligation_query(desk, time.document, time.row.row.id), "hk-id"))
    return join([join(parts, " "), tag("p", join(about, " · "), class_="hk-place")])


def _axis(dated: Sequence[Dated]) -> Html:
    """Return the dates drawn to scale; the list below says the same in words."""
    found = axis(dated, _LABEL / _WIDTH)
    if found is None:
        return Html()

    def x(at: float) -> str:
        return f"{_LEFT + at * (_WIDTH - _LEFT - _LABEL):.1f}"

    base = 16 + _ROW * (1 + max(mark.row for mark in found.marks))
    parts = [tag("line", x1=x(0), x2=x(1), y1=str(base), y2=str(base), class_="hk-axis-line")]
    for start in (*(year.start for year in found.years), 1.0):
        parts.append(tag("line", x1=x(start), x2=x(start), y1=str(base), y2=str(base + 6), class_="hk-axis-line"))
    for year in found.years:
        place = {"x": x(year.middle), "y": str(base + 22)}
        parts.append(tag("text", year.label, **place, text_anchor="middle", class_="hk-axis-year"))
    tops = [base - 18 - _ROW * mark.row for mark in found.marks]
    # all stems before any label, because labels are drawn over them
    for mark, top in zip(found.marks, tops, strict=True):
        parts.append(tag("line", x1=x(mark.at), x2=x(mark.at), y1=str(top), y2=str(base), class_="hk-axis-stem"))
    for mark, top in zip(found.marks, tops, strict=True):
        parts.append(tag("circle", cx=x(mark.at), cy=str(base), r="6", class_=f"hk-axis-mark hk-d-{mark.kind}"))
        label = f"{mark.date} ({mark.times})"
        parts.append(tag("text", label, x=x(mark.at + 0.006), y=str(top + 2), class_="hk-axis-date"))
    size = f"0 0 {_WIDTH} {base + 32}"
    return tag("div", tag("svg", *parts, viewBox=size, aria_hidden="true", focusable="false"), class_="hk-axis")
