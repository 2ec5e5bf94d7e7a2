"""A desk → its HTTP application, without the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kg

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kg.serve.desk import Desk


def create_app(desk: Desk) -> FastAPI:
    """Return the application: `/healthz` and `/api/export`. The page is mounted on it by `search_app`."""
    from fastapi import FastAPI, HTTPException
    from fastapi.responses import Response

    from kg.serve.desk import FORMATS, MEDIA_TYPES

    app = FastAPI(title="hetao-kg", version=kg.__version__)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the desk answers, and which build it shows."""
        return {"status": "ok", "version": kg.__version__, "build": desk.build.folder.name}

    @app.get("/api/export")
    def export(format: str = "csv") -> Response:
        """Give the obligation ledger as a file."""
        form = next((known for known in FORMATS if known == format), None)
        if form is None:
            raise HTTPException(422, f"format is one of {', '.join(FORMATS)}")
        name = f"hetao-ledger.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return Response(desk.export(form), media_type=MEDIA_TYPES[form], headers=headers)

    return app
