"""The reader as it was learned → `kg/answer/model`: `python -m tools.model.export_reader --weights FILE --rows FILE`.

Its layers multiply whole numbers of eight bits (`kg.search.rows`); the windows of some rows that it learned from show
how far each channel reaches. The words' vectors are not in it: they are the packaged model's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer

from kg.answer.reader import ABOUT, MODEL
from kg.answer.reader_input import KINDS, UnitTokens
from kg.search.rows import with_rows
from tools.model.reader_net import ReaderNet
from tools.model.reader_rows import examples

SAMPLES = 48
OUTPUTS = ("relevance", "verdict", "tags", "kind", "several")


class FromWords(torch.nn.Module):
    """The net over the vectors of words instead of their ids."""

    def __init__(self, net: ReaderNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, words: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return what the net's heads say, in single precision."""
        return self.net.say(self.net.encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state)


def main() -> None:
    """Export, compare with the net on other windows, and write."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--weights", type=Path, required=True)
    ask.add_argument("--rows", type=Path, required=True)
    ask.add_argument("--model", type=Path, default=Path("data/model/e5-small"))
    ask.add_argument("--out", type=Path, default=Path("kg/answer/model"))
    ask.add_argument("--learned", default="", help="what it learned from, in words")
    args = ask.parse_args()
    net = ReaderNet(args.model)
    net.load_state_dict(torch.load(args.weights))
    net.eval()
    pieces = UnitTokens(Tokenizer.from_file(str(args.model / "tokenizer.json")))
    rows, texts = pickle.loads(args.rows.read_bytes())
    rng = random.Random(7)
    found = [one.ids for row in rng.sample(rows, 2 * SAMPLES) for one in examples(row, texts, pieces, rng)]
    table = net.encoder.embeddings.word_embeddings.weight.detach()
    samples = [{"words": table[torch.tensor([ids])].numpy(), "mask": np.ones((1, len(ids)), np.int64)} for ids in found]
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / MODEL
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            FromWords(net).eval(),
            (torch.zeros(2, 12, table.shape[1]), torch.ones(2, 12, dtype=torch.long)),
            str(path),
            input_names=["words", "mask"],
            output_names=list(OUTPUTS),
            dynamic_axes={
                **{name: {0: "windows", 1: "length"} for name in ("words", "mask", *OUTPUTS[:3])},
                **{name: {0: "windows"} for name in OUTPUTS[3:]},
            },
            opset_version=18,
            dynamo=False,
        )
    made, matrices = with_rows(onnx.load(str(path)), samples[:SAMPLES], args.out)
    onnx.save(made, str(path))
    apart = compared(net, path, samples[SAMPLES:])
    about: dict[str, Any] = {
        "kinds": list(KINDS),
        "matrices": matrices,
        "farthest": apart,
        "learned_from": args.learned,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    (args.out / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size:,} bytes, {about}")


def compared(net: ReaderNet, path: Path, samples: list[dict[str, Any]]) -> dict[str, float]:
    """Return for each output the mean difference of the probabilities by *net* and by the export."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    sums = dict.fromkeys(OUTPUTS, 0.0)
    for sample in samples:
        with torch.no_grad():
            wanted = FromWords(net)(torch.tensor(sample["words"]), torch.tensor(sample["mask"]))
        for name, one, other in zip(OUTPUTS, wanted, session.run(None, sample), strict=True):
            difference = one.softmax(-1) - torch.tensor(other).softmax(-1)
            sums[name] += difference.abs().mean().item() / len(samples)
    return {name: round(value, 5) for name, value in sums.items()}


if __name__ == "__main__":
    main()
