"""A desk → its HTTP application without the page: the routes, and the answer to any other of our paths."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import kg
from kg.settings import Serving, load_serving

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.web.desk.desk import Desk


def create_app(desk: Desk, serving: Serving | None = None, *, alone: bool = False) -> FastAPI:
    """Return the application: `/api`, `/sparql`, `/id`, `/ns`, `/catalogue`, `/healthz`, `/docs` and `/openapi.json`.

    `search_app` mounts the page on it at `/`, after everything here. *serving* comes from the environment unless given.
    With *alone*, nobody but this machine sends requests, so that reporting on tasks needs no account, unless
    everything asks for a sign-in.
    """
    from fastapi import FastAPI

    from kg.ledger.accounts import Accounts
    from kg.ledger.tokens import Tokens
    from kg.web.http import (
        api,
        feedback,
        linked_data,
        neighbourhoods,
        problems,
        sparql,
        subscription,
        vendor,
        vocabulary,
    )
    from kg.web.http import openapi as docs
    from kg.web.http.middleware import OwnPaths, answer_unknown_paths
    from kg.web.http.sign_in import SignIn
    from kg.web.office import routes
    from kg.web.office.arrivals import Arrivals
    from kg.web.office.refusal_page import refusal_page
    from kg.web.office.requests import NotSignedInError, not_signed_in
    from kg.web.office.sessions import Sessions
    from kg.web.office.uploads import Uploads

    serving = serving or load_serving()
    # FastAPI's own documentation pages load their scripts from another host
    app = FastAPI(title="hetao-kg", version=kg.__version__, docs_url=None, redoc_url=None)
    app.state.desk = desk
    everywhere = serving.sign_in == "all"
    app.state.sessions = Sessions(Accounts(desk.data), alone=alone and not everywhere)
    app.state.serving = serving
    app.state.uploads = Uploads()
    app.state.arrivals = Arrivals(desk.data, desk.build.folder.name)
    app.state.again = threading.Event()  # set when the desk is to open the build that is current by then
    app.state.slots = sparql.QuerySlots(serving.queries_at_once)
    app.add_middleware(SignIn, sessions=app.state.sessions, tokens=Tokens(desk.data), everywhere=everywhere)
    # the outer of the two: it marks refusals as well
    app.add_middleware(OwnPaths, origins=serving.origins, told=refusal_page)
    problems.install(app, refusal_page)
    app.add_exception_handler(NotSignedInError, not_signed_in)
    # it logs a traceback for every malformed value, and anybody can put such values into a query
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the desk answers, and which build it shows."""
        return {"status": "ok", "version": kg.__version__, "build": desk.build.folder.name}

    for module in (api, sparql, linked_data, vocabulary, neighbourhoods, subscription, vendor, feedback, routes):
        app.include_router(module.router)
    docs.install(app)
    answer_unknown_paths(app)
    return app
