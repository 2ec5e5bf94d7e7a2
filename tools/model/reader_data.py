"""Write what the reader learns from: `python -m tools.model.reader_data --shared ../shared --data BUILD --out FILE`.

BUILD is a data folder with a build of all documents of ../shared/plans: its ranking finds the sentences that sound like
a question and do not answer it. `asked_again.tsv` beside this file holds, for rows that are learned from, the same
question put by somebody else, mostly in another language; `own_rows.jsonl` holds rows of our own over the same
documents, their answers as places alone. Both were written by hand, one by one, by reading.
"""

from __future__ import annotations

import argparse
import pickle
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from kg.builds import load_build
from kg.search.ranking import Ranker
from kg.search.words import plain
from tools.model.reader_rows import Texts, load_rows, row_of, split_of

LEFT_OUT = Path("bench/left_out.yaml")
ASKED_AGAIN = Path(__file__).with_name("asked_again.tsv")
OWN_ROWS = Path(__file__).with_name("own_rows.jsonl")


def main() -> None:
    """Read the rows and rank the sentences of each one's document."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--shared", type=Path, required=True)
    ask.add_argument("--data", type=Path, required=True)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--what", default="learning", choices=["learning", "choosing"])
    args = ask.parse_args()
    split = split_of(LEFT_OUT)
    wanted = [
        row
        for row in load_rows([*(args.shared / "reading").glob("[a-z].jsonl"), OWN_ROWS])
        if split.get(row["doc"], "learning") == args.what
    ]
    texts = Texts.read(args.shared / "plans", sorted({row["doc"] for row in wanted}))
    ranker = Ranker.open(load_build(args.data).index)
    slugs = {}
    for one in load_build(args.data).records:
        slugs[one.document.source.name.removesuffix(".txt")] = one.document.slug
    number = {doc: {(u.start, u.end): n for n, u in enumerate(units)} for doc, units in texts.units.items()}
    again = dict(line.split("\t") for line in ASKED_AGAIN.read_text(encoding="utf-8").splitlines())
    found = []
    for plain_row in tqdm(wanted):
        row = row_of(plain_row, texts)
        if row is None:
            continue
        ranking = ranker.rank(plain_row["q"], documents=[slugs[row.doc]])
        ranked = [number[row.doc].get((hit.unit.start, hit.unit.end)) for hit in ranking.sentences]
        bearing = {n for n, _ in row.bearing}
        row = replace(row, near=tuple(n for n in ranked if n is not None and n not in bearing))
        found.append(row)
        if row.id in again:
            found.append(replace(row, id=f"{row.id}+", question=plain(again[row.id])))
    args.out.write_bytes(pickle.dumps((found, texts)))
    print(f"{args.out}: {len(found)} rows of {len(wanted)} questions")


if __name__ == "__main__":
    main()
