"""What people report of a task: its fields, how each is written, and which step of its life may follow which."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

from kg.errors import HetaoError, RuleError
from kg.ledger.days import read_day
from kg.ledger.terms import Lang
from kg.resources import load_yaml, rules_dir
from kg.search.words import folded

Status = Literal["not_started", "under_way", "behind", "done", "closed", "standing", "extended", "halted"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)

FieldKind = Literal["status", "text", "log", "date", "percent", "list"]
Value = str | int | tuple[str, ...] | datetime.date | None
"""What a field holds: a status or words as str, a percentage as int, names of papers as a tuple, a day; None: nothing.
"""

LONGEST = 20_000
"""Characters a value may have: what a cell of a spreadsheet holds, with room for what is appended to it."""

ENDED: Final = ("done", "closed")
"""The statuses of a task that is finished."""


class ReportError(HetaoError):
    """Something reported that cannot be taken as it stands."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a report. One that is `personal` names a person or a way to reach one: public files leave it out."""

    name: str
    kind: FieldKind
    words: Mapping[Lang, str]
    personal: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one status to others; see `rules/reports.yaml`."""

    before: frozenset[Status | None]
    after: frozenset[Status]
    by_another: bool
    again: bool


Report = Mapping[str, Value]
"""What is reported of one task: field → value; a field that nothing was said of is not in it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`rules/reports.yaml`, read and checked."""

    fields: Mapping[str, Field]
    statuses: Mapping[Status, Mapping[Lang, str]]
    spelled: Mapping[str, Status]
    moves: tuple[Move, ...]
    needs: Mapping[Status, tuple[str, ...]]


@cache
def rules() -> Rules:
    """Return the rules of reports; a `RuleError` where the file is not as it should be."""
    path = rules_dir() / "reports.yaml"
    plain: dict[str, Any] = load_yaml(path)
    try:
        fields = {
            name: Field(name, one["kind"], one["words"], one.get("personal", False))
            for name, one in plain["fields"].items()
        }
        moves = tuple(
            Move(frozenset(one["from"]), frozenset(one["to"]), one.get("by") == "another", one.get("again", False))
            for one in plain["moves"]
        )
        spelled = {_folded(word): key for key, words in plain["statuses"].items() for word in (key, *words.values())}
        spelled |= {_folded(word): key for word, key in plain["also"].items()}
        read = Rules(fields, plain["statuses"], spelled, moves, {k: tuple(v) for k, v in plain["needs"].items()})
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleError(path, f"{error} is not as it should be", "correct it") from error
    named = {status for move in moves for status in (move.before - {None}) | move.after} | set(read.needs)
    if set(read.statuses) != set(STATUSES) or not named <= set(STATUSES):
        raise RuleError(path, f"the statuses are not {', '.join(STATUSES)}", "name each of them")
    if any(field.kind not in get_args(FieldKind) for field in fields.values()):
        raise RuleError(path, f"a kind of field is not one of {', '.join(get_args(FieldKind))}", "correct it")
    if missing := {name for names in read.needs.values() for name in names} - set(fields):
        raise RuleError(path, f"{', '.join(sorted(missing))} is needed and no field", "correct it")
    return read


def status_word(lang: Lang, status: Status | None) -> str:
    """Return what *status* is called; nothing is called nothing."""
    return rules().statuses[status][lang] if status else ""


def read_value(name: str, written: object, year: int | None = None) -> Value:
    """Return what somebody wrote for the field *name* as its value; a `ReportError` where it cannot be that.

    *written* is text, a number, a day or what a spreadsheet's cell holds. Words keep their characters: only white space
    at either end goes. A day without a year is of *year* where one is given.
    """
    field = rules().fields[name]
    if written is None or (isinstance(written, str) and not written.strip()) or written == ():
        return None
    match field.kind:
        case "date":
            return read_day(written, year)
        case "percent":
            return _read_percent(written)
        case "list":
            parts = written if isinstance(written, tuple | list) else _text(written).replace("；", "\n").split("\n")
            return tuple(dict.fromkeys(part for one in parts if (part := _checked(str(one).strip())))) or None
        case "status":
            status = rules().spelled.get(_folded(_text(written)))
            if status is None:
                known = "、".join(words["zh-Hans"] for words in rules().statuses.values())
                raise ReportError(_text(written), "that is no status", f"give one of {known}")
            return status
    return _checked(_text(written))


def check(before: Report, after: Report, *, another: bool) -> None:
    """Raise a `ReportError` where the life of a task does not go on from *before* to *after*.

    *another* is whether it is another person than the one who reported the status before.
    """
    was, now = before.get("status"), after.get("status")
    if was == now:
        for name in rules().needs.get(now, ()):  # type: ignore[call-overload]
            if before.get(name) is not None and after.get(name) is None:
                raise ReportError(_word(name), f"{status_word('zh-Hans', now)} stands on it", "leave it there")  # type: ignore[arg-type]
        return
    if now is None:
        raise ReportError(status_word("zh-Hans", was), "a status is not taken away", "give the one that holds now")  # type: ignore[arg-type]
    move = next((one for one in rules().moves if was in one.before and now in one.after), None)
    told = f"{status_word('zh-Hans', was) or '未填报'} → {status_word('zh-Hans', now)}"  # type: ignore[arg-type]
    if move is None:
        allowed = {after for one in rules().moves if was in one.before for after in one.after}
        names = "、".join(status_word("zh-Hans", one) for one in STATUSES if one in allowed)
        raise ReportError(told, "that step is not one of a task's life", f"from there it goes to {names}")
    if move.by_another and not another:
        raise ReportError(told, "who reported it done cannot close it", "have another person close it")
    if move.again and after.get("note") in (None, before.get("note")):
        raise ReportError(told, "a step back has to say why", "write the reason in 备注")
    for name in rules().needs.get(now, ()):  # type: ignore[call-overload]
        if after.get(name) is None:
            raise ReportError(told, f"{_word(name)} is missing", "fill it in")


def _word(name: str) -> str:
    return rules().fields[name].words["zh-Hans"]


def _read_percent(written: object) -> int:
    text = unicodedata.normalize("NFKC", _text(written)).strip()
    number = text.removesuffix("%").strip()
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    # a cell that is shown as 80 % holds .8; one that holds 1 is told from 1 % by its format alone, by who reads it
    if isinstance(written, float) and 0 < value < 1:
        value *= 100
    if not (0 <= value <= 100) or abs(value - round(value)) > 1e-6:
        raise ReportError(text, "that is no percentage", "give a whole number from 0 to 100")
    return round(value)


def _text(written: object) -> str:
    if isinstance(written, float) and written.is_integer():
        return str(int(written))
    return str(written)


def _checked(text: str) -> str:
    # what XML, and so every office file, cannot hold
    flat = "".join(
        c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or c.isprintable() or c == "\u3000"
    )
    if len(flat) > LONGEST:
        raise ReportError(flat[:40], f"it has {len(flat)} characters", f"keep to {LONGEST}")
    return flat.strip()


def _folded(word: str) -> str:
    return "".join(folded(word).split())
