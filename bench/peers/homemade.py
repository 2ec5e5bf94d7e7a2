"""jieba + rank_bm25 + sentence-transformers + FAISS, fused by reciprocal rank: what one writes in an afternoon."""

from __future__ import annotations

from bench.peers.task import Rank, carry_out, fuse


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Index *texts* twice and fuse the two rankings."""
    import faiss
    import jieba
    from rank_bm25 import BM25Okapi
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode_document(texts)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    lexical = BM25Okapi([list(jieba.cut(text)) for text in texts])

    def rank(question: str) -> list[str]:
        scores = lexical.get_scores(list(jieba.cut(question)))
        words: list[str] = [ids[i] for i in sorted(range(len(ids)), key=lambda i: -scores[i])[:20]]
        _scores, near = index.search(encoder.encode_query([question]), 20)
        dense: list[str] = [ids[i] for i in near[0] if i >= 0]
        return fuse(words, dense)

    return rank


carry_out(make)
