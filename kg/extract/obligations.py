"""Drafts of rows → obligations: who must act, for whom, where, and the identity that outlives a rebuild."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.actions import act
from kg.extract.beneficiaries import beneficiaries
from kg.extract.heads import skip_adverbs, skip_connectives
from kg.extract.parties import Claim, claims
from kg.extract.places import zones_in
from kg.extract.rules import pattern, rules, words
from kg.models import Due, Obligation, Party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

    from kg.extract.actions import Act
    from kg.extract.brackets import Responsibility
    from kg.extract.drafts import Draft
    from kg.extract.names import Hit, NameBook
    from kg.extract.parties import Body
    from kg.extract.segments import Sentence
    from kg.models import Clause, Role, Tier
    from kg.read.script import Reading

_ROLE_ORDER: dict[Role, int] = {"lead": 0, "responsible": 1, "cooperating": 2, "approver": 3, "addressee": 4}


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """What the rows of one clause share: its text, the names in it and the brackets that close its tasks."""

    clause: Clause
    doc: Doc
    plain: Reading
    hits: dict[int, Hit]
    book: NameBook
    brackets: list[Responsibility]
    addressees: tuple[Body, ...]


def obligations(context: ClauseContext, found: list[Draft], slug: str, seen: dict[str, int]) -> list[Obligation]:
    """Return the rows of one clause in reading order; *seen* counts task ids over the document."""
    rows: list[Obligation] = []
    zones: dict[Sentence, tuple[str, ...]] = {}
    served: tuple[str, ...] = ()
    for draft, parties, open_list in _with_parties(context, found):
        text = context.plain.text
        span = context.plain.to_source(draft.start, draft.end)
        quote = context.plain.written[draft.start : draft.end]
        done = act(context.doc, draft)
        served = beneficiaries(text, draft, context.hits, context.book) or (served if draft.carried else ())
        sentence = draft.sentence
        if sentence not in zones:
            zones[sentence] = zones_in(text, sentence.start, sentence.end, context.hits)
        rows.append(
            Obligation(
                id=f"{context.clause.id}-{len(rows) + 1:02d}",
                task_id=task_id(slug, context.clause.id, quote, seen),
                clause=context.clause.id,
                quote=quote,
                start=span.start,
                end=span.end,
                modality=draft.modality,
                force=draft.force,
                agents=parties,
                open_list=open_list,
                action=done.action,
                object=done.object,
                beneficiaries=served,
                zones=zones[sentence],
                policy=done.policy or _measure(draft, done, text[draft.start : draft.end]),
                deadline=Due(draft.time.text, draft.time.kind, draft.time.date) if draft.time else None,
                condition=draft.condition,
                exception=draft.exception,
                tier=_tier(draft, done),
            )
        )
    return rows


def _measure(draft: Draft, done: Act, quote: str) -> str | None:
    """Return the measure that a relief is by itself, in the row's words (免征关税); None where the row gives none."""
    if draft.modality not in {"exemption", "suspension"} or not done.object:
        return None
    said = (done.action + done.object, done.object + done.action)
    return next((words for words in said if words in quote), None)


def task_id(slug: str, clause: str, quote: str, seen: dict[str, int]) -> str:
    """Return the identity of a task: its document, clause and words, so that a rebuild gives it again.

    The same words twice in a clause are told apart by their order there.
    """
    key = f"{slug}-{clause}-{hashlib.sha256(quote.encode()).hexdigest()[:8]}"
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _with_parties(context: ClauseContext, found: list[Draft]) -> Iterable[tuple[Draft, tuple[Party, ...], bool]]:
    """Yield each draft with its parties: subjects are carried over commas and semicolons of their sentence."""
    subject: Claim | None = None
    sentence: Sentence | None = None
    for draft in found:
        if draft.sentence != sentence:
            subject, sentence = None, draft.sentence
        made = claims(context.plain.text, draft.start, draft.end, context.hits, context.book)
        made = [c for c in made if c.role != "pivot" or draft.pivot == c.list.start]
        own = [c for c in made if c.rule == "subject"]
        subject = own[-1] if own else subject
        acting = [c for c in made if c.role in {"lead", "responsible", "pivot"}]
        if not acting and subject is not None and not _other_subject(context, draft):
            made = [subject, *made]
        parties = _parties(context, made, draft)
        yield draft, parties, any(c.list.open for c in made if c.role != "pivot") or _bracket_open(context, draft)


def _other_subject(context: ClauseContext, draft: Draft) -> bool:
    """Whether a place, or someone no list names, stands as the subject of the row: then nobody is carried to it."""
    hit = context.hits.get(draft.start)
    if hit is not None and hit.entry.category == "zone" and hit.entry.party is None:
        return True
    text = context.plain.text
    begin = skip_adverbs(text[: draft.end], skip_connectives(text[: draft.end], draft.main.start))
    if draft.verb is None or pattern("offices", "no-subject-begins").match(text, begin):
        return False
    return pattern("offices", "acting-noun").search(text, begin, draft.verb[0]) is not None


def _parties(context: ClauseContext, made: list[Claim], draft: Draft) -> tuple[Party, ...]:
    roles: dict[tuple[str, Role], Party] = {}

    def add(body: Body, role: Role) -> None:
        if role == "responsible" and (body.name, "lead") in roles:
            return
        if role == "lead":
            roles.pop((body.name, "responsible"), None)
        surface = body.full or context.plain.written[body.start : body.end]
        roles.setdefault((body.name, role), Party(body.name, surface, body.tier, role, "explicit"))

    bracket = _bracket(context, draft)
    for claim in made:
        for body in claim.list.bodies:
            if claim.role == "pivot":
                if body.tier == "named" and bracket is None:
                    add(body, "responsible")
            else:
                add(body, claim.role)  # type: ignore[arg-type]
    for body, role in bracket.bodies if bracket else ():
        add(body, role)
    if draft.explicit and context.addressees:
        for body in context.addressees:
            add(body, "addressee")
    return tuple(sorted(roles.values(), key=lambda p: _ROLE_ORDER[p.role]))


def _bracket(context: ClauseContext, draft: Draft) -> Responsibility | None:
    """Return the bracket that closes the task the row stands in: the first one that ends behind it."""
    at = bisect_right(context.brackets, draft.start, key=lambda b: b.end)
    return context.brackets[at] if at < len(context.brackets) else None


def _bracket_open(context: ClauseContext, draft: Draft) -> bool:
    bracket = _bracket(context, draft)
    return bracket is not None and bracket.open


def _tier(draft: Draft, done: Act) -> Tier:
    """Return B for direction, purpose or manner: a verb of improvement whose object has no end one could check."""
    if draft.modality in {"permission", "exemption", "suspension", "prohibition"} or draft.force != "firm":
        return "A"
    if draft.time is not None and draft.time.date:
        return "A"
    improving = any(done.action in r.cues for r in rules("verbs") if r.sets.tier == "B")
    vague = pattern("structure", "unmeasured-object").search(done.object)
    unmeasured = vague or done.action in words("structure", "unmeasured-verb")
    return "B" if improving and unmeasured else "A"
