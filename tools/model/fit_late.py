"""Learn how a question's tokens are compared: `python -m tools.model.fit_late --data BUILD --rows FILE --chosen FILE`.

The vectors of documents stay as they are. A question's token is turned by one matrix towards those that answer such
questions, and counts by a weight that its vector gives: English words, Cantonese ones and those that only ask are read
by the same encoder, and the mean of all of them is not what finds a passage. Learned by comparing each question's
passage with those that the product ranks high and that do not bear it; kept is what ranks the documents for choosing
best.
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from kg.builds import load_build
from kg.search.encoder import OnnxEncoder
from kg.search.late import LateIndex
from kg.search.late_map import FILE
from kg.search.store import open_index
from kg.search.units import Unit
from tools.model.reader_rows import ANSWERS, Row, Texts

NEGATIVES = 12
BATCH = 48
TEMPERATURE = 0.03


@dataclass(frozen=True, slots=True)
class Case:
    """A question's token vectors, and the numbers of the sentence that bears it and of those that do not."""

    lang: str
    tokens: torch.Tensor
    bearing: int
    others: tuple[int, ...]


class Turn(nn.Module):
    """Turns a question's token vectors, (n, d), and says how much each counts."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.turn = nn.Linear(width, width, bias=False)
        self.weight = nn.Linear(width, 1)
        nn.init.eye_(self.turn.weight)
        nn.init.zeros_(self.weight.weight)
        nn.init.zeros_(self.weight.bias)

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the turned vectors, of length 1, and weights that sum to 1."""
        turned = nn.functional.normalize(self.turn(tokens), dim=-1)
        counts = nn.functional.softplus(self.weight(tokens).squeeze(-1) + 0.5413)
        return turned, counts / counts.sum()


def cases_of(
    rows: Sequence[Row],
    texts: Texts,
    number: dict[tuple[str, int, int], int],
    slugs: dict[str, str],
    encoder: OnnxEncoder,
) -> list[Case]:
    """Return *rows* with the numbers of their sentences in the index."""
    found = []
    for row in tqdm(rows):
        units = texts.units[row.doc]

        def place(n: int, row: Row = row, units: list[Unit] = units) -> int | None:
            return number.get((slugs[row.doc], units[n].start, units[n].end))

        bearing = [place(n) for n, what in row.bearing if what == ANSWERS]
        others = tuple(at for n in row.near[:NEGATIVES] if (at := place(n)) is not None)
        tokens = encoder.encode(row.question).tokens
        if bearing and bearing[0] is not None and others and len(tokens):
            lang = "en" if row.question.isascii() else "zh"
            found.append(Case(lang, torch.tensor(tokens), bearing[0], others))
    return found


def scores(turn: Turn, case: Case, units: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the score of each of *units*, token vectors of sentences."""
    turned, counts = turn(case.tokens)
    every = torch.cat(list(units))
    cosines = turned @ every.T
    parts = cosines.split([len(unit) for unit in units], dim=1)
    return torch.stack([(part.max(1).values * counts).sum() for part in parts])


def first(turn: Turn, cases: Sequence[Case], vectors: Sequence[torch.Tensor]) -> dict[str, float]:
    """Return how often the bearing sentence scores above all others, by language."""
    hits: dict[str, list[bool]] = {}
    with torch.no_grad():
        for case in cases:
            found = scores(turn, case, [vectors[case.bearing], *(vectors[n] for n in case.others)])
            hits.setdefault(case.lang, []).append(bool(found.argmax() == 0))
    return {lang: round(sum(hit) / len(hit), 4) for lang, hit in sorted(hits.items())}


def main() -> None:
    """Learn, and write what ranks best."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--rows", type=Path, required=True)
    ask.add_argument("--chosen", type=Path, required=True)
    ask.add_argument("--passes", type=int, default=4)
    ask.add_argument("--rate", type=float, default=3e-4)
    ask.add_argument("--out", type=Path, default=Path("kg/search/model"))
    args = ask.parse_args()
    torch.manual_seed(1)
    rng = random.Random(1)
    build = load_build(args.data)
    index = open_index(build.index)
    assert index.vectors is not None
    encoder = index.vectors.encoder
    assert isinstance(encoder, OnnxEncoder)
    sentences = [unit for unit in index.units if unit.kind == "sentence"]
    number = {(unit.document, unit.start, unit.end): n for n, unit in enumerate(sentences)}
    slugs = {one.document.source.name.removesuffix(".txt"): one.document.slug for one in build.records}
    vectors = token_vectors(index.vectors.late, len(sentences))
    sets = []
    for path in (args.rows, args.chosen):
        rows, texts = pickle.loads(path.read_bytes())
        sets.append(cases_of(rows, texts, number, slugs, encoder))
    turn = Turn(vectors[0].shape[1])
    print(f"{len(sets[0])} to learn from, {len(sets[1])} to choose by; untouched {first(turn, sets[1], vectors)}")
    optimizer = torch.optim.AdamW(turn.parameters(), lr=args.rate, weight_decay=0.0)
    best, kept = sum(first(turn, sets[1], vectors).values()), {k: v.clone() for k, v in turn.state_dict().items()}
    for passing in range(args.passes):
        rng.shuffle(sets[0])
        for start in range(0, len(sets[0]), BATCH):
            loss = torch.zeros(())
            for case in sets[0][start : start + BATCH]:
                found = scores(turn, case, [vectors[case.bearing], *(vectors[n] for n in case.others)])
                loss = loss - torch.log_softmax(found / TEMPERATURE, 0)[0]
            drift = (turn.turn.weight - torch.eye(len(turn.turn.weight))).pow(2).sum()
            optimizer.zero_grad()
            (loss / BATCH + 0.002 * drift).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        reached = first(turn, sets[1], vectors)
        print(f"pass {passing + 1}: {reached}", flush=True)
        if sum(reached.values()) > best:
            best, kept = sum(reached.values()), {k: v.clone() for k, v in turn.state_dict().items()}
    args.out.mkdir(parents=True, exist_ok=True)
    np.savez(
        args.out / FILE,
        turn=kept["turn.weight"].numpy().astype(np.float16),
        weight=kept["weight.weight"].numpy()[0].astype(np.float32),
        bias=kept["weight.bias"].numpy().astype(np.float32),
        model=np.array(str(index_fingerprint(build.index))),
    )


def token_vectors(late: LateIndex, count: int) -> list[torch.Tensor]:
    """Return the token vectors of the first *count* units, which are the sentences."""
    return [torch.tensor(late.vectors(n)) for n in range(count)]


def index_fingerprint(folder: Path) -> str:
    """Return the fingerprint of the model that the index in *folder* was made with."""
    import json

    return str(json.loads((folder / "encoder" / "encoder.json").read_bytes())["fingerprint"])


if __name__ == "__main__":
    main()
