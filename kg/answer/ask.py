"""A question and a build's records, index and graph → the answer record."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from kg.answer.backing import holds, obligation_unit, rows_of
from kg.answer.claims import complement_stands, negated_ask
from kg.answer.compose import message_key, qualifier_of, record, together
from kg.answer.conversation import resolve, split
from kg.answer.document import facts_asked, find_facts
from kg.answer.elsewhere import beside, cited, near_documents
from kg.answer.examined import Asked, Examined, choose, consider
from kg.answer.library import Library
from kg.answer.named_documents import narrow
from kg.answer.office_choice import chosen_by
from kg.answer.office_model import OfficeModel
from kg.answer.outside import clauses_named, names_in, outside
from kg.answer.question import Question, read_question
from kg.answer.reader import Reader
from kg.answer.record import ASSURED, NO, Answer, Evidence, Item, Reason
from kg.answer.register import find_listing, nothing_registered
from kg.answer.rows import Rows, Select
from kg.answer.signs import weights
from kg.answer.slugs import SHOWN, slug_of
from kg.answer.windows import Windows
from kg.answer.wording import say
from kg.search.ranking import Ranker
from kg.search.units import Unit
from kg.search.words import traditional
from kg.vocab import thing

ANSWERED = 0.6  # a question is refused if the document answers it with less probability than this
WORTH = 0.15  # an answer that is right with less probability is not worth showing
SOUNDS = 0.35  # a refusal says what a passage lacks if that speaks of what is asked with at least this probability

_LACKS: dict[str, Reason] = {"agency": "no_agency_named", "deadline": "no_date_given", "quantity": "no_figure_given"}


class Answerer:
    """Answers questions about the documents of *library*; *select* runs a SPARQL SELECT over their graph.

    Holds no state between questions, so that one serves many threads.
    """

    def __init__(
        self,
        library: Library,
        ranker: Ranker,
        select: Select,
        reader: Reader,
        office: OfficeModel | None = None,
    ) -> None:
        """*office*, if any, is a model of the office's own, which may choose among what was read."""
        self.library = library
        self._ranker = ranker
        self._select = select
        self._reader = reader
        self._office = office
        self._windows = Windows(library.documents, ranker.sentences)
        marked = (slug for slug, one in library.facts.items() if one.reviewed)
        listed = ((slug, obligation) for slug in marked for obligation in library.records[slug].obligations)
        self._marked = [(slug, obligation) for slug, obligation in listed if obligation.review != "extracted"]

    def ask(
        self, text: str, *, identifier: str | None = None, document: str | None = None, previous: str | None = None
    ) -> Answer:
        """Return the answer to *text*; a `QuestionError` where it is no question that can be read.

        *identifier* goes into the record as its id. *document*, a slug or a file's name, is the one that alone is
        asked. *previous* is the question asked before.
        """
        began = time.perf_counter()
        documents = () if document is None else (slug_of(self.library.files, document),)
        read_question(text)
        resolved = resolve(text, previous)
        if resolved.unclear is not None:
            answer = self._unclear(text, resolved.unclear, documents)
        else:
            parts = [self._one(part, documents) for part in split(resolved.text)]
            answer = parts[0] if len(parts) == 1 else together(read_question(resolved.text), parts)
        notes = ((resolved.note,) if resolved.note else ()) + answer.notes
        answer = self._finished(answer)
        elapsed = round((time.perf_counter() - began) * 1000, 1)
        typed = read_question(text)
        return replace(answer, id=identifier, question=typed.text, lang=typed.lang, notes=notes, elapsed_ms=elapsed)

    def _one(self, text: str, documents: tuple[str, ...]) -> Answer:
        """Return the answer to one question that stands alone."""
        narrowed = narrow(text, self.library, documents)
        answer = self._answer(self.look_up(narrowed.text, narrowed.documents), self._office)
        notes = list(answer.notes)
        if narrowed.documents and not documents:
            titles = [self.library.facts[slug].title for slug in narrowed.documents[:SHOWN]]
            notes.append(say(answer.lang, "narrowed", names=titles))
        if answer.answered and answer.lang == "zh-Hant":
            notes.append(say(answer.lang, "rendering", quote=traditional(answer.evidence[0].quote)))
        notes += [say(answer.lang, mark) for mark in self._reviewed(answer)]
        return replace(answer, notes=tuple(notes))

    def _finished(self, answer: Answer) -> Answer:
        """Return *answer* with what its documents are called, and the score of each quote that OCR read."""
        return replace(
            answer,
            evidence=self._scored(answer.evidence),
            others=tuple(replace(one, evidence=self._scored(one.evidence)) for one in answer.others),
            parts=tuple(self._finished(part) for part in answer.parts),
            documents=cited(answer, self.library),
        )

    def _scored(self, quotes: Sequence[Evidence]) -> tuple[Evidence, ...]:
        return tuple(replace(one, ocr=self.library.ocr(one.document, one.start, one.end)) for one in quotes)

    def _unclear(self, text: str, message: str, documents: tuple[str, ...]) -> Answer:
        """Return the record that asks what is meant; the passages nearest to its words may help to say it."""
        asked = self.look_up(text, documents)
        return record(asked, [], None, answered=False, reason="unclear", message=message)

    def look_up(self, text: str, documents: tuple[str, ...] = ()) -> Asked:
        """Return *text* as a question with what is found for it in *documents*."""
        question = read_question(text)
        ranking = self._ranker.rank(question.text, documents=documents)
        called = tuple(self._ranker.expansion.words(question.plain))
        return Asked(question, ranking, names_in(question, called, self.library), documents)

    def consider(self, asked: Asked, clauses: Sequence[str] = ()) -> list[Examined]:
        """Return what the best sentences may answer, in *clauses* alone where any are given, to be chosen from."""
        return consider(asked, self._reader, self._windows, self.library, clauses)

    def by_rule(self, asked: Asked) -> Answer | None:
        """Return the answer or refusal that the question's own words decide; None if the text has to be read."""
        question = asked.question
        reason = outside(question, asked.named, self.library)
        if reason:
            return self._refusal(asked, reason, None)
        if any(not self.library.has_clause(clause, asked.documents) for clause in clauses_named(question)):
            return self._refusal(asked, "false_premise", None)
        listing = find_listing(question, self.library, self._select, asked.documents)
        if listing is not None:
            answer = self._found(asked, Rows(listing.items, listing.query), listing.units, listing.message)
            return replace(answer, intent=listing.intent, ledger=listing.ledger)
        if nothing_registered(question, asked.named, self.library, asked.documents):
            return self._refusal(asked, "not_in_plan", None)
        facts = facts_asked(question)
        if facts:
            ranked = (hit.document for hit in asked.ranking.clauses)
            for slug in asked.documents or dict.fromkeys((*ranked, *self.library.facts)):
                found, unit = find_facts(self._select, slug, facts, self._ranker.sentences(slug))
                if found.items:
                    return self._found(asked, found, [unit])
        return None

    def _answer(self, asked: Asked, office: OfficeModel | None) -> Answer:
        """Return the answer, beside it those of other documents that may be meant just as well.

        *office* chooses for the first alone: it takes too long to be asked for each.
        """
        decided = self.by_rule(asked)
        answer = self.read(asked, office) if decided is None else decided
        of_one = decided is None or bool(facts_asked(asked.question))
        contends = of_one and (answer.answered or answer.reason == "unsure")
        if not contends or len(asked.documents or self.library.facts) == 1:
            return answer
        near = near_documents(asked.ranking, answer.evidence[0].document)
        return beside(answer, near, lambda slug: self._answer(self.alone(asked, slug), None), self.library)

    def alone(self, asked: Asked, slug: str) -> Asked:
        """Return *asked* with what is found for it in one document."""
        ranking = self._ranker.rank(asked.question.text, documents=(slug,))
        return replace(asked, ranking=ranking, documents=(slug,))

    def read(self, asked: Asked, office: OfficeModel | None = None) -> Answer:
        """Return the answer that the passages give which are read for the question."""
        clauses = clauses_named(asked.question)
        examined = choose(self.consider(asked, clauses)) if asked.ranking.shares_words else None
        if examined is None:
            return self._refusal(asked, "not_in_plan", None)
        chosen = None if office is None else chosen_by(office, asked, examined, self.library)
        if chosen is not None:
            if chosen.examined is None:
                return self._refusal(asked, "unsure", examined)
            examined = chosen.examined
        gap = self._gap(asked.question, examined)
        if gap is not None:
            return self._refusal(asked, gap, examined)
        if chosen is None and examined.answered < ANSWERED:
            return self._refusal(asked, self._reason(examined), examined)
        if chosen is None and examined.right < WORTH:
            return self._refusal(asked, "unsure", examined)
        return self._given(asked, examined, None if chosen is None else chosen.confidence)

    def _gap(self, question: Question, examined: Examined) -> Reason | None:
        """Return why no passage can answer: it is asked what has happened by now, or what does not apply."""
        best = examined.best
        if best.verdict:
            # a text may say that something has not happened; no plan can know that it has
            denied = best.verdict == NO and examined.right >= ASSURED
            if any(one.id == "state" for one in examined.objections) and not denied:
                return "live_data"
            return "not_in_plan" if any(one.verdict == "unknown" for one in examined.objections) else None
        if negated_ask(question.text) and not complement_stands(question.text, best.unit.quote):
            return "not_in_plan"
        return None

    def _reason(self, examined: Examined) -> Reason:
        """Return why the document does not seem to answer: a passage on the matter lacks what is asked, or none is."""
        sounds = max(one.near + one.answers for one in examined.reading.judged) >= SOUNDS
        return _LACKS.get(examined.best.kind, "not_in_plan") if sounds else "not_in_plan"

    def _given(self, asked: Asked, examined: Examined, confidence: float | None = None) -> Answer:
        question, best, obligation = asked.question, examined.best, examined.obligation
        found = rows_of(self._select, best, examined.backing) if examined.backing else None
        items = found.items if found else tuple(Item(text, None) for text in best.texts)
        clause = self.library.clause(best.unit.document, best.unit.clause)
        names = [item.text for item in items]
        # the words of the obligation alone if that gives the answer, else the whole sentence
        shown = (
            obligation_unit(best.unit, obligation)
            if found and obligation and holds(obligation, best.items)
            else best.unit
        )
        return record(
            asked,
            [shown],
            examined,
            answered=True,
            answers=items,
            intent=best.kind,
            message=say(question.lang, message_key(best, obligation), clause=clause, names=names, quote=shown.quote),
            qualifier=qualifier_of(obligation),
            sparql=found.query if found else None,
            basis=say(question.lang, "basis_row" if found else "basis_passage"),
            confidence=examined.right if confidence is None else confidence,
        )

    def _found(self, asked: Asked, found: Rows, units: Sequence[Unit], message: str | None = None) -> Answer:
        """Return an answer from rows that nothing had to be read for; *units* are where they stand."""
        lang, clause = asked.question.lang, self.library.clause(units[0].document, units[0].clause)
        return record(
            asked,
            units,
            None,
            answered=True,
            answers=found.items,
            message=message or say(lang, "found", clause=clause, names=[item.text for item in found.items]),
            sparql=found.query,
            basis=say(lang, "basis_row"),
            confidence=weights().direct,
        )

    def _refusal(self, asked: Asked, reason: Reason, examined: Examined | None) -> Answer:
        nearest = examined.best.unit if examined else None
        if nearest is None and asked.ranking.sentences:
            nearest = asked.ranking.sentences[0].unit
        clause = None if nearest is None else self.library.clause(nearest.document, nearest.clause)
        message = say(asked.question.lang, reason if clause is not None else "nothing_near", clause=clause)
        intent = examined.best.kind if examined else asked.question.kind
        units = [] if nearest is None else [nearest]
        return record(asked, units, examined, answered=False, reason=reason, message=message, intent=intent)

    def _reviewed(self, answer: Answer) -> list[str]:
        """Return the review marks of the obligations that *answer* gives, or that the sentence quoted first holds."""
        if not answer.answered or not self._marked:
            return []
        given = {item.iri for item in answer.answers}
        quote = answer.evidence[0]
        units = self._ranker.sentences(quote.document)
        quoted = [unit for unit in units if unit.start < quote.end and quote.start < unit.end]
        found = set()
        for slug, obligation in self._marked:
            here = any(
                unit.document == slug and obligation.start < unit.end and unit.start < obligation.end for unit in quoted
            )
            if here or thing(slug, "obligation", obligation.id) in given:
                found.add(obligation.review)
        return sorted(found)
