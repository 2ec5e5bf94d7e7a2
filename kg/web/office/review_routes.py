"""`/desk/review` → a supervisor's review of an extracted obligation."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.graph.validate import faults_of
from kg.ledger.accounts import check_name
from kg.ledger.changes import ConflictError
from kg.ledger.reviews import last_reviews, reviews_of, save_review
from kg.refusals import line_in, refused, shortened
from kg.review.applied import Case, cases, find_case
from kg.review.corrections import CORRECTABLE, written
from kg.review.reviews import make_review
from kg.review.verdicts import VERDICTS, Review, Verdict
from kg.vocab import Lang
from kg.web.desk.desk import Desk
from kg.web.http.dependencies import DeskDep
from kg.web.http.origin import own_page
from kg.web.http.problems import RefusedError
from kg.web.office.requests import Asking, Form, LangDep, Posting, ledger_of
from kg.web.office.review_form import read_lines
from kg.web.office.review_page import BOX, review_page, reviews_page, unreviewed
from kg.web.office.view import REVIEW, beyond, link
from kg.web.wording import words

router = APIRouter(include_in_schema=False)


@router.get(REVIEW)
def page(desk: DeskDep, lang: LangDep, person: Asking, id: str = "", done: str = "") -> Response:
    """List the reviews, or show the obligation *id*."""
    found, histories = _known(desk, id)
    if not id:
        return reviews_page(found, lang, person)
    case = _case(found, id, lang)
    said = words(lang)["office"]["review"]["kept"] if done == "kept" else ""
    following = _following(found, case)
    return review_page(case, histories, lang, person, following=following, done=said)


@router.post(REVIEW, dependencies=[Depends(own_page)])
def review(desk: DeskDep, lang: LangDep, person: Posting, form: Form) -> Response:
    """Save the review of an obligation."""
    found, history = _known(desk, form.get("id", ""))
    case = _case(found, form.get("id", ""), lang)

    def again(wrong: str, status: int) -> Response:
        return review_page(case, history, lang, person, typed=form, wrong=wrong, status=status)

    if wrong := beyond(lang, person, "supervisor", case.records.document.slug if case.records else ""):
        return again(wrong, 403)
    if form.get("verdict") not in VERDICTS:
        raise RefusedError(422, refused(HetaoError, "form-unreadable"))
    verdict = cast("Verdict", form["verdict"])
    values = {name: form[f"{BOX}{name}"] for name in CORRECTABLE if f"{BOX}{name}" in form} | read_lines(form)
    number = int(form["number"]) if form.get("number", "").isdecimal() else -1
    try:
        who = check_name(person.name)
        if verdict == "confirmed" and _touched(case, values):
            return again(words(lang)["office"]["review"]["touched"], 422)
        made = make_review(case, verdict, form.get("reason", ""), who, "desk", values, faults_of)
        with ledger_of(desk) as kept:
            save_review(kept, made, number)
    except ConflictError as error:
        # the input stays in the boxes, so that it can knowingly replace the other review
        found, history = _known(desk, case.task_id)
        case = _case(found, case.task_id, lang)
        form["number"] = str(case.review.number if case.review else 0)
        return again(line_in(error, lang), 409)
    except HetaoError as error:
        return again(line_in(error, lang), 422)
    return RedirectResponse(link(REVIEW, lang, id=case.task_id, done="kept"), 303)


def _known(desk: Desk, wanted: str) -> tuple[dict[str, Case], list[Review]]:
    """Return every obligation with its review, and the whole history of the one *wanted*."""
    from kg.ledger.store import Ledger

    with Ledger.lent(desk.data, desk.keeping.database_url) as kept:
        found = cases(desk.records, desk.reviewed, last_reviews(kept))
        case = find_case(found, wanted)
        return found, reviews_of(kept, case.task_id) if case else []


def _case(found: dict[str, Case], wanted: str, lang: Lang) -> Case:
    case = find_case(found, wanted)
    if case is None:
        raise RefusedError(404, refused(HetaoError, "task-unknown", task=shortened(wanted)))
    return case


def _following(found: dict[str, Case], case: Case) -> str:
    """Return the next obligation after *case* without a review, else the first one; empty if none is left."""
    left = set(unreviewed(found)) - {case.task_id}
    order = list(found)
    place = order.index(case.task_id)
    return next((key for key in [*order[place + 1 :], *order[:place]] if key in left), "")


def _touched(case: Case, values: dict[str, str]) -> bool:
    """Return whether a box differs from the obligation as extracted, which is what gets confirmed."""
    row = case.extracted
    return row is not None and any(
        " ".join(text.split()) != " ".join(written(row, name).split()) for name, text in values.items()
    )
