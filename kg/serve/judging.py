"""`/desk/feedback` → what users say of answers is kept, counted, given as a file, erased."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from fastapi import HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from kg.errors import OutputError
from kg.serve.desk import MEDIA_TYPES
from kg.serve.feedback import MAX_COMMENT, MAX_QUESTION, Feedback, FileForm, as_file, verdict
from kg.serve.origin import own_page

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk
    from kg.serve.office.signing import Signing

PATH = "/desk/feedback"

_log = logging.getLogger(__name__)


class Said(BaseModel):
    """A user's word on the answer to a question."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
    right: bool
    comment: Annotated[str, Field(max_length=MAX_COMMENT)] = ""


def add_to(app: FastAPI, desk: Desk, signing: Signing) -> None:
    """Give *app* `/desk/feedback`: POST keeps a word on an answer, GET counts them, DELETE erases them all.

    `/desk/feedback/answers.csv` and `.json` are all of them as a file. Pages of other hosts may do none of it;
    where there are accounts, what was said is given to supervisors alone, and erased by them.
    """
    kept = Feedback(desk.data)

    @app.post(PATH, status_code=201, include_in_schema=False)
    def add(said: Said, request: Request) -> dict[str, int]:
        own_page(request)
        # the answer is asked for anew: what is kept as the answer is never what a client says it was
        answer = desk.ask(said.question)
        with _on_disk():
            kept.add(verdict(answer, said.right, said.comment))
            return {"count": len(kept.all())}

    @app.get(PATH, include_in_schema=False)
    def count() -> dict[str, int]:
        with _on_disk():
            return {"count": len(kept.all())}

    @app.delete(PATH, include_in_schema=False)
    def erase(request: Request) -> dict[str, int]:
        own_page(request)
        _supervised(signing, request)
        with _on_disk():
            return {"erased": kept.erase()}

    @app.get(f"{PATH}/answers.{{form}}", include_in_schema=False)
    def file(form: FileForm, request: Request) -> Response:
        _supervised(signing, request)
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
        raise HTTPException(507, "the server cannot keep or read it; its log says why") from error


def _supervised(signing: Signing, request: Request) -> None:
    """Refuse who is no supervisor, where there are accounts at all."""
    person = signing.person(request)
    if signing.accounts and not (person and person.may("supervisor")):
        raise HTTPException(401, "a supervisor has to sign in for this, at /desk/signin")
