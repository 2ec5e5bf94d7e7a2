"""A clause → its text with names and obligations marked, and the record of each obligation beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlencode

from kg.answer.wording import messages
from kg.graph.translations import called, titled
from kg.ledger.parts import responsible_agents
from kg.ledger.terms import term
from kg.models import Chapter, Clause, Obligation, Records, Span
from kg.views.nearest import Near
from kg.views.text_search import other_words, stretches_of, stretches_of_any
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.finding import near_html
from kg.web.fragments.links import clause_query, go, heading, names_listed, obligation_query
from kg.web.fragments.marks import TextMark, lines_html, places, title_mark
from kg.web.fragments.names import name_key, names_html
from kg.web.fragments.tags import Html, definitions, join, opening, tag
from kg.web.wording import words

KINDS = ("agent", "zone", "policy", "deadline")


def contents_html(desk: Desk, lang: Lang, open_one: Records | None = None) -> Html:
    """Return the list of all clauses by document and chapter, each a link that opens it.

    In a large library they are those of the document that is open, by default the first, and a link to the others.
    """
    say, parts = words(lang), []
    if not desk.small:
        parts.append(tag("p", go(say["tabs"]["library"], {"view": "library"}), class_="hk-quiet"))
    for one in desk.records if desk.small else [open_one or desk.records[0]]:
        document = one.document
        chapters = {chapter.id: chapter_heading(chapter, lang) for chapter in document.chapters}
        if len(desk.slugs) > 1:
            parts.append(tag("h3", document.title, lang="zh-Hans"))
        for chapter, clauses in groupby(document.clauses, key=lambda clause: clause.chapter):
            links = [
                tag("li", go(heading(c, lang), clause_query(desk, document.slug, c.id)), data_clause=_key(one, c))
                for c in clauses
            ]
            parts += [tag("h4", chapters.get(chapter, "") if chapter else say["front"]), tag("ul", *links)]
    if say["translated"]:
        parts.append(tag("p", say["translated"], class_="hk-quiet"))
    return tag("nav", *parts, class_="hk-contents", aria_label=say["contents"], lang=lang)


def reader_html(
    desk: Desk,
    one: Records,
    clause: Clause,
    lang: Lang,
    chosen: str | None = None,
    *,
    find: str = "",
    near: Sequence[Near] = (),
) -> Html:
    """Return *clause*, a clause of *one*, with its legend, its marked text and the records of what is in it.

    The record of the obligation with the id *chosen* is unfolded; occurrences of *find* in the text are marked; *near*
    are the clauses near this one.
    """
    say = words(lang)
    rows = [row for row in one.obligations if row.clause == clause.id]
    marks = sorted(marks_of(one, clause, rows))
    chapter = next((c for c in one.document.chapters if c.id == clause.chapter), None)
    above = [one.document.identifier or one.document.title, chapter_heading(chapter, lang) if chapter else ""]
    by_id = {row.id: row for row in rows}
    found = [TextMark(4, *stretch, "find", "") for stretch in _found_in(clause.text, find)]
    text = lines_html(clause.text, [*marks, *found], _opening(lang, clause.text, by_id, chosen))
    names = names_html(desk, one, clause, marks, lang)
    records = [_record(desk, one, row, lang, row.id == chosen) for row in rows]
    slug = one.document.slug
    here = obligation_query(desk, slug, chosen) if chosen in by_id else clause_query(desk, slug, clause.id)
    here |= {"find": find.strip()} if find.strip() else {}
    return tag(
        "div",
        tag(
            "article",
            tag("p", " · ".join(part for part in above if part), class_="hk-above"),
            _legend(lang, marks, rows),
            tag("div", text, class_="hk-clause"),
            near_html(desk, near, lang),
            class_="hk-text",
            lang="zh-Hans",
        ),
        tag(
            "aside",
            tag("h3", say["records"], " ", tag("small", str(len(rows)))),
            tag("p", say["record_hint"] if rows else say["no_records"], class_="hk-quiet"),
            *records,
            *([tag("h3", say["names"], " ", tag("small", str(len(names)))), *names] if names else []),
            class_="hk-records",
            aria_label=say["records"],
            lang=lang,
        ),
        class_="hk-reader",
        data_clause=_key(one, clause),
        data_here=f"?{urlencode(here)}",
        data_title=heading(clause, lang),
    )


def _found_in(text: str, find: str) -> list[tuple[int, int]]:
    return stretches_of(text, find) or stretches_of_any(text, other_words(find))


def marks_of(one: Records, clause: Clause, rows: list[Obligation]) -> Iterator[TextMark]:
    """Yield what is marked in the text of *clause*: the obligations *rows*, and inside them names and times."""
    place = places(one.document, clause)
    yield from title_mark(one.document, clause)
    for row in rows:
        if found := place(Span(row.start, row.end)):
            yield TextMark(0, *found, "obligation", row.id)
    for kind, things in (("agent", one.agents), ("zone", one.zones)):
        for mention in (mention for thing in things for mention in thing.mentions):
            if mention.clause == clause.id and (found := place(Span(mention.start, mention.end))):
                yield TextMark(2, *found, kind, mention.name)
    # the span of these is that of their sentence, in which their own words are sought
    inside = [("policy", 1, p.name, p.name, p.start, p.end) for p in one.policies if clause.id in p.clauses]
    inside += [("deadline", 3, d.text, d.date or "", d.start, d.end) for d in one.deadlines if d.clause == clause.id]
    for kind, rank, written, name, start, end in inside:
        found = place(Span(start, end))
        at = clause.text.find(written, *found) if found and written else -1
        if at >= 0:
            yield TextMark(rank, at, at + len(written), kind, name)


def chapter_heading(chapter: Chapter, lang: Lang) -> str:
    """Return the heading of *chapter* in *lang*; in English with its number in digits."""
    title = titled(chapter.title, lang)
    return f"{chapter.id} · {title}" if lang == "en" and title != chapter.title else f"{chapter.label}{title}"


def _key(one: Records, clause: Clause) -> str:
    return f"{one.document.slug}/{clause.id}"


def _opening(
    lang: Lang, text: str, rows: dict[str, Obligation], chosen: str | None
) -> Callable[[TextMark, bool], Html]:
    say = words(lang)

    def opening_of(mark: TextMark, first: bool) -> Html:
        if mark.kind == "title":
            return opening("span", class_="hk-title")
        if mark.kind == "find":
            return opening("span", class_="hk-find")
        if mark.kind != "obligation":
            label = say["kinds"][mark.kind]
            title = f"{label}: {mark.name}" if mark.name else label
            # not a keyboard stop, because its record beside the text is one
            return opening(
                "span",
                class_=f"hk-mark hk-{mark.kind}",
                title=title,
                data_name=name_key(mark, text),
                data_kind=mark.kind,
            )
        row = rows[mark.name]
        # a mark that is cut into pieces is a single keyboard stop
        return opening(
            "span",
            class_=f"hk-task hk-m-{row.modality} hk-f-{row.force}" + (" hk-on" if row.id == chosen else ""),
            data_task=row.id,
            data_kind=_kind_key(row),
            role="button" if first else None,
            tabindex="0" if first else None,
            title=_kind(lang, row),
        )

    return opening_of


def _kind(lang: Lang, row: Obligation) -> str:
    return f"{term(lang, 'modality', row.modality)} · {term(lang, 'force', row.force)}"


def _kind_key(row: Obligation) -> str:
    return f"{row.modality}-{row.force}"


def _legend(lang: Lang, marks: list[TextMark], rows: list[Obligation]) -> Html:
    """Return the kinds of marks in this clause, in their style; each can be hidden and shown."""
    say = words(lang)
    kinds = {_kind(lang, row): row for row in reversed(rows)}
    tasks = sorted(kinds.items(), key=lambda pair: (pair[1].start, pair[0]))
    keys = [
        (kind, say["kinds"][kind], f"hk-mark hk-{kind}") for kind in KINDS if any(mark.kind == kind for mark in marks)
    ]
    keys += [(_kind_key(row), label, f"hk-task hk-m-{row.modality} hk-f-{row.force}") for label, row in tasks]
    buttons = [
        tag("li", tag("button", tag("span", label, class_=look), type="button", data_shows=kind, aria_pressed="true"))
        for kind, label, look in keys
    ]
    legend = {"aria_label": f"{say['legend']}: {say['legend_hint']}", "title": say["legend_hint"]}
    return tag("ul", *buttons, class_="hk-legend", lang=lang, **legend) if buttons else Html()


def _record(desk: Desk, one: Records, row: Obligation, lang: Lang, unfolded: bool) -> Html:
    link = go(row.task_id, obligation_query(desk, one.document.slug, row.id), "hk-id")
    columns = words(lang)["columns"]
    fields = [(columns[name], value) for name, value in (*record_fields(row, lang), ("task_id", link))]
    return tag(
        "details",
        tag(
            "summary",
            tag("span", row.id, class_="hk-number"),
            " ",
            tag("span", _kind(lang, row), class_=f"hk-task hk-m-{row.modality} hk-f-{row.force}"),
            tag("span", row.quote, class_="hk-brief", lang="zh-Hans"),
        ),
        tag("blockquote", row.quote, lang="zh-Hans"),
        definitions(fields),
        class_="hk-record",
        name="record",
        data_task=row.id,
        data_kind=_kind_key(row),
        open=unfolded,
    )


def record_fields(row: Obligation, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield the columns of a record with their values, empty if the document says nothing."""
    say = words(lang)
    meaning = say["force_means"][row.force]
    yield "modality", term(lang, "modality", row.modality)
    yield "force", join([term(lang, "force", row.force), tag("small", meaning)], " ")
    yield "owners", responsible_html(row, lang)
    yield "cooperating", named_in(row, "cooperating", lang)
    yield "approver", named_in(row, "approver", lang)
    yield "deadline", deadline_html(row, lang)
    yield "zones", names_listed(row.zones, lang)
    yield "condition", row.condition or ""
    yield "exception", row.exception or ""
    yield "action", row.action
    yield "object", row.object
    yield "beneficiaries", names_listed(row.beneficiaries, lang)
    yield "policy", row.policy or ""
    yield "tier", term(lang, "tier", row.tier)
    yield "review", review_html(row, lang)


def review_html(row: Obligation, lang: Lang) -> Html:
    """Return a tag that says whether a person has reviewed *row*."""
    return tag("span", term(lang, "review", row.review), class_=f"hk-tag hk-r-{row.review}")


def named_in(row: Obligation, role: str, lang: Lang) -> Html:
    """Return the agents with *role* in the row's own sentence, one after the other."""
    return names_listed(dict.fromkeys(p.name for p in row.agents if p.role == role and p.basis == "explicit"), lang)


def responsible_html(row: Obligation, lang: Lang) -> Html:
    """Return who leads or is responsible by the row's own sentence, or 原文未明确, and whom only its context names."""
    say = words(lang)
    found = responsible_agents(row)
    parts: list[str] = [names_listed(found, lang)] if found else [tag("span", say["unnamed"], class_="hk-unnamed")]
    if found and row.open_list:
        parts.append(tag("small", say["open_list"]))
    inherited = dict.fromkeys(p.name for p in row.agents if p.basis == "inherited")
    if inherited:
        names = messages()[lang]["separator"].join(called(name, lang) for name in inherited)
        parts.append(tag("small", say["inherited"].format(names=names)))
    return join(parts)


def deadline_html(row: Obligation, lang: Lang) -> Html:
    """Return the deadline in the document's words and, if it has a date, the date and its meaning."""
    due = row.deadline
    if due is None:
        return Html()
    told = [due.date or "", term(lang, "deadline", due.kind)]
    return join([due.text, tag("small", " ".join(part for part in told if part))], " ")
