"""A desk → its HTTP application, without the page: the doors, and what answers where there is none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import kg
from kg.settings import Serving, load_serving

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk


def create_app(desk: Desk, serving: Serving | None = None, *, alone: bool = False) -> FastAPI:
    """Return the application: `/api`, `/sparql`, `/id`, `/healthz`, `/docs` and `/openapi.json`.

    The page is mounted on it at `/` by `search_app`, behind everything here. *serving* is what the environment says
    unless given. *alone*: nobody but this machine asks, so that tasks may be reported of without an account.
    """
    from fastapi import FastAPI

    from kg.ledger.accounts import Accounts
    from kg.serve import api, around, docs, doors, judging, problems, sparql, things, vendor
    from kg.serve.office import routes
    from kg.serve.office.signing import Signing

    serving = serving or load_serving()
    # the usual documentation pages load their scripts from another host
    app = FastAPI(title="hetao-kg", version=kg.__version__, docs_url=None, redoc_url=None)
    app.add_middleware(doors.Doors, origins=serving.origins)
    problems.install(app)
    # it warns, with a traceback, of each value that is none of its type; in queries those are strangers' to choose
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the desk answers, and which build it shows."""
        return {"status": "ok", "version": kg.__version__, "build": desk.build.folder.name}

    api.add_to(app, desk)
    sparql.add_to(app, desk, serving)
    things.add_to(app, desk)
    around.add_to(app, desk)
    vendor.add_to(app)
    signing = Signing(Accounts(desk.data), alone=alone)
    judging.add_to(app, desk, signing)
    routes.add_to(app, desk, signing)
    docs.install(app)
    doors.close_doors(app)
    return app
