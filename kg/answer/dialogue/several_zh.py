"""Several questions in one, in Chinese → each of them, standing alone."""

from __future__ import annotations

import itertools

from kg.answer.dialogue.forms import Bounds, Utterance, zh
from kg.answer.dialogue.leaning_zh import behind_topic, complete, lean
from kg.answer.dialogue.matter_zh import AskWords, asks_in, bare_end, ended, outside_quotes, sort_of, trimmed
from kg.extract.predicates import verbs_in

OWN = 4  # a name of so many characters before the words of asking is what a second question is about

_BEFORE_A_VERB = frozenset({"who", "when", "how", "why"})  # two of these may stand before one verb


def questions_apart(said: Utterance) -> list[Utterance] | None:
    """Return the questions of *said*, each with the statements before it; None if they are one."""
    found: list[Utterance] = []
    at = 0
    for match in outside_quotes(said, "mark"):
        part = said.part(at, match.end())
        if zh("tag").search(part.plain) and found:
            return None
        if zh("asking").search(part.plain) or lean(part):
            if found and zh("continues").search(part.plain):
                return None
            found.append(part)
            at = match.end()
    rest = said.part(at)
    asks = asks_in(rest)
    if found and asks:
        # without a question mark of its own it may only say again what is meant
        if asks[0].kind == "what" or zh("continues").search(rest.plain):
            return None
        found.append(rest)
    return found if len(found) > 1 else None


def taken_up(sentence: Utterance, before: Utterance) -> str | None:
    """Return *sentence* standing alone behind the question *before*; None if it is no other question, or if what it
    takes over is not clear.
    """
    leaning = lean(sentence)
    if leaning is not None:
        old, new = asks_in(before)[-1:], asks_in(sentence)[:1]
        again = leaning.way == "bare" and old and new and old[0].kind == new[0].kind
        return None if again else complete(leaning, sentence, before)
    if not zh("not-own").search(sentence.plain):
        return sentence.text
    return behind_topic(sentence, before) if asks_in(sentence) else None


def questions(said: Utterance) -> list[str] | None:
    """Return the questions that one sentence joins, each standing alone; None if it is one."""
    listed = _respectively(said)
    if listed:
        return listed
    cuts = [match.span() for match in outside_quotes(said, "coordination")]
    if not cuts or zh("indefinite").search(said.plain):
        return None
    parts: list[str] = []
    for left, right in itertools.pairwise(_asking_pieces(said, cuts)):
        joined = "," not in said.plain[left[1] : right[0]] and not parts
        both = _shared(said, left, right) if joined else None
        if both is not None:
            parts += both
            continue
        second = _second(said, left, right, Utterance.of(parts[-1]) if parts else said.part(*left))
        if second is None:
            return None
        parts = [*(parts or [ended(said.part(0, left[1]))]), second]
    return parts if len(parts) > 1 else None


def _asking_pieces(said: Utterance, cuts: list[Bounds]) -> list[Bounds]:
    """Return the pieces between *cuts* that ask, each with the pieces before it that only state something."""
    edges = [0, *(edge for cut in cuts for edge in cut), len(said.plain)]
    found: list[Bounds] = []
    start = 0
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if asks_in(said.part(begin, end)):
            found.append((start, end))
            start = next((stop for first, stop in cuts if first == end), end)
    return found


def _shared(said: Utterance, left: Bounds, right: Bounds) -> list[str] | None:
    """Return both questions where two words of asking stand before one verb: 何时、由谁重建."""
    first, second = said.part(*left), said.part(*right)
    old, new = asks_in(first)[-1], asks_in(second)[0]
    if first.plain[old.end :].strip() or new.start or old.kind == new.kind or new.end == len(bare_end(second)):
        return None
    if not {old.kind, new.kind} <= _BEFORE_A_VERB or zh("copula").search(first.plain[: old.start]):
        return None
    return [ended(first.text + second.text[new.end :]), ended(first.text[: old.start] + second.text)]


def _second(said: Utterance, left: Bounds, right: Bounds, before: Utterance) -> str | None:
    """Return the second of two questions standing alone; None if they cannot be separated.

    *before* is the first of them, standing alone.
    """
    first, second = said.part(*left), said.part(*right)
    sign = said.plain[left[1] : right[0]]
    old, new = asks_in(first)[-1], asks_in(second)[0]
    if any(zh(name).search(second.plain) for name in ("settles", "with-whom")) or not _is_whole(first, old):
        return None
    if zh("loose-number").search(first.plain[old.start :]) and new.kind != "much":
        return None
    if new.kind == "who" and "," in sign:
        # who is asked about the matter of the first, or only who settles what that asks
        of_side = old.kind == "much" and zh("of-a-side").search(first.plain[: old.start].rstrip())
        if not of_side and old.kind not in ("when", "who", "why"):
            return None
    own = trimmed(second.plain, 0, new.start, True)
    if own and not zh("not-own").search(second.plain):
        if own[1] - own[0] >= OWN and _is_whole(second, new) and not (old.kind == new.kind == "who"):
            colon = first.plain.find(":")  # what stands before it is what both questions are about
            return ended((first.text[: colon + 1] if colon > 0 else "") + second.text)
        if not zh("any-facet").fullmatch(second.plain[slice(*own)]):
            return None
    if old.kind == new.kind == "what" and not new.start:
        both = [zh("each-of-its-kind").search(part) for part in (first.plain[old.start :], second.plain)]
        return ended(second) if all(both) else None
    side = zh("any-facet").search(second.plain)
    if new.kind == old.kind or (new.kind == "what" and not side) or zh("each-apart").search(second.plain):
        return None
    leaning = lean(second)
    return behind_topic(second, before) if leaning is None else complete(leaning, second, before)


def _is_whole(part: Utterance, ask: AskWords) -> bool:
    """Whether *part* has a verb, so that it can be asked alone."""
    if ask.kind in ("much", "where") or zh("copula").search(part.plain[: ask.start]):
        return True
    words = any(zh(name).search(part.plain) for name in ("taking", "doing", "predicate"))
    return words or bool(verbs_in(part.plain[ask.end :]))


def _respectively(said: Utterance) -> list[str] | None:
    """Return one question for each of several clauses or names that are asked the same; None if none are listed."""
    plain = said.plain[: len(bare_end(said))]
    for name in ("clauses-listed", "respectively"):
        match = zh(name).match(plain)
        if match is None:
            continue
        spans = [match.span("first")]
        at = match.start("more")
        for sign in [*zh("listed").finditer(plain, *match.span("more")), None]:
            end = sign.start() if sign else match.end("more")
            if end > at:
                spans.append((at, end))
            at = sign.end() if sign else end
        # each may be asked alone if all are clauses, or all agents, or all places
        sorts = {sort_of(plain[slice(*span)]) for span in spans}
        if len(sorts) > 1 or not sorts <= {"clause", "agent", "place"}:
            return None
        tail = said.text[slice(*match.span("shared"))] if match.group("shared") else ""
        tail += said.text[slice(*match.span("rest"))]
        return [ended(said.text[slice(*span)] + tail) for span in spans]
    return None
