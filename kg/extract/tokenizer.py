"""White-space-free text → a spaCy Doc: LAC's words and tags, the names in it as mentions, one word each."""

from __future__ import annotations

import itertools
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch, registry

from kg.extract.acting_agents import acting_agents
from kg.extract.extensions import spans
from kg.extract.names import KnownName, NameBook, name_book
from kg.extract.tagger import tagger
from kg.extract.unlisted_agents import called_agents
from kg.extract.unlisted_places import sites
from kg.read.script import simplified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spacy.language import Language
    from spacy.vocab import Vocab

    from kg.extract.names import NameHit

# The tagger reads sentences: its recurrent network gains nothing from more, and memory stays flat.
_PIECE = re.compile(r"[^。；！？]{0,400}[。；！？]?")
_LOC = {"zone": "LOC", "agent": "ORG", "facility": "nz"}


class LacTokenizer:
    """A spaCy tokenizer over the tagger.

    Words never cross the edge of a known name, and a name is one word whose tag says what it is (ORG for an agent,
    LOC for a place, nz for a facility). The words joined are exactly the text.
    """

    def __init__(self, vocab: Vocab, names: NameBook) -> None:
        self.vocab = vocab
        self.names = names

    def __call__(self, text: str) -> Doc:
        """Return the words of *text* as they stand, with LAC's tags in `token.tag_`.

        `doc.spans["mentions"]` holds the names: labelled AGENT, ZONE or FACILITY, the canonical name as `span.id_`,
        the name itself in `span._.hit`. Names and tags are found in the Simplified characters of *text*.
        """
        (doc,) = self.pipe([text])
        return doc

    def pipe(self, texts: Iterable[str], batch_size: int = 64) -> Iterator[Doc]:
        """Yield the Doc of each of *texts* in order; tagging the sentences of *batch_size* texts together is faster."""
        for batch in minibatch(texts, batch_size):  # type: ignore[no-untyped-call]
            read = [(written, simplified(written)) for written in batch]
            pieces = [[piece for piece in _PIECE.findall(text) if piece] for _, text in read]
            words = iter(tagger().words(list(itertools.chain.from_iterable(pieces))))
            for (written, text), own in zip(read, pieces, strict=True):
                yield self._doc(written, text, list(itertools.chain.from_iterable(itertools.islice(words, len(own)))))

    def _doc(self, written: str, text: str, tagged: list[tuple[str, str]]) -> Doc:
        tags: list[str] = []  # one a character
        cuts = {0}
        for word, tag in tagged:
            tags.extend([tag] * len(word))
            cuts.add(len(tags))
        found = self.names.find(text)
        _force(found, cuts, tags)
        for find in (sites, called_agents, acting_agents):
            more = find(text, _words(cuts, tags), found)
            _force(more, cuts, tags)
            covered = {at for hit in more for at in range(hit.start, hit.end)}
            found = sorted([*(hit for hit in found if hit.start not in covered), *more], key=lambda hit: hit.start)
        words = _words(cuts, tags)
        doc = Doc(
            self.vocab,
            words=[written[a:b] for a, b, _ in words],
            spaces=[False] * len(words),
            tags=[tag for _, _, tag in words],
        )
        doc.spans["mentions"] = SpanGroup(doc, name="mentions", spans=[_mention(doc, hit) for hit in found])
        return doc

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Return the names as JSON; the tagger's weights belong to its package."""
        return json.dumps([asdict(entry) for entry in self.names.entries.values()], ensure_ascii=False).encode()

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> LacTokenizer:
        """Take the names that `to_bytes` gave in place of one's own."""
        found = (KnownName(**{**entry, "aliases": tuple(entry["aliases"])}) for entry in json.loads(data))
        self.names = NameBook(found)
        return self

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        """Write the names to *path*, as `nlp.to_disk` asks for."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> LacTokenizer:
        """Take the names that `to_disk` wrote in place of one's own."""
        return self.from_bytes(Path(path).read_bytes())


@registry.tokenizers("hetao.LacTokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], LacTokenizer]:
    """Return what makes the tokenizer of a pipeline, with the general names until others are loaded."""

    def create(nlp: Language) -> LacTokenizer:
        nlp.max_length = sys.maxsize  # spaCy's limit guards a parser's memory; there is none here
        return LacTokenizer(nlp.vocab, name_book(None))

    return create


def _mention(doc: Doc, hit: NameHit) -> Span:
    (span,) = spans(doc, [(hit.start, hit.end, hit.entry.category.upper())], hit.entry.name)
    span._.hit = hit
    return span


def _words(cuts: set[int], tags: list[str]) -> list[tuple[int, int, str]]:
    return [(a, b, tags[a]) for a, b in itertools.pairwise(sorted(cuts))]


def _force(hits: list[NameHit], cuts: set[int], tags: list[str]) -> None:
    """Make each name one word with a tag that says what it is."""
    for hit in hits:
        cuts.difference_update(range(hit.start + 1, hit.end))
        cuts.update((hit.start, hit.end))
        tags[hit.start] = _LOC[hit.entry.category]
