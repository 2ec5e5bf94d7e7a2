"""What is found in a Doc → its registered attributes, and spans of whole words for whoever wants to see it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import srsly
from spacy.tokens import Doc, Span

from kg.extract.analysis import Analysis, TaggedWord
from kg.extract.brackets import Responsibility
from kg.extract.candidates import ObligationCandidate
from kg.extract.conditions import conditions
from kg.extract.dates import TimeExpression
from kg.extract.names import KnownName, NameHit
from kg.extract.roles import AgentSpan
from kg.extract.segments import Segment, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_KEPT: dict[str, type[Any]] = {
    t.__name__: t
    for t in (
        Analysis,
        AgentSpan,
        ObligationCandidate,
        KnownName,
        NameHit,
        Responsibility,
        Segment,
        Sentence,
        TimeExpression,
        TaggedWord,
    )
}
_TYPE = "hetao-kg"  # the key under which a stored dataclass says which one it is


def spans(doc: Doc, marks: Iterable[tuple[int, int, str]], span_id: str = "") -> list[Span]:
    """Return marks (plain offsets and a label) as spans of *doc*, each widened to the words it touches."""
    found = (
        doc.char_span(start, end, label=label, span_id=span_id, alignment_mode="expand")
        for start, end, label in marks
        if start < end
    )
    return [span for span in found if span is not None]


def _clauses(doc: Doc) -> list[Span]:
    """Return the comma clauses, labelled with what each is: main, serves, framing or nominal."""
    found: tuple[tuple[Segment, ...], ...] = doc._.analysis.clauses
    return spans(doc, ((s.start, s.end, s.role) for segments in found for s in segments))


def _conditions(doc: Doc) -> list[Span]:
    """Return what must hold or come first, labelled condition, and what is left out, labelled exception."""
    analysis: Analysis = doc._.analysis
    found = (c for s in analysis.sentences for c in conditions(analysis.text, s.start, s.end))
    return spans(doc, ((c.start, c.end, "exception" if c.exception else "condition") for c in found))


def _rows(doc: Doc) -> list[Span]:
    """Return the rows as far as the words alone give them, labelled with their modality."""
    return spans(doc, ((d.start, d.end, d.modality) for d in doc._.analysis.candidates))


# The keys of a Doc's own store are the offsets of a span, so that two spans over the same words share their attributes:
# `hit` is set on mentions alone, of which no two do.
Span.set_extension("hit", default=None, force=True)
Doc.set_extension("analysis", default=None, force=True)
Doc.set_extension("clauses", getter=_clauses, force=True)
Doc.set_extension("conditions", getter=_conditions, force=True)
Doc.set_extension("rows", getter=_rows, force=True)


@srsly.msgpack_encoders("hetao")  # type: ignore[untyped-decorator]
def encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401 - as srsly hands them
    """Return *value*, one of this room's dataclasses, as plain data, so that `doc.to_bytes` and `nlp.pipe` over several
    processes keep it.
    """
    if type(value) in _KEPT.values():
        return {_TYPE: type(value).__name__, **{field.name: getattr(value, field.name) for field in fields(value)}}
    return value if chain is None else chain(value)


@srsly.msgpack_decoders("hetao")  # type: ignore[untyped-decorator]
def decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:  # noqa: ANN401 - as srsly hands them
    """Return what `encode` was given."""
    if isinstance(value, dict) and value.get(_TYPE) in _KEPT:
        kept = {name: _tuples(one) for name, one in value.items() if name != _TYPE}
        return _KEPT[value[_TYPE]](**kept)
    return value if chain is None else chain(value)


def _tuples(value: Any) -> Any:  # noqa: ANN401
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
