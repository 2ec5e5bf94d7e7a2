"""`/desk/library` → documents sent to the desk, built into the library, and shown: for supervisors alone."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from kg.errors import HetaoError
from kg.read.forms.kinds import ENDINGS
from kg.refusals import line_in
from kg.vocab import Lang
from kg.web.http.dependencies import SessionsDep, from_state
from kg.web.http.origin import own_page
from kg.web.office.arrivals import Arrivals
from kg.web.office.requests import Asking, LangDep, Posting, person_of
from kg.web.office.sessions import Person
from kg.web.office.view import LIBRARY, beyond, link, office_page
from kg.web.wording import words

MOST = 20
"""The most documents that are taken at a time."""

router = APIRouter(include_in_schema=False)

ArrivalsDep = Annotated[Arrivals, from_state("arrivals")]
AgainDep = Annotated[threading.Event, from_state("again")]


@router.get(LIBRARY)
def page(lang: LangDep, person: Asking, arrivals: ArrivalsDep) -> Response:
    """Show the form for sending documents, and how far the build of those sent before is."""
    return _page(lang, person, arrivals)


@router.post(LIBRARY, dependencies=[Depends(own_page)])
async def send(request: Request, sessions: SessionsDep, lang: LangDep, arrivals: ArrivalsDep) -> Response:
    """Keep documents and begin to build them into the library; nothing is kept where one is refused."""
    person = await run_in_threadpool(person_of, request, sessions)
    if not person.may("supervisor", ""):
        return _page(lang, person, arrivals)
    async with request.form(max_files=MOST, max_fields=5) as form:
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        sent = [(one.filename or "", await one.read()) for one in files]
    if not sent:
        return _page(lang, person, arrivals, wrong=words(lang)["office"]["no_file"], status=422)
    try:
        await run_in_threadpool(_taken, arrivals, sent)
    except HetaoError as error:
        return _page(lang, person, arrivals, wrong=line_in(error, lang), status=422)
    return RedirectResponse(link(LIBRARY, lang), 303)


@router.post(f"{LIBRARY}/show", dependencies=[Depends(own_page)])
def show(lang: LangDep, person: Posting, arrivals: ArrivalsDep, again: AgainDep) -> Response:
    """Have the desk open the new build; whoever asks meanwhile waits some seconds."""
    if not person.may("supervisor", "") or arrivals.state() != "made":
        return _page(lang, person, arrivals)
    again.set()
    return RedirectResponse(link(LIBRARY, lang), 303)


def _taken(arrivals: Arrivals, sent: list[tuple[str, bytes]]) -> None:
    arrivals.start([arrivals.keep(name, content) for name, content in sent])


def _page(lang: Lang, person: Person, arrivals: Arrivals, *, wrong: str = "", status: int = 200) -> Response:
    may = person.may("supervisor", "")
    state = arrivals.state()
    return office_page(
        "arrivals.html",
        lang,
        person,
        status=status if may else 403,
        may=may,
        wrong=wrong if may else beyond(lang, person, "supervisor", ""),
        state=state,
        said=arrivals.said() if may and state != "idle" else [],
        tab="library",
        endings=",".join(sorted(ENDINGS)),
        MOST=MOST,
    )
