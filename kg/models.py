"""The records every room speaks of: spans, the parts of a document, and what is found in them.

Offsets count characters of `SourceText.text`, which for a text file is its bytes decoded and otherwise unchanged.
A quote is `text[start:end]` with all white space taken out, so that it reads as the printed page
does however the file was wrapped; `Span.quote` makes it and nothing else does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


def strip_space(text: str) -> str:
    """Return *text* without any white space (Unicode's, U+3000 and line breaks among it)."""
    return "".join(text.split())


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters in a source text."""

    start: int
    end: int

    def of(self, source: str) -> str:
        """Return the characters this span covers."""
        return source[self.start : self.end]

    def quote(self, source: str) -> str:
        """Return the characters this span covers, white space taken out."""
        return strip_space(source[self.start : self.end])

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


# ------------------------------------------------------------------ a document and its parts


Form = Literal["txt", "md", "html", "docx", "doc", "rtf", "xlsx", "pdf", "ofd"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a source text: each row has a span or None (empty) for each column. The span of a merged cell stands
    in every row and column that it covers.
    """

    rows: tuple[tuple[Span | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A part of a source text that OCR read from the image of a page, and the mean score of that page, from 0 to 1."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class SourceText:
    """One document as text. Of a text file (`form` "txt") `text` is its bytes decoded from `encoding`, nothing changed;
    of any other form it is what `kg.read.forms` reads out of it. `sha256` is always that of the file's own bytes.
    `notes` say what was lost or is in doubt, a line each: pages without text, lines that could not be placed. `scans`
    are the parts that OCR read, in order.
    """

    name: str
    text: str
    encoding: str
    sha256: str
    form: Form = "txt"
    tables: tuple[Table, ...] = ()
    footnotes: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    scans: tuple[Scan, ...] = ()

    def ocr(self, start: int, end: int) -> float | None:
        """Return the lowest score of the pages from which OCR read *start* to *end*; None where it read none of it."""
        return min((one.score for one in self.scans if one.start < end and start < one.end), default=None)

    @property
    def written_in(self) -> str | None:
        """How the file is written where offsets do not count in itself: "gb18030", "docx"; None for UTF-8 text."""
        if self.form != "txt":
            return self.form
        return None if self.encoding == "utf-8" else self.encoding


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter heading. `id` is its printed number in Arabic digits; the span is the heading's first copy."""

    id: str
    label: str
    title: str
    order: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A citable part of a document: numbered, or the text before and between what is numbered.

    `start` to `end` covers label, title and body; `body` is the offset where the body begins (after a
    run-in or a stand-alone title; equal to `end` where there is none). `paragraphs` are the spans of the body's
    paragraphs in order, none of them blank. `text` is label, title and body without line wraps, one
    line a paragraph. `chapter` is the id of its `Chapter`, None before the first; `heading` is that chapter's label
    and title where the clause is its text outside what is numbered, else empty.
    """

    id: str
    label: str
    title: str
    chapter: str | None
    order: int
    start: int
    end: int
    body: int
    paragraphs: tuple[Span, ...]
    text: str
    heading: tuple[str, ...] = ()

    def described(self) -> tuple[str, dict[str, str]]:
        """Return the key of the words for a clause without label and title, and what they are filled with."""
        if not self.id.startswith("ch"):
            return "paragraph", {"number": self.id.removeprefix("p")}
        if not self.heading or not all(self.heading):
            return "chapter", {"number": self.id.removeprefix("ch")}
        label, title = self.heading
        # a label such as 一、 is no word by itself
        kind = "chapter_text" if label[-1].isalnum() else "numbered_text"
        number = "".join(c for c in label if c.isalnum())
        return kind, {"label": label, "number": number, "title": title, "digits": self.id.removeprefix("ch")}


LegalStatus = Literal["in-force", "amended", "repealed"]


@dataclass(frozen=True, slots=True)
class Document:
    """A source text with its structure. Every non-blank character of it lies in exactly one chapter heading,
    clause or copy.

    `slug` names it in IRIs ("guofa-2023-12"); `identifier` is its document number as printed
    ("国发〔2023〕12号"), `issued` an ISO date, `publisher` the issuing agency: each None where the text
    does not give it. `copies` are second copies of doubled headings, left out of everything else.
    """

    source: SourceText
    slug: str
    title: str
    identifier: str | None
    issued: str | None
    publisher: str | None
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]
    copies: tuple[Span, ...]
    region: str | None = None
    status: LegalStatus | None = None
    changed_by: str | None = None
    repeals: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()


# ------------------------------------------------------------------ what is found in it

AgentTier = Literal["named", "collective", "class", "place"]
Role = Literal["lead", "responsible", "cooperating", "approver", "addressee"]
Basis = Literal["explicit", "inherited"]
Modality = Literal["duty", "permission", "prohibition", "exemption", "suspension", "target"]
Force = Literal["firm", "support", "pilot", "exploratory"]
DeadlineKind = Literal["by", "before", "conditional", "recurring", "vague", "past"]
Tier = Literal["A", "B"]
ReviewMark = Literal["extracted", "confirmed", "corrected"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a name stands. `name` is canonical, `surface` the words as written (no white space)."""

    name: str
    surface: str
    clause: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent the document names, with every place where it stands."""

    name: str
    aliases: tuple[str, ...]
    tier: AgentTier
    kind: str
    clauses: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone, park, port area, district, city or region, with every place it stands."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    part_of: str | None
    area_km2: float | None
    boundary: str | None
    clauses: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A named instrument, measure or document, where it is laid down."""

    name: str
    domain: str
    zones: tuple[str, ...]
    value: str | None
    condition: str | None
    clauses: tuple[str, ...]
    quote: str
    start: int
    end: int
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time the document gives. `date` is ISO (a day, or a year-month or year for past dates) or None; `text` the
    time's own words; `quote` with its span the words of the statement it dates; `what` what is dated.
    """

    clause: str
    quote: str
    start: int
    end: int
    text: str
    kind: DeadlineKind
    date: str | None
    what: str
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class ObligationAgent:
    """An agent in an obligation, with its role. `surface` is the name as it is written there."""

    name: str
    surface: str
    tier: AgentTier
    role: Role
    basis: Basis


@dataclass(frozen=True, slots=True)
class Due:
    """The time by which an obligation is due, in the document's words; `date` is ISO or None."""

    text: str
    kind: DeadlineKind
    date: str | None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that can be done, allowed, forbidden or reached on its own, in the document's words.

    `review` says whether a person confirmed it as it was extracted, or corrected it. `ocr`, here and in the other
    records with a quote, is the mean score of the page that OCR read it on; None where the file has it as text.
    """

    id: str
    task_id: str
    clause: str
    quote: str
    start: int
    end: int
    modality: Modality
    force: Force
    agents: tuple[ObligationAgent, ...]
    open_list: bool
    action: str
    object: str
    beneficiaries: tuple[str, ...]
    zones: tuple[str, ...]
    policy: str | None
    deadline: Due | None
    condition: str | None
    exception: str | None
    tier: Tier
    review: ReviewMark = "extracted"
    ocr: float | None = None


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase: something the document speaks of, with the words that tell which one is meant."""

    clause: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Records:
    """Everything extracted from one document, each list in reading order."""

    document: Document
    agents: tuple[Agent, ...] = ()
    zones: tuple[Zone, ...] = ()
    policies: tuple[Policy, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    terms: tuple[NounPhrase, ...] = ()
    notes: tuple[str, ...] = field(default=())


def to_json(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the records above
    """Return a record as the plain dict that goes into JSON Lines (tuples as lists; `ocr`, `heading` if any)."""
    plain: dict[str, Any] = _listed(asdict(record))
    return plain


def _listed(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        left_out = {"ocr": None, "heading": ()}
        return {k: _listed(v) for k, v in value.items() if k not in left_out or v != left_out[k]}
    if isinstance(value, tuple | list):
        return [_listed(v) for v in value]
    return value
