"""A question in English that leans on the one before → the same, standing alone."""

from __future__ import annotations

import re

from kg.answer.dialogue.english import agreeing, asked, base_of, definite, first_with, is_plural, without_determiner
from kg.answer.dialogue.forms import Bounds, Lean, Utterance, en, says
from kg.answer.dialogue.matter_en import EnglishFrame, Sort, frame, matter, named, sort_of, things, topic

# a question with more characters than LONG leans on nothing; what is put in the place of something else has at most
# LONGEST words, and needs the question before only up to SHORT; with more than OWN words of its own beside a pronoun, a
# question can be asked as it is, the document or people being meant
LONG, LONGEST, SHORT, OWN = 300, 6, 4, 2

_ADVERBIAL = frozenset({"when", "where", "why", "how"})


def lean(said: Utterance) -> Lean | None:
    """Return how *said* leans on the question before; None if it stands alone."""
    if not said.plain or len(said.plain) > LONG:
        return None
    led, end = _led(said), len(said.plain)
    rest = said.part(led)
    if en("again").search(rest.plain):
        return Lean("again", led, end, True)
    other = _other(said, rest)
    if other is not None and len(other.split()) <= LONGEST:
        return Lean("swap", led, end, len(other.split()) <= SHORT, other)
    pronoun = _pronoun(said, led)
    if pronoun is not None:
        return pronoun
    ask = en("ask").search(rest.plain)
    if ask and not _own_words(rest.plain, "general", "facet"):
        side = en("facet").search(rest.plain)
        of_document = en("facet-of-all").search(rest.plain) or (ask.lastgroup == "what" and not side)
        return Lean("bare", led, end, not of_document)
    return None


def complete(leaning: Lean, said: Utterance, before: Utterance) -> str | None:
    """Return *said* with what it takes over from *before*, standing alone; None if nothing there fits."""
    known = frame(before)
    if leaning.way == "again":
        return asked(known.said.text)
    if leaning.way == "swap":
        return _swapped(leaning.other, known)
    if leaning.way == "named":
        return _named(leaning, said, known)
    rest = said.part(leaning.start if leaning.way == "bare" else _led(said))
    ask = en("ask").search(rest.plain)
    if ask and en("doing-it").search(rest.plain):
        rest = rest.part(*ask.span())
        ask = en("ask").search(rest.plain)
    if (ask.span() if ask else (0, 0)) == (0, len(rest.plain.rstrip(" ?."))):
        return _asked_alone(rest, known)
    if leaning.way == "bare" and known.kind is None and known.turned and not en("acting").search(rest.plain):
        return _before(rest.text, known)
    name = named(known)
    return None if name is None else place(leaning, said, name)


def place(leaning: Lean, said: Utterance, name: str) -> str:
    """Return *said* with *name* where it leans on the question before."""
    if leaning.way == "pronoun":
        led, rest = said.text[_led(said) : leaning.start], said.text[leaning.end :]
        if en("owning").fullmatch(said.plain[leaning.start : leaning.end]):
            return asked(led, name, "’" if name.endswith("s") else "’s", rest)
        return asked(agreeing(led, name), name, rest)
    text = said.text[leaning.start :].rstrip(" ?.")
    if en("transitive").search(text.lower()):
        return asked(f"{text} {name}")
    link = "of" if en("of-link").search(text.lower()) else "for"
    return asked(text if text.lower().endswith((" for", " of")) else f"{text} {link}", f" {name}")


def _led(said: Utterance) -> int:
    match = en("lead-in").match(said.plain)
    return match.end() if match else 0


def _own_words(text: str, *more: str) -> int:
    """Return how many words of *text* say what is asked about, those of the forms *more* left out as well."""
    text = re.sub(r"['’]s\b", " is", text)
    for name in ("ask", "auxiliary", "determiner", "preposition", "adverb", "helping", *more):
        text = en(name).sub(" ", text)
    return len(re.findall(r"[^\W_][\w'’-]*", text))


def _pronoun(said: Utterance, led: int) -> Lean | None:
    """Return the first pronoun that nothing before it in *said* can be meant by; None if there is none."""
    if en("empty-it").search(said.plain):
        return None
    for found in en("pronoun").finditer(said.plain, led):
        before, behind = said.plain[led : found.start()], said.plain[found.end() :]
        if _own_words(before, "general", "verb", "person"):
            return None
        if said.text[slice(*found.span())].isupper():
            continue  # IT systems
        noun = en("pointing").match(said.plain, found.start())
        if noun and not en("acting").match(said.plain, noun.end()):
            return Lean("named", *found.span(), False)
        own = _own_words(before) + _own_words(behind)
        if own > OWN and en("many").fullmatch(found.group()):
            return None
        return Lean("pronoun", *found.span(), own <= OWN)
    return None


def _other(said: Utterance, rest: Utterance) -> str | None:
    """Return what is put in the place of something in the question before: Macau of what about Macau."""
    match = en("swap").match(said.plain)
    if match:
        other = said.part(*match.span("other"))
    else:
        led = en("led-by-preposition").match(rest.plain)
        if led is None:
            side = en("side-alone").match(rest.plain)
            return rest.text[slice(*side.span("side"))] if side else None
        other = rest.part(led.start("preposition"), led.end("other"))
    if en("ask").search(other.plain) or en("auxiliary").match(other.plain):
        return None
    owner = en("its").match(other.plain)
    if owner:
        return other.text[owner.end() :]
    return None if en("pronoun").fullmatch(other.plain) else other.text


def _asked_alone(rest: Utterance, known: EnglishFrame) -> str | None:
    """Return the question before with other words of asking: by when behind who drafts the rules."""
    new = en("ask").search(rest.plain)
    about, name = matter(known), named(known)
    if new is None or about is None or name is None:
        return None
    kind, words, behind = str(new.lastgroup), new.group(), known.said.text[known.end :]
    passive = en("passive").search(behind.lower())
    if words == "who" and known.turned and passive:
        words = "by whom"
    if kind in _ADVERBIAL or (words.startswith("by ") and passive):
        if known.turned and known.kind in _ADVERBIAL | {"who"}:
            return asked(words, behind)
        whole = _before(words, known)
        if whole is not None:
            return whole
    if words == "how often":
        return says("en", "alone-often").format(about)
    if kind == "where" and about != name:
        return says("en", "alone-place").format(about)
    return says("en", f"alone-{kind}").format(about if kind in ("when", "why", "who") else name)


def _before(words: str, known: EnglishFrame) -> str | None:
    """Return the question before with *words* of asking in front: until when are taxes waived, for what taxes are
    waived; None unless it is a yes/no question or asks for things of a kind.
    """
    text = known.said.text
    if known.kind is None:
        return asked(words.rstrip(" ?."), " ", text[:1].lower() + text[1:]) if known.turned else None
    verb = first_with(known.words, known.first, "auxiliary", "verb")
    if known.turned or known.kind != "what" or verb is None or verb == known.first:
        return None
    noun, act = known.text((known.words[known.first].start, known.words[verb - 1].end)), known.words[verb]
    rest = known.said.text[act.end :]
    if act.does("auxiliary"):
        return asked(f"{words} {act.text} {noun}{rest}")
    return asked(f"{words} {'do' if is_plural(noun) else 'does'} {noun} {base_of(act.text)}{rest}")


def _named(leaning: Lean, said: Utterance, known: EnglishFrame) -> str | None:
    """Return *said* with the whole name of the thing it points at: the annual report for that report."""
    for count, behind in enumerate(list(re.finditer(r"[\w-]+", said.plain[leaning.end :]))[:3], start=1):
        for span in things(known):
            name = known.text(span)
            if name.lower().split()[-1] == behind.group() and len(without_determiner(name).split()) > count:
                rest = said.text[leaning.end + behind.end() :]
                return asked(said.text[: leaning.start], definite(name), rest)
    return None


# ------------------------------------------------------------------ one thing in the place of another


def _swapped(other: str, known: EnglishFrame) -> str | None:
    """Return the question before with *other* in the place of the thing of its kind; None if it has none."""
    side = without_determiner(other)
    if en("facet").fullmatch(side.lower()):
        link = says("en", "facet-of" if en("facet-of").fullmatch(side.lower()) else "facet-for")
        about = named(known) if link == "of" else matter(known)
        verb = "are" if is_plural(side) else "is"
        return None if about is None else says("en", "side").format(verb, side, link, about)
    text = known.said.text
    led = en("preposition").match(other.lower())
    if led:
        return _placed(other, led.group(), known)
    sort = sort_of(other)
    spot = _spot(other, sort, known)
    if spot is not None:
        return asked(text[: spot[0]], other, text[spot[1] :])
    return _doer(other, known) if sort in ("agent", "proper") else None


def _placed(other: str, preposition: str, known: EnglishFrame) -> str:
    """Return the question before with *other*, a phrase with a preposition, for the one it has, or behind it."""
    text, other = known.said.text, preposition + other[len(preposition) :]
    for start, end in things(known):
        led = re.search(rf"\b{preposition} $", known.said.plain[:start])
        if led:
            return asked(text[: led.start()], other, text[end:])
    return asked(text.rstrip(" ?."), f" {other}")


def _spot(other: str, sort: Sort, known: EnglishFrame) -> Bounds | None:
    """Return where the thing stands that *other* takes the place of."""
    found = things(known)
    tail = without_determiner(other).lower().split()[-1]
    same = [span for span in found if known.text(span).lower().split()[-1] == tail]
    if same:
        return same[0]
    for start, end in found:
        # individual income tax for the first words of corporate income tax rate
        name = known.text((start, end))
        inner = re.search(rf"\b{re.escape(tail)}\b", name.lower())
        if inner:
            return start + len(name) - len(without_determiner(name)), start + inner.end()
    sorts = {span: sort_of(known.text(span)) for span in found}
    if sort != "thing":
        # a place acts as an agent does
        alike = [span for span in found if sorts[span] == sort] or [
            span for span in found if {sort, sorts[span]} == {"agent", "proper"}
        ]
        return alike[0] if alike else None
    if _is_bare(other):
        alike = [span for span in found if sorts[span] == sort and _is_bare(known.text(span))]
        # what stands behind words of asking is what is asked for: it is taken last
        alike.sort(key=lambda span: span[0] in [word.start for word in known.words[known.first :][:1]])
        if alike:
            return alike[0]
    about = topic(known)
    return about if about and sort_of(known.text(about)) != "agent" else None


def _is_bare(name: str) -> bool:
    return without_determiner(name) == name


def _doer(other: str, known: EnglishFrame) -> str | None:
    """Return whether *other* does what the question before asks who does; None if it asks no such thing."""
    rest = [word for word in known.words[known.first :] if word.text != "?"]
    if known.kind != "who" or known.turned or not rest:
        return None
    behind = known.text((rest[0].end, rest[-1].end)).strip()
    if rest[0].does("auxiliary"):
        return asked(f"{rest[0].text} {other} {behind}")
    return says("en", "a-body").format(other, f"{base_of(rest[0].text)} {behind}".strip())
