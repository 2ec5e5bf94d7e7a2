"""A question and a window of sentences → the tokens that the reader reads, and where each sentence stands in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.answer.windows import LONGEST, Window
from kg.read.script import simplified
from kg.search.units import Unit

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KINDS = (
    "agency", "beneficiary", "condition", "deadline", "definition", "exception", "list", "name", "policy", "purpose",
    "quantity", "tasks", "yesno", "zone",
)  # fmt: skip
"""What a question may ask for, in the order of the reader's outputs."""

QUESTION = 96  # tokens of a question that are read
TOKENS = 480  # tokens that are read at once; the model knows 512 places


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as tokens: `offsets` are the characters of the text that each token stands for."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """What is read at once. The sentence `window.units[i]` has its mark at token `marks[i]` and its first token at
    `firsts[i]`; `pieces[i]` are its tokens.
    """

    ids: list[int]
    marks: list[int]
    firsts: list[int]
    pieces: list[Piece]


class UnitTokens:
    """Cuts texts into the reader's tokens. Threads may share it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.begin, self.end, self.pad = (_id_of(tokenizer, sign) for sign in ("<s>", "</s>", "<pad>"))
        self.of_unit: Callable[[Unit], Piece] = lru_cache(maxsize=50_000)(self._of_unit)

    def of_text(self, text: str) -> Piece:
        """Return the tokens of *text*, without those that mark its beginning and end."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return Piece(tuple(found.ids), tuple(found.offsets))

    def _of_unit(self, unit: Unit) -> Piece:
        return self.of_text(simplified(unit.quote)[:LONGEST])


def _id_of(tokenizer: Tokenizer, sign: str) -> int:
    number = tokenizer.token_to_id(sign)
    if number is None:
        raise ValueError(f"the tokenizer has no {sign}")
    return number


def assemble(question: str, window: Window, pieces: UnitTokens) -> ReaderInput:
    """Return the tokens of *question*, of the heading of *window* and of its sentences, each behind a mark.

    A sentence that goes beyond `TOKENS` is cut there, and only the marks of those behind it are read.
    """
    ids = [pieces.begin, *pieces.of_text(question).ids[:QUESTION], pieces.end]
    ids += [pieces.end, *pieces.of_text(simplified(window.heading)).ids]
    marks, firsts, kept = [], [], []
    for unit in window.units:
        piece = pieces.of_unit(unit)
        marks.append(len(ids))
        ids.append(pieces.end)
        firsts.append(len(ids))
        room = max(0, TOKENS - len(ids))
        if len(piece.ids) > room:
            piece = Piece(piece.ids[:room], piece.offsets[:room])
        ids += piece.ids
        kept.append(piece)
    return ReaderInput(ids, marks, firsts, kept)
