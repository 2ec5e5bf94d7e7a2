"""Milvus Lite: its own BM25 with jieba, dense vectors, and reciprocal rank in one hybrid search."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.peers.task import Rank, carry_out


def make(ids: list[str], texts: list[str], model: str) -> Rank:
    """Index *texts* in one collection of a file of its own."""
    from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model, device="cpu")
    vectors = encoder.encode_document(texts)
    client = MilvusClient(str(Path(tempfile.mkdtemp()) / "bench.db"))
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    schema.add_field(
        "text",
        DataType.VARCHAR,
        max_length=65535,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "jieba"},
    )
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(name="bm25", function_type=FunctionType.BM25, input_field_names=["text"], output_field_names=["words"])
    )
    index = client.prepare_index_params()
    index.add_index("dense", index_type="FLAT", metric_type="COSINE")
    index.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    client.create_collection("clauses", schema=schema, index_params=index)
    client.insert(
        "clauses",
        [
            {"id": name, "text": text, "dense": vector.tolist()}
            for name, text, vector in zip(ids, texts, vectors, strict=True)
        ],
    )

    def rank(question: str) -> list[str]:
        vector = encoder.encode_query(question).tolist()
        near = AnnSearchRequest([vector], "dense", {"metric_type": "COSINE"}, limit=10)
        words = AnnSearchRequest([question], "words", {"metric_type": "BM25"}, limit=10)
        (found,) = client.hybrid_search("clauses", [near, words], RRFRanker(60), limit=10)
        return [hit["id"] for hit in found]

    return rank


carry_out(make)
