"""Answers and clauses → pieces of HTML. All text from users and documents is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

import yaml

from kg.answer.record import Answer, Evidence
from kg.answer.wording import clause_name
from kg.ledger.export import wording as ledger_wording
from kg.models import Clause, Document, Span
from kg.read.offsets import text_offsets
from kg.resources import rules_dir
from kg.serve.desk import FORMATS, Desk


@cache
def words() -> dict[str, Any]:
    """Return what the desk says in its own voice, from `rules/desk.yaml`."""
    plain: dict[str, Any] = yaml.safe_load((rules_dir() / "desk.yaml").read_text(encoding="utf-8"))
    return plain


def head_html(desk: Desk) -> str:
    """Return the top of the page: what this is, of which documents, and that the printed text prevails."""
    note = ledger_wording()["note"]
    documents = "".join(
        f"<li>{escape(one.document.title)} <b>{escape(one.document.identifier or '')}</b></li>" for one in desk.records
    )
    return (
        f'<header class="hk-head"><h1>{escape(words()["title"])}</h1><ul>{documents}</ul>'
        f'<p class="hk-note" role="note">{escape(note["zh"])} {escape(note["en"])}</p></header>'
    )


def answer_html(answer: Answer | None, desk: Desk) -> str:
    """Return an answer: its items, the sentence, what limits it, and the quotes with clause and offsets."""
    say = words()
    if answer is None:
        return f'<p class="hk-quiet">{escape(say["nothing_asked"])}</p>'
    parts = [f'<p class="hk-asked">{escape(answer.question)}</p>']
    if not answer.answered:
        parts.append(f'<p class="hk-refused">{escape(say["refused"])} <code>{escape(answer.reason or "")}</code></p>')
    if answer.answers and answer.intent != "passage":
        items = "".join(f"<li>{escape(item.text)}</li>" for item in answer.answers)
        parts.append(f'<ul class="hk-answers">{items}</ul>')
    parts.append(f"<p>{escape(answer.message)}</p>")
    limits = [value for value in _limits(answer) if value]
    if limits:
        parts.append(f'<p class="hk-limits">{escape(say["limits"])}: {escape("; ".join(limits))}</p>')
    bearing = 1 if answer.answered else 0
    for key, quotes in (("evidence", answer.evidence[:bearing]), ("nearest", answer.evidence[bearing:])):
        if quotes:
            rows = "".join(_quoted(desk, item) for item in quotes)
            parts.append(f'<h3>{escape(say[key])}</h3><ol class="hk-{key}">{rows}</ol>')
    if answer.basis:
        parts.append(f'<p class="hk-quiet">{escape(answer.basis)}</p>')
    return f'<article class="hk-answer" lang="{answer.lang}">{"".join(parts)}</article>'


def _quoted(desk: Desk, item: Evidence) -> str:
    found = desk.clause(item.document, item.clause)
    name = clause_name("zh-Hans", found) if found else item.clause
    return (
        f"<li><b>{escape(name)}</b><q>{escape(item.quote)}</q>"
        f"<small>{escape(words()['where'])} {item.start}–{item.end}</small></li>"
    )


def clause_html(document: Document, clause: Clause, marks: Iterable[Span] = ()) -> str:
    """Return the text of *clause*, one paragraph a line of it, with the source's stretches *marks* highlighted."""
    places = text_offsets(document, clause)
    spans = sorted(marks)
    lines, start = [], 0
    for line in clause.text.split("\n"):
        lines.append(f"<p>{_marked(line, places[start : start + len(line)], spans)}</p>")
        start += len(line) + 1
    return f'<article class="hk-clause" lang="zh-Hans" data-clause="{escape(clause.id)}">{"".join(lines)}</article>'


def download_html() -> str:
    """Return the links that give the ledger as a file."""
    names = words()["formats"]
    links = " ".join(
        f'<a href="/api/export?format={form}" download>{escape(names[form])}</a>' for form in FORMATS if form in names
    )
    return f'<p class="hk-download">{escape(words()["download"])}: {links}</p>'


def clause_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return what the list of clauses offers: (what is read, "document/clause"), in reading order."""
    several = len(desk.records) > 1
    return [
        (
            (f"{one.document.identifier or one.document.slug} " if several else "") + clause_name("zh-Hans", clause),
            f"{one.document.slug}/{clause.id}",
        )
        for one in desk.records
        for clause in one.document.clauses
    ]


def _marked(line: str, places: list[int | None], spans: list[Span]) -> str:
    """Return *line* with `<mark>` around the characters that stand in one of *spans*."""
    inside = [place is not None and any(span.start <= place < span.end for span in spans) for place in places]
    out: list[str] = []
    for i, character in enumerate(line):
        before = i > 0 and inside[i - 1]
        if inside[i] != before:
            out.append("<mark>" if inside[i] else "</mark>")
        out.append(escape(character))
    return "".join(out) + ("</mark>" if inside and inside[-1] else "")


def _limits(answer: Answer) -> tuple[str | None, ...]:
    limit = answer.qualifier
    return () if limit is None else (limit.force, limit.zone, limit.condition, limit.exception)
