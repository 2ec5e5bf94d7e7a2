"""What was found for a question → the answer record: evidence, ranking, what limits the answer, which message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer.choice import Candidate, nearness, weighed
from kg.answer.examined import Asked, Examined
from kg.answer.question import Question
from kg.answer.record import ASSURED, YES, Answer, Evidence, Item, Qualifier, Ranked, Reason
from kg.answer.wording import say
from kg.models import Obligation
from kg.search.hits import Ranking
from kg.search.units import Unit

RANKED, EVIDENCE = 10, 5  # so many clauses and quotes at most


def record(
    asked: Asked,
    units: Sequence[Unit],
    examined: Examined | None,
    *,
    answered: bool,
    message: str,
    intent: str | None = None,
    reason: Reason | None = None,
    answers: tuple[Item, ...] = (),
    qualifier: Qualifier | None = None,
    sparql: str | None = None,
    basis: str | None = None,
    confidence: float | None = None,
) -> Answer:
    """Return the record, its evidence *units*, which bear the answer, then what was read, then what was near."""
    question, ranking = asked.question, asked.ranking
    sure = None if confidence is None else round(confidence, 3)
    evidence = _evidence_of([*units, *_by_weight(examined, ranking), *(hit.unit for hit in ranking.sentences)])
    return Answer(
        id=None,
        question=question.text,
        lang=question.lang,
        intent=intent or question.kind,
        answered=answered,
        reason=reason,
        answers=answers,
        message=message,
        qualifier=qualifier,
        clauses=tuple(dict.fromkeys(one.clause for one in evidence)),
        evidence=evidence,
        ranking=_ranked(ranking, evidence if examined or answered else ()),
        sparql=sparql,
        confidence=sure,
        elapsed_ms=0.0,
        basis=basis,
        notes=(say(question.lang, "without_model"), *ranking.notes) if ranking.notes else (),
        assured=sure is not None and sure >= ASSURED,
    )


def together(whole: Question, parts: Sequence[Answer]) -> Answer:
    """Return several answers as one record: their messages in order, the confidence of the least sure of them.

    It is answered if every part is.
    """
    answered = all(part.answered for part in parts)
    sure = [part.confidence for part in parts]
    confidence = min((one for one in sure if one is not None), default=None) if answered else None
    reasons = [part.reason for part in parts if part.reason]
    evidence = list(dict.fromkeys(one for part in parts for one in part.evidence[:1]))
    evidence += [one for part in parts for one in part.evidence[1:] if one not in evidence]
    ranking = list({(one.document, one.clause): one for part in reversed(parts) for one in part.ranking}.values())
    order = {(one.document, one.clause): i for i, one in reversed([*enumerate(evidence)])}
    ranking.sort(key=lambda one: (order.get((one.document, one.clause), len(order)), -one.score, one.clause))
    return replace(
        parts[0],
        question=whole.text,
        answered=answered,
        reason=None if answered else reasons[0],
        answers=tuple(item for part in parts for item in part.answers) if answered else (),
        message=" ".join(part.message for part in parts),
        qualifier=None,
        clauses=tuple(dict.fromkeys(one.clause for one in evidence)),
        evidence=tuple(evidence),
        ranking=tuple(ranking[:RANKED]),
        sparql=None,
        confidence=confidence,
        assured=answered and all(part.assured for part in parts),
        basis=None,
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        ledger=None,
        parts=tuple(parts),
    )


def _by_weight(examined: Examined | None, ranking: Ranking) -> list[Unit]:
    """Return the sentences that were read, those first that reader and ranking together favour most."""
    if examined is None:
        return []
    near = nearness(ranking)
    ordered = sorted(examined.reading.judged, key=lambda one: (-weighed(one, near), one.unit.document, one.unit.start))
    return [one.unit for one in ordered]


def _ranked(ranking: Ranking, evidence: Sequence[Evidence]) -> tuple[Ranked, ...]:
    """Return the best clauses, those of *evidence* first in its order, even if others rank higher."""
    place = {key: i for i, key in reversed([*enumerate((one.document, one.clause) for one in evidence)])}
    ranked = [Ranked(hit.clause, hit.score, hit.document) for hit in ranking.clauses]
    ranked.sort(key=lambda one: place.get((one.document, one.clause), len(evidence)))
    return tuple(ranked[:RANKED])


def _evidence_of(units: Sequence[Unit]) -> tuple[Evidence, ...]:
    """Return the first of *units* as quotes, each stretch of text once."""
    found: list[Evidence] = []
    for unit in units:
        if len(found) == EVIDENCE:
            break
        if not any(unit.document == e.document and unit.start < e.end and e.start < unit.end for e in found):
            found.append(Evidence(unit.clause, unit.quote, unit.start, unit.end, unit.document))
    return tuple(found)


def qualifier_of(obligation: Obligation | None) -> Qualifier | None:
    """Return what limits an answer from *obligation*; None if it is firm and nothing else limits it."""
    if obligation is None:
        return None
    zone = say("zh-Hans", "names", names=obligation.zones) or None
    force = None if obligation.force == "firm" else obligation.force
    found = Qualifier(force, obligation.condition, obligation.exception, zone)
    return found if any((force, found.condition, found.exception, zone)) else None


def message_key(best: Candidate, obligation: Obligation | None) -> str:
    """Return the key of the message that gives the answer."""
    if best.verdict:
        return "yes" if best.verdict == YES else "no"
    if best.kind == "agency" and obligation is not None:
        given = {item.text for item in best.items}
        parties = [party for party in obligation.agents if {party.surface, party.name} & given]
        if parties and all(party.tier != "named" for party in parties):
            return "who_vague"
        if parties:
            return "who_open" if obligation.open_list else "who"
    if best.kind == "deadline" and obligation is not None and obligation.deadline and obligation.deadline.date is None:
        return "when_vague"
    return "passage" if best.kind in ("policy", "purpose", "definition", "condition") else "found"
