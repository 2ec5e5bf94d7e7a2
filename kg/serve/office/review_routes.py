"""A desk → the routes on which a supervisor says of an extracted row what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from kg.errors import HetaoError
from kg.ledger.accounts import check_name
from kg.ledger.changes import ConflictError
from kg.ledger.corrections import CORRECTABLE, written
from kg.ledger.reviewed import Case, cases, find_case
from kg.ledger.reviewing import make_review
from kg.ledger.reviews import last_reviews, reviews_of, save_review
from kg.ledger.terms import Lang
from kg.ledger.verdicts import VERDICTS, Review, Verdict
from kg.serve.office.requests import Form, lang_of, ledger_of, needs, stranger
from kg.serve.office.review_page import BOX, review_page, reviews_page, unreviewed
from kg.serve.office.view import REVIEW, link
from kg.serve.origin import own_page
from kg.serve.wording import words

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk
    from kg.serve.office.signing import Signing


def add_to(app: FastAPI, desk: Desk, signing: Signing) -> None:
    """Give *app* `/desk/review`: GET lists what was reviewed, with `id` it shows one row; POST keeps a review of it."""

    @app.get(REVIEW, include_in_schema=False)
    def page(request: Request, id: str = "", done: str = "") -> Response:
        lang, person = lang_of(request), signing.person(request)
        if person is None:
            return stranger(request, signing)
        found, histories = _known(desk, id)
        if not id:
            return reviews_page(found, lang, person)
        case = _case(found, id, lang)
        said = words(lang)["office"]["review"]["kept"] if done == "kept" else ""
        following = _following(found, case)
        return review_page(case, histories, lang, person, following=following, done=said)

    @app.post(REVIEW, include_in_schema=False)
    def review(request: Request, form: Form) -> Response:
        own_page(request)
        lang, person = lang_of(request), signing.person(request, form.get("who", ""))
        if person is None:
            return stranger(request, signing)
        found, history = _known(desk, form.get("id", ""))
        case = _case(found, form.get("id", ""), lang)

        def again(wrong: str, status: int) -> Response:
            return review_page(case, history, lang, person, typed=form, wrong=wrong, status=status)

        if not person.may("supervisor"):
            return again(needs(lang, "supervisor"), 403)
        if form.get("verdict") not in VERDICTS:
            raise HTTPException(422, "the form cannot be read")
        verdict = cast("Verdict", form["verdict"])
        values = {name: form[f"{BOX}{name}"] for name in CORRECTABLE if f"{BOX}{name}" in form}
        number = int(form["number"]) if form.get("number", "").isdecimal() else -1
        try:
            who = check_name(person.name)
            if verdict == "confirmed" and _touched(case, values):
                return again(words(lang)["office"]["review"]["touched"], 422)
            made = make_review(case, verdict, form.get("reason", ""), who, "desk", values)
            with ledger_of(desk) as kept:
                save_review(kept, made, number)
        except ConflictError as error:
            # what was typed stays in the boxes, to be saved over the other's knowingly
            found, history = _known(desk, case.task_id)
            case = _case(found, case.task_id, lang)
            form["number"] = str(case.review.number if case.review else 0)
            return again(str(error), 409)
        except HetaoError as error:
            return again(str(error), 422)
        return RedirectResponse(link(REVIEW, lang, id=case.task_id, done="kept"), 303)


def _known(desk: Desk, wanted: str) -> tuple[dict[str, Case], list[Review]]:
    """Every row with its reviews, and all that was ever said of the row *wanted*."""
    from kg.ledger.store import Ledger

    with Ledger.lent(desk.data, desk.keeping.database_url) as kept:
        found = cases(desk.records, desk.reviewed, last_reviews(kept))
        case = find_case(found, wanted)
        return found, reviews_of(kept, case.task_id) if case else []


def _case(found: dict[str, Case], wanted: str, lang: Lang) -> Case:
    case = find_case(found, wanted)
    if case is None:
        raise HTTPException(404, words(lang)["office"]["unknown"].format(id=wanted))
    return case


def _following(found: dict[str, Case], case: Case) -> str:
    """The next row after *case* that nobody has reviewed, or the first of all of them; empty where none is left."""
    left = set(unreviewed(found)) - {case.task_id}
    order = list(found)
    place = order.index(case.task_id)
    return next((key for key in [*order[place + 1 :], *order[:place]] if key in left), "")


def _touched(case: Case, values: dict[str, str]) -> bool:
    """Whether a box says something else than the row as it was extracted, which is what is confirmed."""
    row = case.extracted
    return row is not None and any(
        " ".join(text.split()) != " ".join(written(row, name).split()) for name, text in values.items()
    )
