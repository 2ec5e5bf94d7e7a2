"""The records of a build → its agents, zones and policies: names, obligations of each, the tree of zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple
from urllib.parse import unquote

from kg.graph.labels import ENGLISH, SIMPLIFIED, TRADITIONAL, alt_labels
from kg.graph.named import run_named
from kg.graph.sparql import Queryable
from kg.graph.translations import translation
from kg.ledger.parts import PART_ROLES, ThingKind, part_reader
from kg.ledger.table import name_key
from kg.models import Obligation, Policy, Records
from kg.vocab import ID


class PlacedObligation(NamedTuple):
    """An obligation with the slug of its document."""

    document: str
    row: Obligation


class ObligationGroup(NamedTuple):
    """The obligations in which a thing has one role, in order; `inherited` if only another sentence gives the role."""

    role: str
    inherited: bool
    rows: tuple[PlacedObligation, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """An agent, zone or policy as all the documents describe it; a policy belongs to the one `document` it stands in.

    `names` gives its names by language tag, its own name first; `aliases` are its other names in the documents.
    `sort` is the kind of an agent or zone, or the field of a policy; only agents have a `tier`. If two documents give a
    zone different areas or boundaries, it has both. `clauses` are those that mention it, as (document, clause).
    `total` counts its obligations; of a large library `rows` may lack some, those of `further` documents.
    """

    kind: ThingKind
    name: str
    document: str = ""
    aliases: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    tier: str = ""
    part_of: str = ""
    areas: tuple[float, ...] = ()
    boundaries: tuple[str, ...] = ()
    laid_down: tuple[Policy, ...] = ()
    clauses: tuple[tuple[str, str], ...] = ()
    groups: tuple[ObligationGroup, ...] = ()
    rows: tuple[PlacedObligation, ...] = ()
    total: int = 0
    further: int = 0

    @property
    def about(self) -> str:
        """The name of this thing in a filter: see `kg.ledger.filters.Wanted.about`."""
        return f"{self.kind}/{self.name}"


class Branch(NamedTuple):
    """A zone and the zones inside it."""

    zone: Thing
    parts: tuple[Branch, ...]


class Things:
    """Every agent, zone and policy of *records*, including those that only an obligation or a zone's part-of names."""

    def __init__(self, records: Sequence[Records]) -> None:
        self._all = _collected(records)

    def of(self, kind: ThingKind) -> tuple[Thing, ...]:
        """Return all things of *kind* in reading order."""
        return tuple(thing for thing in self._all.values() if thing.kind == kind)

    def find(self, kind: ThingKind, name: str, document: str = "") -> Thing | None:
        """Return the thing named *name*, otherwise the first with that alias in any language, or None.

        With *document*, a policy is sought in that document alone.
        """
        ways = [name, name_key(name)]
        found = [thing for way in ways for thing in self._named.get((kind, way), ())]
        return next((t for t in found if not (t.document and document) or t.document == document), None)

    def known(self, kind: ThingKind, name: str, document: str = "") -> Thing | None:
        """Return the thing of exactly that *name*, to lead to its page, or None; of a policy, that of *document*."""
        return self._all.get((kind, name, document if kind == "policy" else ""))

    def near(self, kind: ThingKind, name: str, top: int = 5) -> tuple[Thing, ...]:
        """Return up to *top* things of *kind* whose names share most pairs of characters with *name*."""
        asked = _pairs(name_key(name))
        scored = []
        for place, thing in enumerate(self.of(kind)):
            keys = [_pairs(name_key(one)) for one in (thing.name, *thing.aliases)]
            shared = max((2 * len(asked & key) / (len(asked) + len(key)) for key in keys if asked or key), default=0.0)
            if shared:
                scored.append((-shared, place, thing))
        return tuple(thing for _, _, thing in sorted(scored, key=lambda one: one[:2])[:top])

    @cached_property
    def tree(self) -> tuple[Branch, ...]:
        """The zones that are part of no other, each with its parts below it, those with the most rows first.

        Every zone occurs once: if zones are part of each other, one of them is taken as the whole.
        """
        zones = {zone.name: zone for zone in self.of("zone")}
        inside: dict[str, list[str]] = {}
        for zone in zones.values():
            inside.setdefault(zone.part_of, []).append(zone.name)
        placed: set[str] = set()

        def branch(name: str) -> Branch:
            placed.add(name)
            parts = [branch(part) for part in inside.get(name, ()) if part not in placed]
            return Branch(zones[name], _by_rows(parts))

        def highest(name: str) -> str:
            seen = {name}
            while (above := zones[name].part_of) not in seen:
                seen.add(name := above)
            return name

        roots = [branch(name) for name, zone in zones.items() if zone.part_of not in zones]
        roots += [branch(highest(name)) for name in zones if name not in placed]
        return _by_rows(roots)

    def parts(self, zone: Thing) -> tuple[Thing, ...]:
        """Return the zones directly inside *zone*, in reading order."""
        return tuple(one for one in self.of("zone") if one.part_of == zone.name)

    @cached_property
    def _named(self) -> dict[tuple[ThingKind, str], list[Thing]]:
        found: dict[tuple[ThingKind, str], list[Thing]] = {}
        # own names first: an alias must not hide the thing that has it as its own name
        for thing in self._all.values():
            found.setdefault((thing.kind, thing.name), []).append(thing)
        for thing in self._all.values():
            for name in (name for labels in thing.names.values() for name in labels):
                found.setdefault((thing.kind, name_key(name)), []).append(thing)
        return found


# ------------------------------------------------------------------ what is still to be made

OpenKind = Literal["rule", "condition", "time"]
OPEN_KINDS: tuple[OpenKind, ...] = ("rule", "condition", "time")


class Open(NamedTuple):
    """What an obligation leaves open, in its words: a rule to be made, a condition to meet, a time without a date."""

    kind: OpenKind
    words: str


Pending = Mapping[tuple[str, str], tuple[Open, ...]]
"""(document, obligation) → what it leaves open."""


def pending(store: Queryable) -> Pending:
    """Return what the obligations of a document leave open, by the rows of the named queries over its graph."""
    found: dict[tuple[str, str], dict[Open, None]] = {}

    def add(iri: str, one: Open) -> None:
        document, _, name = iri.removeprefix(ID).partition("/obligation/")
        found.setdefault((document, unquote(name)), {})[one] = None

    for row in run_named(store, "rules-to-be-made").values():
        add(row["iri"], Open("rule", row.get("object", "")))
    for row in run_named(store, "conditional-times").values():
        kind: OpenKind = "time" if row["kind"] in ("recurring", "vague") else "condition"
        add(row["iri"], Open(kind, row["time"]))
    return {key: tuple(opens) for key, opens in found.items()}


def left_open(
    rows: Sequence[PlacedObligation], open_: Pending
) -> dict[OpenKind, tuple[tuple[Open, PlacedObligation], ...]]:
    """Return what *rows* leave open by kind, in the order of the rows, without empty kinds."""
    found = [(one, row) for row in rows for one in open_.get((row.document, row.row.id), ())]
    return {kind: here for kind in OPEN_KINDS if (here := tuple((one, row) for one, row in found if one.kind == kind))}


# ------------------------------------------------------------------ from the records


@dataclass(slots=True)
class _Draft:
    """A thing while it is being assembled."""

    kind: ThingKind
    name: str
    document: str
    aliases: dict[str, None] = field(default_factory=dict)
    sort: str = ""
    tier: str = ""
    part_of: str = ""
    areas: dict[float, None] = field(default_factory=dict)
    boundaries: dict[str, None] = field(default_factory=dict)
    laid_down: list[Policy] = field(default_factory=list)
    clauses: dict[tuple[str, str], None] = field(default_factory=dict)
    rows: dict[tuple[bool, str], list[PlacedObligation]] = field(default_factory=dict)

    def made(self, order: Mapping[tuple[str, str], int]) -> Thing:
        ordered = sorted(self.rows.items(), key=lambda pair: (pair[0][0], PART_ROLES.index(pair[0][1])))
        groups = tuple(ObligationGroup(role, inherited, tuple(rows)) for (inherited, role), rows in ordered)
        each = {(one.document, one.row.id): one for group in groups for one in group.rows}
        return Thing(
            kind=self.kind,
            name=self.name,
            document=self.document,
            aliases=tuple(self.aliases),
            names=names_of(self.name, self.aliases),
            sort=self.sort,
            tier=self.tier,
            part_of=self.part_of,
            areas=tuple(self.areas),
            boundaries=tuple(self.boundaries),
            laid_down=tuple(self.laid_down),
            clauses=tuple(self.clauses),
            groups=groups,
            rows=tuple(each[key] for key in sorted(each, key=lambda key: order[key])),
            total=len(each),
        )


def _collected(records: Sequence[Records]) -> dict[tuple[ThingKind, str, str], Thing]:
    drafts: dict[tuple[ThingKind, str, str], _Draft] = {}

    def draft(kind: ThingKind, name: str, slug: str) -> _Draft:
        document = slug if kind == "policy" else ""
        return drafts.setdefault((kind, name, document), _Draft(kind, name, document))

    for one in records:
        slug = one.document.slug
        for agent in one.agents:
            made = draft("agent", agent.name, slug)
            made.aliases |= dict.fromkeys(agent.aliases)
            made.sort, made.tier = made.sort or agent.kind, made.tier or agent.tier
            made.clauses |= dict.fromkeys((slug, clause) for clause in agent.clauses)
        for zone in one.zones:
            made = draft("zone", zone.name, slug)
            made.aliases |= dict.fromkeys(zone.aliases)
            made.sort, made.part_of = made.sort or zone.kind, made.part_of or zone.part_of or ""
            made.areas |= {} if zone.area_km2 is None else {zone.area_km2: None}
            made.boundaries |= {zone.boundary: None} if zone.boundary else {}
            made.clauses |= dict.fromkeys((slug, clause) for clause in zone.clauses)
        for policy in one.policies:
            made = draft("policy", policy.name, slug)
            made.sort = made.sort or policy.domain
            made.laid_down.append(policy)
            made.clauses |= dict.fromkeys((slug, clause) for clause in policy.clauses)
        parts = part_reader(one)
        for row in one.obligations:
            for part in parts(row):
                made = draft(part.kind, part.name, slug)
                made.rows.setdefault((part.inherited, part.role), []).append(PlacedObligation(slug, row))
                if not any(document == slug for document, _ in made.clauses):
                    made.clauses[slug, row.clause] = None
            for party in row.agents:
                made = draft("agent", party.name, slug)
                made.tier = made.tier or party.tier
    for whole in [made.part_of for made in drafts.values() if made.part_of]:
        draft("zone", whole, "")
    _leave_out_shared(drafts.values())
    rows = ((one.document.slug, row.id) for one in records for row in one.obligations)
    order = {key: place for place, key in enumerate(rows)}
    return {key: made.made(order) for key, made in drafts.items()}


def _leave_out_shared(drafts: Collection[_Draft]) -> None:
    """Take away the aliases that stand for several things together: they name none of them."""
    uses = Counter((one.kind, one.document, alias) for one in drafts for alias in one.aliases)
    for one in drafts:
        one.aliases = {alias: None for alias in one.aliases if uses[one.kind, one.document, alias] == 1}


def names_of(name: str, aliases: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return a thing's names by language tag: name and aliases in both scripts, and the vocabulary's English name."""
    forms = (name, *aliases)
    found: dict[str, dict[str, None]] = {SIMPLIFIED: {}, TRADITIONAL: {}, ENGLISH: {}}
    known = (translation(form).get(ENGLISH) for form in forms)
    if word := next((word for word in known if word), None):
        found[ENGLISH][word] = None
    for form in forms:
        for label, language in alt_labels("", (form,)):
            found[language][label] = None
    return {language: tuple(labels) for language, labels in found.items()}


def _by_rows(branches: Sequence[Branch]) -> tuple[Branch, ...]:
    return tuple(sorted(branches, key=lambda branch: -_row_count(branch)))


def _row_count(branch: Branch) -> int:
    return branch.zone.total + sum(_row_count(part) for part in branch.parts)


def _pairs(key: str) -> set[str]:
    return {a + b for a, b in pairwise(key)} or ({key} if key else set())
