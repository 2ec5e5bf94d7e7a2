"""A document and what amends it → the text in force on a day, each change with its source."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kg.models import Clause, Document, Span
from kg.versions.blocks import (
    ClauseBlock,
    at_labels,
    blocks_of,
    label_of,
    last_number,
    names_clause,
    parsed,
    renumbered,
    run_through,
    top_clauses,
)
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
        amending = _Amending(parsed(text), one.renumbers)
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
        self.blocks = blocks_of(document)
        self.renumbers = renumbers
        self.runs_through = run_through(self.blocks)
        self.renamed: dict[int, int] = {}
        self.added: list[ClauseBlock] = []
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
        renumbers = self.runs_through and (self.renumbers or bool(self.renamed))
        if not self.runs_through and (self.renumbers or self.renamed):
            self.notes.append("its clauses are numbered anew in each chapter: their numbers were left as they are")
        for new in sorted(self.added, key=lambda one: (one.number or 0, one.after or 0)):
            self.blocks.insert(self._place_for(new, renumbers), new)
        if renumbers:
            self._renumber()
        elif self.runs_through:
            numbers = [(one.number, one.after) for one in self.blocks if one.number is not None]
            for number, _ in sorted({one for one in numbers if numbers.count(one) > 1}):
                self.notes.append(f"two clauses now have the number {number}; it does not say how to number them")
        return "".join(one.text for one in self.blocks)

    # ------------------------------------------------------------------ where

    def _block(self, place: PartNumber) -> ClauseBlock:
        found = [
            one for one in self.blocks
            if place.clause is not None and (one.was, one.after) == (place.clause, place.after)
        ]  # fmt: skip
        if not found:
            raise _CannotApplyError(f"there is no {place.said}")
        if len(found) > 1:
            raise _CannotApplyError(f"several clauses have the number of {place.said}")
        return found[0]

    def _span(self, place: PartNumber) -> tuple[ClauseBlock, Span]:
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

    def _clauses(self, block: ClauseBlock) -> tuple[int, list[Clause]]:
        """Return where *block* begins in the text as it is now, and its clause with the items of it."""
        if block.after is not None:
            raise _CannotApplyError("the parts of a clause between two others are not told apart")
        at = next(n for n, one in enumerate(self.blocks) if one is block)
        document = parsed("".join(one.text for one in self.blocks))
        top = top_clauses(document)[sum(one.number is not None and not one.after for one in self.blocks[:at])]
        items = [one for one in document.clauses if one.id.startswith(f"{top.id}.")]
        return sum(len(one.text) for one in self.blocks[:at]), [top, *items]

    def _items(self, block: ClauseBlock) -> list[tuple[int | None, Span]]:
        start, (_, *items) = self._clauses(block)
        return [(last_number(one), Span(one.start - start, one.end - start)) for one in items]

    def _paragraphs(self, block: ClauseBlock) -> list[Span]:
        start, (clause, *_) = self._clauses(block)
        # those of a clause behind it, between it and the next one, are read as its own
        own = [Span(one.start - start, one.end - start) for one in clause.paragraphs]
        return [one for one in own if one.end <= len(block.text)]

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
            new = label_of(span.of(block.text)) + new
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
        if not self.runs_through:
            raise _CannotApplyError("the clauses are numbered anew in each chapter")
        texts = at_labels(one.new) if len(one.to) > 1 else [one.new]
        if len(texts) != len(one.to) or any(place.clause is None for place in one.to):
            raise _CannotApplyError(f"its text is not that of {', '.join(place.said for place in one.to)}")
        for place, text in zip(one.to, texts, strict=True):
            words = text if place_of(text.splitlines()[0]) else f"{place.said}\u3000{text}"
            self.added.append(ClauseBlock(words.strip() + "\n\n", place.clause, None, place.after))

    # ------------------------------------------------------------------ numbers

    def _place_for(self, new: ClauseBlock, renumbers: bool) -> int:
        """Return where *new* goes in: behind the clause that has the number before its own."""
        clauses = [at for at, one in enumerate(self.blocks) if one.number is not None]
        assert new.number is not None
        if renumbers and new.after is None:
            own = [at for at in clauses if self.blocks[at].after is None]
            following = own[new.number - 1 : new.number]
            before = [at for at in clauses if not following or at < following[0]]
        else:
            before = [
                at for at in clauses
                if (self.blocks[at].number or 0, self.blocks[at].after or 0) < (new.number, new.after or 0)
            ]  # fmt: skip
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
                block.text = renumbered(block.text, number)
            if block.was in self.renamed and self.renamed[block.was] != number:
                said = self.renamed[block.was]
                self.notes.append(f"it makes clause {block.was} clause {said}; counted through, it is clause {number}")
            block.number = number
        for block in clauses:
            for old, new in changed.items():
                if names_clause(block, old):
                    self.notes.append(f"clause {block.number} names clause {old}, which is now {new}: not changed")
