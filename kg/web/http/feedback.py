"""`/desk/feedback` → users' feedback on answers, saved, counted, downloaded, erased."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kg.errors import OutputError
from kg.feedback import MAX_COMMENT, MAX_QUESTION, Feedback, FileForm, as_file, verdict
from kg.web.http.dependencies import DeskDep, SessionsDep
from kg.web.http.origin import own_page
from kg.workspace import MEDIA_TYPES

PATH = "/desk/feedback"

_log = logging.getLogger(__name__)


class FeedbackRequest(BaseModel):
    """A user's verdict on the answer to a question."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
    right: bool
    comment: Annotated[str, Field(max_length=MAX_COMMENT)] = ""
    document: Annotated[str, Field(max_length=MAX_QUESTION)] = ""
    previous: Annotated[str, Field(max_length=MAX_QUESTION)] = ""


router = APIRouter(include_in_schema=False)


async def _kept(desk: DeskDep) -> Feedback:
    return Feedback(desk.data)


KeptDep = Annotated[Feedback, Depends(_kept)]


def _supervised(request: Request, sessions: SessionsDep) -> None:
    """Refuse anyone but a supervisor, if there are accounts."""
    person = sessions.person(request)
    if sessions.accounts and not (person and person.may("supervisor", "")):
        raise HTTPException(401, "only a supervisor may do this; sign in at /desk/signin")


@router.post(PATH, status_code=201, dependencies=[Depends(own_page)])
def add(said: FeedbackRequest, desk: DeskDep, kept: KeptDep) -> dict[str, int]:
    """Save feedback on an answer."""
    # the question is answered again: the answer saved is never what a client claims it was
    answer = desk.ask(said.question, document=said.document or None, previous=said.previous or None)
    with _on_disk():
        kept.add(verdict(answer, said.right, said.comment))
        return {"count": len(kept.all())}


@router.get(PATH)
def count(kept: KeptDep) -> dict[str, int]:
    """Count the feedback."""
    with _on_disk():
        return {"count": len(kept.all())}


@router.delete(PATH, dependencies=[Depends(own_page), Depends(_supervised)])
def erase(kept: KeptDep) -> dict[str, int]:
    """Erase all feedback; if there are accounts, for supervisors only."""
    with _on_disk():
        return {"erased": kept.erase()}


@router.get(f"{PATH}/answers.{{form}}", dependencies=[Depends(_supervised)])
def file(form: FileForm, kept: KeptDep) -> Response:
    """Give all feedback as a file; if there are accounts, to supervisors only."""
    headers = {"Content-Disposition": f'attachment; filename="hetao-feedback.{form}"', "Cache-Control": "no-store"}
    with _on_disk():
        return Response(as_file(kept.all(), form), media_type=MEDIA_TYPES[form], headers=headers)


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OutputError as error:
        # the line names folders of this machine
        _log.error("%s", error)
        raise HTTPException(507, "the server cannot save or read it; its log says why") from error
