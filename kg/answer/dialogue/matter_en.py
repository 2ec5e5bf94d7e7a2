"""A question in English → what it asks, what it is about, and the things it names."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Literal

from kg.answer.dialogue.english import (
    EnglishWords,
    Run,
    base_of,
    core_end,
    definite,
    first_with,
    ing_of,
    is_plural,
    name_at,
    without_determiner,
    words_in,
)
from kg.answer.dialogue.forms import Bounds, Utterance, en

# what a thing is, as far as its name shows: `proper` is any name of its own (Macau, the Shenzhen Park)
Sort = Literal["clause", "time", "agent", "proper", "thing"]

_BEING = frozenset({"is", "are", "was", "were"})
_TURNING = frozenset({"when", "where", "why", "how", "much"})  # words of asking that never ask for the subject
_ACTING = ("verb", "auxiliary", "helping", "adverb", "participle")
_FORMS: dict[Sort, str] = {"clause": "is-clause", "time": "is-time", "agent": "is-body"}


@dataclass(frozen=True, slots=True)
class EnglishFrame:
    """The last sentence that asks: its words, its words of asking (None in yes/no) with their kind, and its order.

    `first` is the word behind the words of asking, [start, end) where these stand. `turned` is whether a verb stands
    before the subject, as in when does it open; else what is asked for is the subject itself, as in who drafts it.
    """

    said: Utterance
    words: EnglishWords
    kind: str | None
    start: int
    end: int
    first: int
    turned: bool

    def text(self, span: Bounds) -> str:
        """Return what stands at *span* as typed."""
        return self.said.text[slice(*span)]


def frame(said: Utterance) -> EnglishFrame:
    """Return how *said* asks."""
    found = [said.part(*span) for span in sentence_spans(said)]
    asking = [one for one in found if en("ask").search(one.plain)]
    sentence = (asking or found or [said])[-1]
    words = words_in(sentence.plain)
    ask = en("ask").search(sentence.plain)
    if ask is None:
        return EnglishFrame(sentence, words, None, 0, 0, 0, bool(words) and words[0].does("auxiliary"))
    first = next((i for i, word in enumerate(words) if word.start >= ask.end()), len(words))
    return EnglishFrame(sentence, words, str(ask.lastgroup), *ask.span(), first, _is_turned(words, first, ask))


def sentence_spans(said: Utterance) -> list[Bounds]:
    """Return where the sentences of *said* stand, in order."""
    ends = [match.end() for match in en("sentence").finditer(said.plain)]
    edges = list(dict.fromkeys([0, *ends, len(said.plain)]))
    return list(itertools.pairwise(edges))


def _is_turned(words: EnglishWords, first: int, ask: re.Match[str]) -> bool:
    at = first_with(words, first, "auxiliary")
    if at is None:
        return False
    if ask.lastgroup in _TURNING or en("preposition").match(ask.group()):
        return True
    if at + 1 == len(words):
        return False
    if ask.lastgroup == "who":
        return words[at].does("doing")
    # what is the rate, what does the plan say; but what must be met, which taxes are cut
    return not words[at + 1].does("helping", "participle", "verb")


def topic(asked: EnglishFrame) -> Bounds | None:
    """Return where in `asked.said` the name of what is asked about stands; None if that is not clear.

    It is the subject behind the turned verb, or the object if that is the document or a person, or if the subject
    itself is asked for. A name that is only a side of another (the area of the park) gives the other.
    """
    words, at = asked.words, asked.first
    if asked.turned:
        if asked.kind is None:  # what yes/no asks for as new: a licence in does it require a licence
            for start, end in things(asked):
                if en("indefinite").match(asked.said.plain[start:end]):
                    return start, end
        at = (first_with(words, at, "auxiliary") or 0) + 1
        found = _subject(words, at)
        if found and not _is_document(words, *found):
            return _owner(words, *found)
        thing = _object(words, found[1] if found else at)
        return thing or (_owner(words, *found) if found and not words[found[0]].does("pronoun") else None)
    if asked.kind is None:
        found = name_at(words, 1 if words and words[0].does("order") else 0)
        return _owner(words, *found) if found else None
    if asked.kind == "what":
        at = first_with(words, at, "auxiliary", "verb") or at
    thing = _object(words, at)
    found = name_at(words, asked.first) if thing is None and asked.kind == "what" else None
    return _owner(words, *found) if found else thing


def named(asked: EnglishFrame) -> str | None:
    """Return the name of what is asked about as something named before; None if that is not clear."""
    found = topic(asked)
    return None if found is None else definite(asked.text(found))


def matter(asked: EnglishFrame) -> str | None:
    """Return what is done to what is asked about, as in drafting the rules; else its name."""
    found, name = topic(asked), named(asked)
    if found is None or name is None or asked.turned or asked.kind != "who":
        return name
    between = [word for word in asked.words[asked.first :] if word.end <= found[0]]
    acts = [word for word in between if not word.does("determiner", "auxiliary", "adverb", "helping")]
    if acts and acts[-1].text.endswith("ing"):
        return f"{acts[-1].text} {name}"
    if not acts or acts[0].does("preposition"):
        return name
    return " ".join([ing_of(base_of(acts[0].text)), *(word.text for word in acts[1:]), name])


def things(asked: EnglishFrame) -> list[Bounds]:
    """Return where the names of things stand in `asked.said`, in order, each without what belongs to it behind of."""
    at, found = asked.first, []
    if asked.turned:  # a noun that words of asking stand before is no name
        at = (first_with(asked.words, at, "auxiliary") or 0) + 1
        subject = _subject(asked.words, at)
        if subject and subject[1] < core_end(asked.words, at):
            found.append((asked.words[subject[0]].start, asked.words[subject[1] - 1].end))
            at = subject[1] + 1  # behind the verb
    while at < len(asked.words):
        end = core_end(asked.words, at)
        if end > at and asked.words[end - 1].does("body"):
            whole = name_at(asked.words, at)  # the Ministry of Finance
            end = whole[1] if whole else end
        real = [word for word in asked.words[at:end] if not word.does("determiner")]
        if real and not (len(real) == 1 and real[0].does("verb", "participle")):
            found.append((asked.words[at].start, asked.words[end - 1].end))
        at = max(end, at + 1)
    return found


def sort_of(name: str) -> Sort:
    """Return what *name*, as typed, is."""
    bare = without_determiner(name)
    for sort, form in _FORMS.items():
        if en(form).search(bare.lower()):
            return sort
    return "proper" if any(word[:1].isupper() for word in bare.split()) else "thing"


def _is_document(words: EnglishWords, first: int, last: int) -> bool:
    """Whether a name is only the document itself, or a person: the plan, but not the plan of the park."""
    real = [word for word in words[first:last] if not word.does("determiner")]
    return len(real) == 1 and real[0].does("document", "person", "pronoun")


def _subject(words: EnglishWords, at: int) -> Run | None:
    """Return the words of the subject behind the turned verb before *at*; None if there is none.

    Behind should and does the verb itself has to follow: if no word there is a known verb, it is the last word of what
    looks like a name, or the one behind the first plural.
    """
    found = name_at(words, at)
    if not found or words[at - 1].text in _BEING:
        return found
    first, last = found
    if last < len(words) and words[last].text != "to" and words[last].does(*_ACTING):
        return found
    for i in range(first, last - 1):
        if is_plural(words[i].text) and not words[i].does("determiner"):
            return first, i + 1
    return (first, last - 1) if any(not word.does("determiner") for word in words[first : last - 1]) else found


def _object(words: EnglishWords, at: int) -> Bounds | None:
    """Return the name behind the verbs at or behind *at*; None if there is none."""
    taken = False
    while at < len(words) and not words[at].does("determiner"):
        word = words[at]
        if not word.does("auxiliary", "adverb", "helping", "particle", "preposition"):
            doing = word.text.endswith("ing") and words[at + 1 : at + 2] and words[at + 1].does("determiner")
            if taken and not doing and not word.does("verb", "participle"):
                break
            taken = True
        at += 1
    found = name_at(words, at)
    return _owner(words, *found) if found else None


def _owner(words: EnglishWords, first: int, last: int) -> Bounds:
    """Return what has the side that a name begins with, the park of the area of the park; else the name itself."""
    for at in range(first + 1, min(last + 1, len(words))):
        if words[at].text not in ("of", "for"):
            continue
        head = " ".join(word.text for word in words[first:at] if not word.does("determiner"))
        rest = name_at(words, at + 1)
        if rest and re.search(rf"(?:^| ){en('facet').pattern}$", head):
            return words[rest[0]].start, words[rest[1] - 1].end
    return words[first].start, words[last - 1].end
