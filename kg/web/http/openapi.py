"""The application's OpenAPI description → the same with problems as errors, and as a page without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter

from kg.web.http.problems import MEDIA_TYPE, ProblemDetails
from kg.web.templates import page

if TYPE_CHECKING:
    from fastapi import FastAPI

_FAILURES = {
    "400": "The request cannot be read.",
    "404": "There is no such thing.",
    "406": "There is no such format.",
    "413": "The body is too long.",
    "415": "The body is of another type.",
    "422": "A value does not fit.",
    "503": "It took too long, or too much is asked at once.",
}
_OF = {
    "/sparql": ("400", "406", "413", "415", "503"),
    "/id/{path}": ("404", "406"),
    "/ns": ("406",),
    "/catalogue": ("400", "406"),
    "/healthz": (),
    "/api/graph": ("404", "422"),
    "/api/graph.graphml": ("404", "422"),
}


def install(app: FastAPI) -> None:
    """Make *app* describe its errors as problems, and add a page at `/docs` that lists its routes."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        title = f"{app.title} {app.version}"
        return page("docs.html", title=title, paths=app.openapi()["paths"], type_of=_type)


def _with_problems(plain: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI description in which every error is a problem; FastAPI describes its own form of errors."""
    schemas = plain.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = TypeAdapter(ProblemDetails).json_schema()
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, methods in plain["paths"].items():
        for method, operation in methods.items():
            codes = _OF.get(path, ("400", "413", "415", "422") if method == "post" else ("422",))
            for code in [code for code in operation["responses"] if code[0] in "45"]:
                del operation["responses"][code]
            for code in codes:
                if code in ("413", "415") and method == "get":
                    continue
                operation["responses"][code] = {"description": _FAILURES[code], "content": content}
    return plain


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " / ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"{_type(schema['items'])} …"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("format") or schema.get("type", ""))
    least, most = schema.get("minimum"), schema.get("maximum")
    return kind if least is None or most is None else f"{kind} {least} to {most}"
