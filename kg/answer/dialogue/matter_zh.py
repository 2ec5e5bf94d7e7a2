"""A question in Chinese → its words of asking, what it is about, and the things it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kg.answer.dialogue.forms import Bounds, Utterance, says, zh
from kg.answer.question import language
from kg.extract.names import NameBook, NameHit, name_book
from kg.extract.predicates import skip_adverbs, verb_at, verbs_in
from kg.search.words import traditional

Sort = Literal["clause", "time", "agent", "place", "thing"]  # what a thing is, as far as its name shows

AFTER_VERB = frozenset({"what", "much", "where"})  # stand where an object would: a verb before them is in no name


@dataclass(frozen=True, slots=True)
class AskWords:
    """Words of asking at [start, end); `kind` is the part of the form `ask` that they match."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ChineseFrame:
    """The last sentence that asks, its clauses, and the one that has the words of asking (`ask` is None in yes/no)."""

    said: Utterance
    clauses: tuple[Bounds, ...]
    asking: int
    ask: AskWords | None

    @property
    def before(self) -> Bounds:
        """The part of the asking clause before the words of asking."""
        start, end = self.clauses[self.asking]
        return start, self.ask.start if self.ask else end

    @property
    def behind(self) -> Bounds:
        """The part of the asking clause behind the words of asking."""
        end = self.clauses[self.asking][1]
        return self.ask.end if self.ask else end, end

    def text(self, span: Bounds) -> str:
        """Return what stands at *span* as typed."""
        return self.said.text[slice(*span)]

    def plain(self, span: Bounds) -> str:
        """Return what stands at *span* in Simplified characters."""
        return self.said.plain[slice(*span)]


def asks_in(said: Utterance) -> list[AskWords]:
    """Return the words of asking in *said*, in order, outside quotation marks."""
    return [AskWords(str(match.lastgroup), *match.span()) for match in outside_quotes(said, "ask")]


def outside_quotes(said: Utterance, name: str) -> list[re.Match[str]]:
    """Return the matches of the form *name* in *said* outside quotation marks, in order."""
    quoted = [match.span() for match in zh("quoted").finditer(said.plain)]
    found = zh(name).finditer(said.plain)
    return [match for match in found if not any(start <= match.start() < end for start, end in quoted)]


def length(name: str, text: str) -> int:
    """Return how many characters at the start of *text* the form *name* matches."""
    match = zh(name).match(text)
    return match.end() if match else 0


@cache
def _book() -> NameBook:
    return name_book(None)


def names_in(plain: str) -> list[NameHit]:
    """Return the agents and places in *plain* that any document may name."""
    return _book().find(plain)


def sort_of(name: str) -> Sort:
    """Return what *name*, in Simplified characters, is."""
    if zh("is-clause").search(name):
        return "clause"
    if zh("is-time").search(name):
        return "time"
    known = _book().get(name)
    if known and known.tier in ("named", "collective", "place"):
        return "agent" if known.category == "agent" else "place"
    if zh("is-body").search(name):
        return "agent"
    return "place" if zh("is-place").search(name) else "thing"


def bare_end(said: Utterance) -> str:
    """Return *said* without the particles and signs at its end."""
    match = zh("closing").search(said.plain)
    return said.text[: match.start() if match else None]


def ended(text: str | Utterance, closing: str = "") -> str:
    """Return *text* as a question: without particles at its end, with *closing* and a question mark."""
    return bare_end(text if isinstance(text, Utterance) else Utterance.of(text)) + closing + says("zh", "mark")


def filled(name: str, beside: str, *words: str) -> str:
    """Return what the form *name* writes, filled with *words*, in the script of *beside*."""
    said = says("zh", name)
    return (traditional(said) if language(beside) == "zh-Hant" else said).format(*words)


def frame(said: Utterance) -> ChineseFrame:
    """Return how *said* asks."""
    asks = asks_in(said)
    sentences = _between(said, "sentence")
    asking = [span for span in sentences if any(span[0] <= ask.start < span[1] for ask in asks)]
    sentence = said.part(*(asking or sentences or [(0, len(said.plain))])[-1])
    clauses = tuple(_between(sentence, "clause")) or ((0, len(sentence.plain)),)
    for ask in asks_in(sentence):
        for i, (start, end) in enumerate(clauses):
            if start <= ask.start < end:
                return ChineseFrame(sentence, clauses, i, ask)
    return ChineseFrame(sentence, clauses, len(clauses) - 1, None)


def _between(said: Utterance, name: str) -> list[Bounds]:
    """Return the stretches of *said* between the signs of the form *name*."""
    found, at = [], 0
    for match in [*outside_quotes(said, name), None]:
        end = match.start() if match else len(said.plain)
        if said.plain[at:end].strip():
            found.append((at, end))
        at = match.end() if match else end
    return found


def topic(asked: ChineseFrame) -> Bounds | None:
    """Return where in `asked.said` the name of what is asked about stands; None if that is not clear.

    It is what stands before the words of asking, or the object of the verb behind them, or what an earlier clause is
    about. A thing comes before the agent that acts on it, and before the document itself.
    """
    later = None
    for found in _candidates(asked):
        name = asked.plain(found)
        if zh("asking").search(name) or sort_of(name) == "time":
            continue
        if sort_of(name) != "agent" and not zh("document").fullmatch(name):
            return found
        later = later or found
    return later


def named(asked: ChineseFrame) -> str | None:
    """Return the name of what is asked about; None if that is not clear."""
    found = topic(asked)
    return None if found is None else asked.text(found)


def done(asked: ChineseFrame) -> str | None:
    """Return the act that a yes/no question asks about; for any other question, the name of what it is about."""
    plain = asked.said.plain
    whether = zh("whether").search(plain)
    one = asked.ask is None and len(asked.clauses) == 1 and not zh("document").match(plain)
    if not one or whether is None or whether.group("verb"):
        return named(asked)
    head, tail = asked.said.part(0, whether.start()), asked.said.part(whether.end())
    return head.text[: len(head.text) - length("perfect", head.plain[-1:])] + bare_end(tail)


def _candidates(asked: ChineseFrame) -> Iterator[Bounds]:
    plain, (start, end) = asked.said.plain, asked.before
    if asked.ask is None:
        whether = zh("whether").search(plain, start, end)
        if whether and whether.end() < end:
            subject = trimmed(plain, start, whether.start(), False)
            if subject:
                yield subject
            for first, last in reversed(asked.clauses[: asked.asking]) if whether.start() == start else ():
                yield from _of_statement(plain, first, last)
        yield from _of_statement(plain, start, end)
    else:
        kind = asked.ask.kind
        if kind in AFTER_VERB:
            modal = zh("modal").search(plain, start + 2, end)
            end = modal.start() if modal else end
        subject = trimmed(plain, start, end, kind in AFTER_VERB)
        thing = _object(plain, *asked.behind)
        if subject:
            yield owner(plain, subject) if kind in AFTER_VERB | {"who", "when"} and not thing else subject
        if thing:
            yield thing
        elif not subject or zh("document").fullmatch(plain[slice(*subject)]):
            behind = list(_of_statement(plain, *asked.behind))
            # what stands right behind 哪些 is what is asked for, and not what is asked about
            yield from reversed(behind) if kind in ("what", "who") else behind
    for first, last in reversed(asked.clauses[: asked.asking]):
        yield from _of_statement(plain, first, last)


def _of_statement(plain: str, start: int, end: int) -> Iterator[Bounds]:
    """Yield the subject of a clause without words of asking, or of what stands behind them, and its object."""
    start = _behind_document(plain, start, end)
    modal = zh("modal").search(plain, start + 2, end)
    actor = trimmed(plain, start, modal.start(), False) if modal else None
    thing = _object(plain, modal.end() if modal and actor else start, end)
    parts = [actor, thing]
    if not actor and not thing:
        begin = start + length("beginning", plain[start:end])
        inside = _inside_names(plain)
        verbs = (match for match in zh("predicate").finditer(plain, begin, end) if match.start() not in inside)
        verb = next((match for match in verbs if match.start() > begin), None)
        parts = [trimmed(plain, begin, verb.start() if verb else end, False)]
        if verb:
            parts.append(_object(plain, verb.start(), end) or trimmed(plain, verb.end(), end, False))
    yield from (span for span in parts if span)


def _behind_document(plain: str, start: int, end: int) -> int:
    opening = length("document", plain[start:end])
    return start + opening if start + opening < end else start


def trimmed(plain: str, start: int, end: int, verbs: bool) -> Bounds | None:
    """Return the name in [start, end) without the words around it, nor a verb at its end if *verbs*; None if none."""
    start = _behind_document(plain, start, end)
    start += length("beginning", plain[start:end])
    while end > start:
        ending = zh("ending").search(plain[start:end])
        if ending is None and verbs:
            ending, verbs = zh("verb-ending").search(plain[start:end]), False
        if ending is None:
            break
        end = start + ending.start()
    text = rest = plain[start:end]
    for name in ("taking", "doing", "idle"):
        rest = zh(name).sub(" ", rest)
    is_name = any(c.isalnum() for c in rest) and not zh("pronoun").fullmatch(text)
    return (start, end) if len(text) > 1 and is_name else None


def _object(plain: str, start: int, end: int) -> Bounds | None:
    """Return the object of the verbs that [start, end) begins with; None if there is none."""
    held = zh("holding").match(plain[start:end])
    if held:
        begin = start + held.end()
        verb = next(iter(verbs_in(plain[:end], begin)), None)
        return trimmed(plain, begin, verb.start(), False) if verb else None
    at, taken, seen = start, False, False
    while True:
        at += length("beginning", plain[at:end])
        at = min(skip_adverbs(plain[:end], at), end)
        light = zh("light").match(plain, at, end)
        verb = zh("taking").match(plain, at, end) or verb_at(plain[:end], at)
        if verb is None or (taken and light is None):
            begun = 0 if taken else length("starting", plain[at:end])
            return trimmed(plain, at + begun, end, False) if seen or begun else None
        seen, taken = True, taken or light is None
        at = verb.end()
        at += length("aspect", plain[at:end])


def owner(plain: str, subject: Bounds) -> Bounds:
    """Return what has the side that *subject* names, 园区 of 园区的面积; *subject* itself if it names no side."""
    side = zh("of-a-side").search(plain[slice(*subject)])
    return (subject[0], subject[0] + side.start()) if side and side.start() > 1 else subject


def _inside_names(plain: str) -> set[int]:
    return {at for hit in names_in(plain) for at in range(hit.start, hit.end)}


def things(said: Utterance) -> list[Bounds]:
    """Return where the names of things stand in *said*, in order."""
    plain, inside = said.plain, _inside_names(said.plain)
    cuts = [(ask.start, ask.end) for ask in asks_in(said)]
    cuts += [match.span() for match in zh("break").finditer(plain) if match.start() not in inside]
    found, at = [], 0
    for start, end in [*sorted(cuts), (len(plain), len(plain))]:
        if start - at > 1:
            found.append(owner(plain, (at, start)))
        at = max(at, end)
    return found
