"""A build → which sentences of its documents yielded nothing and why, counted clause by clause."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kg.read.sentences import clause_sentences

if TYPE_CHECKING:
    from kg.builds import Build

_EXPLAINED = frozenset({"heading", "background", "past", "framing", "case", "table", "footnote", "rejected"})
"""Why a sentence rightly has no row; rejected: a person said so.

no-predicate only says that no verb was found in it: that is to be looked at."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A sentence that yielded no obligation; `why` is None where nothing says why. `gap`: someone should review it."""

    document: str
    clause: str
    start: int
    end: int
    quote: str
    why: str | None
    gap: bool


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """How many sentences a clause has: with an obligation, without one, and of these how many are gaps to review."""

    document: str
    clause: str
    sentences: int
    with_obligations: int
    silent: int
    gaps: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every clause's counts and every sentence without an obligation, both in reading order."""

    clauses: tuple[ClauseCoverage, ...]
    silent: tuple[Silent, ...]

    @property
    def sentences(self) -> int:
        """How many sentences the documents have."""
        return sum(clause.sentences for clause in self.clauses)

    @property
    def gaps(self) -> int:
        """How many sentences without an obligation are to be reviewed."""
        return sum(clause.gaps for clause in self.clauses)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data, with the totals."""
        return {
            "sentences": self.sentences,
            "with_obligations": self.sentences - len(self.silent),
            "silent": len(self.silent),
            "gaps": self.gaps,
            "clauses": [asdict(clause) for clause in self.clauses],
            "sentences_without": [asdict(one) for one in self.silent],
        }


def coverage(build: Build, slugs: Collection[str] = ()) -> Coverage:
    """Return what of the documents of *build*, or of those with these *slugs*, yielded obligations and what did not.

    The sentences are cut and held against the obligations anew; only why one yielded nothing is what the extraction
    said of it.
    """
    clauses: list[ClauseCoverage] = []
    silent: list[Silent] = []
    for place, slug in enumerate(build.manifest["documents"]):
        if slugs and slug not in slugs:
            continue
        one = build.records[place]
        source = one.document.source.text
        lines = (build.folder / "documents" / slug / "silent.jsonl").read_bytes().splitlines()
        said = [json.loads(line) for line in lines]
        for clause in one.document.clauses:
            rows = [row for row in one.obligations if row.clause == clause.id]
            stated = [s for s in said if s["clause"] == clause.id]
            sentences = clause_sentences(clause, source)
            without: list[Silent] = []
            for span in sentences:
                if any(row.start < span.end and span.start < row.end for row in rows):
                    continue
                why = next((s["why"] for s in stated if s["start"] < span.end and span.start < s["end"]), None)
                quote = span.quote(source)
                without.append(Silent(slug, clause.id, span.start, span.end, quote, why, why not in _EXPLAINED))
            gaps = sum(each.gap for each in without)
            yielding = len(sentences) - len(without)
            clauses.append(ClauseCoverage(slug, clause.id, len(sentences), yielding, len(without), gaps))
            silent += without
    return Coverage(tuple(clauses), tuple(silent))
