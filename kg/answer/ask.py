"""A question and a build's records, index and graph → the answer record."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.answer import rows
from kg.answer.asked import Asked
from kg.answer.choose import Candidate, Choice, choose, look, weights
from kg.answer.confidence import probability, signs
from kg.answer.document import facts_asked, find_facts
from kg.answer.evidence import evidence_of, qualifier_of, quoted
from kg.answer.giving import message_key, rows_of
from kg.answer.library import Library, Named
from kg.answer.mending import Mender
from kg.answer.outside import clauses_named, names_in, outside
from kg.answer.premise import Mismatch, mismatch
from kg.answer.question import Question, read_question
from kg.answer.record import Answer, Evidence, Item, Qualifier, Ranked, Reason
from kg.answer.rows import Rows, Select
from kg.answer.wording import say
from kg.answer.zones import find_of_zone
from kg.models import Obligation, Records
from kg.search.ranking import Ranker, Ranking
from kg.search.units import Unit
from kg.search.words import traditional
from kg.vocab import thing

RANKED = 10
ELSEWHERE = 0.5
"""So probable must it be that the clause a question names answers it; else the question has the wrong one."""

ANSWERED = 0.6
"""So probable must it be that the document answers a question; else it is refused."""

_NOTHING: dict[str, Reason] = {
    "agency": "no_agency_named",
    "beneficiary": "not_in_plan",
    "deadline": "no_date_given",
    "quantity": "no_figure_given",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what was found for it."""

    question: Question
    ranking: Ranking
    named: tuple[Named, ...]
    called: tuple[str, ...]


class Answerer:
    """Answers questions about the documents in *records*; *select* runs a SPARQL SELECT over their graph.

    Holds no state between questions, so that one serves many threads.
    """

    def __init__(self, records: Sequence[Records], ranker: Ranker, select: Select) -> None:
        self.library = Library(records, ranker.index.lexicon.cut)
        self._mender = Mender.of(self.library, ranker.index.lexicon, ranker.index.aliases)
        self._ranker = ranker
        self._select = select
        self._marked = [
            (one.document.slug, row) for one in records for row in one.obligations if row.review != "extracted"
        ]

    def ask(self, text: str, *, identifier: str | None = None) -> Answer:
        """Return the answer to *text*; a `QuestionError` where it is no question that can be read.

        *identifier* goes into the record as its id.
        """
        began = time.perf_counter()
        typed, asked, repairs = self._read(text)
        answer = self._answer(asked)
        written = traditional if typed.lang == "zh-Hant" else str
        notes = [say(typed.lang, "understood", names=[written(was)], quote=written(now)) for was, now in repairs]
        notes += answer.notes
        if answer.answered and typed.lang == "zh-Hant":
            notes.append(say(typed.lang, "rendering", quote=traditional(answer.evidence[0].quote)))
        notes += [say(typed.lang, mark) for mark in self._reviewed(answer)]
        elapsed = round((time.perf_counter() - began) * 1000, 1)
        return replace(answer, id=identifier, question=typed.text, notes=tuple(notes), elapsed_ms=elapsed)

    def _reviewed(self, answer: Answer) -> list[str]:
        """Return what people marked the rows with that *answer* gives, or whose words it quotes first."""
        if not answer.answered:
            return []
        given = {item.iri for item in answer.answers}
        first = answer.evidence[0] if answer.evidence else None
        found = set()
        for slug, row in self._marked:
            quoted = first and (first.document, first.clause) == (slug, row.clause)
            overlap = quoted and first and row.start < first.end and first.start < row.end
            if overlap or thing(slug, "obligation", row.id) in given:
                found.add(row.review)
        return sorted(found)

    def candidates(self, text: str) -> tuple[Asked, Ranking, list[Candidate]] | None:
        """Return all that may be said to *text*, for learning which to say; None where no candidate is chosen among,
        as where the question itself shows that no document answers it.
        """
        asked = self._read(text)[1]
        if outside(asked.question, asked.named, self.library) or self._direct(asked) is not None:
            return None
        looked, found = look(asked.question, asked.ranking, asked.named, asked.called, self.library, self._ranker)
        return looked, asked.ranking, found

    def _read(self, text: str) -> tuple[Question, _Asked, tuple[tuple[str, str], ...]]:
        """Return *text* as it was typed, what was found for it with its slips mended, and what was mended."""
        typed = read_question(text)
        mended = self._mender.mend(typed.text)
        question = typed
        if mended.text != typed.text:
            question = replace(read_question(mended.text), lang=typed.lang)
        ranking = self._ranker.rank(question.text)
        called = tuple(self._ranker.expansion.words(question.plain))
        asked = _Asked(question, ranking, names_in(question, called, self.library), called)
        return typed, asked, mended.repairs

    def _answer(self, asked: _Asked) -> Answer:
        question = asked.question
        reason = outside(question, asked.named, self.library)
        if reason:
            return self._refusal(asked, reason, None)
        clauses = clauses_named(question)
        if any(not self.library.has_clause(clause) for clause in clauses):
            return self._refusal(asked, "false_premise", None)
        direct = self._direct(asked)
        if direct is not None:
            return direct
        picked = self._pick(asked, clauses)
        if clauses and (picked is None or picked[1] < ELSEWHERE):
            other = self._pick(asked, ())
            if other is not None:
                return self._refusal(asked, "false_premise", other[0].candidate.passage.unit)
        if picked is None or not asked.ranking.shares_words:
            return self._refusal(asked, _NOTHING.get(question.kind, "not_in_plan"), None)
        choice, answered, right = picked
        unit = choice.candidate.passage.unit
        if answered < ANSWERED:
            wrong = mismatch(question, choice.candidate.passage)
            reason = "false_premise" if wrong else _NOTHING.get(question.kind, "not_in_plan")
            return self._refusal(asked, reason, unit, wrong)
        return self._given(asked, choice, right)

    def _pick(self, asked: _Asked, clauses: Sequence[str]) -> tuple[Choice, float, float] | None:
        """Return the best choice in *clauses* (everywhere where there are none), how probable it is that the document
        answers, and how probable that this answer is right.
        """
        looked, candidates = look(
            asked.question, asked.ranking, asked.named, asked.called, self.library, self._ranker, clauses
        )
        choice = choose(candidates)
        if choice is None:
            return None
        found = signs(looked, asked.ranking, choice)
        return choice, probability(found, weights().answered), probability(found, weights().right)

    def _direct(self, asked: _Asked) -> Answer | None:
        """Return what the graph holds of a document itself or of a place, which no ranking is needed for."""
        question = asked.question
        facts = facts_asked(question)
        if facts:
            for one in self.library.records.values():
                found, unit = find_facts(self._select, one.document, facts, self._ranker.sentences(one.document.slug))
                if found.items:
                    return self._told(asked, found, [unit])
        if question.kind == "tasks":
            return self._tasks(asked)
        of_zone = find_of_zone(self._select, question, asked.named, self.library, self._ranker.phrases())
        return None if of_zone is None else self._told(asked, of_zone[0], [of_zone[1]])

    def _tasks(self, asked: _Asked) -> Answer:
        """Return all that the body the question names has to do; a refusal where the text gives it nothing."""
        for one in asked.named:
            if one.name is None or one.category == "policy":
                continue
            # a province or a city has the name of its government, whatever the question means by it
            found = rows.tasks(self._select, one.name)
            units = [unit for item in found.items if (unit := self._unit(item)) is not None]
            if units:
                lang, clause = asked.question.lang, self.library.clause(units[0].document, units[0].clause)
                told = say(lang, "tasks", clause=clause, names=[one.name], count=len(units))
                return self._told(asked, found, units, told)
        return self._refusal(asked, "not_in_plan", None)

    def _unit(self, item: Item) -> Unit | None:
        """Return the obligation of an item as the unit it is found by."""
        known = self.library.of_iri(item.iri or "")
        if known is None:
            return None
        slug, row = known
        return Unit(slug, row.clause, "obligation", row.start, row.end, row.quote, "", row.id)

    def _told(self, asked: _Asked, found: Rows, units: Sequence[Unit], message: str | None = None) -> Answer:
        """Return an answer from rows that no passage had to be chosen for; *units* are where they stand."""
        lang, clause = asked.question.lang, self.library.clause(units[0].document, units[0].clause)
        return self._record(
            asked,
            quoted(units[0]),
            answered=True,
            more=units,
            answers=found.items,
            message=message or say(lang, "found", clause=clause, names=[item.text for item in found.items]),
            sparql=found.query,
            basis=say(lang, "basis_row"),
            confidence=weights().direct,
        )

    def _given(self, asked: _Asked, choice: Choice, right: float) -> Answer:
        question, passage, reading = asked.question, choice.candidate.passage, choice.candidate.reading
        unit, row = passage.unit, passage.obligation
        found = rows_of(self._select, choice)
        items = found.items if found is not None else tuple(Item(text, None) for text in reading.items)
        evidence = self._bearing(unit, row, items)
        clause = self.library.clause(unit.document, unit.clause)
        key = message_key(question.form, choice, items)
        return self._record(
            asked,
            evidence,
            answered=True,
            answers=items,
            message=say(question.lang, key, clause=clause, names=[item.text for item in items], quote=evidence.quote),
            qualifier=qualifier_of(row),
            sparql=found.query if found else None,
            basis=say(question.lang, "basis_row" if found else "basis_passage"),
            confidence=right,
        )

    def _bearing(self, unit: Unit, row: Obligation | None, items: Sequence[Item]) -> Evidence:
        """The passage's own words if the items stand in them; else its sentence, where they are its subject."""
        shown = unit
        if row is not None:
            surfaces = [p.surface for p in row.agents if p.name in {item.text for item in items}]
            if not all(surface in unit.quote for surface in surfaces):
                shown = self._ranker.sentence_of(unit)
        return quoted(shown)

    def _refusal(self, asked: _Asked, reason: Reason, nearest: Unit | None, wrong: Mismatch | None = None) -> Answer:
        if nearest is None and asked.ranking.sentences:
            nearest = asked.ranking.sentences[0].unit
        evidence = clause = None
        if nearest is not None:
            evidence = quoted(nearest)
            clause = self.library.clause(nearest.document, nearest.clause)
        key: str = reason if clause is not None else "nothing_near"
        if wrong is not None:
            key = f"premise_{wrong.kind}"
        told, said = (wrong.told, wrong.asked) if wrong is not None else ((), "")
        message = say(asked.question.lang, key, clause=clause, asked=said, told=told)
        return self._record(asked, evidence, answered=False, reason=reason, message=message)

    def _record(
        self,
        asked: _Asked,
        first: Evidence | None,
        *,
        answered: bool,
        message: str,
        reason: Reason | None = None,
        more: Sequence[Unit] = (),
        answers: tuple[Item, ...] = (),
        qualifier: Qualifier | None = None,
        sparql: str | None = None,
        basis: str | None = None,
        confidence: float | None = None,
    ) -> Answer:
        question, ranking = asked.question, asked.ranking
        ranked = [Ranked(hit.clause, hit.score, hit.document) for hit in ranking.clauses]
        if first is not None and answered:
            # what the answer stands in comes first, whatever else was nearer to the words of the question
            ranked.sort(key=lambda one: (one.clause, one.document) != (first.clause, first.document))
        evidence = evidence_of(first, [*more, *(hit.unit for hit in ranking.sentences)])
        return Answer(
            id=None,
            question=question.text,
            lang=question.lang,
            intent=question.kind,
            answered=answered,
            reason=reason,
            answers=answers,
            message=message,
            qualifier=qualifier,
            clauses=tuple(dict.fromkeys(one.clause for one in evidence)),
            evidence=evidence,
            ranking=tuple(ranked[:RANKED]),
            sparql=sparql,
            confidence=None if confidence is None else round(confidence, 3),
            elapsed_ms=0.0,
            basis=basis,
            notes=(say(question.lang, "without_model"), *ranking.notes) if ranking.notes else (),
        )
