"""An answer, or a refusal → what is read of it: items, sentence, limits, the words it rests on in their clause."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from kg.answer.record import Answer, Evidence
from kg.answer.wording import clause_name
from kg.ledger.export import wording
from kg.ledger.terms import Lang, term
from kg.models import Span
from kg.serve import citation
from kg.serve.confidence import level
from kg.serve.desk import Desk
from kg.serve.fragments.keeping import judge_html
from kg.serve.fragments.links import clause_query, go, heading
from kg.serve.fragments.marks import Mark, lines_html, places
from kg.serve.fragments.rows import rows_html
from kg.serve.fragments.tags import Html, join, opening, tag
from kg.serve.wording import words

SHOWN_ROWS = 50
NEAREST = 3
"""Clauses that a refusal sends its reader to."""


def answer_html(answer: Answer, desk: Desk) -> Html:
    """Return *answer* in the language of its question: on one side what it says, on the other the words it rests on."""
    bearing = borne_by(answer)
    said = [
        tag("p", answer.question, class_="hk-asked"),
        *(_items(answer) if answer.answered else _reason(answer)),
        tag("p", answer.message, class_="hk-message"),
        Html() if answer.answered else _way_on(answer, desk),
        _limits(answer),
        _confidence(answer),
        *(tag("p", note, class_="hk-aside") for note in notes(answer)),
        _copying(answer, desk, bearing),
        _query(answer, desk),
        judge_html(answer),
    ]
    shown = _in_clause(desk, answer.lang, bearing[0], words(answer.lang)["evidence"]) if bearing else Html()
    rest = [item for item in answer.evidence if item not in bearing]
    lists = (("more_evidence", bearing[1:]), ("nearest", rest))
    quoted = [_quotes(desk, answer.lang, key, items) for key, items in lists if items]
    return tag(
        "article",
        tag("section", *said, class_="hk-said"),
        tag("section", shown, *quoted, class_="hk-rests"),
        class_="hk-answer" if answer.answered else "hk-answer hk-refusal",
        lang=answer.lang,
        aria_label=words(answer.lang)["answer"],
        data_here=f"?{urlencode({'q': answer.question})}",
        data_title=answer.question,
    )


def borne_by(answer: Answer) -> tuple[Evidence, ...]:
    """Return the evidence that bears *answer*: the best quote, and each that holds an item no quote before it holds.

    The other quotes are merely near it. A refusal rests on none.
    """
    if not answer.answered:
        return ()
    # 是 and 否 are said by us; every other item is the document's own words
    left = {item.text for item in answer.answers if answer.intent != "yesno"}
    found: list[Evidence] = []
    for quoted in answer.evidence:
        here = {text for text in left if text in quoted.quote}
        if here or not found:
            found.append(quoted)
            left -= here
    return tuple(found)


def notes(answer: Answer) -> tuple[str, ...]:
    """Return what must be said beside *answer*: on what it goes by, and what was missing when it was looked for."""
    found = (answer.basis, *answer.notes)
    return tuple(note for note in found if note)


def _items(answer: Answer) -> list[Html]:
    # a passage is read where it stands, in its clause
    if not answer.answers or answer.intent == "passage":
        return []
    return [tag("ul", *(tag("li", item.text, lang="zh-Hans") for item in answer.answers), class_="hk-answers")]


def _reason(answer: Answer) -> list[Html]:
    say = words(answer.lang)
    return [tag("p", say["reasons"].get(answer.reason, say["refused"]), class_="hk-refused")]


def _limits(answer: Answer) -> Html:
    limit, say = answer.qualifier, words(answer.lang)
    if limit is None:
        return Html()
    rows: list[str] = []
    for key, value in (
        ("force", limit.force and term(answer.lang, "force", limit.force)),
        ("condition", limit.condition),
        ("exception", limit.exception),
        ("zone", limit.zone),
    ):
        if value:
            meaning = say["force_means"].get(limit.force) if key == "force" else None
            told = tag("dd", value, tag("small", meaning) if meaning else "", class_=f"hk-is-{key}")
            rows += [tag("dt", say["qualifiers"][key]), told]
    return tag("dl", *rows, class_="hk-limits") if rows else Html()


def _way_on(answer: Answer, desk: Desk) -> Html:
    """What a refusal leaves to be done: advice for its reason, and the nearest clauses with their tasks."""
    say = words(answer.lang)
    links = []
    # the clauses of the words that are shown beside it come first
    near = [(one.document, one.clause) for one in answer.evidence]
    near += [(one.document, one.clause) for one in answer.ranking]
    for document, number in list(dict.fromkeys(near))[:NEAREST]:
        clause = desk.clause(document, number)
        rows = [row for one in desk.records if one.document.slug == document for row in one.obligations]
        if clause is not None:
            opened = go(heading(clause, answer.lang), clause_query(desk, document, number))
            count = sum(row.clause == number for row in rows)
            query = {"view": "ledger", **clause_query(desk, document, number)}
            tasks = join([" · ", go(say["tasks_of"].format(count=count), query)]) if count else ""
            links.append(tag("li", opened, tasks))
    return join(
        [
            tag("p", say["advice"].get(answer.reason, say["refused_hint"]), class_="hk-aside hk-advice"),
            tag("div", tag("h3", say["near_clauses"]), tag("ul", *links), class_="hk-way-on") if links else "",
        ]
    )


def _confidence(answer: Answer) -> Html:
    if answer.confidence is None:
        return Html()
    say, how = words(answer.lang), level(answer.confidence)
    told = tag("b", say["confidence"][how.id], class_=f"hk-sure hk-sure-{how.id}")
    means = say["confidence_means"][how.id].format(percent=how.percent)
    return tag("p", say["confidence"]["label"], " ", told, " ", tag("small", means), class_="hk-confidence")


def _copying(answer: Answer, desk: Desk, bearing: Sequence[Evidence]) -> Html:
    """The button that copies what is said with the words it rests on and where they stand."""
    if not bearing:
        return Html()
    items = "、".join(item.text for item in answer.answers) if answer.intent != "passage" else ""
    lines = [items, answer.message, *(_cited(desk, item) for item in bearing), wording()["note"]["zh"]]
    return _copy(answer.lang, "answer", "\n".join(line for line in lines if line))


def _copy(lang: Lang, what: str, text: str) -> Html:
    say = words(lang)["copy"]
    told = {"data_done": say["done"], "data_failed": say["failed"]}
    return tag("button", say[what], type="button", class_="hk-plain hk-copy", data_copy=text, **told)


def _cited(desk: Desk, item: Evidence) -> str:
    document, clause = desk.document(item.document), desk.clause(item.document, item.clause)
    return citation.quoted(document, clause, item.quote) if document and clause else item.quote


def _query(answer: Answer, desk: Desk) -> Html:
    if answer.sparql is None:
        return Html()
    say = words(answer.lang)
    rows = list(desk.select(answer.sparql))
    return tag(
        "details",
        tag("summary", say["how"]),
        tag("pre", tag("code", answer.sparql), tabindex="0"),
        go(say["to_sparql"], {"sparql": answer.sparql}, "hk-more"),
        tag("p", say["how_rows"].format(count=len(rows)), class_="hk-quiet"),
        rows_html(rows[:SHOWN_ROWS], desk),
        class_="hk-query",
    )


def _in_clause(desk: Desk, lang: Lang, item: Evidence, heading: str) -> Html:
    """The clause of *item* with its words marked, as the document has them."""
    document, clause = desk.document(item.document), desk.clause(item.document, item.clause)
    if document is None or clause is None:
        return _quoted(desk, lang, item)
    place = places(document, clause)(Span(item.start, item.end))
    marks = [Mark(0, *place, "evidence", "")] if place else []
    text = lines_html(clause.text, marks, lambda _mark, _first: opening("mark"), "mark")
    return join(
        [
            tag("h3", heading),
            tag("div", text, class_="hk-clause", lang="zh-Hans", tabindex="0", data_clause=clause.id),
            _place(desk, lang, item),
        ]
    )


def _quotes(desk: Desk, lang: Lang, key: str, items: Sequence[Evidence]) -> Html:
    rows = [tag("li", _quoted(desk, lang, item)) for item in items]
    return join([tag("h3", words(lang)[key]), tag("ol", *rows, class_=f"hk-quotes hk-{key}")])


def _quoted(desk: Desk, lang: Lang, item: Evidence) -> Html:
    return join([tag("q", item.quote, lang="zh-Hans"), _place(desk, lang, item)])


def _place(desk: Desk, lang: Lang, item: Evidence) -> Html:
    """Where *item* stands, with the link that opens it there."""
    say = words(lang)
    clause = desk.clause(item.document, item.clause)
    name = clause_name(lang, clause) if clause else item.clause
    link = go(name, clause_query(desk, item.document, item.clause))
    where = tag("small", say["where"].format(start=item.start, end=item.end))
    return tag("p", link, " ", where, " ", _copy(lang, "quote", _cited(desk, item)), class_="hk-place")
