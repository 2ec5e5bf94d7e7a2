"""The text of a SPARQL query → its tokens, enough of them to tell words from strings, IRIs, names and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.errors import QueryError

_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string> \"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<variable> [?$]\w+ )
    | (?P<name> (?:\w[\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)* )
    | (?P<tag> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<number> \d+(?:\.\d+)? )
    | (?P<word> [^\W\d]\w* )
    | (?P<space> \s+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; `kind` is the name of its group in the pattern above."""

    kind: str
    text: str


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of *query*; joined again they are the query."""
    for match in _TOKEN.finditer(query):
        yield Token(match.lastgroup or "other", match.group())


def says(text: str, keyword: str) -> bool:
    """Whether *text* says *keyword*, outside names, strings and comments, whatever the grammar makes of it there."""
    # "ends with": a keyword may follow another word without a space (`trueSERVICE`)
    return any(token.kind == "word" and token.text.upper().endswith(keyword) for token in tokens(text))


def plain_text(query: str) -> str:
    r"""Return *query* with its `\uXXXX` escapes resolved and its lines ended by `\n` alone.

    SPARQL resolves escapes before anything else (19.2), and ends a comment at `\r` too. Parsers differ in both, so what
    one takes for a comment another may run: after this there is one reading. An escape that makes an escape is refused.

    Source: SPARQL 1.1 Query Language, 19.2 Codepoint Escape Sequences and 19.4 Comments.
    """
    text = _ESCAPE.sub(_character, query)
    if _ESCAPE.search(text):
        raise QueryError("SPARQL query", "an escape in it spells out another escape", "write the character itself")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_function(query: str, word: str, iri: str) -> str:
    """Return *query* with each call of the built-in *word* turned into a call of the function *iri*."""
    pieces = list(tokens(query))
    for place, token in enumerate(pieces):
        if token.kind == "word" and token.text.upper() == word:
            after = next((t for t in pieces[place + 1 :] if t.kind not in ("space", "comment")), None)
            if after is not None and after.text == "(":
                pieces[place] = Token("iri", f"<{iri}>")
    return "".join(token.text for token in pieces)


def with_values(query: str, values: Mapping[str, str]) -> str:
    """Return the SELECT *query* with terms in the place of variables, so that it can be read and run by itself.

    *values* gives the term of a variable as N-Triples writes it. In the projection `?agent` becomes
    `("财政部" AS ?agent)`, in GROUP BY and ORDER BY `("财政部")`. This is for showing a query: one that is run has its
    values bound.
    """
    out = []
    selecting = False
    depth = 0
    opened = False
    for token in tokens(query):
        if token.kind == "word" and token.text.upper() == "SELECT" and not opened:
            selecting = True
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        opened = opened or depth > 0
        name = token.text[1:] if token.kind == "variable" else ""
        if name not in values:
            out.append(token.text)
        elif selecting and not opened:
            out.append(f"({values[name]} AS ?{name})")
        else:
            out.append(values[name] if depth else f"({values[name]})")
    return "".join(out)


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise QueryError("SPARQL query", f"{match.group()} is no character", "correct the escape")
    return chr(code)
