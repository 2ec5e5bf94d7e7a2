"""English text → its words, the names among them, and the few endings that a question needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.answer.dialogue.forms import en, says

Run = tuple[int, int]  # words [first, last) of a list of words

_WORD = re.compile(r"[“\"][^”\"]{1,60}[”\"]|(?<!\w)['‘][^'’]{2,60}['’](?!\w)|[^\W_][\w.%'’/&+-]*[\w%]|[^\W_]|[^\w\s]")


@dataclass(frozen=True, slots=True)
class EnglishWord:
    """A word, sign or phrase in quotation marks, in lower case, at characters [start, end)."""

    text: str
    start: int
    end: int

    def does(self, *names: str) -> bool:
        """Whether one of the forms *names* is the whole of it."""
        return any(en(name).fullmatch(self.text) for name in names)


EnglishWords = tuple[EnglishWord, ...]


def words_in(plain: str) -> EnglishWords:
    """Return the words of *plain*, a text in lower case."""
    return tuple(EnglishWord(match.group(), *match.span()) for match in _WORD.finditer(plain))


def first_with(words: EnglishWords, at: int, *names: str) -> int | None:
    """Return where the first word from *at* on stands that is one of the forms *names*; None if there is none."""
    return next((i for i in range(at, len(words)) if words[i].does(*names)), None)


def name_at(words: EnglishWords, at: int) -> Run | None:
    """Return the words of the name that begins at *at*, with what belongs to it behind of; None if none does."""
    while at < len(words) and words[at].does("adverb"):
        at += 1
    end = core_end(words, at)
    while end > at and end < len(words) and words[end].text == "of":
        more = core_end(words, end + 1)
        if more == end + 1:
            break
        end = more
    return (at, end) if any(not word.does("determiner") for word in words[at:end]) else None


def core_end(words: EnglishWords, at: int) -> int:
    """Return where the name that begins at *at* ends, without what belongs to it behind of; *at* if none begins."""
    end = at
    while end < len(words) and not _ends_a_name(words, at, end):
        end += 1
    return end


def _ends_a_name(words: EnglishWords, first: int, at: int) -> bool:
    word = words[at]
    if not any(c.isalnum() for c in word.text) and word.text != "&":
        return True
    if word.does("preposition", "joining", "helping", "auxiliary"):
        return True
    if at == first:
        return word.does("adverb")
    before = words[at - 1]
    if before.does("pronoun") and not before.does("determiner"):
        return True  # a pronoun is a name of one word
    if before.does("determiner"):
        return word.does("determiner")
    if word.does("verb", "adverb", "determiner"):
        return True
    # a participle ends the name unless a noun follows it (applied research)
    behind = words[at + 1] if at + 1 < len(words) else None
    alone = behind is None or not behind.text[0].isalnum() or behind.does("preposition", "joining", "adverb")
    return alone and word.does("participle")


def without_determiner(name: str) -> str:
    """Return *name* without a determiner before it."""
    first, _, rest = name.partition(" ")
    return rest if rest and en("determiner").fullmatch(first.lower()) else name


def definite(name: str) -> str:
    """Return *name* as one that was named before: the fund for a fund."""
    first, _, rest = name.partition(" ")
    return f"the {rest}" if rest and en("indefinite").fullmatch(first.lower()) else name


def is_plural(name: str) -> bool:
    """Whether *name* ends as several things do."""
    return en("plural").search(name.lower()) is not None


def agreeing(led: str, name: str) -> str:
    """Return *led*, which *name* will follow, its last verb, if any, in the number of *name*."""
    before, _, verb = led.rstrip().rpartition(" ")
    numbers = dict(pair.split("/") for pair in says("en", "numbers").split())
    if not is_plural(name):
        numbers = {many: one for one, many in numbers.items()}
    other = numbers.get(verb.lower())
    return f"{before} {other} ".lstrip() if other else led


def base_of(verb: str) -> str:
    """Return the base of *verb*: publish for publishes."""
    if re.search(r"(?:ss|sh|ch|x|z|o)es$", verb):
        return verb[:-2]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def ing_of(base: str) -> str:
    """Return the -ing form of a verb: setting for set."""
    if re.search(r"[^eoy]e$", base):
        return base[:-1] + "ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", base):
        return base + base[-1] + "ing"
    return base + "ing"


def asked(*parts: str) -> str:
    """Return *parts* as one question, with a capital and a question mark."""
    text = "".join(parts).strip().rstrip(" ?.")
    return text[:1].upper() + text[1:] + "?"
