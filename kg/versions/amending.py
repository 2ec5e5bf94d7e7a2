"""A document and what amends it → the text in force on a day, each change with its source."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from kg.models import Clause, Document, Span
from kg.patterns import pattern
from kg.read import parse, read_bytes
from kg.read.markers import to_int
from kg.versions.instructions import Amendment, Instruction, PartNumber, place_of


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """An instruction, its own words (`quote`, from `start` to `end` of the amending document `source`), and what came
    of it: `problem` is None if it was applied, else why it was not.
    """

    source: str
    quote: str
    start: int
    end: int
    in_force: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Amended:
    """A text as amended, what was done to it, and notes on what a person has to look at."""

    text: str
    changes: tuple[AppliedChange, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the changes and the notes as a plain dict."""
        return {"changes": [asdict(one) for one in self.changes], "notes": list(self.notes)}


class _CannotApplyError(Exception):
    """An instruction that cannot be applied, and why."""


@dataclass(slots=True)
class _Block:
    """A stretch of the text: a clause of the highest level with its items (`number`), or what stands between two."""

    text: str
    number: int | None = None
    was: int | None = None
    after: int | None = None


def amend(document: Document, amendments: Sequence[Amendment], as_of: datetime.date | None = None) -> Amended:
    """Return the text of *document* with the *amendments* that are in force on *as_of*, in the order of their days.

    An amendment that names no day is in force; each speaks of the text as the one before left it. What cannot be
    applied leaves the text as it is and stands among the changes with its reason.
    """
    text = document.source.text
    changes: list[AppliedChange] = []
    notes: list[str] = []
    for one in sorted(amendments, key=lambda one: one.in_force or ""):
        name = one.document.source.name
        if as_of and one.in_force and one.in_force > as_of.isoformat():
            notes.append(f"{name}: left out, since it is in force from {one.in_force}")
            continue
        amending = _Amending(_parsed(text), one.renumbers)
        for instruction in one.instructions:
            problem = amending.apply(instruction)
            span, source = instruction.span, one.document.source.text
            changes.append(AppliedChange(name, span.quote(source), span.start, span.end, one.in_force, problem))
        text = amending.text()
        notes += [f"{name}: {note}" for note in amending.notes]
    return Amended(text, tuple(changes), tuple(notes))


class _Amending:
    """The blocks of one text while one amendment is applied; places count in the text as it was."""

    def __init__(self, document: Document, renumbers: bool) -> None:
        self.blocks = _blocks(document)
        self.renumbers = renumbers
        self.renamed: dict[int, int] = {}
        self.added: list[_Block] = []
        self.notes: list[str] = []

    def apply(self, one: Instruction) -> str | None:
        """Apply an instruction and return None, or return why it cannot be applied."""
        act: dict[str | None, Callable[[Instruction], None]] = {
            "add-clauses": self._add_clauses,
            "add-part": self._add_part,
            "insert-words": self._words,
            "replace-words": self._words,
            "delete-words": self._words,
            "rewrite": self._rewrite,
            "delete": self._delete,
            "renumber": self._rename,
        }
        if one.act is None:
            return "it was not understood"
        try:
            act[one.act](one)
        except _CannotApplyError as problem:
            return str(problem)
        return None

    def text(self) -> str:
        """Return the amended text, its clauses numbered anew if the amendment says so."""
        renumbers = self.renumbers or bool(self.renamed)
        for new in sorted(self.added, key=lambda one: (one.number or 0, one.after or 0)):
            self.blocks.insert(self._place_for(new, renumbers), new)
        if renumbers:
            self._renumber()
        else:
            numbers = [(one.number, one.after) for one in self.blocks if one.number is not None]
            for number, _ in sorted({one for one in numbers if numbers.count(one) > 1}):
                self.notes.append(f"two clauses now have the number {number}; it does not say how to number them")
        return "".join(one.text for one in self.blocks)

    # ------------------------------------------------------------------ where

    def _block(self, place: PartNumber) -> _Block:
        found = [one for one in self.blocks if place.clause is not None and one.was == place.clause]
        if not found:
            raise _CannotApplyError(f"there is no {place.said}")
        if len(found) > 1:
            raise _CannotApplyError(f"several clauses have the number of {place.said}")
        return found[0]

    def _span(self, place: PartNumber) -> tuple[_Block, Span]:
        """Return the block of *place* and the part of its text that is meant."""
        block = self._block(place)
        if place.item is not None:
            found = next((span for number, span in self._items(block) if number == place.item), None)
        elif place.paragraph is not None:
            found = next(iter(self._paragraphs(block)[place.paragraph - 1 :]), None)
        else:
            found = Span(0, len(block.text.rstrip()))
        if found is None:
            raise _CannotApplyError(f"there is no {place.said}")
        return block, found

    def _clauses(self, block: _Block) -> tuple[int, list[Clause]]:
        """Return where *block* begins in the text as it is now, and its clause with the items of it."""
        at = next(n for n, one in enumerate(self.blocks) if one is block)
        document = _parsed("".join(one.text for one in self.blocks))
        top = _top(document)[sum(one.number is not None for one in self.blocks[:at])]
        items = [one for one in document.clauses if one.id.startswith(f"{top.id}.")]
        return sum(len(one.text) for one in self.blocks[:at]), [top, *items]

    def _items(self, block: _Block) -> list[tuple[int | None, Span]]:
        start, (_, *items) = self._clauses(block)
        return [(_last_number(one), Span(one.start - start, one.end - start)) for one in items]

    def _paragraphs(self, block: _Block) -> list[Span]:
        start, (clause, *_) = self._clauses(block)
        return [Span(one.start - start, one.end - start) for one in clause.paragraphs]

    # ------------------------------------------------------------------ what

    def _words(self, one: Instruction) -> None:
        wanted = re.compile(r"\s*".join(map(re.escape, "".join(one.old.split()))))
        spans = [self._span(place) for place in one.places] or [(b, Span(0, len(b.text))) for b in self.blocks]
        hits = [(block, span, wanted.findall(span.of(block.text))) for block, span in spans]
        lacking = [place.said for place, (_, _, found) in zip(one.places, hits, strict=False) if not found]
        if lacking or not any(found for _, _, found in hits):
            raise _CannotApplyError(f"the words “{one.old}” do not stand in {', '.join(lacking) or 'the text'}")

        def put(match: re.Match[str]) -> str:
            if one.act != "insert-words":
                return one.new
            return one.new + match.group() if one.before else match.group() + one.new

        for block, span, _ in hits:
            block.text = block.text[: span.start] + wanted.sub(put, span.of(block.text)) + block.text[span.end :]

    def _rewrite(self, one: Instruction) -> None:
        place = one.places[0]
        block, span = self._span(place)
        whole = place.paragraph is None and place.item is None
        new = one.new
        if (whole or place.item is not None) and not place_of(new.splitlines()[0]):
            new = _label(span.of(block.text)) + new
        block.text = block.text[: span.start] + new + block.text[span.end :]
        if one.to:
            self._rename(one)

    def _delete(self, one: Instruction) -> None:
        for block, span in [self._span(place) for place in one.places]:
            if span.end - span.start >= len(block.text.rstrip()):
                self.blocks.remove(block)
            else:
                rest = block.text[span.end :]
                block.text = block.text[: span.start] + rest.removeprefix("\n")

    def _rename(self, one: Instruction) -> None:
        block, number = self._block(one.places[0]), one.to[0].clause
        assert block.was is not None
        if number is None:
            raise _CannotApplyError(f"{one.to[0].said} is no number of a clause")
        self.renamed[block.was] = number

    def _add_part(self, one: Instruction) -> None:
        block = self._block(one.places[0])
        parts = [span for _, span in self._items(block)] if one.item else self._paragraphs(block)
        number = (one.to[0].item if one.item else one.to[0].paragraph) or 0
        if not 1 < number <= len(parts) + 1:
            raise _CannotApplyError(f"there is nothing before {one.to[0].said}")
        end = parts[number - 2].end
        block.text = f"{block.text[:end]}\n{one.new}{block.text[end:]}"

    def _add_clauses(self, one: Instruction) -> None:
        texts = _at_labels(one.new) if len(one.to) > 1 else [one.new]
        if len(texts) != len(one.to) or any(place.clause is None for place in one.to):
            raise _CannotApplyError(f"its text is not that of {', '.join(place.said for place in one.to)}")
        for place, text in zip(one.to, texts, strict=True):
            words = text if place_of(text.splitlines()[0]) else f"{place.said}\u3000{text}"
            self.added.append(_Block(words.strip() + "\n\n", place.clause, None, place.after))

    # ------------------------------------------------------------------ numbers

    def _place_for(self, new: _Block, renumbers: bool) -> int:
        """Return where *new* goes in: behind the clause that has the number before its own."""
        clauses = [at for at, one in enumerate(self.blocks) if one.number is not None]
        assert new.number is not None
        if renumbers and new.after is None:
            before = clauses[: new.number - 1]
        else:
            last = new.number if new.after is not None else new.number - 1
            before = [at for at in clauses if (self.blocks[at].number or 0) <= last]
        if not before:
            return clauses[0] if clauses else len(self.blocks)
        block = self.blocks[before[-1]]
        if not block.text.endswith("\n"):
            block.text += "\n\n"
        return before[-1] + 1

    def _renumber(self) -> None:
        clauses = [one for one in self.blocks if one.number is not None and one.after is None]
        changed: dict[int, int] = {}
        for number, block in enumerate(clauses, 1):
            if block.was is not None and block.was != number:
                changed[block.was] = number
                block.text = _renumbered(block.text, number)
            if block.was in self.renamed and self.renamed[block.was] != number:
                said = self.renamed[block.was]
                self.notes.append(f"it makes clause {block.was} clause {said}; counted through, it is clause {number}")
            block.number = number
        for block in clauses:
            for old, new in changed.items():
                if _names(block, old):
                    self.notes.append(f"clause {block.number} names clause {old}, which is now {new}: not changed")


def _blocks(document: Document) -> list[_Block]:
    text, top = document.source.text, _top(document)
    headings = [one.start for one in document.chapters]
    starts = sorted({0, len(text), *(one.start for one in top), *headings, *_chapter_texts(document)})
    numbers = {one.start: _last_number(one) for one in top}
    return [_Block(text[a:b], numbers.get(a), numbers.get(a)) for a, b in pairwise(starts)]


def _top(document: Document) -> list[Clause]:
    ids = {one.id for one in document.clauses}
    return [one for one in document.clauses if one.label and one.id.rpartition(".")[0] not in ids]


def _chapter_texts(document: Document) -> list[int]:
    return [one.start for one in document.clauses if not one.label]


def _last_number(clause: Clause) -> int | None:
    digits = clause.id.partition("~")[0].rpartition(".")[2]
    return int(digits) if digits.isdigit() else None


def _parsed(text: str) -> Document:
    return parse(read_bytes(text.encode("utf-8"), "text.txt"))


def _label(text: str) -> str:
    """Return the label that *text* begins with, and the space behind it."""
    found = place_of(text)
    if found is None:
        return ""
    rest = text[len(found.said) :]
    return found.said + rest[: len(rest) - len(rest.lstrip())]


def _renumbered(text: str, number: int) -> str:
    from cn2an import an2cn

    label = _label(text)
    return pattern("amendments", "numeral").sub(an2cn(number), label, count=1) + text[len(label) :]


def _names(block: _Block, number: int) -> bool:
    body = block.text[len(_label(block.text)) :]
    found = pattern("amendments", "clause-number").finditer(body)
    return any(to_int(one.group("n")) == number and not one.group("after") for one in found)


def _at_labels(text: str) -> list[str]:
    """Return the clauses of *text*, which begin at the lines with a label of the first one's kind."""
    lines = text.splitlines()
    kind = lines[0][:1]
    found: list[str] = []
    for line in lines:
        if line[:1] == kind and place_of(line):
            found.append(line)
        elif found:
            found[-1] += f"\n{line}"
    return found
