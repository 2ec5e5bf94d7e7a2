"""Learn the reader from ../shared/reading: `python -m tools.model.train_reader --shared ../shared --out FOLDER`.

Public sets first, then rows of every document that `bench/left_out.yaml` does not leave out. A checkpoint is written
every few hundred steps; `--init` goes on from one.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn

from kg.answer.reader_input import UnitTokens
from tools.model.reader_net import ReaderNet
from tools.model.reader_rows import IGNORED, Example, Row, Texts, examples, public_rows

BATCH_TOKENS = 2_600
CHUNK = 1_024
PAD = 1
MASK = 250_001
HIDDEN = 0.03
"""This share of the tokens is hidden in learning."""


def batches(found: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """Return *found* in batches of about `BATCH_TOKENS`, examples of like length together, in random order."""
    made: list[list[Example]] = []
    for start in range(0, len(found), CHUNK):
        batch: list[Example] = []
        for one in sorted(found[start : start + CHUNK], key=lambda e: len(e.ids)):
            if batch and len(one.ids) * (len(batch) + 1) > BATCH_TOKENS:
                made.append(batch)
                batch = []
            batch.append(one)
        made.append(batch)
    rng.shuffle(made)
    return made


def tensors(batch: Sequence[Example], pad: int, rng: random.Random) -> dict[str, torch.Tensor]:
    """Return a batch as tensors; relevance and verdict lie at the marks, all else is ignored.

    A few tokens are hidden, so that no one word decides.
    """
    width = max(len(one.ids) for one in batch)
    ids = torch.full((len(batch), width), PAD)
    found = {name: torch.full((len(batch), width), IGNORED) for name in ("relevance", "verdict", "tags")}
    for i, one in enumerate(batch):
        hidden = [MASK if token > 3 and rng.random() < HIDDEN else token for token in one.ids]
        ids[i, : len(one.ids)] = torch.tensor(hidden)
        found["tags"][i, : len(one.tags)] = torch.tensor(one.tags)
        for mark, relevance, verdict in zip(one.marks, one.relevance, one.verdicts, strict=True):
            found["relevance"][i, mark] = relevance
            found["verdict"][i, mark] = verdict
    found["kind"] = torch.tensor([one.kind for one in batch])
    found["several"] = torch.tensor([one.several for one in batch])
    return {"ids": ids, "mask": (ids != PAD).long(), **found}


def loss_of(net: ReaderNet, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, float]]:
    """Return the loss of a batch, and its parts."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs = net(batch["ids"], batch["mask"])
    parts = {}
    total = torch.zeros(())
    weights = {"relevance": torch.tensor([0.6, 1.0, 1.4]), "tags": torch.tensor([1.0, 1.2, 1.0])}
    factor = {"relevance": 1.0, "verdict": 0.7, "tags": 1.5, "kind": 0.3, "several": 0.2}
    for name, logits in zip(("relevance", "verdict", "tags", "kind", "several"), outputs, strict=True):
        labels = batch[name]
        kept = labels != IGNORED
        if kept.any():
            loss = nn.functional.cross_entropy(logits.float()[kept], labels[kept], weight=weights.get(name))
            parts[name] = loss.item()
            total = total + factor[name] * loss
    return total, parts


def epoch(rows: Sequence[Row], texts: Texts, pieces: UnitTokens, rng: random.Random, others: int) -> Iterator[Example]:
    """Yield the examples of one pass over *rows*, in random order."""
    for row in rng.sample(rows, len(rows)):
        yield from examples(row, texts, pieces, rng, others)


def main() -> None:
    """Learn, and write the weights."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--rows", type=Path, help="what `python -m tools.model.reader_data` wrote")
    ask.add_argument("--model", type=Path, default=Path("data/model/e5-small"))
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--init", type=Path)
    ask.add_argument("--passes", type=float, default=3)
    ask.add_argument("--public", type=float, default=1, help="passes over the public sets, before")
    ask.add_argument("--rate", type=float, default=1e-4)
    ask.add_argument("--others", type=int, default=1)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--steps", type=int, default=0, help="stop after so many, to try how fast it goes")
    args = ask.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    pieces = UnitTokens(Tokenizer.from_file(str(args.model / "tokenizer.json")))
    net = ReaderNet(args.model)
    if args.init:
        net.load_state_dict(torch.load(args.init))
    rows, texts = pickle.loads(args.rows.read_bytes()) if args.passes else ([], Texts({}))
    planned: list[list[Example]] = []
    if args.public:
        public, passages = public_rows(args.shared / "reading" / "public")
        found = list(epoch(public, passages, pieces, rng, 1))
        planned += batches(found[: int(len(found) * args.public)], rng)
    before = len(planned)
    left = args.passes
    while left > 0:
        # one window that sounds like it in one pass, two in the next
        found = list(epoch(rows, texts, pieces, rng, args.others + round(args.passes - left) % 2))
        planned += batches(found[: int(len(found) * min(1, left))], rng)
        left -= 1
    steps = len(planned)
    heads = [weight for name, weight in net.named_parameters() if not name.startswith("encoder.")]
    body = [weight for weight in net.encoder.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": args.rate}, {"params": heads, "lr": 10 * args.rate}], weight_decay=0.01, fused=True
    )
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min(1, (n + 1) / (0.05 * steps + 1)) * max(0.02, 1 - n / steps)
    )
    print(f"{len(rows)} rows, {steps} steps ({before} of public sets)", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    began, seen = time.time(), 0
    sums: dict[str, float] = {}
    net.train()
    for step, batch in enumerate(planned, 1):
        loss, parts = loss_of(net, tensors(batch, PAD, rng))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimizer.step()
        plan.step()
        seen += sum(len(one.ids) for one in batch)
        for name, value in parts.items():
            old = sums.get(name, value)
            sums[name] = 0.98 * old + 0.02 * value
        if step % 25 == 0 or step == steps:
            told = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
            print(
                f"{step}/{steps} {time.time() - began:.0f}s {seen / (time.time() - began):.0f} tok/s {told}", flush=True
            )
        if step % 300 == 0 or step == steps:
            torch.save(net.state_dict(), args.out / "last.tmp")
            (args.out / "last.tmp").replace(args.out / "last.pt")
        if args.steps and step == args.steps:
            break
    (args.out / "about.json").write_text(json.dumps({"rows": len(rows), "steps": steps, "seed": args.seed}) + "\n")


if __name__ == "__main__":
    main()
