"""A question and a build's records, index and graph → the answer record."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from kg.answer.question import Question, read_question
from kg.answer.record import Answer, Evidence, Item, Qualifier, Ranked, Reason
from kg.answer.who import Select, find_owners
from kg.answer.wording import say
from kg.extract.names import name_book
from kg.models import Clause, Obligation, Records
from kg.search.lexical import Hit, LexicalIndex, passages
from kg.vocab import thing

EVIDENCE = 5
RANKED = 10
COVERED = 0.6
"""An answer is given only where the passage and its clause cover this share of what is asked (`LexicalIndex.covered`).
Matched by words alone, a question on another body or another thing still has a nearest sentence. The value was chosen,
without a held-out set, as the least at which none of 134 questions tried got a wrong answer; only 2 of them are covered
that far, so it says little of how often an answer is right. It goes when ranking by meaning comes in.
"""
_DENIED = re.compile(r"[不没未无非勿]")


class Answerer:
    """Answers questions about the documents in *records*; *select* runs a SPARQL SELECT over their graph.

    Holds no state between questions, so that one serves many threads.
    """

    def __init__(self, records: Sequence[Records], select: Select) -> None:
        self._index = LexicalIndex([passage for one in records for passage in passages(one)])
        self._select = select
        self._clauses = {(r.document.slug, c.id): c for r in records for c in r.document.clauses}
        self._obligations = {(r.document.slug, o.id): o for r in records for o in r.obligations}

    def ask(self, text: str, *, identifier: str | None = None) -> Answer:
        """Return the answer to *text*; a `QuestionError` where it is no question that can be read.

        *identifier* goes into the record as its id.
        """
        began = time.perf_counter()
        question = read_question(text)
        hits = self._index.rank(question.terms)
        answer = self._refusal(question, hits, "not_in_plan", None)
        if hits:
            best = next((hit for hit in hits if hit.passage.obligation), None) if question.form else hits[0]
            if best is not None and not self._speaks_of(question, best):
                answer = self._refusal(question, hits, "not_in_plan", best, "not_close")
            else:
                answer = self._who(question, hits) if question.form else self._passage(question, hits)
        elapsed = round((time.perf_counter() - began) * 1000, 1)
        return replace(answer, id=identifier, elapsed_ms=elapsed)

    def _speaks_of(self, question: Question, best: Hit) -> bool:
        """Whether *best* is about what is asked: it covers its words, and denies what the question denies."""
        if self._index.covered(question.terms, best.passage) < COVERED:
            return False
        denied = _DENIED.search(question.terms)
        return denied is None or _DENIED.search(best.passage.quote) is not None

    def _who(self, question: Question, hits: Sequence[Hit]) -> Answer:
        assert question.form is not None
        best = next((hit for hit in hits if hit.passage.obligation), None)
        if best is None or best.passage.obligation is None:
            return self._refusal(question, hits, "no_agency_named", hits[0])
        document = best.passage.document
        obligation = self._obligations[document, best.passage.obligation]
        clause = self._clauses[document, obligation.clause]
        items, query, named = find_owners(self._select, document, obligation, question.form.roles)
        if not items:
            return self._refusal(question, hits, "no_agency_named", best)
        if _asked_of({item.text for item in items}, question, best):
            return self._refusal(question, hits, "not_in_plan", best, "not_close")
        key = "who_vague" if not named else "who_open" if obligation.open_list else "who"
        message = say(question.lang, key, clause=clause, names=[item.text for item in items])
        bearing = self._showing({item.text for item in items}, obligation, best)
        return self._answer(question, "agency", items, message, bearing, hits, obligation, query)

    def _showing(self, names: set[str], obligation: Obligation, best: Hit) -> Hit:
        """The obligation's own quote if the bodies stand in it; else its sentence, where they are its subject."""
        surfaces = [party.surface for party in obligation.agents if party.name in names]
        if all(surface in obligation.quote for surface in surfaces):
            return best
        around = [
            passage
            for passage in self._index.passages
            if passage.obligation is None
            and passage.document == best.passage.document
            and passage.start <= obligation.start
            and obligation.end <= passage.end
        ]
        return Hit(around[0], best.score) if around else best

    def _passage(self, question: Question, hits: Sequence[Hit]) -> Answer:
        best = hits[0]
        where = best.passage
        obligation = self._obligations[where.document, where.obligation] if where.obligation else None
        clause = self._clauses[where.document, where.clause]
        kind = ("obligation", obligation.id) if obligation else ("clause", clause.id)
        items = (Item(where.quote, thing(where.document, *kind)),)
        message = say(question.lang, "passage", clause=clause)
        return self._answer(question, "passage", items, message, best, hits, obligation, None)

    def _answer(
        self,
        question: Question,
        intent: str,
        items: tuple[Item, ...],
        message: str,
        best: Hit,
        hits: Sequence[Hit],
        obligation: Obligation | None,
        query: str | None,
    ) -> Answer:
        evidence = _evidence([best, *hits])
        return Answer(
            id=None,
            question=question.text,
            lang=question.lang,
            intent=intent,
            answered=True,
            reason=None,
            answers=items,
            message=message,
            qualifier=_qualifier(obligation),
            clauses=tuple(dict.fromkeys(item.clause for item in evidence)),
            evidence=evidence,
            ranking=_ranking(hits),
            sparql=query,
            confidence=None,
            elapsed_ms=0.0,
            basis=say(question.lang, "basis_row" if query else "basis_passage"),
        )

    def _refusal(
        self, question: Question, hits: Sequence[Hit], reason: Reason, nearest: Hit | None, key: str | None = None
    ) -> Answer:
        clause: Clause | None = None
        if nearest is not None:
            clause = self._clauses[nearest.passage.document, nearest.passage.clause]
        evidence = _evidence([nearest, *hits] if nearest else hits)
        return Answer(
            id=None,
            question=question.text,
            lang=question.lang,
            intent="agency" if question.form else "passage",
            answered=False,
            reason=reason,
            answers=(),
            message=say(question.lang, key or reason, clause=clause),
            qualifier=None,
            clauses=tuple(dict.fromkeys(item.clause for item in evidence)),
            evidence=evidence,
            ranking=_ranking(hits),
            sparql=None,
            confidence=None,
            elapsed_ms=0.0,
            basis=None,
        )


def _asked_of(names: set[str], question: Question, best: Hit) -> bool:
    """Whether *question* is about another body than the row: one the passage does not name, or the answer itself."""
    book = name_book(None)
    asked = [hit.entry for hit in book.find(question.terms) if hit.entry.tier == "named" or hit.entry.party]
    return any(e.name in names or not any(form in best.passage.context for form in e.forms) for e in asked)


def _evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The quotes of the best hits, each stretch of text once: an obligation and its sentence say the same."""
    found: list[Evidence] = []
    for hit in hits:
        p = hit.passage
        if any(p.document == e.document and p.start < e.end and e.start < p.end for e in found):
            continue
        found.append(Evidence(p.clause, p.quote, p.start, p.end, p.document))
        if len(found) == EVIDENCE:
            break
    return tuple(found)


def _ranking(hits: Sequence[Hit]) -> tuple[Ranked, ...]:
    best: dict[tuple[str, str], Ranked] = {}
    for hit in hits:
        key = (hit.passage.document, hit.passage.clause)
        best.setdefault(key, Ranked(hit.passage.clause, hit.score, hit.passage.document))
    return tuple(best.values())[:RANKED]


def _qualifier(obligation: Obligation | None) -> Qualifier | None:
    """What limits an answer from *obligation*; None where it is firm and nothing else limits it."""
    if obligation is None:
        return None
    zone = say("zh-Hans", "names", names=obligation.zones) or None
    force = None if obligation.force == "firm" else obligation.force
    found = Qualifier(force, obligation.condition, obligation.exception, zone)
    return found if any((force, found.condition, found.exception, zone)) else None
