"""A form of asking for obligations, its places filled → the obligations, or their number, and a message about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kg.answer.register.forms import Filled
from kg.answer.register.ledger import ledger_query
from kg.answer.register.result import Listing, in_all
from kg.answer.register.rows import Which, count_obligations, obligations
from kg.answer.register.scope import Scope, spellings
from kg.answer.rows import Select
from kg.answer.wording import say
from kg.extract.dates import times
from kg.models import Tier
from kg.read.markers import to_int
from kg.search.units import Unit
from kg.vocab import FORCES, MODALITIES, Lang, thing

DESCRIBED = 0.5  # obligations stand for what a clause says if they are at least this share of its text

# of one agent or one clause everything is listed; else only what can be checked (tier A), unless all is asked for
WHOLE = ("body", "clause", "contents")

_BY_FORM = {"leads": "of_lead", "concerned": "of_concerned"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which obligations are asked for, and the message that describes them: its key, and what it names."""

    which: Which
    key: str
    names: tuple[str, ...] = ()
    quote: str = ""


def list_obligations(filled: Filled, scope: Scope, lang: Lang, select: Select) -> Listing | None:
    """Return the obligations that *filled* asks for, or their number; None if it names what *scope* does not have, or
    if there are none.
    """
    for wanted in _wanted(filled, scope):
        found = obligations(select, wanted.which)
        known = [one for item in found.items if (one := scope.library.of_iri(item.iri or "")) is not None]
        units = tuple(
            Unit(slug, row.clause, "obligation", row.start, row.end, row.quote, "", row.id) for slug, row in known
        )
        if units and not (filled.form.about == "contents" and _share(scope, wanted.which, units) < DESCRIBED):
            given = count_obligations(select, wanted.which) if filled.counts else found
            return Listing(
                items=given.items,
                query=given.query,
                units=units,
                ledger=ledger_query(wanted.which, [item.iri or "" for item in found.items], scope.library),
                message=_message(lang, wanted, units, scope, select),
                intent="quantity" if filled.counts else "tasks",
            )
    return None


def _wanted(filled: Filled, scope: Scope) -> Iterator[_Wanted]:
    """Yield what *filled* may ask for, the likelier reading first; nothing if *scope* has none of what it names."""
    places, about = filled.places, filled.form.about
    tier: Tier | None = None if about in WHOLE or "every" in places else "A"
    documents = scope.documents if len(scope.documents) < len(scope.library.records) else ()
    which = Which(documents=documents, tier=tier)
    if about == "all":
        yield _Wanted(which, "of_all")
    elif about == "due":
        yield from _due(which, places)
    elif about == "goals":
        year = year_of(places["year"])
        yield _Wanted(replace(which, year=year, modality="target"), "of_goals", quote=str(year))
    elif about == "unowned":
        yield _Wanted(replace(which, unowned=True, modality="duty"), "of_unowned")
    elif about == "nature":
        yield from _of_nature(which, places)
    elif about in ("clause", "contents"):
        clauses = scope.clause(str(to_int(places["clause"])))
        if clauses:
            yield _Wanted(replace(which, documents=(), clauses=clauses), "register_clause")
    elif about == "chapter":
        chapters = scope.chapter(str(to_int(places["chapter"])))
        if chapters:
            title = chapters[0][1].label + chapters[0][1].title
            pairs = tuple((slug, chapter.id) for slug, chapter in chapters)
            yield _Wanted(replace(which, documents=(), chapters=pairs), "of_chapter", quote=title)
    else:
        yield from _named(filled, which, scope)


def _due(which: Which, places: Mapping[str, str]) -> Iterator[_Wanted]:
    """Yield what is due by the day that is named, or in the year."""
    day = None
    if "by" in places:
        day = date(year_of(places["by"]), 12, 31)
    elif "before" in places:
        day = date(year_of(places["before"]) - 1, 12, 31)
    elif "time" in places:
        found = times(places["time"])
        if len(found) == 1 and found[0].date:
            day = date.fromisoformat(found[0].date)
    if day is not None:
        yield _Wanted(replace(which, due=day), "of_due", quote=day.isoformat())
    elif "year" in places:
        year = year_of(places["year"])
        yield _Wanted(replace(which, year=year), "of_year", quote=str(year))


def _of_nature(which: Which, places: Mapping[str, str]) -> Iterator[_Wanted]:
    for force in FORCES:
        if force in places:
            yield _Wanted(replace(which, force=force), f"of_{force}")
    for modality in MODALITIES:
        if modality in places:
            yield _Wanted(replace(which, modality=modality), f"of_{modality}")


def _named(filled: Filled, which: Which, scope: Scope) -> Iterator[_Wanted]:
    """Yield what the named agent or zone has."""
    for called in spellings(filled.places["name"]):
        if filled.form.about == "zone":
            zone = scope.zone(called)
            if zone is not None:
                yield _Wanted(replace(which, zone=zone), "of_zone", names=(zone,))
        elif (agent := scope.agent(called)) is not None:
            which = replace(which, agent=agent, roles=filled.form.roles or which.roles)
            yield _Wanted(which, _BY_FORM.get(filled.form.id, "tasks"), names=(agent,))


def year_of(figures: str) -> int:
    """Return the year that four digits, Arabic or Chinese, stand for: 2025, 二〇二五."""
    return int("".join(str(int(unicodedata.numeric(figure))) for figure in figures))


def _share(scope: Scope, which: Which, units: tuple[Unit, ...]) -> float:
    """Return the share of the text of the clauses of *which* that the obligations *units* cover."""
    spans = [span for slug, clause in which.clauses for span in scope.library.clause(slug, clause).paragraphs]
    own = {at for span in spans for at in range(span.start, span.end)}
    covered = {at for unit in units for at in range(unit.start, unit.end)}
    return len(own & covered) / len(own) if own else 0.0


def _message(lang: Lang, wanted: _Wanted, units: tuple[Unit, ...], scope: Scope, select: Select) -> str:
    """Return the message: of which kind, how many, where the first stands; and what is left out or not yet so."""
    clause, which = scope.library.clause(units[0].document, units[0].clause), wanted.which
    if wanted.key in ("tasks", "register_clause"):
        said = [say(lang, wanted.key, clause=clause, names=wanted.names, count=len(units))]
    else:
        asked = say(lang, wanted.key, names=wanted.names, quote=wanted.quote)
        frame = "register_checkable" if which.tier == "A" else "register_both"
        said = [say(lang, frame, clause=clause, asked=asked, count=len(units))]
    if which.tier == "A":
        rest = int(count_obligations(select, replace(which, tier="B")).items[0].text)
        said += [say(lang, "register_rest", count=rest)] if rest else []
    if which.modality == "permission":
        rows = (scope.library.of_iri(thing(unit.document, "obligation", unit.obligation or "")) for unit in units)
        waiting = sum(row is not None and row[1].force == "exploratory" for row in rows)
        said += [say(lang, "register_waiting", count=waiting)] if waiting else []
    return in_all(lang, said, units)
