"""A request → what its application was made with: the desk, the sessions, the settings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request

from kg.settings import Serving
from kg.web.desk.desk import Desk
from kg.web.office.sessions import Sessions


def from_state(name: str) -> Any:  # noqa: ANN401 - FastAPI's marker of a dependency
    """Return the dependency on the application's state *name*."""

    # async, though it waits for nothing: FastAPI would run a plain function in a thread
    async def read(request: Request) -> Any:  # noqa: ANN401 - whatever is kept there
        return getattr(request.app.state, name)

    return Depends(read)


DeskDep = Annotated[Desk, from_state("desk")]
SessionsDep = Annotated[Sessions, from_state("sessions")]
ServingDep = Annotated[Serving, from_state("serving")]
