"""What people report of a task: its fields, how each is written, and which status may follow which."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Final, Literal, Self, cast, get_args

import pydantic

from kg.errors import ReportError
from kg.ledger.assignment import read_names
from kg.ledger.catalogue import Column, column_names, report_columns
from kg.ledger.days import read_day
from kg.refusals import listed, refusals, refused, shortened
from kg.rules import Said, Strict, load
from kg.search.words import folded
from kg.vocab import LANGS, Lang

Status = Literal["not_started", "under_way", "behind", "done", "closed", "standing", "extended", "halted"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

Value = str | int | tuple[str, ...] | datetime.date | None
"""What a field holds: a status or words as str, a percentage as int, names of papers or bodies as a tuple, a day; None:
nothing.
"""

LONGEST = 20_000
"""Characters a value may have: what a cell of a spreadsheet holds, with room for what is appended to it."""

ENDED: Final = ("done", "closed")
"""The statuses of a task that is finished."""


class Move(Strict):
    """A step from one status to others; see `rules/reports.yaml`."""

    before: Annotated[frozenset[Status | None], pydantic.Field(alias="from")]
    after: Annotated[frozenset[Status], pydantic.Field(alias="to")]
    by: Literal["another"] | None = None
    again: bool = False


Report = Mapping[str, Value]
"""What is reported of one task: field → value, without the fields that are empty."""


class Rules(Strict):
    """`rules/reports.yaml`; `also` are other words for a status."""

    statuses: dict[Status, Said]
    also: dict[str, Status]
    moves: tuple[Move, ...]
    needs: dict[Status, tuple[str, ...]]

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Self:
        if lacking := set(STATUSES) - set(self.statuses):
            raise ValueError(f"the statuses lack {', '.join(sorted(lacking))}")
        if missing := {name for names in self.needs.values() for name in names} - set(self.fields):
            raise ValueError(f"{', '.join(sorted(missing))} is needed but is not a field")
        return self

    @property
    def fields(self) -> dict[str, Column]:
        """The fields of a report by name, in order: the columns of `rules/columns.yaml` that people fill in."""
        return {column.key: column for column in report_columns()}

    @cached_property
    def spelled(self) -> dict[str, Status]:
        """The status by each way of writing it, folded."""
        own = {_folded(word): key for key, words in self.statuses.items() for word in (key, *words.values())}
        return own | {_folded(word): key for word, key in self.also.items()}


def rules() -> Rules:
    """Return `rules/reports.yaml`."""
    return load("reports", Rules)


def status_word(lang: Lang, status: Value) -> str:
    """Return what *status* is called, "" for none."""
    return rules().statuses[cast("Status", status)][lang] if status else ""


def read_value(name: str, written: object, year: int | None = None) -> Value:
    """Return the value of the field *name* that somebody wrote as text, a number, a day or a spreadsheet's cell.

    Words keep their characters; only white space at either end is removed. A day without a year is of *year*.

    Raises:
        ReportError, DayError: what is written is no value of the field.
    """
    if written is None or (isinstance(written, str) and not written.strip()) or written == ():
        return None
    match rules().fields[name].type:
        case "date":
            return read_day(written, year)
        case "percent":
            return _read_percent(written)
        case "list":
            parts = written if isinstance(written, tuple | list) else _text(written).replace("；", "\n").split("\n")
            return tuple(dict.fromkeys(part for one in parts if (part := _checked(str(one).strip())))) or None
        case "names":
            parts = written if isinstance(written, tuple | list) else (_text(written),)
            return tuple(dict.fromkeys(name for part in parts for name in read_names(_checked(str(part))))) or None
        case "choice":
            status = rules().spelled.get(_folded(_text(written)))
            if status is None:
                raise refused(ReportError, "not-a-status", shortened(_text(written)), statuses=_statuses(STATUSES))
            return status
    return _checked(_text(written))


def check(before: Report, after: Report, *, another: bool) -> None:
    """Raise a `ReportError` if a report may not change from *before* to *after*.

    *another* is whether somebody else than the person who reported the status before makes the change.
    """
    was, now = before.get("status"), after.get("status")
    needs = rules().needs.get(now, ())  # type: ignore[call-overload]
    if was == now:
        for name in needs:
            if before.get(name) is not None and after.get(name) is None:
                raise refused(ReportError, "status-stands-on-it", column_names(name), status=_spoken(now))
        return
    if now is None:
        raise refused(ReportError, "status-removed", _spoken(was))
    moves = [one for one in rules().moves if was in one.before]
    move = next((one for one in moves if now in one.after), None)
    start, end = _spoken(was) if was else refusals().unreported, _spoken(now)
    step = {lang: f"{start[lang]} → {end[lang]}" for lang in LANGS}
    if move is None:
        following = [one for one in STATUSES if any(one in m.after for m in moves)]
        raise refused(ReportError, "no-such-step", step, statuses=_statuses(following))
    if move.by == "another" and not another:
        raise refused(ReportError, "another-person", step)
    if move.again and after.get("note") in (None, before.get("note")):
        raise refused(ReportError, "step-back", step, note=column_names("note"))
    for name in needs:
        if after.get(name) is None:
            raise refused(ReportError, "missing", step, column=column_names(name))


def _spoken(status: Value) -> dict[Lang, str]:
    return {lang: status_word(lang, status) for lang in LANGS}


def _statuses(some: Sequence[Status]) -> dict[Lang, str]:
    return listed({lang: [status_word(lang, status) for status in some] for lang in LANGS})


def _read_percent(written: object) -> int:
    text = unicodedata.normalize("NFKC", _text(written)).strip()
    try:
        value = float(text.removesuffix("%").strip())
    except ValueError:
        value = -1.0
    # a cell shown as 80 % holds .8; only its format tells a cell that holds 1 from 1 %, and its reader sees to that
    if isinstance(written, float) and 0 < value < 1:
        value *= 100
    if not (0 <= value <= 100) or abs(value - round(value)) > 1e-6:
        raise refused(ReportError, "not-a-percentage", shortened(text))
    return round(value)


def _text(written: object) -> str:
    return str(int(written) if isinstance(written, float) and written.is_integer() else written)


def _checked(text: str) -> str:
    # without what XML, and so every office file, cannot hold
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    flat = "".join(c for c in lines if c in "\n\t\u3000" or c.isprintable())
    if len(flat) > LONGEST:
        raise refused(ReportError, "too-long", flat[:40], count=len(flat), most=LONGEST)
    return flat.strip()


def _folded(word: str) -> str:
    return "".join(folded(word).split())
