"""An extracted obligation → the page for its review; and the list of all reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi.responses import HTMLResponse

from kg.errors import ReportError
from kg.ledger.terms import Kind, term
from kg.models import Clause, Obligation
from kg.refusals import line_in
from kg.review.applied import Case, differences
from kg.review.corrections import CORRECTABLE, choices_of, corrected_row, written
from kg.review.verdicts import VERDICTS, Review, Verdict
from kg.vocab import ROLES, Lang
from kg.web.fragments.reading import record_fields
from kg.web.office.review_form import DATELESS, agent_lines, deadline_parts, zone_lines
from kg.web.office.sessions import Person
from kg.web.office.view import FormBox, minute, office_page
from kg.web.wording import words

BOX: Final = "f:"
"""The prefix of a box's name, before the name of its field."""

LINED: Final = ("agents", "zones", "deadline")
"""The fields that have lines of boxes."""

LISTED: Final = 500
"""The most reviews that the page lists; the total is always given."""


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
    """Return the page of *case*; *following* is the next obligation without a review.

    If the input *typed* could not be saved, *wrong* says why and the boxes still hold it.
    """
    typed = typed or {}
    row = case.extracted
    shown = row and (case.shown or row)
    state, why = _state(case, lang)
    return office_page(
        "review.html",
        lang,
        person,
        status=status,
        case=case,
        clause=_clause_of(case),
        facts=record_fields(row, lang) if row else (),
        columns=words(lang)["columns"],
        corrected=_corrected(row, shown, lang) if row and shown else (),
        state=f"{state} {why}".rstrip(),
        why=why,
        following=following,
        boxes=[_box(name, written(shown, name), typed, lang) for name in CORRECTABLE if name not in LINED]
        if shown
        else [],
        lines=_lines(case, shown, typed, lang) if shown else None,
        offered=_offered(case),
        number=typed.get("number", case.review.number if case.review else 0),
        reason=typed.get("reason", ""),
        who=typed.get("who", person.name),
        history=[_cells(one, lang) for one in reversed(history)],
        wrong=wrong,
        done=done,
    )


def reviews_page(found: Mapping[str, Case], lang: Lang, person: Person) -> HTMLResponse:
    """Return the page of all reviews, with the number of obligations without one and a link to the first of them."""
    say = words(lang)["office"]["review"]
    said = [case for case in found.values() if case.review and (case.review.verdict != "withdrawn" or case.state)]
    count = {verdict: sum(_verdict(case) == verdict for case in said) for verdict in VERDICTS}
    total = sum(case.extracted is not None for case in found.values())
    left = unreviewed(found)
    # those that need another look come first
    again = [case for case in said if case.state in ("changed", "refused", "gone")]
    return office_page(
        "reviews.html",
        lang,
        person,
        told=say["counts"].format(total=total, left=len(left), **count),
        first=next(iter(left), ""),
        said=[*again, *(case for case in said if case not in again)],
        LISTED=LISTED,
    )


def unreviewed(found: Mapping[str, Case]) -> list[str]:
    """Return the obligations without a valid review, in reading order."""
    return [
        key
        for key, case in found.items()
        if case.extracted is not None and (case.review is None or case.review.verdict == "withdrawn")
    ]


def _lines(case: Case, shown: Obligation, typed: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    """Return the lines of the fields that have several boxes, with the names to pick from."""
    records = case.records
    agents = {agent.name for agent in records.agents} if records else set()
    return {
        "labels": {name: _label(name, lang) for name in LINED},
        "agents": agent_lines(shown, typed),
        "zones": zone_lines(shown, typed),
        "deadline": deadline_parts(shown, typed),
        "agent_names": sorted(agents | {p.name for p in shown.agents}),
        "zone_names": sorted({zone.name for zone in records.zones} if records else ()),
        "roles": {role: term(lang, "role", role) for role in ROLES},
        "kinds": {kind: term(lang, "deadline", kind) for kind in DATELESS},
    }


def _verdict(case: Case) -> Verdict | None:
    return case.review.verdict if case.review else None


def _clause_of(case: Case) -> Clause | None:
    """Return the clause of the obligation as this build extracted it."""
    if case.extracted is None or case.records is None:
        return None
    return next(one for one in case.records.document.clauses if one.id == case.extracted.clause)


def _state(case: Case, lang: Lang) -> tuple[str, str]:
    """Return the state of a review in words, and why it needs another look; empty texts if there is neither."""
    if case.review is None or not case.state:
        return "", ""
    say = words(lang)["office"]["review"]
    told = f"{say['verdicts'][case.review.verdict]}：{say['states'][case.state]}"
    return told, _why(case, lang) if case.state in ("changed", "refused") else ""


def _why(case: Case, lang: Lang) -> str:
    """Return why the build did not take the review, in words: what is extracted differently, or what does not fit."""
    if case.extracted is None or case.review is None or case.records is None:
        return ""
    if case.state == "changed":
        return "、".join(_named(name, lang) for name in differences(case.extracted, case.review))
    try:
        corrected_row(case.extracted, case.review.corrected, case.records)
    except ReportError as error:
        return line_in(error, lang)
    return ""


def _named(name: str, lang: Lang) -> str:
    return _label(name, lang) if name in CORRECTABLE else str(words(lang)["columns"].get(name, name))


def _corrected(was: Obligation, now: Obligation, lang: Lang) -> list[tuple[str, str, str]]:
    """Return the corrected fields, each with its old and new value."""
    return [
        (_label(name, lang), _said(was, name, lang), _said(now, name, lang))
        for name in CORRECTABLE
        if written(now, name) != written(was, name)
    ]


def _offered(case: Case) -> list[Verdict]:
    """Return the verdicts on offer: fewer if the obligation is gone, or if there is no review to withdraw."""
    withdraws = case.review is not None and case.review.verdict != "withdrawn"
    return [verdict for verdict in VERDICTS if (case.extracted if verdict != "withdrawn" else withdraws)]


def _cells(one: Review, lang: Lang) -> tuple[str, ...]:
    """Return the row of a review: time, verdict, person, reason and corrected fields."""
    office = words(lang)["office"]
    marked = f"（{office['redacted']}）" if one.redacted else ""
    fields = "、".join(_label(name, lang) for name in one.corrected)
    return minute(one.at), office["review"]["verdicts"][one.verdict], one.who, f"{one.reason}{marked}", fields


def _label(name: str, lang: Lang) -> str:
    own: dict[str, str] = words(lang)["office"]["review"]["fields"]
    return own.get(name) or str(words(lang)["columns"][name])


_KINDS: Final[Mapping[str, Kind]] = {"modality": "modality", "force": "force", "tier": "tier"}


def _word(name: str, value: str, lang: Lang) -> str:
    """Return the word for one of a field's fixed values."""
    return term(lang, _KINDS[name], value) if name in _KINDS else str(words(lang)["office"]["review"]["open"][value])


def _said(row: Obligation, name: str, lang: Lang) -> str:
    value = written(row, name)
    return _word(name, value, lang) if choices_of(name) else value


def _box(name: str, value: str, typed: Mapping[str, str], lang: Lang) -> FormBox:
    place = f"{BOX}{name}"
    label, shown = _label(name, lang), typed.get(place, value)
    hint = words(lang)["office"]["review"]["hints"].get(name, "")
    if choices := choices_of(name):
        return FormBox(place, place, label, shown, hint, options=[(one, _word(name, one, lang)) for one in choices])
    rows = max(1 if name in ("policy", "deadline") else 2, shown.count("\n") + 1)
    return FormBox(place, place, label, shown, hint, rows=rows)
