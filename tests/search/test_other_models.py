"""Any other SentenceTransformer folder: other architectures, poolings, layers and prompts, with random weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from kg.errors import ModelError
from kg.models import Records
from kg.parts import KeptParts
from kg.search import export_onnx
from kg.search.build import build_index
from kg.search.document_index import Indexed
from kg.search.encoder import OnnxEncoder
from kg.search.export_onnx import COSINE, export_encoder
from kg.search.ranking import Ranker
from kg.search.reference import Reference
from tests.conftest import few
from tests.search.conftest import records_of

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

TEXTS = ["财政部制定办法。", "深圳市要落实主体责任", "口岸完成重建？", "规" * 90, "plan of the loop", "办"]
NOTICE = "青川市方案\n\n一、任务\n\n（一）清理河道。市水务局清理淤泥。\n\n（二）制定办法。具体办法由财政部制定。\n"
PIECES = sorted({c for text in [*TEXTS, NOTICE] for c in text if not c.isspace()})

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def write_folder(
    folder: Path,
    transformer: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    *modules: torch.nn.Module,
    prompts: dict[str, str],
) -> Path:
    """A SentenceTransformer folder of *transformer* and the *modules* behind it, written by the library itself."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules.transformer import Transformer

    inner = folder / "inner"
    transformer.save_pretrained(inner)
    tokenizer.save_pretrained(inner)
    model = SentenceTransformer(modules=[Transformer(str(inner), max_seq_length=64), *modules], prompts=prompts)
    model.save(str(folder / "model"))
    return folder / "model"


def bert(folder: Path, pooling: str) -> Path:
    """BERT with a WordPiece vocabulary, the pooling asked for, a dense layer and no normalisation."""
    import torch
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocab = {piece: i for i, piece in enumerate([*special, *PIECES, *(f"##{c}" for c in PIECES)])}
    inner = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    inner.normalizer = normalizers.BertNormalizer()
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner, model_max_length=64, **names
    )
    config = BertConfig(
        vocab_size=len(vocab), hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96,
        max_position_embeddings=64,
    )  # fmt: skip
    layers = (Pooling(64, pooling), Dense(64, 32))
    return write_folder(folder, BertModel(config), tokenizer, *layers, prompts={"query": "规划："})


def roberta(folder: Path) -> Path:
    """XLM-R, whose positions hang on the id of its padding, with a Unigram vocabulary that can be cut."""
    import torch
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(8)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    foreign = ["▁правительство", "größte", "การ", "▁सरकार"]
    pieces = [*special, "▁", *foreign[:2], *PIECES, *foreign[2:], "财政部", "▁plan"]
    inner = Tokenizer(models.Unigram([(piece, -1.0 - i / 10) for i, piece in enumerate(pieces)], unk_id=3))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), special, strict=True))
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner, model_max_length=64, cls_token="<s>", sep_token="</s>", mask_token="<mask>", **names
    )
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer), hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96,
        max_position_embeddings=80, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1,
    )  # fmt: skip
    prompts = {"query": "query: ", "document": "passage: "}
    return write_folder(folder, XLMRobertaModel(config), tokenizer, Pooling(64, "mean"), Normalize(), prompts=prompts)


@pytest.mark.parametrize("pooling", few(("mean", "cls", "max"), ["cls"]))
def test_a_bert_with_a_dense_layer_is_exported_as_it_is(tmp_path: Path, pooling: str) -> None:
    reference = Reference(bert(tmp_path, pooling))
    assert reference.info.query_prompt == "规划："
    about = export_encoder(reference, tmp_path / "export", TEXTS)
    assert about["pieces"] == about["pieces_of_the_model"]
    assert about["engine"] in ("rows8", "blocks8", "fp32")
    encoder = OnnxEncoder(tmp_path / "export")
    mine = np.array([encoder.encode(text).pooled for text in TEXTS])
    assert mine.shape == (len(TEXTS), 32)
    assert float((mine * reference.questions(TEXTS)).sum(1).min()) >= COSINE
    assert encoder.encode("财政部制定").tokens.shape == reference.encode("财政部制定").tokens.shape == (5, 64)


@pytest.mark.parametrize("engine", ["rows8", "blocks8", "fp32"])
def test_an_xlm_roberta_loses_the_pieces_of_other_languages_and_nothing_else(tmp_path: Path, engine: str) -> None:
    reference = Reference(roberta(tmp_path))
    about = export_encoder(reference, tmp_path / "export", TEXTS, [engine])
    assert about["engine"] == engine
    assert about["pieces_of_the_model"] - about["pieces"] == 5  # four foreign pieces and <mask>
    encoder = OnnxEncoder(tmp_path / "export")
    for text in TEXTS:
        mine, theirs = encoder.encode(text), reference.encode(text)
        assert float(mine.pooled @ theirs.pooled) >= COSINE
        assert mine.tokens.shape == theirs.tokens.shape
        assert float((mine.tokens * theirs.tokens).sum(1).min()) >= 0.99
    assert np.isfinite(encoder.encode("правительство การ").pooled).all()


def test_exporting_leaves_the_reference_as_it_was(tmp_path: Path) -> None:
    reference = Reference(roberta(tmp_path))
    before, _ = reference.passages(TEXTS)
    export_encoder(reference, tmp_path / "export", TEXTS)
    assert reference.passages(TEXTS)[0].tobytes() == before.tobytes()


def test_an_export_that_gives_other_vectors_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = Reference(bert(tmp_path, "mean"))
    monkeypatch.setattr(export_onnx, "smallest_cosine", lambda *_: 0.998)
    with pytest.raises(ModelError, match=r"cosine 0\.998"):
        export_encoder(reference, tmp_path / "export", TEXTS)


def test_a_model_that_cannot_be_exported_is_asked_through_its_own_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_embedding: object, folder: Path, *_: object) -> dict[str, Any]:
        raise ModelError(folder, "it cannot be exported to ONNX (no operator)", "name another")

    monkeypatch.setattr(export_onnx, "kept_export", refuse)
    about = build_index([Indexed.of(records_of(NOTICE))], tmp_path / "index", bert(tmp_path, "mean"))
    assert about["model"]["engine"] == "torch"
    assert "no operator" in about["model"]["reason"]
    assert not (tmp_path / "index" / "encoder").exists()
    ranker = Ranker.open(tmp_path / "index")
    assert ranker.index.vectors is not None
    assert isinstance(ranker.index.vectors.encoder, Reference)
    ranking = ranker.rank("具体办法由财政部制定")
    assert ranking.clauses[0].clause == "2"
    assert ranking.notes == ()


def test_a_folder_named_by_the_user_makes_a_whole_index(tmp_path: Path) -> None:
    plan: Records = records_of(NOTICE)
    about = build_index([Indexed.of(plan)], tmp_path / "index", roberta(tmp_path))
    assert about["model"]["dimensions"] == 64
    assert json.loads((tmp_path / "index" / "index.json").read_bytes()) == about
    ranking = Ranker.open(tmp_path / "index").rank("具体办法由财政部制定")
    assert ranking.clauses[0].clause == "2"


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_vectors_of_kept_parts_are_those_of_an_index_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []
    passages = Reference.passages

    def counted(self: Reference, texts: Sequence[str]) -> object:
        encoded.append(len(texts))
        return passages(self, texts)

    def refuse(*_: object) -> dict[str, Any]:
        raise ModelError("model", "it is not exported in this test", "name another")

    monkeypatch.setattr(export_onnx, "kept_export", refuse)
    monkeypatch.setattr(Reference, "passages", counted)
    # its layer behind the pooling gives sentences another size than tokens
    model = bert(tmp_path, "mean")
    one, other = records_of(NOTICE, "one.txt"), records_of(NOTICE.replace("淤泥", "泥"), "other.txt")
    nothing = records_of("青川市方案\n", "title-alone.txt")
    parts = KeptParts(tmp_path / "parts")

    def index(name: str, records: Sequence[Records], kept: KeptParts | None) -> dict[str, bytes]:
        encoded.clear()
        build_index([Indexed.of(one) for one in records], tmp_path / name, model, parts=kept)
        return files_of(tmp_path / name)

    index("first", [one], parts)
    assert len(encoded) == 1
    both = index("both", [one, other, nothing], parts)
    assert len(encoded) == 2, "the one that was not there, and the one without a sentence of its own"
    assert both == index("both-anew", [one, other, nothing], None)
    assert index("turned", [other, one], parts) == index("turned-anew", [other, one], None)
    assert len(encoded) == 2, "all of them, without parts"
    assert Ranker.open(tmp_path / "turned").rank("具体办法由财政部制定").clauses[0].clause == "2"


def test_an_export_that_fails_on_a_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = Reference(roberta(tmp_path))
    monkeypatch.setattr(reference, "max_tokens", 200)  # more than the model has positions for
    with pytest.raises(ModelError, match="the encoder of questions failed"):
        export_encoder(reference, tmp_path / "export", ["规" * 190])
