"""Obligations and a filter → those that fit. The desk, its files and `/api/obligations` all choose here."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.assignment import asked_assignee, assigned_or_not, assignees
from kg.ledger.parts import part_reader, responsible_agents
from kg.models import Agent, Clause, Obligation, Records, Zone
from kg.refusals import refused, shortened
from kg.search.words import folded

if TYPE_CHECKING:
    from kg.ledger.reports import Report


@dataclass(frozen=True, slots=True)
class Wanted:
    """What obligations must have: every field that is not empty has to fit, by any one of its values.

    `documents` are slugs, `clauses` ids. `agents` and `zones` are names or aliases, in either script; the ledger's
    原文未明确 among `agents` stands for obligations whose own sentence names no agent as lead or responsible.
    `due_before` is an ISO day that the date must precede; an obligation without a date never fits. `words` must all
    occur in the quote, the clause's heading, the ids or the names, also of assignees. `about` are agents, zones and
    policies with any part in the obligation, beneficiaries included: agent/财政部, zone/福田保税区,
    policy/优惠产业目录. `assigned` are bodies that the office gave the task to (承办单位), whatever the text
    says; 未分办 or none among them stands for tasks given to nobody. `assignees` are bodies that it gave the task to or
    has assist (协办单位).
    """

    documents: Collection[str] = ()
    clauses: Collection[str] = ()
    agents: Collection[str] = ()
    zones: Collection[str] = ()
    modalities: Collection[str] = ()
    forces: Collection[str] = ()
    tiers: Collection[str] = ()
    reviews: Collection[str] = ()
    due_before: str | None = None
    words: Collection[str] = ()
    about: Collection[str] = ()
    assigned: Collection[str] = ()
    assignees: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One value of each kind, as a link or a row of boxes gives them (see `Wanted`); an empty one asks for nothing.

    `state` is a task's standing (`kg.ledger.standing.Kind`), which depends on reports and a day: `Wanted` has none.
    """

    document: str = ""
    clause: str = ""
    agent: str = ""
    zone: str = ""
    modality: str = ""
    force: str = ""
    tier: str = ""
    review: str = ""
    state: str = ""
    due_before: str = ""
    text: str = ""
    about: str = ""
    assigned: str = ""
    assignee: str = ""

    @property
    def of_assignments(self) -> bool:
        """Whether it depends on whom tasks are given to."""
        return bool(self.text or self.assigned or self.assignee)

    @property
    def query(self) -> dict[str, str]:
        """What a link to the ledger says of it; one that says nothing opens on `OPENING`, so no filter says so too."""
        given = {name: value for name, value in asdict(self).items() if value}
        if not given:
            return {"tier": "all"}
        return {} if self == OPENING else given

    def wanted(self) -> Wanted:
        """Return what this asks for. Raises QueryError if `due_before` is not a day."""
        return Wanted(
            documents=_given(self.document),
            clauses=_given(self.clause),
            agents=_given(self.agent),
            zones=_given(self.zone),
            modalities=_given(self.modality),
            forces=_given(self.force),
            tiers=_given(self.tier),
            reviews=_given(self.review),
            due_before=_day(self.due_before),
            words=tuple(self.text.split()),
            about=_given(self.about),
            assigned=_given(self.assigned),
            assignees=_given(self.assignee),
        )


OPENING: Final = Filter(tier="A")
"""What the ledger opens on: what one can later say was done, allowed or reached."""


class Obligations:
    """The obligations of *records*, to be chosen from. Names are looked up by document: the same word may be two agents
    in two.
    """

    def __init__(self, records: Sequence[Records]) -> None:
        self._documents = [_Document(one) for one in records]

    def chosen(self, wanted: Wanted, assignments: Mapping[str, Report] | None = None) -> tuple[Records, ...]:
        """Return the records with the obligations that fit, in reading order; a document without any is left out.

        *assignments* are the reports of the tasks that were given to somebody, by task.
        """
        asked = [one for one in self._documents if not wanted.documents or one.one.document.slug in wanted.documents]
        found = (replace(one.one, obligations=tuple(one.fitting(wanted, assignments or {}))) for one in asked)
        return tuple(one for one in found if one.obligations)


def chosen(records: Sequence[Records], wanted: Filter) -> tuple[Records, ...]:
    """Return *records* with the obligations that fit *wanted*. Raises QueryError as `Filter.wanted` does."""
    return Obligations(records).chosen(wanted.wanted())


class _Document:
    """One document's obligations, with all names of its agents and zones."""

    def __init__(self, one: Records) -> None:
        self.one = one
        self._clauses = {clause.id: clause for clause in one.document.clauses}
        self._parts = part_reader(one)
        self._agents = _by_name(one.agents, (agent.name for row in one.obligations for agent in row.agents))
        self._zones = _by_name(one.zones, (name for row in one.obligations for name in row.zones))

    def fitting(self, wanted: Wanted, assignments: Mapping[str, Report]) -> Iterable[Obligation]:
        agents, zones = _named(wanted.agents, self._agents), _named(wanted.zones, self._zones)
        nobody = exports().unnamed in wanted.agents
        words = [folded(word) for word in wanted.words]
        given = {name_key(asked_assignee(name)) for name in wanted.assigned}
        taking_part = {name_key(name) for name in wanted.assignees}
        for one in self.one.obligations:
            if (
                _fits(one, wanted)
                and (
                    not wanted.agents
                    or any(agent.name in agents for agent in one.agents)
                    or (nobody and not responsible_agents(one))
                )
                and (not wanted.zones or not zones.isdisjoint(one.zones))
                and (not wanted.about or any(f"{p.kind}/{p.name}" in wanted.about for p in self._parts(one)))
                and (not given or _named_in(given, assigned_or_not(assignments.get(one.task_id, {}))))
                and (not taking_part or _named_in(taking_part, assignees(assignments.get(one.task_id, {}))))
                and (not words or _contains(one, self._clauses[one.clause], assignments.get(one.task_id, {}), words))
            ):
                yield one


def _fits(one: Obligation, wanted: Wanted) -> bool:
    date = one.deadline.date if one.deadline else None
    kinds = (
        (wanted.clauses, one.clause), (wanted.modalities, one.modality), (wanted.forces, one.force),
        (wanted.tiers, one.tier), (wanted.reviews, one.review),
    )  # fmt: skip
    # dates are compared as text: "2025" is before every day of 2025
    in_time = wanted.due_before is None or (date is not None and date < wanted.due_before)
    return in_time and all(not asked or value in asked for asked, value in kinds)


def _named_in(asked: Collection[str], names: Iterable[str]) -> bool:
    return any(name_key(name) in asked for name in names)


def _contains(one: Obligation, clause: Clause, report: Report, words: Iterable[str]) -> bool:
    names = " ".join([*(agent.name for agent in one.agents), *one.zones, *assignees(report)])
    text = folded(f"{one.quote} {clause.label}{clause.title} {one.id} {one.task_id} {names}")
    return all(word in text for word in words)


def _by_name(things: Iterable[Agent | Zone], others: Iterable[str]) -> dict[str, set[str]]:
    """Return the canonical names by each way of writing them; *others* are names that no record lists."""
    found: dict[str, set[str]] = defaultdict(set)
    known = {one.name: one.aliases for one in things}
    for name, aliases in {**dict.fromkeys(sorted(others), ()), **known}.items():
        for alias in (name, *aliases):
            found[name_key(alias)].add(name)
    return found


def _named(asked: Collection[str], known: dict[str, set[str]]) -> set[str]:
    return {name for one in asked for name in known.get(name_key(one), ())}


def name_key(name: str) -> str:
    """Return *name* as names are compared: in Simplified characters and lower case, without white space."""
    return "".join(folded(name).split())


def _given(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _day(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise refused(QueryError, "filter-day", shortened(text)) from None
