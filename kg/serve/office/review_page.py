"""An extracted row → the page on which a person says whether it is right; and all rows of which somebody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.responses import HTMLResponse

from kg.ledger.corrections import CORRECTABLE, choices_of, written
from kg.ledger.days import moment
from kg.ledger.reviewed import Case
from kg.ledger.terms import Kind, Lang, term
from kg.ledger.verdicts import VERDICTS, Review, Verdict
from kg.models import Obligation
from kg.serve.fragments.reading import record_fields
from kg.serve.fragments.tags import Html, join, opening, tag
from kg.serve.office.requests import needs
from kg.serve.office.signing import Person
from kg.serve.office.view import REVIEW, link, notice, office_page, who_html
from kg.serve.root import PATHS, at
from kg.serve.wording import words

BOX: Final = "f:"
"""What the names of the boxes begin with, before the field's."""

LISTED: Final = 500
"""Reviews that the page lists; how many there are is always said."""


def review_page(
    case: Case,
    history: Sequence[Review],
    lang: Lang,
    person: Person,
    *,
    following: str = "",
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Return the page of *case*; *following* is the next row that nobody has reviewed.

    Where what was *typed* could not be kept, *wrong* says why and the boxes still hold it.
    """
    say = words(lang)["office"]["review"]
    parts: list[str] = [notice(wrong, wrong=True), notice(done), _state(case, lang)]
    if following:
        parts.append(tag("p", tag("a", say["next"], href=link(REVIEW, lang, id=following), rel="next")))
    row = case.extracted
    if row is not None and case.records is not None:
        clause = next(one for one in case.records.document.clauses if one.id == row.clause)
        parts += [
            tag("h2", words(lang)["office"]["says"]),
            tag("blockquote", row.quote, lang="zh-Hans"),
            tag("details", tag("summary", say["clause"]), tag("p", clause.text, class_="said", lang="zh-Hans")),
            tag("h2", say["as_extracted"]),
            _facts(row, lang),
        ]
        if case.shown is not None and case.shown.review == "corrected":
            parts += [tag("h2", term(lang, "review", "corrected")), _corrected(row, case.shown, lang)]
    elif case.review is not None:
        parts.append(tag("blockquote", str(case.review.seen["quote"]), lang="zh-Hans"))
    parts += [_form(case, lang, person, typed or {}), tag("h2", say["history"]), _history(history, lang)]
    return office_page(f"{say['title']} {case.task_id}", lang, person, *parts, status=status)


def reviews_page(found: Mapping[str, Case], lang: Lang, person: Person) -> HTMLResponse:
    """Return the page of all rows that were reviewed, how many were not, and the way to the first of those."""
    say = words(lang)["office"]["review"]
    said = [case for case in found.values() if case.review and (case.review.verdict != "withdrawn" or case.state)]
    count = {verdict: sum(_verdict(case) == verdict for case in said) for verdict in VERDICTS}
    total = sum(case.extracted is not None for case in found.values())
    told = say["counts"].format(total=total, left=len(unreviewed(found)), **count)
    way = [tag("a", say["ledger"], href=at(f"{PATHS[lang].rstrip('/')}/?view=ledger&review=extracted"))]
    if first := next(iter(unreviewed(found)), ""):
        way.append(tag("a", say["next"], href=link(REVIEW, lang, id=first)))
    parts: list[str] = [tag("p", told), tag("p", join(way, " · "))]
    if not said:
        parts.append(notice(say["none"]))
        return office_page(say["list"], lang, person, *parts)
    # what somebody has to look at again stands first
    again = [case for case in said if case.state in ("changed", "refused", "gone")]
    listed = [*again, *(case for case in said if case not in again)][:LISTED]
    heads = [tag("th", word, scope="col") for word in say["heads"].values()]
    rows = [tag("tr", *(tag("td", cell) for cell in _cells(case, lang))) for case in listed]
    parts.append(
        tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)), class_="sheet", tabindex="0")
    )
    if len(said) > LISTED:
        parts.append(notice(words(lang)["office"]["chosen_first"].format(count=LISTED)))
    return office_page(say["list"], lang, person, *parts)


def unreviewed(found: Mapping[str, Case]) -> list[str]:
    """Return the rows of which nobody has said anything that holds, in reading order."""
    return [
        key
        for key, case in found.items()
        if case.extracted is not None and (case.review is None or case.review.verdict == "withdrawn")
    ]


def _verdict(case: Case) -> Verdict | None:
    return case.review.verdict if case.review else None


def _cells(case: Case, lang: Lang) -> list[str]:
    say, one = words(lang)["office"]["review"], case.review
    assert one is not None
    number = tag("a", case.task_id, href=link(REVIEW, lang, id=case.task_id))
    at_ = moment(one.at).strftime("%Y-%m-%d %H:%M")
    state = say["states"].get(case.state, "")
    return [number, say["verdicts"][one.verdict], state, at_, one.who, one.reason, str(one.seen["quote"])]


def _state(case: Case, lang: Lang) -> Html:
    if case.review is None or not case.state:
        return Html()
    say = words(lang)["office"]["review"]
    told = f"{say['verdicts'][case.review.verdict]}：{say['states'][case.state]}"
    why = case.reviewed.why if case.reviewed and case.state not in ("taken", "waiting") else ""
    return notice(f"{told} {why}".rstrip(), wrong=bool(why))


def _facts(row: Obligation, lang: Lang) -> Html:
    columns = words(lang)["columns"]
    facts = [
        part
        for name, value in record_fields(row, lang)
        if value and name != "review"
        for part in (tag("dt", columns[name]), tag("dd", value))
    ]
    return tag("dl", *facts)


def _corrected(was: Obligation, now: Obligation, lang: Lang) -> Html:
    """The fields that were corrected, from and to."""
    rows = [
        tag(
            "tr", tag("th", _label(name, lang), scope="row"), *(tag("td", _said(one, name, lang)) for one in (was, now))
        )
        for name in CORRECTABLE
        if written(now, name) != written(was, name)
    ]
    say = words(lang)["office"]["changed"]
    heads = [tag("th", say[key], scope="col") for key in ("field", "old", "new")]
    return tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)), class_="sheet")


def _form(case: Case, lang: Lang, person: Person, typed: Mapping[str, str]) -> Html:
    say = words(lang)["office"]["review"]
    may = person.may("supervisor")
    boxes: list[str] = []
    if case.extracted is not None:
        row = case.shown or case.extracted
        boxes = [
            tag("p", say["correct_hint"], class_="hint"),
            tag("div", *(_box(name, written(row, name), typed, lang, may=may) for name in CORRECTABLE), class_="row"),
        ]
    withdraws = case.review is not None and case.review.verdict != "withdrawn"
    offered = [verdict for verdict in VERDICTS if (case.extracted if verdict != "withdrawn" else withdraws)]
    plain = {"confirmed": None, "corrected": None, "rejected": "plain", "withdrawn": "plain"}
    buttons = [
        tag("button", say["buttons"][verdict], name="verdict", value=verdict, class_=plain[verdict])
        for verdict in offered
    ]
    if not may:
        buttons = [tag("span", needs(lang, "supervisor"), class_="hint")]
    reason = tag("textarea", typed.get("reason", ""), name="reason", id="reason", rows="2", disabled=not may)
    number = typed.get("number", str(case.review.number if case.review else 0))
    return tag(
        "form",
        opening("input", type="hidden", name="id", value=case.task_id),
        opening("input", type="hidden", name="number", value=number),
        tag("fieldset", tag("legend", say["correct"]), *boxes) if boxes else "",
        tag("label", say["reason"], tag("span", f" {say['reason_hint']}", class_="hint"), reason, for_="reason"),
        who_html(lang, person, typed.get("who", person.name), say["who"]) if may else "",
        tag("p", join(buttons, " ")),
        method="post",
        action=link(REVIEW, lang),
    )


def _label(name: str, lang: Lang) -> str:
    own: dict[str, str] = words(lang)["office"]["review"]["fields"]
    return own.get(name) or str(words(lang)["columns"][name])


_KINDS: Final[Mapping[str, Kind]] = {"modality": "modality", "force": "force", "tier": "tier"}


def _word(name: str, value: str, lang: Lang) -> str:
    """What one of a field's fixed values is called."""
    return term(lang, _KINDS[name], value) if name in _KINDS else str(words(lang)["office"]["review"]["open"][value])


def _said(row: Obligation, name: str, lang: Lang) -> str:
    value = written(row, name)
    return _word(name, value, lang) if choices_of(name) else value


def _box(name: str, value: str, typed: Mapping[str, str], lang: Lang, *, may: bool) -> Html:
    say = words(lang)["office"]["review"]
    key = f"{BOX}{name}"
    shown = typed.get(key, value)
    place: dict[str, str | bool | None] = {"name": key, "id": key, "disabled": not may}
    if choices := choices_of(name):
        options = [tag("option", _word(name, one, lang), value=one, selected=one == shown) for one in choices]
        control = tag("select", *options, **place)
    else:
        rows = str(max(1 if name in ("policy", "deadline") else 2, shown.count("\n") + 1))
        control = tag("textarea", shown, rows=rows, **place)
    hint = say["hints"].get(name, "")
    return tag("label", _label(name, lang), tag("span", f" {hint}", class_="hint") if hint else "", control, for_=key)


def _history(history: Sequence[Review], lang: Lang) -> Html:
    office = words(lang)["office"]
    say = office["review"]
    if not history:
        return tag("p", say["none_of_it"], class_="hint")
    heads = [tag("th", say["heads"][key], scope="col") for key in ("at", "verdict", "who", "reason")]
    heads.append(tag("th", term(lang, "review", "corrected"), scope="col"))
    rows = []
    for one in reversed(history):
        at_ = moment(one.at).strftime("%Y-%m-%d %H:%M")
        marked = f"（{office['redacted']}）" if one.redacted else ""
        fields = "、".join(_label(name, lang) for name in one.corrected)
        cells = (at_, say["verdicts"][one.verdict], one.who, f"{one.reason}{marked}", fields)
        rows.append(tag("tr", *(tag("td", cell) for cell in cells)))
    return tag("div", tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)), class_="sheet")
