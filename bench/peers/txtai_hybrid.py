"""txtai's hybrid index, its words cut by jieba."""

from __future__ import annotations

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Index *texts* in one hybrid index. Its own tokenizer would take a Chinese sentence for a word."""
    import jieba
    from txtai import Embeddings

    def cut(text: str) -> str:
        return " ".join(jieba.cut(text))

    instructions = {"query": "query: ", "data": "passage: "}
    index = Embeddings(path=model, hybrid=True, instructions=instructions, gpu=False)
    index.index([(name, cut(text), None) for name, text in zip(ids, texts, strict=True)])
    return lambda question: [name for name, _score in index.search(cut(question), 10)]


carry_out(make)
