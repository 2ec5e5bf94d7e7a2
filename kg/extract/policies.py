"""Rows and titles in 《》 → the named instruments and measures, where each is laid down."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from kg.models import Policy
from kg.patterns import pattern, rules
from kg.read.script import simplified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extract.analysis import Analysis
    from kg.models import Clause, Obligation
    from kg.read.script import Reading

_TITLE = re.compile(r"《[^》]{2,60}》")


def policy_records(read: Sequence[tuple[Clause, Reading, Analysis]], rows: Sequence[Obligation]) -> list[Policy]:
    """Return the policies in reading order: an instrument that a row makes or applies, and every titled document.

    A name met again adds its clause; quote and span are those of the first.
    """
    found: dict[str, Policy] = {}
    headings = {clause.id: clause.title for clause, _, _ in read}
    places = {
        text[h.start : h.end]
        for _, plain, analysis in read
        for text in (plain.text,)
        for h in analysis.names
        if h.entry.category == "zone"
    }
    for row in rows:
        if row.policy is None:
            continue
        _add(
            found,
            Policy(
                name=row.policy,
                domain=_domain(places, row.policy, simplified(headings.get(row.clause, "")), simplified(row.quote)),
                zones=row.zones,
                value=value(simplified(row.quote)),
                condition=row.condition,
                clauses=(row.clause,),
                quote=row.quote,
                start=row.start,
                end=row.end,
            ),
        )
    for clause, plain, analysis in read:
        sentences = analysis.sentences
        for start, end in titles(plain.text):
            at = bisect_right(sentences, start, key=lambda s: s.start) - 1
            whole = at >= 0 and end <= sentences[at].end
            a, b = (sentences[at].start, sentences[at].end) if whole else (start, end)
            span = plain.to_source(a, b)
            name = plain.text[start:end]
            _add(
                found,
                Policy(name, domain(name), (), None, None, (clause.id,), plain.written[a:b], span.start, span.end),
            )
    return sorted(found.values(), key=lambda p: (p.start, p.name))


def titles(text: str) -> list[tuple[int, int]]:
    """Return where *text* names a document by its title, 《》 included."""
    return [match.span() for match in _TITLE.finditer(text)]


def value(quote: str) -> str | None:
    """Return the rate or amount that *quote* gives, else the word for what it does away with, else None."""
    match = pattern("policies", "amount").search(quote) or pattern("policies", "relief").search(quote)
    return match.group() if match else None


def domain(*words: str) -> str:
    """Return the field of the first of *words* that shows one (by the first rule that hits), else "other"."""
    for each in words:
        for rule in rules("policies"):
            if rule.sets.domain and rule.regex.search(each):
                return rule.sets.domain
    return "other"


def _domain(places: set[str], *words: str) -> str:
    """Return the field of a name, its clause's title, its quote; names of places (海关监管区域) tell none."""
    longest = re.compile("|".join(re.escape(p) for p in sorted(places, key=lambda p: (-len(p), p))) or "(?!)")
    return domain(*(longest.sub("", each) for each in words))


def _add(found: dict[str, Policy], policy: Policy) -> None:
    known = found.get(policy.name)
    if known is None:
        found[policy.name] = policy
    elif policy.clauses[0] not in known.clauses:
        found[policy.name] = Policy(
            name=known.name,
            domain=known.domain,
            zones=tuple(dict.fromkeys((*known.zones, *policy.zones))),
            value=known.value,
            condition=known.condition,
            clauses=(*known.clauses, *policy.clauses),
            quote=known.quote,
            start=known.start,
            end=known.end,
        )
