"""A question in Chinese that leans on the one before → the same, standing alone."""

from __future__ import annotations

from kg.answer.dialogue.forms import Bounds, Forms, Lean, Utterance, says, zh
from kg.answer.dialogue.matter_zh import (
    ChineseFrame,
    Sort,
    asks_in,
    bare_end,
    done,
    ended,
    filled,
    frame,
    length,
    named,
    names_in,
    sort_of,
    things,
    topic,
)
from kg.rules import load

# a question with more characters than LONG leans on nothing; what is put in the place of something else has at most
# LONGEST, and needs the question before only up to SHORT; with more than OWN of its own behind a pronoun, a question
# can be asked as it is, the document being meant
LONG, LONGEST, SHORT, OWN = 300, 20, 12, 8

_ADVERBIAL = frozenset({"who", "when", "where", "how", "why"})  # may take each other's place before a verb
_OF_DOING = frozenset({"when", "how", "why"})  # ask about an act rather than a thing, as yes/no questions do


def lean(said: Utterance) -> Lean | None:
    """Return how *said* leans on the question before; None if it stands alone."""
    if not said.plain or len(said.plain) > LONG:
        return None
    led, end = length("lead-in", said.plain), len(said.plain)
    rest = said.part(led)
    if zh("again").search(said.plain) or zh("again").search(rest.plain):
        return Lean("again", led, end, True)
    other = _other(rest)
    if other is not None and len(other.plain) <= LONGEST:
        keyword = other.plain == said.plain  # as it is typed into a search box
        return Lean("swap", led, end, len(other.plain) <= SHORT and not keyword, other.text)
    pronoun = zh("pronoun").search(said.plain, led)
    if pronoun and not _own(said.plain[led : pronoun.start()]):
        return Lean("pronoun", *pronoun.span(), len(_own(said.plain[pronoun.end() :])) <= OWN)
    if zh("bare").search(rest.plain) or (zh("whether").search(rest.plain) and zh("bare-whether").search(rest.plain)):
        return Lean("bare", led, end, not _may_be_asked_first(rest))
    pointing = zh("pointing").search(said.plain, led)
    if pointing and not _own(said.plain[led : pointing.start()]):
        return Lean("named", *pointing.span(), False)
    too = zh("too").search(rest.plain)
    return Lean("swap", led, end, False, rest.text[slice(*too.span("other"))]) if too else None


def complete(leaning: Lean, said: Utterance, before: Utterance) -> str | None:
    """Return *said* with what it takes over from *before*, standing alone; None if nothing there fits."""
    asked = frame(before)
    if leaning.way == "again":
        return ended(asked.said)
    if leaning.way == "swap":
        return _swapped(Utterance.of(leaning.other), asked)
    if leaning.way == "named":
        return _named(leaning, said, asked)
    if leaning.way == "pronoun":
        name = named(asked)
        return None if name is None else place(leaning, said, name)
    if zh("alone").search(said.plain[leaning.start :]):
        return _asked_alone(said.part(leaning.start), asked)
    of_doing = {ask.kind for ask in asks_in(said)} <= _OF_DOING or zh("facet-of-doing").search(said.plain)
    name = done(asked) if of_doing else named(asked)
    # only a paper is published: of anything else the document itself is meant
    if name is None or (zh("published").search(said.plain) and not zh("paper").search(Utterance.of(name).plain)):
        return None
    return place(leaning, said, name)


def place(leaning: Lean, said: Utterance, name: str) -> str:
    """Return *said* with *name* where it leans on the question before."""
    if leaning.way == "pronoun":
        return ended(said.text[length("lead-in", said.plain) : leaning.start] + name + said.text[leaning.end :])
    rest = said.part(leaning.start)
    side = zh("any-facet").match(rest.plain)
    if side and Utterance.of(name).plain.endswith(side.group()):
        return ended(name + rest.text[side.end() :])
    return ended(name + (says("zh", "of") if side else "") + rest.text)


def behind_topic(part: Utterance, before: Utterance) -> str | None:
    """Return *part* preceded by what *before* is about; None if that is not clear."""
    name = named(frame(before))
    return None if name is None else ended(name + part.text[length("lead-in", part.plain) :])


def _own(text: str) -> str:
    """Return the characters of *text* that say what is asked about; "" if a pronoun behind it stands for none of it."""
    for name in ("asking", "doing", "idle"):
        text = zh(name).sub(" ", text)
    return "".join(c for c in text if c.isalnum())


def _may_be_asked_first(rest: Utterance) -> bool:
    """Whether a question without a matter may be meant for the whole document."""
    if any(zh(name).search(rest.plain) for name in ("published", "facet-much", "telling")):
        return True
    return any(ask.kind == "what" for ask in asks_in(rest)) and not zh("facet").search(rest.plain)


def _other(rest: Utterance) -> Utterance | None:
    """Return what is put in the place of something in the question before: 海关总署 of 海关总署呢."""
    match = zh("swap").match(rest.plain)
    if match is None:
        end = len(bare_end(rest))
        alone = zh("any-facet").fullmatch(rest.plain, 0, end) and zh("facet").search(rest.plain)
        return rest.part(0, end) if alone else None
    other = rest.part(match.start("other"), match.end("of") if match.group("of") else match.end("other"))
    other = other.part(length("its", other.plain))
    if zh("asking").search(other.plain) or not any(c.isalnum() for c in other.plain):
        return None
    return None if zh("pronoun").fullmatch(other.plain) else other


def _asked_alone(rest: Utterance, asked: ChineseFrame) -> str | None:
    """Return the question before with other words of asking: 什么时候 behind 目录由谁制定."""
    name, old, new = named(asked), asked.ask, asks_in(rest)[0]
    if name is None:
        return None
    words, text = rest.text[new.start : new.end], asked.said.text
    more = any(c.isalnum() for c in zh("charge").sub("", asked.plain(asked.behind)))
    if old and {old.kind, new.kind} <= _ADVERBIAL and more:
        return ended(text[: old.start] + words + text[old.end :])
    return name + filled(f"alone-{new.kind}", text, words) + says("zh", "mark")


def _named(leaning: Lean, said: Utterance, asked: ChineseFrame) -> str | None:
    """Return *said* with the whole name of what it points at, 管理办法 for 该办法; None if it is named nowhere.

    Where 跨境有什么安排 was asked, 这些安排 are 跨境的安排.
    """
    plain, noun = said.plain, leaning.end
    for size in range(min(8, len(plain) - noun), 1, -1):
        tail = plain[noun : noun + size]
        names = [asked.text(span) for span in things(asked.said) if asked.plain(span).endswith(tail)]
        whole = next((name for name in names if len(name) > size), None)
        about = named(asked)
        if whole is None and about and asked.ask and asked.plain(asked.behind).startswith(tail):
            whole = about + says("zh", "of") + asked.text((asked.ask.end, asked.ask.end + size))
        if whole is not None:
            return ended(said.text[: leaning.start] + whole + said.text[noun + size :])
    return None


# ------------------------------------------------------------------ one thing in the place of another


def _swapped(other: Utterance, asked: ChineseFrame) -> str | None:
    """Return the question before with *other* in the place of the thing of its kind; None if it has none."""
    text = asked.said.text
    if zh("any-facet").fullmatch(other.plain):
        name = done(asked) if zh("facet-of-doing").search(other.plain) else named(asked)
        sides = (one for one in load("conversation", Forms).compiled["zh"] if one.startswith("facet-"))
        side = next((one for one in sides if zh(one).search(other.plain)), "")
        return None if name is None else name + filled(side, text, other.text) + says("zh", "mark")
    whose = zh("whose").search(other.plain)
    if whose:
        return _of_another(other.part(0, whose.start()), asked)
    sort = sort_of(other.plain)
    spot = _spot(other, sort, asked)
    if spot is not None:
        return ended(text[: spot[0]] + other.text + text[spot[1] :])
    asking = _asked_for(other, sort, asked)
    if asking is not None:
        return ended(Utterance.of(text[: asking[0]] + other.text + text[asking[1] :]), filled("whether-it-is", text))
    if sort in ("place", "time"):
        return ended(filled(f"in-a-{sort}", text, other.text) + text)
    return filled("of-a-clause", text, other.text) if sort == "clause" else None


def _of_another(other: Utterance, asked: ChineseFrame) -> str | None:
    """Return the question before about the same thing of *other*: 香港的基金 for 基金, 乙的税率 for 甲的税率."""
    found = topic(asked)
    if found is None:
        return None
    inside = zh("whose-inside").search(asked.plain(found))
    of = "" if inside else says("zh", "of")
    text = asked.said.text
    return ended(text[: found[0]] + other.text + of + text[found[0] + (inside.start() if inside else 0) :])


def _asked_for(other: Utterance, sort: Sort, asked: ChineseFrame) -> Bounds | None:
    """Return where the words of asking stand that *other* may be the answer to; None if there are none."""
    if asked.ask is None:
        return None
    start, end = asked.ask.start, asked.ask.end
    if asked.ask.kind == "what":
        # 增值税 for 哪些税
        noun = things(asked.said.part(end))[:1] or [(0, 1)]
        tail = asked.said.plain[end : end + noun[0][1]]
        return (start, end + len(tail)) if tail and not noun[0][0] and other.plain.endswith(tail) else None
    wanted = {"agent": ("who",), "place": ("where", "who"), "time": ("when",)}.get(sort, ())
    return (start + length("with-preposition", asked.plain((start, end))), end) if asked.ask.kind in wanted else None


def _spot(other: Utterance, sort: Sort, asked: ChineseFrame) -> Bounds | None:
    """Return where the thing stands that *other* takes the place of; None if there is none of its kind."""
    if sort in ("clause", "time"):
        match = zh(f"a-{sort}").search(asked.said.plain)
        return match.span() if match else None
    found = things(asked.said)
    nearest = max(found, key=lambda span: _common(other.plain, asked.plain(span)), default=None)
    if nearest and _common(other.plain, asked.plain(nearest)):
        start = nearest[0]
        for first, last in reversed(found) if zh("of").search(other.plain) else ():
            # what belongs to it by 的 goes as well
            if last == start - 1 and zh("of").search(asked.plain((last, start))):
                start = first
        return start, nearest[1]
    if zh("people").match(other.plain):
        ends = ((span[0], length("people", asked.plain(span))) for span in found)
        people = next(((start, start + end) for start, end in ends if end), None)
        if people:
            return people
    if sort == "thing":
        about = topic(asked)
        return about if about and sort_of(asked.plain(about)) not in ("agent", "clause") else None
    # 香港 in the place of 深圳 leaves the rest of 深圳园区 as it is
    places = [hit for hit in names_in(asked.said.plain) if hit.entry.category == "zone"] if sort == "place" else []
    if places:
        return places[0].start, places[0].end
    sorts = {span: sort_of(asked.plain(span)) for span in found}
    same = next((span for span in found if sorts[span] == sort), None)
    # a city acts as an agent does
    acting = sort == "place" and same is None and (asked.ask is None or asked.ask.kind != "where")
    return next((span for span in found if sorts[span] == "agent"), None) if acting else same


def _common(left: str, right: str) -> int:
    """Return how many characters two names end with in common; 0 if they are one name."""
    same = 0
    while left != right and same < min(len(left), len(right)) and left[-1 - same] == right[-1 - same]:
        same += 1
    return same
