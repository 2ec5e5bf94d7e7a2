"""White-space-free text → a spaCy Doc: LAC's words and tags, with the edges of known names forced on them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from kg.extract.called import called_bodies
from kg.extract.sites import sites
from kg.extract.tagger import tagger

if TYPE_CHECKING:
    from spacy.vocab import Vocab

    from kg.extract.names import Hit, NameBook

# The tagger reads a sentence at a time: its recurrent network gains nothing from more, and memory stays flat.
_PIECE = re.compile(r"[^。；！？]{0,400}[。；！？]?")
_LOC = {"zone": "LOC", "agent": "ORG", "facility": "nz"}


class LacTokenizer:
    """A spaCy tokenizer over the tagger.

    Words never cross the edge of a known name, and a name is one word whose tag says what it is (ORG for a body,
    LOC for a place, nz for a facility). The words joined are exactly the text.
    """

    def __init__(self, vocab: Vocab, names: NameBook) -> None:
        self.vocab = vocab
        self.names = names

    def __call__(self, text: str) -> Doc:
        """Return the words of *text*, LAC's tags in `token.tag_` and the names found in `doc.user_data["names"]`."""
        tags: list[str] = []  # one a character
        cuts = {0, len(text)}
        for piece in _PIECE.finditer(text):
            if not piece.group():
                continue
            at = piece.start()
            for word, tag in tagger().words(piece.group()):
                cuts.add(at)
                tags.extend([tag] * len(word))
                at += len(word)
        found = self.names.find(text)
        _force(found, cuts, tags)
        words = [(a, b, tags[a]) for a, b in itertools.pairwise(sorted(cuts))]
        for find in (sites, called_bodies):
            more = find(text, words, found)
            _force(more, cuts, tags)
            covered = {at for hit in more for at in range(hit.start, hit.end)}
            found = sorted([*(hit for hit in found if hit.start not in covered), *more], key=lambda hit: hit.start)
            words = [(a, b, tags[a]) for a, b in itertools.pairwise(sorted(cuts))]
        edges = sorted(cuts)
        spans = list(itertools.pairwise(edges))
        doc = Doc(
            self.vocab,
            words=[text[a:b] for a, b in spans],
            spaces=[False] * len(spans),
            tags=[tags[a] for a, _ in spans],
        )
        doc.user_data["text"] = text  # `doc.text` joins the words anew each time
        doc.user_data["names"] = found
        doc.user_data["edges"] = edges[:-1]
        return doc


def _force(hits: list[Hit], cuts: set[int], tags: list[str]) -> None:
    """Make each name one word with a tag that says what it is."""
    for hit in hits:
        cuts.difference_update(range(hit.start + 1, hit.end))
        cuts.update((hit.start, hit.end))
        tags[hit.start] = _LOC[hit.entry.category]
