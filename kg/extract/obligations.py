"""Candidates of rows → obligations: who must act, for whom, where, and the identity that outlives a rebuild."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.actions import act
from kg.extract.beneficiaries import beneficiaries
from kg.extract.predicates import skip_adverbs, skip_connectives, verb_at
from kg.extract.roles import Claim, claims
from kg.extract.toponyms import zones_in
from kg.models import Due, Obligation, ObligationAgent
from kg.patterns import pattern, rules, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.extract.actions import Act
    from kg.extract.analysis import Analysis
    from kg.extract.brackets import Responsibility
    from kg.extract.candidates import ObligationCandidate
    from kg.extract.names import NameBook
    from kg.extract.roles import AgentSpan
    from kg.extract.segments import Sentence
    from kg.models import Clause, Role, Tier
    from kg.read.script import Reading

_ROLE_ORDER: dict[Role, int] = {"lead": 0, "responsible": 1, "cooperating": 2, "approver": 3, "addressee": 4}


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """What the rows of one clause share: its text, what was found in it and whom the document is addressed to."""

    clause: Clause
    plain: Reading
    analysis: Analysis
    book: NameBook
    addressees: tuple[AgentSpan, ...]


def obligations(context: ClauseContext, slug: str, seen: dict[str, int]) -> list[Obligation]:
    """Return the rows of one clause in reading order; *seen* counts task ids over the document."""
    rows: list[Obligation] = []
    zones: dict[Sentence, tuple[str, ...]] = {}
    served: tuple[str, ...] = ()
    for candidate, agents, open_list in _with_agents(context):
        text = context.plain.text
        span = context.plain.to_source(candidate.start, candidate.end)
        quote = context.plain.written[candidate.start : candidate.end]
        done = act(context.analysis, candidate)
        served = beneficiaries(text, candidate, context.analysis.hits, context.book) or (
            served if candidate.carried else ()
        )
        sentence = candidate.sentence
        if sentence not in zones:
            zones[sentence] = zones_in(text, sentence.start, sentence.end, context.analysis.hits, context.book.own)
        rows.append(
            Obligation(
                id=f"{context.clause.id}-{len(rows) + 1:02d}",
                task_id=task_id(slug, context.clause.id, quote, seen),
                clause=context.clause.id,
                quote=quote,
                start=span.start,
                end=span.end,
                modality=candidate.modality,
                force=candidate.force,
                agents=agents,
                open_list=open_list,
                action=done.action,
                object=done.object,
                beneficiaries=served,
                zones=zones[sentence],
                policy=done.policy or _measure(candidate, done, text[candidate.start : candidate.end]),
                deadline=_due(context, candidate),
                condition=candidate.condition,
                exception=candidate.exception,
                tier=_tier(candidate, done),
            )
        )
    return rows


def _due(context: ClauseContext, candidate: ObligationCandidate) -> Due | None:
    """Return the row's own date, else the one that the bracket gives which closes its task."""
    bracket = _bracket(context, candidate)
    time = candidate.time or (bracket.time if bracket else None)
    return Due(time.text, time.kind, time.date) if time else None


def _measure(candidate: ObligationCandidate, done: Act, quote: str) -> str | None:
    """Return the measure that a relief is by itself, in the row's words (免征关税); None where the row gives none."""
    if candidate.modality not in {"exemption", "suspension"} or not done.object:
        return None
    said = (done.action + done.object, done.object + done.action)
    return next((words for words in said if words in quote), None)


def task_id(slug: str, clause: str, quote: str, seen: dict[str, int]) -> str:
    """Return the identity of a task: its document, clause and words, so that a rebuild gives it again.

    The same words twice in a clause are distinguished by their order there.
    """
    key = f"{slug}-{clause}-{hashlib.sha256(quote.encode()).hexdigest()[:8]}"
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _with_agents(context: ClauseContext) -> Iterable[tuple[ObligationCandidate, tuple[ObligationAgent, ...], bool]]:
    """Yield each candidate with its agents, and whether the list of these is open (等).

    Subjects are carried over the commas and semicolons of their sentence.
    """
    subject: Claim | None = None
    sentence: Sentence | None = None
    for candidate in context.analysis.candidates:
        if candidate.sentence != sentence:
            subject, sentence = None, candidate.sentence
        made = claims(context.plain.text, candidate.start, candidate.end, context.analysis.hits, context.book)
        made = [c for c in made if c.role != "pivot" or candidate.pivot == c.list.start]
        made = _without_those_of_a_case(context.plain.text, made)
        made = [c for c in made if not (c.rule in {"subject", "by-body"} and _belongs_to_noun(context.analysis, c))]
        own = [c for c in made if c.rule == "subject"]
        subject = own[-1] if own else subject
        acting = [c for c in made if c.role in {"lead", "responsible", "pivot"}]
        if not acting and _other_subject(context, candidate):
            subject = None
        if not acting and subject is not None:
            made = [subject, *made]
        is_open = any(c.list.open for c in made if c.role != "pivot") or _bracket_open(context, candidate)
        yield candidate, _agents_of(context, made, candidate), is_open


def _without_those_of_a_case(text: str, made: list[Claim]) -> list[Claim]:
    """Return *made* without the subject of a case (申请人申请复核的，) where somebody acts behind it."""
    acting = [c for c in made if c.rule in {"subject", "by-body"} or c.role == "lead"]
    last = max((c.start for c in acting), default=0)
    return [
        c
        for c in made
        if c.rule != "subject" or c.start >= last or pattern("acting", "case").match(text, c.end, last + 1) is None
    ]


def _belongs_to_noun(analysis: Analysis, claim: Claim) -> bool:
    """Whether the agents only say whose something is: 国务院〈公布的〉行政法规, 由国务院〈法制机构〉审查."""
    text, end = analysis.text, claim.list.end
    if pattern("acting", "person-of-it").match(text, end):
        return True
    at = skip_adverbs(text, end)
    verb, word = verb_at(text, at), analysis.word_at(at)
    if verb is not None or (word is not None and word.tag == "v"):
        done = max(verb.end() if verb else at, word.end if word else at)
        return text.startswith("的", done)
    named = word is not None and word.tag in {"n", "nz", "nw", "s", "LOC", "ORG", "PER"}
    return named and at == end and pattern("acting", "part-of-it").match(text, end) is not None


def _other_subject(context: ClauseContext, candidate: ObligationCandidate) -> bool:
    """Whether a place, or someone no list names, stands as the subject of the row: then nobody is carried to it."""
    hit = context.analysis.hits.get(candidate.start)
    if hit is not None and (hit.entry.category == "agent" or (hit.entry.category == "zone" and not hit.entry.acts_as)):
        return True
    text = context.plain.text
    begin = skip_adverbs(text[: candidate.end], skip_connectives(text[: candidate.end], candidate.main.start))
    if pattern("offices", "sets-a-limit").match(text, begin, candidate.end):
        return True
    if candidate.verb is None or pattern("offices", "no-subject-begins").match(text, begin):
        return False
    return pattern("offices", "acting-noun").search(text, begin, candidate.verb[0]) is not None


def _agents_of(
    context: ClauseContext, made: list[Claim], candidate: ObligationCandidate
) -> tuple[ObligationAgent, ...]:
    roles: dict[tuple[str, Role], ObligationAgent] = {}

    def add(agent: AgentSpan, role: Role) -> None:
        if role == "responsible" and (agent.name, "lead") in roles:
            return
        if role == "lead":
            roles.pop((agent.name, "responsible"), None)
        surface = agent.full or context.plain.written[agent.start : agent.end]
        roles.setdefault((agent.name, role), ObligationAgent(agent.name, surface, agent.tier, role, "explicit"))

    bracket = _bracket(context, candidate)
    for claim in made:
        for agent in claim.list.agents:
            if claim.role == "pivot":
                if agent.tier == "named" and bracket is None:
                    add(agent, "responsible")
            else:
                add(agent, claim.role)
    for agent, role in bracket.agents if bracket else ():
        add(agent, role)
    if candidate.explicit and context.addressees:
        for agent in context.addressees:
            add(agent, "addressee")
    return tuple(sorted(roles.values(), key=lambda p: _ROLE_ORDER[p.role]))


def _bracket(context: ClauseContext, candidate: ObligationCandidate) -> Responsibility | None:
    """Return the bracket that closes the task the row stands in: the first one that ends behind it."""
    brackets = context.analysis.brackets
    at = bisect_right(brackets, candidate.start, key=lambda b: b.end)
    return brackets[at] if at < len(brackets) else None


def _bracket_open(context: ClauseContext, candidate: ObligationCandidate) -> bool:
    bracket = _bracket(context, candidate)
    return bracket is not None and bracket.open


def _tier(candidate: ObligationCandidate, done: Act) -> Tier:
    """Return B for direction, purpose or manner: a verb of improvement whose object has no end one could check."""
    if candidate.modality in {"permission", "exemption", "suspension", "prohibition"} or candidate.force != "firm":
        return "A"
    if candidate.time is not None and candidate.time.date:
        return "A"
    improving = any(done.action in r.cues for r in rules("verbs") if r.sets.tier == "B")
    vague = pattern("structure", "unmeasured-object").search(done.object)
    unmeasured = vague or done.action in words("structure", "unmeasured-verb")
    return "B" if improving and unmeasured else "A"
