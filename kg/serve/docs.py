"""The application's OpenAPI description → the same with problems for errors, and as a page without scripts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter

from kg.serve.page import page
from kg.serve.problems import MEDIA_TYPE, Problem
from kg.serve.root import at

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
    "/healthz": (),
    "/api/graph": ("404", "422"),
    "/api/graph.graphml": ("404", "422"),
}


def install(app: FastAPI) -> None:
    """Let *app* describe its errors as what they are, and put a page that lists its doors at `/docs`."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(made())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return page(f"{app.title} {app.version}", listing(app.openapi()))


def _with_problems(plain: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI description in which every error is a problem: FastAPI describes errors of its own shape."""
    schemas = plain.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = TypeAdapter(Problem).json_schema()
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


def listing(plain: dict[str, Any]) -> str:
    """Return what an OpenAPI description says, as HTML: each door with its parameters, and a form to try it."""
    parts = [f"<h1>{escape(plain['info']['title'])} {escape(plain['info']['version'])}</h1>"]
    parts.append(f'<p><a href="{at("/openapi.json")}">/openapi.json</a> · <a href="{at("/")}">/</a></p>')
    for path, methods in plain["paths"].items():
        for method, operation in methods.items():
            parts.append(_operation(path, method, operation))
    return "".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    said = escape(operation.get("description", ""))
    out = [f"<section><h2><code>{method.upper()} {escape(path)}</code></h2><p>{said}</p>"]
    if parameters:
        rows = "".join(
            f"<tr><th>{escape(one['name'])}{' *' if one.get('required') else ''}</th>"
            f"<td>{escape(_type(one['schema']))}</td><td>{escape(one.get('description', ''))}</td></tr>"
            for one in parameters
        )
        out.append(f"<table>{rows}</table>")
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        out.append(f"<p>Body: {escape(', '.join(body))}</p>")
    replies = "".join(
        f"<tr><th>{escape(code)}</th><td>{escape(', '.join(reply.get('content', {})))}</td></tr>"
        for code, reply in operation["responses"].items()
    )
    out.append(f"<table>{replies}</table>")
    if method == "get" and "{" not in path:
        fields = "".join(_field(one) for one in parameters)
        out.append(f'<form action="{escape(at(path))}" method="get">{fields}<button>GET</button></form>')
    return "".join(out) + "</section>"


def _field(one: dict[str, Any]) -> str:
    name = escape(one["name"])
    default = one["schema"].get("default", "")
    value = escape(str(default)) if isinstance(default, str | int) else ""
    return f'<label>{name} <input name="{name}" value="{value}"{" required" if one.get("required") else ""}></label>'


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
