"""A clause's Doc → one typed analysis of it: what every function of this room reads and each component adds to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.extract.names import KnownName, NameHit
from kg.read.script import simplified

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

    from kg.extract.brackets import Responsibility
    from kg.extract.candidates import ObligationCandidate
    from kg.extract.names import Category
    from kg.extract.segments import Segment, Sentence
    from kg.models import Modality


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """A word at plain offsets [start, end), its place among the words, and its tag as the tagger names them."""

    index: int
    start: int
    end: int
    text: str
    tag: str


@dataclass(frozen=True)
class Analysis:
    """What is known of a clause. All offsets are those of `text` and of `written`, which are of one length.

    Offsets are exact where a Doc's spans can only be whole words: a paragraph may end, and a date begin, inside one.
    """

    text: str
    """Without white space, in the Simplified characters that the rules are written in."""
    written: str
    """As it stands: what quotes are taken from."""
    words: tuple[TaggedWord, ...]
    names: tuple[NameHit, ...]
    """Known names, and what is named the way agents and places are; in order, without overlaps."""
    sentences: tuple[Sentence, ...]
    """Without the brackets that close them, once those are read."""
    background: bool = False
    """The title says that the clause only gives reasons or describes the situation."""
    quiet: bool = False
    """Only what is asked explicitly counts (请, 要, 应): the preamble."""
    issued: str | None = None
    """The document's own date in ISO 8601, by which 今年底 and 12月20日前 are dated."""
    first_leads: bool = False
    """A bracket, here or earlier in the document, said that the agent listed first leads (…，下同)."""
    announced: Modality | None = None
    """What the list is of which the clause is an item: 可以下列形式进行投资： allows, 不得从事下列行为： forbids."""
    no_tasks: bool = False
    """The clause is an item of a list of cases (有下列情形之一的) or of what a paper holds."""
    brackets: tuple[Responsibility, ...] = ()
    clauses: tuple[tuple[Segment, ...], ...] = ()
    """For each sentence its comma clauses, classified."""
    candidates: tuple[ObligationCandidate, ...] = ()
    """What becomes the rows, in order."""
    silent: tuple[tuple[Sentence, str], ...] = ()
    """Each sentence without a row, and why it has none."""

    @cached_property
    def hits(self) -> dict[int, NameHit]:
        """The names by the offset at which they begin."""
        return {hit.start: hit for hit in self.names}

    @cached_property
    def _beginning(self) -> dict[int, TaggedWord]:
        return {word.start: word for word in self.words}

    def word_at(self, offset: int) -> TaggedWord | None:
        """Return the word that begins at *offset*, None where none does."""
        return self._beginning.get(offset)

    def before(self, word: TaggedWord) -> TaggedWord | None:
        """Return the word before *word*, None before the first."""
        return self.words[word.index - 1] if word.index else None


_CATEGORIES: dict[str, Category] = {"AGENT": "agent", "ZONE": "zone", "FACILITY": "facility"}


def words_and_names(doc: Doc) -> Analysis:
    """Return the analysis of *doc* that its tokenizer can give: no sentences yet.

    A span of `doc.spans["mentions"]` that has no `span._.hit` (one that somebody's own component put there) counts
    as a name by its words, its label and its id (the canonical name, where it has one). Those of any label but AGENT,
    ZONE and FACILITY are left out.
    """
    # spaCy takes seconds to import, which a build that finds nothing changed should not wait for
    from spacy.attrs import IDX, LENGTH, TAG  # type: ignore[import-not-found]

    written = doc.text
    text = simplified(written)
    tags = [doc.vocab.strings[tag] for tag in doc.to_array(TAG).tolist()]
    starts = doc.to_array(IDX).tolist()
    ends = (at + length for at, length in zip(starts, doc.to_array(LENGTH).tolist(), strict=True))
    words = tuple(
        TaggedWord(i, a, b, text[a:b], tag) for i, (a, b, tag) in enumerate(zip(starts, ends, tags, strict=True))
    )
    mentions = (span for span in doc.spans["mentions"] if span.label_ in _CATEGORIES)
    return Analysis(text, written, words, tuple(span._.hit or _hit(span, text) for span in mentions), ())


def _hit(span: Span, text: str) -> NameHit:
    category = _CATEGORIES[span.label_]
    name = span.id_ or text[span.start_char : span.end_char]
    entry = KnownName(name, (), category, "other", "named" if category == "agent" else "place")
    return NameHit(span.start_char, span.end_char, entry)
