"""Sentences that were found → windows of neighbouring sentences, each to be read with the question in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.models import Chapter, Clause, Document
from kg.search.units import Unit

CHARACTERS = 160  # a window grows by neighbours up to this length; one long sentence may exceed it
LONGEST = 420  # characters of a sentence that are read
_TITLE, _ABOVE = 24, 40
KEPT = 64  # documents of which the sentences are kept at hand


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences of one clause, in reading order. `heading` is what stands above them: title, chapter, clause."""

    heading: str
    units: tuple[Unit, ...]

    @property
    def start(self) -> tuple[str, int]:
        """The document and the offset where it begins."""
        return self.units[0].document, self.units[0].start


class Windows:
    """Makes windows over the sentences of documents. Threads may share it."""

    def __init__(self, documents: Mapping[str, Document], sentences: Callable[[str], Sequence[Unit]]) -> None:
        """*documents* are by slug; *sentences* gives those of one, by its slug, in reading order."""
        self._documents, self._sentences = documents, sentences
        self._of = lru_cache(KEPT)(self._document)

    def _document(self, slug: str) -> tuple[dict[str, list[Unit]], dict[str, str]]:
        """Return the sentences of each clause of a document, and what stands above it."""
        document = self._documents[slug]
        units: dict[str, list[Unit]] = {}
        for unit in self._sentences(slug):
            units.setdefault(unit.clause, []).append(unit)
        chapters = {chapter.id: chapter for chapter in document.chapters}
        clauses = {clause.id: clause for clause in document.clauses}
        return units, {clause.id: heading_of(document, clause, chapters, clauses) for clause in document.clauses}

    def around(self, unit: Unit, characters: int = CHARACTERS) -> Window:
        """Return the window around *unit*: the unit and its neighbours, the nearer first, the one behind it before the
        one in front, up to *characters*.
        """
        sentences, headings = self._of(unit.document)
        units = sentences[unit.clause]
        first = last = units.index(unit)
        size, grown = len(unit.quote), True
        while grown:
            grown = False
            for at in (last + 1, first - 1):
                if 0 <= at < len(units) and size + len(units[at].quote) <= characters:
                    size += len(units[at].quote)
                    first, last, grown = min(first, at), max(last, at), True
        return Window(headings[unit.clause], tuple(units[first : last + 1]))

    def over(self, units: Sequence[Unit], most: int) -> list[Window]:
        """Return at most *most* windows that hold *units*, best first; a unit that a window holds already adds none."""
        found: list[Window] = []
        held: set[Unit] = set()
        for unit in units:
            if unit not in held:
                if len(found) == most:
                    break
                window = self.around(unit)
                found.append(window)
                held.update(window.units)
        return found


def heading_of(
    document: Document, clause: Clause, chapters: Mapping[str, Chapter], clauses: Mapping[str, Clause]
) -> str:
    """Return what stands above *clause*: the end of the document's title, chapter, what leads in to it, its own."""
    chapter = chapters.get(clause.chapter or "")
    above = clauses.get(clause.id.rpartition(".")[0])
    leads = (above.text.rstrip().rsplit("。", 1)[-1] or above.title)[-_ABOVE:] if above is not None else ""
    parts = [document.title[-_TITLE:], chapter.title if chapter else "", leads, f"{clause.label}{clause.title}"]
    return "；".join("".join(part.split()) for part in parts if part.strip())[-96:]
