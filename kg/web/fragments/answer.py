"""An answer or a refusal → what is shown of it: items, sentence, limits, and the supporting words in their clause.

An assured answer begins with its items. Otherwise the passage comes first, with what it may say beside it in small
print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from kg.answer.record import YES, Answer, Evidence
from kg.answer.wording import messages, say
from kg.exports import exports
from kg.ledger.terms import term
from kg.web.confidence import level, likely
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.fragments.elsewhere import elsewhere_html
from kg.web.fragments.history import judge_html
from kg.web.fragments.links import clause_query, go, heading
from kg.web.fragments.quotes import cited, copy_html, in_clause_html, quotes_html, source_html
from kg.web.fragments.rows import rows_html
from kg.web.fragments.tags import Html, join, tag
from kg.web.wording import words

SHOWN_ROWS = 50
SHOWN_ITEMS = 20
"""The most items of an answer that are shown; the ledger lists the rest."""

LARGE = 8
"""The most items that are shown large; a longer list is meant to be read through."""

NEAREST = 3
"""The number of clauses that a refusal refers its reader to."""


def answer_html(answer: Answer, desk: Desk, asked: Mapping[str, str] | None = None, whole: str = "") -> Html:
    """Return *answer* in the language of its question; an answer in parts as its parts, each under its own question.

    *asked* is what the answer depends on besides its question, as in its address: the only `document` asked, and the
    `previous` question. *whole* is the question in a form that stands alone, for the next one to refer back to.
    """
    if answer.parts:
        shared = [note for note in notes(answer) if not any(note in notes(part) for part in answer.parts)]
        kind = "hk-several"
        body = [*(_part(part, desk) for part in answer.parts), *_asides(shared), judge_html(answer, asked)]
    else:
        kind = _kind(answer)
        body = _sides(answer, desk, judge_html(answer, asked))
    return tag(
        "article",
        tag("p", answer.question, class_="hk-asked"),
        *body,
        class_=f"hk-answer {kind}".rstrip(),
        lang=answer.lang,
        aria_label=words(answer.lang)["answer"],
        data_here=f"?{urlencode({'q': answer.question, **(asked or {})})}",
        data_title=answer.question,
        data_whole=whole or answer.question,
    )


def borne_by(answer: Answer) -> tuple[Evidence, ...]:
    """Return the evidence for *answer*: the best quote, and each quote with an item that no earlier quote has.

    The other quotes are merely near it. A refusal has no evidence, and an answer that is not assured only its best
    quote.
    """
    if not answer.answered:
        return ()
    if not answer.assured:
        return answer.evidence[:1]
    # 是 and 否 are our words; every other item is the document's own words
    left = {item.text for item in answer.answers if answer.intent != "yesno"}
    found: list[Evidence] = []
    for quoted in answer.evidence:
        here = {text for text in left if text in quoted.quote}
        if here or not found:
            found.append(quoted)
            left -= here
    return tuple(found)


def notes(answer: Answer) -> tuple[str, ...]:
    """Return the notes that *answer* needs: what it is based on, and what was missing from the search."""
    found = (answer.basis, *answer.notes)
    return tuple(note for note in found if note)


def _unsure(answer: Answer) -> bool:
    return answer.answered and not answer.assured


def _kind(answer: Answer) -> str:
    return "hk-likely" if _unsure(answer) else "" if answer.answered else "hk-refusal"


def _part(part: Answer, desk: Desk) -> Html:
    title = tag("h2", part.question, class_="hk-asked")
    return tag("section", title, *_sides(part, desk), class_=f"hk-part {_kind(part)}".rstrip(), lang=part.lang)


def _sides(answer: Answer, desk: Desk, *below: Html) -> list[Html]:
    """Return the answer, with *below* at its end, the supporting words, which come first if it is not sure, and what
    other documents say, which comes before all if they differ and it is not.
    """
    bearing, lang = borne_by(answer), answer.lang
    if _unsure(answer):
        begins = [_likely(answer, desk)]
    elif answer.answered:
        begins = [*_items(answer, desk), tag("p", answer.message, class_="hk-message")]
    else:
        begins = [_reason(answer), tag("p", answer.message, class_="hk-message"), _way_on(answer, desk)]
    ends = (_limits(answer), _confidence(answer), *_asides(notes(answer)), _copying(answer, desk, bearing))
    said = tag("section", *begins, *ends, _query(answer, desk), *below, class_="hk-said")
    top = words(lang)["likely"]["heading"] if _unsure(answer) else words(lang)["evidence"]
    shown = in_clause_html(desk, lang, bearing[0], top) if bearing else Html()
    elsewhere = [quote for other in answer.others for quote in other.evidence]
    rest = [item for item in answer.evidence if item not in bearing and not any(map(item.meets, elsewhere))]
    more = (quotes_html(desk, lang, "more_evidence", bearing[1:]), quotes_html(desk, lang, "nearest", rest))
    rests = tag("section", shown, *more, class_="hk-rests")
    others = elsewhere_html(answer, desk)
    if not _unsure(answer):
        return [said, rests, others]
    differ = any(not one.same for one in answer.others)
    return [others, rests, said] if differ else [rests, said, others]


def _asides(lines: Sequence[str]) -> list[Html]:
    return [tag("p", line, class_="hk-aside") for line in lines]


def _items(answer: Answer, desk: Desk) -> list[Html]:
    # a passage is read where it stands, in its clause
    if not answer.answers or answer.intent == "passage":
        return []
    large = len(answer.answers) <= LARGE
    return [_listed(answer, "hk-answers" if large else "hk-answers hk-long"), _in_ledger(answer, desk)]


def _listed(answer: Answer, kind: str) -> Html:
    """Return the items one below the other, only the first ones if the ledger lists them all."""
    shown = answer.answers[:SHOWN_ITEMS] if answer.ledger else answer.answers
    if answer.intent == "yesno":
        told = words(answer.lang)["affirmed"]
        return tag("ul", *(tag("li", told["true" if item.text == YES else "false"]) for item in shown), class_=kind)
    return tag("ul", *(tag("li", item.text, lang="zh-Hans") for item in shown), class_=kind)


def _in_ledger(answer: Answer, desk: Desk) -> Html:
    """Return the link to all rows that the answer comes from, with their number."""
    if not answer.ledger:
        return Html()
    query = dict(parse_qsl(answer.ledger))
    count = desk.chosen(read_visit(desk, query, answer.lang).wanted).total
    told = words(answer.lang)["in_ledger"].format(count=count)
    return tag("p", go(told, query, "hk-more"), class_="hk-aside")


def _likely(answer: Answer, desk: Desk) -> Html:
    """Return what the passage may say, in small print."""
    begins, items = likely(answer)
    if items and (answer.intent == "tasks" or len(items) > LARGE):
        listed = (_listed(answer, "hk-likely-items"), _in_ledger(answer, desk))
        return tag("div", tag("p", begins), *listed, class_="hk-maybe")
    between = messages()[answer.lang]["separator"]
    told = tag("p", begins, tag("span", between.join(items), lang="zh-Hans"), class_="hk-maybe") if begins else ""
    return join([told, _in_ledger(answer, desk)])


def _reason(answer: Answer) -> Html:
    say = words(answer.lang)
    return tag("p", say["reasons"].get(answer.reason, say["refused"]), class_="hk-refused")


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
            told = tag("dd", value, *((" ", tag("small", meaning)) if meaning else ()), class_=f"hk-is-{key}")
            rows += [tag("dt", say["qualifiers"][key]), told]
    return tag("dl", *rows, class_="hk-limits") if rows else Html()


def _way_on(answer: Answer, desk: Desk) -> Html:
    """Return what to do after a refusal: advice for its reason, and the nearest clauses with their tasks."""
    say = words(answer.lang)
    links = []
    # the clauses of the words shown beside it come first
    near = [(one.document, one.clause) for one in answer.evidence]
    near += [(one.document, one.clause) for one in answer.ranking]
    for document, number in list(dict.fromkeys(near))[:NEAREST]:
        clause = desk.clause(document, number)
        one = desk.records_named(document)
        if clause is not None and one is not None:
            opened = go(heading(clause, answer.lang), clause_query(desk, document, number))
            count = sum(row.clause == number for row in one.obligations)
            query = {"view": "ledger", **clause_query(desk, document, number)}
            tasks = join([" · ", go(say["tasks_of"].format(count=count), query)]) if count else ""
            links.append(tag("li", source_html(desk, document), opened, tasks))
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
    """Return the button that copies the answer, its supporting words and their citations, in the order shown."""
    if not bearing:
        return Html()
    quotes = [cited(desk, item) for item in bearing]
    if _unsure(answer):
        begins, items = likely(answer)
        lines = [*quotes, begins + "、".join(items)]
    else:
        items = tuple(item.text for item in answer.answers) if answer.intent != "passage" else ()
        lines = ["、".join(items), answer.message, *quotes]
    differ = [one for one in answer.others if not one.same]
    lines += [say(answer.lang, "others_differ")] if differ else []
    for one in differ:
        lines += ["、".join(item.text for item in one.answers), *(cited(desk, quote) for quote in one.evidence)]
    return copy_html(answer.lang, "answer", "\n".join(line for line in [*lines, exports().note["zh"]] if line))


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
