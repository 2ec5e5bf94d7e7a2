"""What somebody says a field of an extracted obligation should be → its value, or why it cannot be that.

A correction is bound to the text as the extraction is: words occur in the clause, names in the document, and a date is
read from its own words and never typed. Quote, place, clause and ids cannot be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, cast, get_args

from kg.errors import ReportError
from kg.extract.dates import times
from kg.models import (
    AgentTier,
    Basis,
    Clause,
    DeadlineKind,
    Due,
    Obligation,
    ObligationAgent,
    Records,
    Role,
    strip_space,
    to_json,
)  # fmt: skip
from kg.refusals import listed, refusals, refused, shortened
from kg.vocab import FORCES, LANGS, MODALITIES, TIERS, Lang

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "modality": MODALITIES,
    "force": FORCES,
    "tier": TIERS,
    "open_list": ("true", "false"),
}
_WORDS: Final = ("action", "object", "condition", "exception")
_NEEDED: Final = ("modality", "force", "tier", "open_list")
CORRECTABLE: Final = (
    *("modality", "force", "tier", "agents", "open_list", "action", "object"),
    *("beneficiaries", "zones", "policy", "deadline", "condition", "exception"),
)
"""The fields of an obligation that can be corrected."""

_UNDATED: Final = ("vague", "conditional", "recurring")
_BETWEEN: Final = re.compile(r"[\n;；]")


def choices_of(name: str) -> tuple[str, ...]:
    """Return the values that the field *name* can have; none if it holds words or names."""
    return _CHOICES.get(name, ())


def written(row: Obligation, name: str) -> str:
    """Return the field *name* of *row* as text that `read_correction` reads back."""
    value = getattr(row, name)
    if name == "agents":
        return "\n".join(map(_agent_text, row.agents))
    if name == "deadline":
        return _due_text(row.deadline) if row.deadline else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(value) if isinstance(value, tuple) else value or ""


def read_correction(name: str, text: str, row: Obligation, records: Records) -> Any:  # noqa: ANN401 - the field's
    """Return what *text* says the field *name* of *row* should be, as the record holds it.

    *records* are those of the obligation's document.

    Raises:
        ReportError: the document does not say so, or it is no value of the field.
    """
    if name not in CORRECTABLE:
        raise refused(ReportError, "not-correctable", shortened(name), names=_fields(CORRECTABLE))
    text = text.strip()
    if text == written(row, name):
        return getattr(row, name)
    if not text and name in _NEEDED:
        raise refused(ReportError, "not-empty", refusals().words[name])
    clause = next(one for one in records.document.clauses if one.id == row.clause)
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            values = ", ".join(_CHOICES[name])
            raise refused(ReportError, "not-a-choice", shortened(text), field=refusals().words[name], values=values)
        return text == "true" if name == "open_list" else text
    if name in _WORDS:
        # an obligation can have several conditions, from different places of its clause
        words = "；".join(_in_clause(name, part, clause) for part in _parts(text))
        return words or ("" if name in ("action", "object") else None)
    return _NAMED[name](text, clause, records)


def corrected_row(row: Obligation, corrected: Mapping[str, Any], records: Records) -> Obligation:
    """Return *row* with the values of a review's `corrected`, each checked against the text again.

    Raises:
        ReportError: one of them does not occur in the text any more, or is no value of its field.
    """
    # imported late: pydantic takes a sixth of a second, and most builds have no correction
    from pydantic import TypeAdapter, ValidationError

    try:
        wanted: Obligation = TypeAdapter(Obligation).validate_python({**to_json(row), **corrected})
    except ValidationError as error:
        raise refused(ReportError, "not-a-field-value", row.task_id) from error
    values = {name: read_correction(name, written(wanted, name), row, records) for name in corrected}
    return replace(row, **values, review="corrected")


def changed_values(row: Obligation, values: Mapping[str, str], records: Records) -> dict[str, Any]:
    """Return those of *values*, text by field, that differ from *row*, as a review's `corrected` holds them."""
    read = {name: read_correction(name, text, row, records) for name, text in values.items()}
    after = to_json(replace(row, **read))
    return {name: after[name] for name in read if after[name] != to_json(row)[name]}


def _fields(names: Iterable[str]) -> dict[Lang, str]:
    return listed({lang: [refusals().words[name][lang] for name in names] for lang in LANGS})


# ------------------------------------------------------------------ words and names


def _in_clause(name: str, text: str, clause: Clause) -> str:
    words = strip_space(text)
    if words not in strip_space(clause.text):
        field = refusals().words[name]
        raise refused(ReportError, "not-in-clause", shortened(words), field=field, clause=clause.id)
    return words


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (strip_space(part) for part in _BETWEEN.split(text)))))


def _known(what: str, part: str, known: Iterable[str], records: Records) -> str:
    if part not in known and part not in strip_space(records.document.source.text):
        raise refused(ReportError, "not-in-document", shortened(part), what=refusals().words[what])
    return part


def _beneficiaries(text: str, clause: Clause, records: Records) -> tuple[str, ...]:
    known = {name for row in records.obligations for name in row.beneficiaries}
    return tuple(part if part in known else _in_clause("beneficiaries", part, clause) for part in _parts(text))


def _zones(text: str, clause: Clause, records: Records) -> tuple[str, ...]:
    del clause
    known = {zone.name for zone in records.zones}
    return tuple(_known("zone", part, known, records) for part in _parts(text))


def _policy(text: str, clause: Clause, records: Records) -> str | None:
    name = strip_space(text)
    if not name or name in {policy.name for policy in records.policies}:
        return name or None
    return _in_clause("policy", name, clause)


# ------------------------------------------------------------------ agents


def _agent_text(agent: ObligationAgent) -> str:
    surface = "" if agent.surface == agent.name else f"={agent.surface}"
    return f"{agent.role}: {agent.name}{surface}{', inherited' if agent.basis == 'inherited' else ''}"


_AGENT: Final = re.compile(
    rf"(?P<role>{'|'.join(get_args(Role))})[:：](?P<name>[^=＝,，]+)"
    r"(?:[=＝](?P<surface>[^=＝,，]+))?(?P<inherited>[,，]inherited)?"
)


def _agents(text: str, clause: Clause, records: Records) -> tuple[ObligationAgent, ...]:
    tiers: dict[str, AgentTier] = {p.name: p.tier for row in records.obligations for p in row.agents}
    tiers |= {agent.name: agent.tier for agent in records.agents}
    found = []
    for part in _parts(text):
        match = _AGENT.fullmatch(part)
        if match is None:
            raise refused(ReportError, "not-an-agent", shortened(part), roles=", ".join(get_args(Role)))
        name, surface = match["name"], match["surface"] or match["name"]
        _known("agent", name, tiers, records)
        if match["inherited"]:
            _known("agent", surface, (), records)
        else:
            _in_clause("agents", surface, clause)
        basis: Basis = "inherited" if match["inherited"] else "explicit"
        found.append(ObligationAgent(name, surface, tiers.get(name, "named"), cast("Role", match["role"]), basis))
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ times


def _due_text(due: Due) -> str:
    read = _read_due(due.text)
    return due.text if read == due else f"{due.text} | {due.kind}"


def _read_due(words: str) -> Due | None:
    found = [one for one in times(words) if one.text == words]
    return Due(words, found[0].kind, found[0].date) if found else None


def _due(text: str, clause: Clause, records: Records) -> Due | None:
    """A time by its words, with its kind unless they give it; the date is always what the words say."""
    del records
    if not text:
        return None
    words, _, kind = (part.strip() for part in text.partition("|"))
    words = _in_clause("deadline", words, clause)
    read = _read_due(words)
    if kind in ("", read.kind if read else None) and read:
        return read
    if kind not in _UNDATED:
        raise refused(ReportError, "no-date-in-words", shortened(words), kinds=" | ".join(_UNDATED))
    return Due(words, cast("DeadlineKind", kind), None)


_NAMED: Final[Mapping[str, Callable[[str, Clause, Records], Any]]] = {
    "agents": _agents,
    "beneficiaries": _beneficiaries,
    "zones": _zones,
    "policy": _policy,
    "deadline": _due,
}
