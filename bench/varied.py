"""A folder of plans and a number → a document of its own: another body's, of other places, figures, years and order.

`python -m bench.varied FOLDER --count 500` writes the first 500. A library of any size can be made from the plans at
hand this way without one document twice: each takes a few clauses of each of several plans.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.extract.names import general_entries
from kg.models import strip_space
from kg.read import clause_sentences, parse, read_bytes

ROOT = Path(__file__).resolve().parents[1]
PLANS = ROOT.parent / "shared" / "plans"

SENTENCES = (60, 240)
"""The fewest and the most sentences of a document; the middle is what the plans have."""

SHARE = 24
"""The most sentences that a chapter takes from one plan, so that two documents have little in common."""

TOGETHER = 6
"""The most sentences of a clause."""

SHORT = 10
"""A sentence of fewer characters is a heading or what is left of a table."""

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20[0-6])\d(?=年|[—–-]+(?:20)?\d\d)|(?<=\d[—–-])20\d\d")
_FIGURE = re.compile(r"(?<![\d.第〔])\d+(?:\.\d+)?(?=%|％|万|亿|个|家|项|名|倍|公里|平方|元|所|吨|次|天|个工作日)")
_LABEL = re.compile(r"^(?:第[一二三四五六七八九十百零]+[章节条]|[（(]?[一二三四五六七八九十\d]+[）)、.．]|[-—•·]+)\s*")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause of a plan: its title, which may be empty, and its sentences."""

    title: str
    sentences: tuple[str, ...]


Material = Sequence[Sequence[Piece]]
"""The clauses of each plan."""


@cache
def words() -> dict[str, Any]:
    """Return the names, titles and lists that documents are made with."""
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return content


def material(plans: Iterable[Path]) -> list[list[Piece]]:
    """Return the clauses of *plans*, by plan, as far as they have sentences."""
    found = []
    for path in plans:
        document = parse(read_bytes(path.read_bytes(), path.name))
        pieces = []
        for clause in document.clauses:
            spans = clause_sentences(clause, document.source.text)
            sentences = tuple(_LABEL.sub("", span.quote(document.source.text)) for span in spans)
            sentences = tuple(one for one in sentences if len(one) >= SHORT and one[-1] in "。；")
            if sentences:
                pieces.append(Piece(strip_space(clause.title), sentences))
        if pieces:
            found.append(pieces)
    if not found:
        raise FileNotFoundError("no plan with sentences was found to make documents from")
    return found


def document(number: int, source: Material) -> str:
    """Return document *number*, the same whenever it is asked for."""
    chance = random.Random(f"document {number}")
    changed = _Changed(chance)
    facts = _facts(number, chance)
    regulation = chance.random() < 0.25
    title = chance.choice(words()["regulations" if regulation else "titles"]).format(**facts)
    head, mark, to, sent, issuer, day = (line.format(title=title, **facts) for line in words()["notice"])
    lines = [head, mark, to, sent, issuer, day, title]
    chapters = list(_chapters(chance.randint(*SENTENCES), source, chance))
    names = sorted(chance.sample(range(len(words()["chapters"])), min(len(chapters), len(words()["chapters"]))))
    article = 0
    for at, pieces in enumerate(chapters):
        name = words()["chapters"][names[at % len(names)]]
        lines.append(f"第{numeral(at + 1)}章　{name}" if regulation else f"{numeral(at + 1)}、{name}")
        for place, piece in enumerate(pieces, 1):
            article += 1
            text = changed.text("".join(piece.sentences))
            if regulation:
                lines.append(f"第{numeral(article)}条　{text}")
            else:
                lines.append(
                    f"（{numeral(place)}）{changed.text(piece.title).rstrip('。') + '。' * bool(piece.title)}{text}"
                )
    return "\n\n".join(lines) + "\n"


def _facts(number: int, chance: random.Random) -> dict[str, object]:
    names = words()["places"]
    first, second = chance.choice(names["first"]), chance.choice(names["second"])
    year = chance.randint(2016, 2025)
    return {
        "place": f"{first}{second}{names['suffix']}",
        "mark": first,
        "subject": chance.choice(words()["subjects"][number % len(words()["subjects"])]),
        # the number of the document makes its mark the only one of its kind
        "number": number + 1,
        "year": year,
        "month": chance.randint(1, 12),
        "day": chance.randint(1, 28),
        "first": year,
        "last": year + chance.randint(2, 5),
    }


def _chapters(count: int, source: Material, chance: random.Random) -> Iterable[list[Piece]]:
    """Yield chapters, each of clauses of one plan in another order, until there are *count* sentences."""
    for plan in chance.sample(source, len(source)):
        if count <= 0:
            return
        left = min(count, SHARE)
        chapter = []
        for piece in chance.sample(plan, len(plan)):
            if left <= 0:
                break
            taken = chance.sample(piece.sentences, min(left, TOGETHER, len(piece.sentences)))
            chapter.append(Piece(piece.title, tuple(taken)))
            left -= len(taken)
            count -= len(taken)
        yield chapter


class _Changed:
    """What one document says instead: other bodies, places and subjects, another time, other figures."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._instead: dict[str, str] = {}
        for names in (*_bodies(), *words()["swapped"]):
            self._instead |= dict(zip(names, chance.sample(names, len(names)), strict=True))
        longest_first = sorted(self._instead, key=lambda name: (-len(name), name))
        self._names = re.compile("|".join(map(re.escape, longest_first)))
        self._years = chance.choice([-3, -2, -1, 1, 2, 3])

    def text(self, text: str) -> str:
        """Return *text* with everything exchanged."""
        text = self._names.sub(lambda match: self._instead[match.group()], text)
        text = _YEAR.sub(lambda match: str(int(match.group()) + self._years), text)
        return _FIGURE.sub(self._figure, text)

    def _figure(self, match: re.Match[str]) -> str:
        figure = match.group()
        places = len(figure.partition(".")[2])
        changed = float(figure) * self._chance.uniform(0.6, 1.4)
        return f"{changed:.{places}f}" if places else str(max(1, round(changed)))


@cache
def _bodies() -> tuple[tuple[str, ...], ...]:
    """Return the names of bodies and places that any document may name, those of one kind together."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for entry in general_entries():
        if entry.tier in ("named", "place") and len(entry.name) > 2:
            kinds.setdefault((entry.category, entry.kind), []).append(entry.name)
            if len(entry.aliases) == 1 and len(entry.aliases[0]) > 1:
                kinds.setdefault((entry.category, f"{entry.kind} by its short name"), []).append(entry.aliases[0])
    return tuple(tuple(dict.fromkeys(names)) for names in kinds.values())


def numeral(number: int) -> str:
    """Return *number*, from 1 to 999, as it stands before a clause: 十一, 一百零二."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def write_varied(folder: Path, plans: Path, count: int) -> list[Path]:
    """Write the first *count* documents to *folder*, which is made, and return their paths; what is there stays.

    Raises:
        FileNotFoundError: there is no plan in *plans*.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"varied-{number + 1:05}.txt" for number in range(count)]
    if all(path.exists() for path in paths):
        return paths
    source = material(sorted(plans.glob("*.txt")))
    for number, path in enumerate(paths):
        if not path.exists():
            beside = path.with_suffix(".part")
            beside.write_text(document(number, source), encoding="utf-8")
            beside.replace(path)
    return paths


def main(arguments: list[str] | None = None) -> int:
    """Write documents to a folder."""
    parser = argparse.ArgumentParser(prog="bench.varied", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--plans", type=Path, default=PLANS, help="the folder of plans they are made from")
    chosen = parser.parse_args(arguments)
    if chosen.count < 1:
        parser.error(f"--count {chosen.count}: there must be at least one document")
    try:
        paths = write_varied(chosen.folder, chosen.plans, chosen.count)
    except OSError as error:
        parser.error(str(error))
    print(f"{len(paths)} documents, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB, in {chosen.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
