"""A task and a column → the cell: as programs read it, as people read it, or as a sheet holds it."""

from __future__ import annotations

import datetime

from kg.errors import RuleError
from kg.exports import exports
from kg.ledger.catalogue import Column
from kg.ledger.columns import FUNCTIONS
from kg.ledger.layout import day_in
from kg.ledger.reports import Value, rules, status_word
from kg.ledger.tasks import LedgerTask
from kg.ledger.terms import term
from kg.vocab import Lang


def plain_of(column: Column, task: LedgerTask) -> str:
    """Return the cell as programs read it: keys, ISO days, "" for nothing."""
    return _text(column, _value(column.source, column, task))


def words_of(column: Column, task: LedgerTask, lang: Lang = "zh-Hans") -> str:
    """Return the cell as people read it; the names and words of the plan stay as they are in every language."""
    value = _value(column.in_words or column.source, column, task)
    if column.of == "status":
        return status_word(lang, value)
    return term(lang, column.of, str(value)) if column.of else _text(column, value)


def cell_of(column: Column, task: LedgerTask) -> str | int | datetime.date:
    """Return the cell as a sheet holds it: a day or a number as such, all else as people read it."""
    if column.type not in ("date", "number", "percent"):
        return words_of(column, task)
    value = _value(column.source, column, task)
    if isinstance(value, str):
        return (day_in(value) if column.type == "date" else None) or value
    return value if isinstance(value, int | datetime.date) else ""


def said(name: str, value: Value, lang: Lang = "zh-Hans") -> str:
    """Return a reported value as people read it; what they wrote stays as it is in every language."""
    if name == "status":
        return status_word(lang, value)
    field = rules().fields.get(name)
    return _text(field, value) if field else plain(value)


def plain(value: Value) -> str:
    """Return a reported value as text, with a line for each item of a list."""
    return "\n".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _value(source: str, column: Column, task: LedgerTask) -> Value:
    """What *source* gives; a `RuleError` if it names a function that does not exist."""
    record, _, name = source.partition(".")
    match record:
        case "report":
            return task.value(column.key)
        case "obligation" | "clause":
            return getattr(getattr(task, record), name)  # type: ignore[no-any-return]
    if source not in FUNCTIONS:
        problem = f"there is no function {source} in columns.py"
        raise RuleError("columns.yaml", problem, f"use one of {', '.join(FUNCTIONS)}")
    return FUNCTIONS[source](task)


def _text(column: Column, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and (column.type == "names" or not column.reported):
        return exports().separator.join(value)
    return plain(value)
