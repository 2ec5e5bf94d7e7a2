"""The rows of a query → a table, in which a cell that names a clause or an obligation opens it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from kg.graph.prefixes import PREFIXES
from kg.graph.result import Result
from kg.vocab import ID, Lang, thing
from kg.web.desk.desk import Desk
from kg.web.fragments.links import clause_query, go, obligation_query
from kg.web.fragments.tags import Html, join, table, tag
from kg.web.wording import words

_NAMES = {"csv": "CSV", "json": "JSON", "tsv": "TSV", "ttl": "Turtle"}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/sparql-results+json",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
}


def rows_html(rows: Sequence[Mapping[str, str]], desk: Desk, columns: Sequence[str] | None = None) -> Html:
    """Return *rows* as a table with *columns*, by default those of any row; nothing without rows and columns."""
    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    if not names:
        return Html()
    return table(
        names,
        (tag("tr", *(tag("td", _cell(row.get(name, ""), desk), data_label=name) for name in names)) for row in rows),
    )


def result_html(result: Result, desk: Desk, lang: Lang, files: Mapping[str, bytes], chart: str = "") -> Html:
    """Return the *result* of a query with its number of rows, its *files* by format, and the markup of its *chart*.

    The files are in the links themselves: what is downloaded is what is shown, and the server keeps none of it.
    """
    say = words(lang)
    if result.kind == "ask":
        return tag("p", say["ask_true" if result.boolean else "ask_false"], class_="hk-answers", role="status")
    count = say["rows_truncated" if result.truncated else "rows"].format(count=len(result.rows))
    links = [
        tag("a", say["rows_as"].format(form=_NAMES[form]), href=_data(form, file), download=f"rows.{form}")
        for form, file in files.items()
    ]
    told = [tag("b", count), tag("span", join(links, " · "), class_="hk-files")]
    shown = (
        rows_html(result.values(), desk, result.variables)
        if result.rows
        else tag("p", say["no_rows"], class_="hk-empty")
    )
    return tag("div", tag("p", *told, class_="hk-count", role="status"), chart, shown, lang=lang)


def _data(form: str, file: bytes) -> str:
    return f"data:{_MEDIA_TYPES[form]};base64,{b64encode(file).decode()}"


def _cell(value: str, desk: Desk) -> str:
    query = _place(value, desk)
    return go(short(value), query) if query else short(value)


def short(value: str) -> str:
    """Return *value* in readable form: an IRI with a prefix, or the part of it after `/id/`."""
    if value.startswith(("http://", "https://")):
        for prefix, iri in PREFIXES.items():
            if value.startswith(iri):
                return f"{prefix}:{value.removeprefix(iri)}"
        return value.removeprefix(thing(""))
    return value


def _place(iri: str, desk: Desk) -> dict[str, str]:
    """Return the link query of a clause or an obligation of the library; nothing for anything else."""
    if not iri.startswith(ID):
        return {}
    slug, _, rest = iri.removeprefix(ID).partition("/")
    kind, _, number = unquote(rest).partition("/")
    if kind == "clause" and number in desk.clauses_of(slug):
        return clause_query(desk, slug, number)
    if kind == "obligation" and number.rpartition("-")[0] in desk.clauses_of(slug):
        return obligation_query(desk, slug, number)
    return {}
