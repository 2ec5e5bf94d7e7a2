"""A source text → its `Document`: chapters, clauses, copies and what stands in its head."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from kg.models import Chapter, Clause, Document, SourceText, Span, strip_space
from kg.read.folding import folded
from kg.read.front import read_front
from kg.read.ids import Names, bare
from kg.read.lines import Page, read_lines
from kg.read.markers import find_markers
from kg.read.outline import Part, outline
from kg.read.paragraphs import join_lines, read_paragraphs
from kg.read.sequence import Heading, find_headings
from kg.read.slug import make_slug
from kg.read.tables import Tables
from kg.read.titles import Title, alone, run_in, stands_alone


def parse(source: SourceText, slug: str | None = None) -> Document:
    """Return the structure of *source*: total, for any text whatever.

    Unknown structure is never an error: a line that is no heading belongs to the clause above it. Every visible
    character lies in exactly one chapter heading, clause or copy. Labels, titles and numbers are in plain characters
    where the text has radicals (（⼀） is （一）); a clause's text is as it stands. *slug* names the document in IRIs;
    without it the document's number does (国发〔2023〕12号 → "guofa-2023-12"), else the file's name with the text's
    fingerprint.

    Source: GB/T 9704-2012 for the numbering of official documents (一、（一）1.（1）).
    """
    text = folded(source.text)
    tables = Tables(source.tables)
    page = read_lines(text, tables)
    headings = find_headings(find_markers(text, page), page, text)
    paragraphs = read_paragraphs(text, page, [h.marker.start for h in headings])
    parts, names = outline(text, page, headings, paragraphs)
    maker = _Maker(text, source.text, page, parts, names, tables)
    opening = parts[0].paragraphs if parts and parts[0].heading is None else []
    before_annexes = [p for part in parts if not part.prefix for p in part.paragraphs]
    # a date in a cell is no date of issue
    outside = ([p for p in some if p.start not in tables] for some in (opening, before_annexes))
    front = read_front(text, *outside)
    return Document(
        source=source,
        slug=slug or make_slug(front.identifier, source.name, source.sha256),
        title=front.title or source.name.rpartition(".")[0] or source.name,
        identifier=front.identifier,
        issued=front.issued,
        publisher=front.publisher,
        chapters=tuple(maker.chapters),
        clauses=tuple(maker.clauses),
        copies=tuple(page.copies),
    )


class _Maker:
    """Makes the chapters and clauses of the parts, in reading order."""

    def __init__(
        self, text: str, written: str, page: Page, parts: Sequence[Part], names: Names, tables: Tables
    ) -> None:
        self.chapters: list[Chapter] = []
        self.clauses: list[Clause] = []
        self._text = text
        self._written = written
        self._lines = page.lines
        self._starts = [line.start for line in page.lines]
        self._pages = [Span(line.start, line.end) for line in page.lines if line.page]
        self._names = names
        self._tables = tables
        self._parents = {id(p.heading.parent) for p in parts if p.heading and p.heading.parent}
        self._styles = self._title_styles(parts)
        numbered = {part.prefix for part in parts if part.heading and part.heading.marker.family != "annex"}
        for part in parts:
            if part.heading is None or part.heading.marker.family == "annex":
                self._opening(part, numbered=part.prefix in numbered)
            elif part.is_chapter:
                self._chapter(part, part.heading)
            else:
                self._clause(part, part.heading)

    # -------------------------------------------------------------- the three kinds of parts

    def _opening(self, part: Part, *, numbered: bool) -> None:
        """Make "preamble" of a part without number, or "p1", "p2", … where nothing in its document has one.

        A row of a table is one of them, whatever its cells.
        """
        if numbered or not part.paragraphs:
            self._plain(f"{part.prefix}preamble", None, part.start, part.end, part.paragraphs)
            return
        groups = self._rows(part.paragraphs)
        edges = [part.start, *(group[0].start for group in groups[1:]), part.end]
        for index, group in enumerate(groups):
            self._plain(f"{part.prefix}p{index + 1}", None, edges[index], edges[index + 1], group)

    def _rows(self, paragraphs: Sequence[Span]) -> list[list[Span]]:
        """Return *paragraphs* with those of one row of a table together, each other by itself."""
        groups: list[list[Span]] = []
        last: int | None = None
        for paragraph in paragraphs:
            row = self._tables.row(paragraph.start)
            if row is not None and row == last:
                groups[-1].append(paragraph)
            else:
                groups.append([paragraph])
            last = row
        return groups

    def _chapter(self, part: Part, heading: Heading) -> None:
        marker = heading.marker
        first, *rest = part.paragraphs
        title = self._title(part, heading)
        bare_label = title is None and marker.label_end >= first.end
        if bare_label and rest and stands_alone(self._text, rest[0].start, rest[0]):
            title = alone(self._text, rest[0].start, rest[0])
        end = title.end if title else marker.label_end
        end = marker.start + len(self._text[marker.start : end].rstrip())
        label = strip_space(self._text[marker.label_start : marker.label_end])
        words = title.words if title else ""
        self.chapters.append(Chapter(part.id, label, words, len(self.chapters) + 1, marker.start, end))
        number = bare(part.id).removeprefix(part.prefix)
        body = [p for p in part.paragraphs if p.end > end]
        if body and body[0].start < end:
            body[0] = Span(self._visible(end), body[0].end)
        self._plain(f"{part.prefix}ch{number}", part.id, end, part.end, body, (label, words))

    def _clause(self, part: Part, heading: Heading) -> None:
        marker = heading.marker
        first, *rest = part.paragraphs
        title = self._title(part, heading)
        end = self._last(part.end)
        begin = self._visible(title.end if title else marker.label_end)
        body = [Span(begin, first.end), *rest] if begin < first.end else rest
        clause = Clause(
            id=part.id,
            label=strip_space(self._text[marker.label_start : marker.label_end]),
            title=title.words if title else "",
            chapter=part.chapter,
            order=len(self.clauses) + 1,
            start=marker.start,
            end=end,
            body=body[0].start if body else end,
            paragraphs=tuple(body),
            text="\n".join(self._joined(p) for p in part.paragraphs),
        )
        self.clauses.append(clause)

    def _plain(
        self,
        wanted: str,
        chapter: str | None,
        start: int,
        limit: int,
        paragraphs: Sequence[Span],
        heading: tuple[str, ...] = (),
    ) -> None:
        """Make a clause without number of the text from *start* to *limit*, unless there is nothing visible there."""
        index = bisect_right(self._starts, start) - 1
        if index < 0 or self._lines[index].end <= start:
            index += 1
        if index >= len(self._lines) or self._lines[index].start >= limit:
            return
        begin = self._visible(max(start, self._lines[index].start))
        end = self._last(limit)
        if begin >= end:
            return
        self.clauses.append(
            Clause(
                id=self._names.give(wanted, chapter),
                label="",
                title="",
                chapter=chapter,
                order=len(self.clauses) + 1,
                start=begin,
                end=end,
                body=paragraphs[0].start if paragraphs else end,
                paragraphs=tuple(paragraphs),
                text="\n".join(self._joined(p) for p in paragraphs),
                heading=heading,
            )
        )

    # -------------------------------------------------------------- titles

    def _title(self, part: Part, heading: Heading) -> Title | None:
        marker = heading.marker
        first = part.paragraphs[0]
        if marker.label_end >= first.end:
            return None
        family = marker.family
        in_article = family == "article" or _under_article(heading)
        more = len(part.paragraphs) > 1 or id(heading) in self._parents or part.is_chapter
        style = self._styles.get((heading.segment, family), "")
        if more and stands_alone(self._text, marker.label_end, first, commas=style == "commas"):
            ends = self._text[first.end - 1]
            is_sentence = ends in "。．." and (in_article or not style)
            if not is_sentence and not (in_article and (ends in "：:" or family != "article")):
                return alone(self._text, marker.label_end, first)
        title = run_in(self._text, marker.label_end, first, commas=style == "commas")
        return title if title and (title.bracketed or (style and not in_article)) else None

    def _title_styles(self, parts: Sequence[Part]) -> dict[tuple[int, str], str]:
        """Return by (segment, family) how its run-in titles are: "plain", "commas" or not there.

        A document gives titles to nearly all clauses of a kind or to none: short first sentences that only a few
        clauses have are sentences. Where most have one without a comma, or nearly all one with, a comma may be in it.
        """
        rows: dict[tuple[int, str], list[list[bool]]] = {}
        for part in parts:
            heading = part.heading
            if heading is None or heading.marker.family == "annex":
                continue
            end, first = heading.marker.label_end, part.paragraphs[0]
            found = [
                run_in(self._text, end, first, commas=commas) is not None
                or (len(part.paragraphs) > 1 and stands_alone(self._text, end, first, commas=commas))
                for commas in (False, True)
            ]
            rows.setdefault((heading.segment, heading.marker.family), []).append(found)
        styles: dict[tuple[int, str], str] = {}
        for kind, row in rows.items():
            plain, commas = (sum(column) / len(row) for column in zip(*row, strict=True))
            styles[kind] = "commas" if plain > 0.5 or commas >= 0.8 else "plain" if plain >= 0.3 else ""
        return styles

    # -------------------------------------------------------------- places

    def _visible(self, at: int) -> int:
        """Return the offset of the first visible character from *at* on."""
        while at < len(self._text) and self._text[at].isspace():
            at += 1
        return at

    def _last(self, limit: int) -> int:
        """Return the end of the last visible character before *limit* that is no copy."""
        line = self._lines[bisect_left(self._starts, limit) - 1]
        end = min(line.end, limit)
        return line.start + len(self._text[line.start : end].rstrip())

    def _joined(self, paragraph: Span) -> str:
        """Return a paragraph without wraps and without the page numbers in it."""
        pieces: list[str] = []
        at = paragraph.start
        first = bisect_left(self._pages, paragraph)
        for page in self._pages[first:]:
            if page.start >= paragraph.end:
                break
            pieces.append(self._written[at : page.start])
            at = page.end
        pieces.append(self._written[at : paragraph.end])
        return join_lines("\n".join(pieces))


def _under_article(heading: Heading) -> bool:
    above = heading.parent
    while above is not None and above.marker.family != "article":
        above = above.parent
    return above is not None
