"""What a query gives: rows of terms, yes or no, or triples. Plain values that travel between processes as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["select", "ask", "graph"]


class Term(NamedTuple):
    """An RDF term. `kind` is "iri", "literal" or "bnode"; `lang` has the case of BCP 47 ("zh-Hans")."""

    kind: str
    value: str
    lang: str | None = None
    datatype: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a query.

    select: one row for each solution, its terms in the order of `variables`, None where unbound. ask: `boolean`. graph
    (CONSTRUCT, DESCRIBE): rows of subject, predicate, object, sorted and none twice. `truncated` says that there were
    more rows than were asked for.
    """

    kind: Kind
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    boolean: bool | None = None
    truncated: bool = False

    def values(self) -> list[dict[str, str]]:
        """Return the rows as plain text by variable, unbound ones left out."""
        return [
            {name: term.value for name, term in zip(self.variables, row, strict=True) if term is not None}
            for row in self.rows
        ]

    def to_plain(self) -> dict[str, Any]:
        """Return the result as a dict for JSON."""
        return {
            "kind": self.kind,
            "variables": self.variables,
            "rows": self.rows,
            "boolean": self.boolean,
            "truncated": self.truncated,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Result:
        """Return the result that `to_plain` made *plain* from, by way of JSON or not."""
        rows = tuple(tuple(None if term is None else Term(*term) for term in row) for row in plain["rows"])
        return cls(plain["kind"], tuple(plain["variables"]), rows, plain["boolean"], plain["truncated"])


def language_tag(tag: str) -> str:
    """Return *tag* in the case BCP 47 recommends (RFC 5646, 2.1.1): "zh-hans-cn" is "zh-Hans-CN"."""
    first, *rest = tag.lower().split("-")
    parts = [first]
    for part in rest:
        # behind a singleton (x-, u-) everything stays small
        cased = part if len(parts[-1]) == 1 else {2: part.upper(), 4: part.title()}.get(len(part), part)
        parts.append(cased)
    return "-".join(parts)
