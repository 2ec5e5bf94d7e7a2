"""LlamaIndex's fusion of its BM25 retriever, over words cut by jieba, and its vector index."""

from __future__ import annotations

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Fuse the two by reciprocal rank, without the language model it would rewrite questions with."""
    import jieba
    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever

    def cut(text: str) -> str:
        return " ".join(jieba.cut(text))

    nodes = [TextNode(id_=name, text=cut(text)) for name, text in zip(ids, texts, strict=True)]
    embedding = HuggingFaceEmbedding(
        model_name=model, device="cpu", query_instruction="query: ", text_instruction="passage: "
    )
    dense = VectorStoreIndex(nodes, embed_model=embedding).as_retriever(similarity_top_k=10)
    lexical = BM25Retriever.from_defaults(
        nodes=nodes, similarity_top_k=10, skip_stemming=True, token_pattern=r"(?u)\S+", language="en"
    )
    both = QueryFusionRetriever(
        [lexical, dense], llm=MockLLM(), similarity_top_k=10, num_queries=1, mode="reciprocal_rerank", use_async=False
    )
    return lambda question: [found.node.node_id for found in both.retrieve(cut(question))]


carry_out(make)
