"""A question and a passage → what certainly contradicts 是; what a plan cannot know; whether a denial is stated.

A yes/no question is a claim about the text. A learned reader says whether a passage bears it out; these are the rules
that no reader may override.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kg.answer.cues import as_ruled, hits, kinds, one_way, only_explored, words
from kg.answer.figures import clashes
from kg.patterns import pattern, rules

NO: Final = "否"

MOST = 0.7  # a question about an exception has at least this share of its characters


@dataclass(frozen=True, slots=True)
class Objection:
    """What a rule found between a question and a passage.

    `id` names the rule; `verdict` is 否 if the passage contradicts what is asked, "unknown" if it neither confirms nor
    contradicts it; `detail` are the words that show it.
    """

    id: str
    verdict: Literal["否", "unknown"]
    detail: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A question and a passage as the rules read them."""

    question: str
    passage: str
    force: str | None
    exception: str | None
    asked: frozenset[str]
    there: frozenset[str]

    def asks(self, *names: str) -> bool:
        return any(hits(name, self.question) for name in names)

    @property
    def freed(self) -> bool:
        """Whether the question is whether one is spared something."""
        return hits("asks-freed", one_way(self.question))

    def says(self, *names: str) -> bool:
        return any(hits(name, self.passage) for name in names)

    def always(self, name: str) -> bool:
        """Whether every sentence of the passage says it: no other sentence can be the one that is asked about."""
        return all(hits(name, part) for part in re.split("[。；]", self.passage) if len(part) > 5)


def objections(
    question: str,
    passage: str,
    *,
    force: str | None,
    exception: str | None,
    agents_asked: Sequence[str],
    agents_there: Sequence[str],
) -> tuple[Objection, ...]:
    """Return what certainly contradicts 是 to a yes/no *question* about *passage*, in the rules' order.

    *force* and *exception* are those of the passage's obligation, None if it has none; agents are given by canonical
    name. Script, width and line wraps do not matter. If the question itself contains a denial, only what a plan cannot
    know and what is excepted is found. "unknown" is left out beside a 否.

    The passage is taken to be what the question is about: nothing that stands elsewhere contradicts anything.
    """
    asked, there = frozenset(agents_asked), frozenset(agents_there)
    case = _Case(as_ruled(question), as_ruled("".join(passage.split())), force, exception, asked, there)
    found = list(_state(case))
    if not denies(question):
        for rule in (_figures, _agents, _scope, _force, _bond, _contrary):
            found += rule(case)
    found += _excepted(case)
    if any(one.verdict == NO for one in found):
        found = [one for one in found if one.verdict == NO]
    return tuple(dict.fromkeys(found))


def denies(question: str) -> bool:
    """Whether *question* itself contains a denial; 能不能 and 是不是 deny nothing."""
    return hits("denies", one_way(as_ruled(question)))


def asks_state(question: str) -> bool:
    """Whether *question* asks if something has happened by now, which a plan cannot know: 建成了吗, has it opened.

    Whether one may or must do something now is no such question: the document says that.
    """
    text = as_ruled(question)
    return hits("has-happened", text) and not hits("asks-norm", text)


def negated_ask(question: str) -> bool:
    """Whether *question* asks for what something does not apply to: 哪些货物不免税, who may not apply.

    A denial that only describes what is meant does not count: 没有登记的社团怎么处理.
    """
    return hits("asks-for-what-is-not", one_way(as_ruled(question)))


def complement_stands(question: str, passage: str) -> bool:
    """Whether *passage* itself says to what the denial in *question*, which is a `negated_ask`, applies.

    It does not follow from an affirmative list that nothing else is meant: the passage has to deny it, or to charge it
    if the question asks what is not free.
    """
    asked, said = as_ruled(question), as_ruled("".join(passage.split()))
    if hits("not-free", asked):
        return hits("is-taxed", said) or hits("excepts", said)
    if hits("asks-freed", asked) and hits("frees", said):
        return True
    return hits("is-not", said) or hits("turned", said)


# ------------------------------------------------------------------ the rules


def _state(case: _Case) -> Iterator[Objection]:
    if asks_state(case.question) and not case.says("reports"):
        yield Objection("state", "unknown", words("has-happened", case.question))


def _figures(case: _Case) -> Iterator[Objection]:
    for clash in clashes(case.question, case.passage):
        yield Objection(clash.id, NO if clash.denied else "unknown", clash.words)


def _agents(case: _Case) -> Iterator[Objection]:
    """Yield an agent asked for in place of the one that the passage names, or as the only one of several."""
    if not case.asked:
        return
    detail = f"{'、'.join(sorted(case.asked))} ≠ {'、'.join(sorted(case.there))}"
    if not case.asked & case.there:
        if case.asks("asks-role"):
            named = bool(case.there) and not case.says("open-bodies")
            yield Objection("other_body", NO if named else "unknown", detail)
    elif case.asks("asks-alone", "asks-only") and case.there - case.asked and case.says("jointly"):
        yield Objection("sole_actor", NO, detail)


def _scope(case: _Case) -> Iterator[Objection]:
    """Yield a question about all of a kind of which the passage has only some, or about some of the many it lists."""
    wide = case.asks("asks-all") and not case.asks("names-limits")
    if wide and case.says("limited") and not case.says("all-of-them"):
        yield Objection("wider_scope", NO, _against("asks-all", case, "limited"))
    if case.asks("asks-only"):
        for match in pattern("claims", "listed").finditer(case.passage):
            first, *others, last = pattern("claims", "beside").split(match["list"])
            # other words may stand before the first item and behind the last, so a part of these is enough
            named = [item for item in others if item in case.question]
            named += [first for at in range(len(first) - 1) if first[at:] in case.question][:1]
            open_end = any(last[:end] in case.question for end in range(2, len(last) + 1))
            if named and len(named) + open_end < len(others) + 2:
                yield Objection("sole_actor", NO, f"{'、'.join(named)} ≠ {match['list']}")


def _force(case: _Case) -> Iterator[Objection]:
    """Whether something may be done or is so by now, although the passage only explores or forbids it."""
    if not case.asks("asks-now", "asks-leave"):
        return
    if not case.asks("asks-plan") and only_explored(case.question, case.passage, case.force):
        yield Objection("not_yet", NO, words("explores", case.passage) or words("applies-for", case.passage))
    certain = case.always("forbids") and not case.says("permits", "excepts", "forbids-without")
    if case.asks("asks-leave") and certain and not case.asks("asks-either") and not case.freed:
        yield Objection("forbidden", NO, words("forbids", case.passage))


def _bond(case: _Case) -> Iterator[Objection]:
    """Whether something must be done, although the passage exempts from it or leaves it free."""
    if case.asks("asks-either") or case.freed:
        return
    if case.asks("asks-need") and case.always("frees") and not case.says("binds", "excepts"):
        yield Objection("freed", NO, words("frees", case.passage))
    if case.asks("asks-bond") and case.always("leaves-free") and not case.says("binds") and not case.asks("asks-leave"):
        yield Objection("unbound", NO, words("leaves-free", case.passage))


def _contrary(case: _Case) -> Iterator[Objection]:
    """Yield one of two things that exclude each other if the passage has only the other; 每年 is 定期 as well."""
    for rule in (one.id for one in rules("claims") if one.id.startswith("contrary-")):
        asked, said = kinds(rule, case.question), kinds(rule, case.passage)
        ends = [match.end() for match in pattern("claims", rule).finditer(case.passage)]
        others = any(hits("and-others", case.passage[end:]) for end in ends)
        if asked and said and not asked & said and not others:
            yield Objection("contrary", NO, _against(rule, case, rule))
    asked, said = kinds("frequency", case.question), kinds("frequency", case.passage)
    if asked and said and not asked & said and not (asked == {"regular"} and said - {"irregular"}):
        yield Objection("other_frequency", NO, _against("frequency", case, "frequency"))
    for match in pattern("claims", "turned").finditer(case.passage):
        word = match["word"]
        always = case.passage.count(word) == case.passage.count(match[0])
        if always and word in case.question and match[0] not in case.question:
            yield Objection("contrary", NO, f"{word} ≠ {match[0]}")


def _excepted(case: _Case) -> Iterator[Objection]:
    """Yield an exception of which what the passage says of all others is asked."""
    found = pattern("claims", "exception").finditer(case.passage)
    exceptions = [text for match in found for text in match.groups() if text]
    if case.exception and not any(text in as_ruled(case.exception) for text in exceptions):
        exceptions.append(as_ruled(case.exception))
    rest = case.passage
    for text in exceptions:
        rest = rest.replace(text, "")
    same = hits("frees", rest) if case.freed else hits("grants", rest) and not denies(case.question)
    if same and not case.asks("names-limits"):
        for text in exceptions:
            if not hits("reserves", text) and _is_about(case.question, text):
                yield Objection("excepted", NO, text)


def _is_about(question: str, exception: str) -> bool:
    """Whether *question* is about what *exception* names: most of its characters, or a member of its list."""
    plain = pattern("claims", "exception-frame").sub("", exception)
    members = [part for part in pattern("claims", "beside").split(plain) if len(part) > 3]
    if any(part in question for part in members):
        return True
    return len(plain) > 1 and sum(character in question for character in plain) >= MOST * len(plain)


def _against(asked: str, case: _Case, said: str) -> str:
    """Return the words of the question that the rule *asked* matches, and those of the passage that *said* matches."""
    return f"{words(asked, case.question)} ≠ {words(said, case.passage)}"
