"""A model loaded by sentence-transformers → a folder with which onnxruntime answers one question at a time.

question.onnx    token ids of one question → its vector and its tokens' vectors
tokenizer.json   the tokenizer, without the pieces that only other languages need where that is possible
counted.npy      for each token id, whether it counts in late interaction
encoder.json     its inputs and engine, with checksums and the smallest cosine to the reference
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError
from kg.search.blocks import with_blocks
from kg.search.cache import digests, fill_from_cache
from kg.search.encoder import ABOUT, COUNTED, MAX_CHARACTERS, MODEL, TOKENIZER, OnnxEncoder, tokenizer_of
from kg.search.model_folder import model_fingerprint
from kg.search.rows import with_rows
from kg.search.vocabulary import Cut, cut_vocabulary

if TYPE_CHECKING:
    import torch

    from kg.search.document_index import Embedding
    from kg.search.reference import Reference

FORMAT = 2
ENGINES = ("rows8", "blocks4", "blocks8", "fp32")
"""Tried in this order: eight-bit integers by row and column, the fastest, which processors without instructions for
them may round too coarsely; four-bit blocks if they hold the weights exactly; eight-bit blocks; the weights as
given."""

THREADS = {"rows8": 1}
"""The default number of threads of an engine: with so little to do, a second thread costs more than it saves."""

COSINE = 0.999
"""An export whose vectors are less similar to the reference's than this is not used."""

_OPSET = 18
_INPUT = "input_ids"


def export_encoder(
    reference: Reference, folder: Path, samples: Sequence[str], engines: Sequence[str] = ENGINES
) -> dict[str, Any]:
    """Write the encoder of questions to *folder*, which is made, and return the content of its `encoder.json`.

    *samples* are questions or sentences of the kind it will meet: each is encoded both ways, and the first of *engines*
    whose vectors are all within `COSINE` of the reference's is used.

    Raises:
        ModelError: the model cannot be exported, or no engine gives the reference's vectors.
    """
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(reference)
    cut = cut_vocabulary(tokenizer)
    _write_tokenizer(reference, folder, cut.tokenizer if cut else tokenizer, cut)
    _trace(reference, folder / MODEL, cut)
    graph = onnx.load(str(folder / MODEL))
    about: dict[str, Any] = {
        "format": FORMAT,
        "model": reference.info.folder.name,
        "fingerprint": model_fingerprint(reference.info.folder),
        "dimensions": reference.info.dimensions,
        "max_tokens": reference.max_tokens,
        "query_prompt": reference.info.query_prompt,
        "inputs": [_INPUT],
        "pieces": len(cut.rows) if cut else len(reference.counted),
        "pieces_of_the_model": len(reference.counted),
    }
    refused = []
    for engine in engines:
        try:
            made, matrices = _made(graph, engine, folder, about, samples)
            if not matrices and engine != "fp32":
                refused.append(f"{engine}: no weights of that form")
                continue
            onnx.save(made, str(folder / MODEL))
            about |= {"engine": engine, "threads": THREADS.get(engine), "matrices": matrices}
            _write_about(folder, about)
            about["smallest_cosine"] = smallest_cosine(reference, folder, samples)
        except ModelError as error:
            refused.append(f"{engine}: {error.problem}")
            continue
        if about["smallest_cosine"] >= COSINE:
            about["files"] = digests(folder, (MODEL, TOKENIZER, COUNTED))
            _write_about(folder, about)
            return about
        refused.append(f"{engine}: cosine {about['smallest_cosine']}")
    raise ModelError(
        reference.info.folder,
        f"no export gives the vectors of sentence-transformers ({'; '.join(refused)})",
        "name another model in HETAO_MODEL",
    )


def _made(
    graph: Any,  # noqa: ANN401 - an ONNX ModelProto
    engine: str,
    folder: Path,
    about: dict[str, Any],
    samples: Sequence[str],
) -> tuple[Any, int]:
    """Return *graph* with its weights in the form of *engine*, and the number of changed matrices."""
    import numpy as np

    if engine == "fp32":
        return graph, 0
    if engine != "rows8":
        return with_blocks(graph, 4 if engine == "blocks4" else 8, exactly=engine == "blocks4")
    cut = tokenizer_of(folder, about["max_tokens"])
    ids = [cut.encode(about["query_prompt"] + text[:MAX_CHARACTERS]).ids for text in samples]
    made, matrices = with_rows(graph, [{_INPUT: np.array([one], np.int64)} for one in ids], folder)
    if not matrices:
        return made, 0
    # what remains is the table of the pieces' vectors
    smaller, tables = with_blocks(made, 4, exactly=True)
    if not tables:
        smaller, tables = with_blocks(made, 8, exactly=False)
    return smaller, matrices + tables


def kept_export(
    embedding: Embedding, folder: Path, samples: Callable[[], Sequence[str]], exports: Path | None
) -> dict[str, Any]:
    """Return the same as `export_encoder`, whose export is kept in *exports* under its model's fingerprint.

    The model is loaded, and the *samples* are asked for, only where no export is kept.
    """
    kept = None if exports is None else exports / f"{embedding.fingerprint[:16]}-{FORMAT}"
    fill_from_cache(folder, kept, ABOUT, lambda new: export_encoder(embedding.reference, new, samples()))
    about: dict[str, Any] = json.loads((folder / ABOUT).read_bytes())
    return about


def smallest_cosine(reference: Reference, folder: Path, samples: Sequence[str]) -> float:
    """Return the smallest cosine between a sample's vector by the export in *folder* and by the reference."""
    import numpy as np

    encoder = OnnxEncoder(folder)
    mine = np.array([encoder.encode(text).pooled for text in samples])
    return round(float((mine * reference.questions(samples)).sum(1).min()), 4)


def _trace(reference: Reference, path: Path, cut: Cut | None) -> None:
    """Write the model as an fp32 ONNX graph over one question at a time."""
    import torch

    try:
        with _rows(reference.model[0].auto_model, cut), warnings.catch_warnings(), torch.no_grad():
            # only the tracing exporter needs no further package; it warns that it is the older one, and about what it
            # treats as constant, which the comparison with the reference judges better
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _question_module(reference).eval(),
                (torch.arange(5, 17).reshape(1, 12),),
                str(path),
                input_names=[_INPUT],
                output_names=["pooled", "tokens"],
                dynamic_axes={_INPUT: {1: "length"}, "tokens": {1: "length"}},
                opset_version=_OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError, KeyError, AttributeError, IndexError, NotImplementedError) as error:
        fix = "name another model in HETAO_MODEL"
        raise ModelError(reference.info.folder, f"it cannot be exported to ONNX ({error})", fix) from error


def _question_module(reference: Reference) -> torch.nn.Module:
    """Return the modules of the model as one that takes the ids of one question, without padding.

    Without a mask the transformer attends to every token, which is the same for a single question.
    """
    import torch

    prompt = reference.info.query_prompt
    tokens = reference.tokenizer(prompt)["input_ids"] if prompt else []
    # as the library counts them: the end marker is not part of the prompt
    length = len(tokens) - (bool(tokens) and tokens[-1] in reference.tokenizer.all_special_ids)

    class OneQuestion(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer: Any = reference.model[0].auto_model
            self.rest = torch.nn.ModuleList(list(reference.model)[1:])

        def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.transformer(input_ids=input_ids).last_hidden_state
            features = {"input_ids": input_ids, "token_embeddings": tokens}
            features["attention_mask"] = torch.ones_like(input_ids)
            if length:
                features["prompt_length"] = length
            for module in self.rest:
                features = module(features)
            return features["sentence_embedding"], tokens

    return OneQuestion()


@contextmanager
def _rows(transformer: Any, cut: Cut | None) -> Iterator[None]:  # noqa: ANN401 - a model of transformers
    """Give *transformer* only the embedding rows of *cut* within the block."""
    import torch

    if cut is None:
        yield
        return
    whole = transformer.get_input_embeddings()
    few = torch.nn.Embedding(len(cut.rows), whole.embedding_dim, padding_idx=whole.padding_idx)
    few.weight.data = whole.weight.data[torch.tensor(cut.rows)]
    transformer.set_input_embeddings(few)
    try:
        yield
    finally:
        transformer.set_input_embeddings(whole)


def _tokenizer(reference: Reference) -> str:
    """Return the model's tokenizer as JSON, without the padding and truncation that its last use left in it."""
    plain = json.loads(reference.tokenizer.backend_tokenizer.to_str())
    return json.dumps(plain | {"padding": None, "truncation": None}, ensure_ascii=False, separators=(",", ":"))


def _write_tokenizer(reference: Reference, folder: Path, tokenizer: str, cut: Cut | None) -> None:
    import numpy as np

    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    np.save(folder / COUNTED, reference.counted[list(cut.rows)] if cut else reference.counted)


def _write_about(folder: Path, about: dict[str, Any]) -> None:
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
