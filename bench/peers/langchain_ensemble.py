"""LangChain's ensemble of its BM25 retriever, with jieba, and a FAISS store."""

from __future__ import annotations

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Join the two retrievers with equal weights."""
    import jieba
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings

    documents = [Document(text, metadata={"id": name}) for name, text in zip(ids, texts, strict=True)]
    embeddings = HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt": "passage: "},
        query_encode_kwargs={"prompt": "query: "},
    )
    lexical = BM25Retriever.from_documents(documents, preprocess_func=lambda text: list(jieba.cut(text)), k=10)
    dense = FAISS.from_documents(documents, embeddings).as_retriever(search_kwargs={"k": 10})
    both = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])
    return lambda question: [document.metadata["id"] for document in both.invoke(question)]


carry_out(make)
