"""What somebody says a field of an extracted row should be → its value, or why it may not be that.

A correction is bound to the text as the extraction is: words stand in the clause, names are names of the document, a
date is read from its own words and never typed. Quote, place, clause and ids are no one's to correct.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, cast, get_args

from kg.extract.dates import times
from kg.ledger.reports import ReportError
from kg.models import (
    AgentTier,
    Basis,
    Clause,
    DeadlineKind,
    Due,
    Force,
    Modality,
    Obligation,
    Party,
    Records,
    Role,
    Tier,
    strip_space,
    to_json,
)

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "modality": get_args(Modality),
    "force": get_args(Force),
    "tier": get_args(Tier),
    "open_list": ("true", "false"),
}
_WORDS: Final = ("action", "object", "condition", "exception")
_NEEDED: Final = ("modality", "force", "tier", "open_list")
CORRECTABLE: Final = (
    *("modality", "force", "tier", "agents", "open_list", "action", "object"),
    *("beneficiaries", "zones", "policy", "deadline", "condition", "exception"),
)
"""The fields of a row that can be corrected."""

_UNDATED: Final = ("vague", "conditional", "recurring")
_BETWEEN: Final = re.compile(r"[\n;；]")


def choices_of(name: str) -> tuple[str, ...]:
    """Return the values that the field *name* can have; none where it holds words or names."""
    return _CHOICES.get(name, ())


def written(row: Obligation, name: str) -> str:
    """Return the field *name* of *row* as it is written in a box and read back by `read_correction`."""
    value = getattr(row, name)
    if name == "agents":
        return "\n".join(map(_party_text, row.agents))
    if name == "deadline":
        return _due_text(row.deadline) if row.deadline else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(value) if isinstance(value, tuple) else value or ""


def read_correction(name: str, text: str, row: Obligation, records: Records) -> Any:  # noqa: ANN401 - the field's
    """Return what *text* says the field *name* of *row* should be, as the record holds it.

    *records* are those of the row's document. A `ReportError` where it says what the text does not.
    """
    if name not in CORRECTABLE:
        raise ReportError(name, "that is not to be corrected", f"correct one of {', '.join(CORRECTABLE)}")
    text = text.strip()
    if text == written(row, name):
        return getattr(row, name)
    if not text and name in _NEEDED:
        raise ReportError(name, "it cannot be empty", "write what it should be")
    clause = next(one for one in records.document.clauses if one.id == row.clause)
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            raise ReportError(text, f"that is no {name}", f"write one of {', '.join(_CHOICES[name])}")
        return text == "true" if name == "open_list" else text
    if name in _WORDS:
        # a row can have several conditions, from different places of its clause
        words = "；".join(_in_clause(name, part, clause) for part in _parts(text))
        return words or ("" if name in ("action", "object") else None)
    return _NAMED[name](text, clause, records)


def corrected_row(row: Obligation, corrected: Mapping[str, Any], records: Records) -> Obligation:
    """Return *row* with the values of a review's `corrected`, each held against the text anew.

    A `ReportError` where one of them does not stand in it (any more), or is no value of its field.
    """
    # pydantic takes a sixth of a second to import, and most builds have no correction
    from pydantic import TypeAdapter, ValidationError

    try:
        wanted: Obligation = TypeAdapter(Obligation).validate_python({**to_json(row), **corrected})
    except ValidationError as error:
        raise ReportError(row.task_id, "a correction of it is no value of its field", "correct it again") from error
    values = {name: read_correction(name, written(wanted, name), row, records) for name in corrected}
    return replace(row, **values, review="corrected")


def changed_values(row: Obligation, values: Mapping[str, str], records: Records) -> dict[str, Any]:
    """Return what of *values*, text by field, differs from *row*, as a review's `corrected` holds it."""
    read = {name: read_correction(name, text, row, records) for name, text in values.items()}
    after = to_json(replace(row, **read))
    return {name: after[name] for name in read if after[name] != to_json(row)[name]}


# ------------------------------------------------------------------ words and names


def _in_clause(name: str, text: str, clause: Clause) -> str:
    words = strip_space(text)
    if words not in strip_space(clause.text):
        raise ReportError(words, f"these words of {name} do not stand in clause {clause.id}", "copy them from there")
    return words


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (strip_space(part) for part in _BETWEEN.split(text)))))


def _known(what: str, part: str, known: Iterable[str], records: Records) -> str:
    if part not in known and part not in strip_space(records.document.source.text):
        raise ReportError(part, f"no such {what} stands in the document", "write it as it stands there")
    return part


def _beneficiaries(text: str, clause: Clause, records: Records) -> tuple[str, ...]:
    known = {name for row in records.obligations for name in row.beneficiaries}
    return tuple(
        part if part in known else _in_clause("beneficiaries", part, clause) for part in _parts(text)
    )  # fmt: skip


def _zones(text: str, clause: Clause, records: Records) -> tuple[str, ...]:
    del clause
    known = {zone.name for zone in records.zones}
    return tuple(_known("zone", part, known, records) for part in _parts(text))


def _policy(text: str, clause: Clause, records: Records) -> str | None:
    name = strip_space(text)
    if not name or name in {policy.name for policy in records.policies}:
        return name or None
    return _in_clause("policy", name, clause)


# ------------------------------------------------------------------ bodies


def _party_text(party: Party) -> str:
    surface = "" if party.surface == party.name else f"={party.surface}"
    return f"{party.role}: {party.name}{surface}{', inherited' if party.basis == 'inherited' else ''}"


_PARTY: Final = re.compile(
    rf"(?P<role>{'|'.join(get_args(Role))})[:：](?P<name>[^=＝,，]+)"
    r"(?:[=＝](?P<surface>[^=＝,，]+))?(?P<inherited>[,，]inherited)?"
)


def _parties(text: str, clause: Clause, records: Records) -> tuple[Party, ...]:
    tiers: dict[str, AgentTier] = {p.name: p.tier for row in records.obligations for p in row.agents}
    tiers |= {agent.name: agent.tier for agent in records.agents}
    found = []
    for part in _parts(text):
        match = _PARTY.fullmatch(part)
        if match is None:
            raise ReportError(
                part, "that is no body with its role", f"write role: name, the role one of {', '.join(get_args(Role))}"
            )
        name, surface = match["name"], match["surface"] or match["name"]
        _known("body", name, tiers, records)
        if match["inherited"]:
            _known("body", surface, (), records)
        else:
            _in_clause("agents", surface, clause)
        basis: Basis = "inherited" if match["inherited"] else "explicit"
        found.append(Party(name, surface, tiers.get(name, "named"), cast("Role", match["role"]), basis))
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ times


def _due_text(due: Due) -> str:
    read = _read_due(due.text)
    return due.text if read == due else f"{due.text} | {due.kind}"


def _read_due(words: str) -> Due | None:
    found = [one for one in times(words) if one.text == words]
    return Due(words, found[0].kind, found[0].date) if found else None


def _due(text: str, clause: Clause, records: Records) -> Due | None:
    """A time by its words, and its kind where they do not say it; the date is what the words say, never another."""
    del records
    if not text:
        return None
    words, _, kind = (part.strip() for part in text.partition("|"))
    words = _in_clause("deadline", words, clause)
    read = _read_due(words)
    if kind in ("", read.kind if read else None) and read:
        return read
    if kind not in _UNDATED:
        raise ReportError(
            words, "no date can be read from these words", f"write them with a kind: words | {' or '.join(_UNDATED)}"
        )
    return Due(words, cast("DeadlineKind", kind), None)


_NAMED: Final[Mapping[str, Callable[[str, Clause, Records], Any]]] = {
    "agents": _parties,
    "beneficiaries": _beneficiaries,
    "zones": _zones,
    "policy": _policy,
    "deadline": _due,
}
