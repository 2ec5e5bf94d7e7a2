"""Haystack's in-memory store: BM25 over words cut by jieba, and vectors, joined by reciprocal rank."""

from __future__ import annotations

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Index *texts* in one store and join its two retrievers."""
    import jieba
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from sentence_transformers import SentenceTransformer

    def cut(text: str) -> str:
        return " ".join(jieba.cut(text))

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode_document(texts)
    store = InMemoryDocumentStore(bm25_tokenization_regex=r"(?u)\S+", embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(content=cut(text), meta={"id": name}, embedding=vector.tolist())
            for name, text, vector in zip(ids, texts, vectors, strict=True)
        ]
    )
    lexical = InMemoryBM25Retriever(store, top_k=10)
    dense = InMemoryEmbeddingRetriever(store, top_k=10)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=10)

    def rank(question: str) -> list[str]:
        words = lexical.run(query=cut(question))["documents"]
        near = dense.run(query_embedding=encoder.encode_query(question).tolist())["documents"]
        return [document.meta["id"] for document in joiner.run(documents=[words, near])["documents"]]

    return rank


carry_out(make)
