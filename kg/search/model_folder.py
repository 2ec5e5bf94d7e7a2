"""The packaged weights → an ordinary SentenceTransformer folder; any such folder → its description for the search.

Run as a module, it writes the default folder if there is none: `python -m kg.search.model_folder`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import settings
from kg.checksums import sha256
from kg.errors import HetaoError, ModelError
from kg.writing import make_folder, writing

if TYPE_CHECKING:
    from kg.search.packaged_weights import PieceTable, Sizes

FORMAT = 1
"""Increased whenever what is written changes, so that older folders are rewritten."""

MANIFEST = "hetao-model.json"
MAX_TOKENS = 512
WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin")
OTHER_ENGINES = frozenset({"onnx", "openvino"})

_CHUNK = 64 * 1024
_SAMPLES = 16
_NAME_ONE = "name a SentenceTransformer folder in HETAO_MODEL, or leave it unset for the packaged model"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A SentenceTransformer folder's description: vector length, longest text in tokens, prompts ("": none)."""

    folder: Path
    dimensions: int
    max_tokens: int
    query_prompt: str
    passage_prompt: str


def write_model(folder: Path) -> bool:
    """Write multilingual-e5-small to *folder* from the packaged weights; return False if it is already whole.

    This takes some seconds and 490 MB. The folder is written under another name and renamed at the end, so that it is
    never found half written; two processes that start together write it once.

    Raises:
        ModelError: the packaged weights are missing or damaged, or *folder* holds something else.
        OutputError: *folder* cannot be written.
    """
    if is_whole(folder):
        return False
    from filelock import FileLock

    make_folder(folder.parent)
    with writing(folder), FileLock(folder.parent / f".{folder.name}.lock"):
        if is_whole(folder):
            return False
        if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
            raise ModelError(folder, "it holds other files", "move it away, or name it in HETAO_MODEL")
        partial = folder.parent / f".{folder.name}.partial"
        if partial.exists():  # left by a killed run: the lock says that nobody writes there
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            _write_files(partial)
            if folder.exists():
                shutil.rmtree(folder)
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return True


def is_whole(folder: Path) -> bool:
    """Return whether `write_model` wrote *folder* in the present format, and every file has its full size."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = manifest["files"]
        return manifest["format"] == FORMAT and all(
            (folder / name).stat().st_size == file["bytes"] for name, file in files.items()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # unreadable or not ours: it has to be written
        return False


def check_model(folder: Path) -> ModelInfo:
    """Return the description of the SentenceTransformer folder *folder*, without loading weights.

    Raises:
        ModelError: there is no such folder, it is not a SentenceTransformer folder, or it lacks its weights.
    """
    if not folder.is_dir():
        raise ModelError(folder, "no such folder", _NAME_ONE)
    if not (folder / "modules.json").is_file():
        raise ModelError(folder, "it is not a SentenceTransformer folder (no modules.json)", _NAME_ONE)
    modules = _read_json(folder, "modules.json")
    if not isinstance(modules, list) or not all(
        isinstance(m, dict) and isinstance(m.get("type"), str) for m in modules
    ):
        raise ModelError(folder / "modules.json", "is not a list of modules", _NAME_ONE)
    paths = {str(m["type"]).rpartition(".")[2]: folder / str(m.get("path") or "") for m in modules}
    if "Transformer" not in paths:
        raise ModelError(folder, "has no Transformer module", _NAME_ONE)
    transformer = paths["Transformer"]
    if not any(file.stat().st_size for pattern in WEIGHT_FILES for file in transformer.glob(pattern)):
        raise ModelError(transformer, "has no weights (model.safetensors)", _NAME_ONE)
    config = _read_json(transformer, "config.json")
    limits = _read_json(transformer, "sentence_bert_config.json", required=False)
    described = _read_json(folder, "config_sentence_transformers.json", required=False)
    prompts = described.get("prompts") or {}
    return ModelInfo(
        folder=folder,
        dimensions=_dimensions(folder, paths, config),
        max_tokens=int(limits.get("max_seq_length") or config.get("max_position_embeddings") or MAX_TOKENS),
        query_prompt=str(prompts.get("query") or ""),
        passage_prompt=str(prompts.get("document") or prompts.get("passage") or ""),
    )


def model_fingerprint(folder: Path) -> str:
    """Return a SHA-256 over names, sizes and contents that changes whenever the model in *folder* does.

    Of files above 1 MiB only sixteen evenly spaced blocks of 64 KiB are read, which takes some milliseconds for
    gigabytes; retrained weights differ in every one of them. Hidden files and exports for other engines do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if not path.is_file() or any(part.startswith(".") or part in OTHER_ENGINES for part in parts):
            continue
        size = path.stat().st_size
        digest.update(f"{'/'.join(parts)}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _SAMPLES * _CHUNK:
                digest.update(file.read())
                continue
            for i in range(_SAMPLES):
                file.seek((size - _CHUNK) * i // (_SAMPLES - 1))
                digest.update(file.read(_CHUNK))
    return digest.hexdigest()


def main() -> int:
    """Write the default model folder, or check the one that HETAO_MODEL names; return the exit code."""
    chosen = settings.load()
    try:
        written = chosen.model_is_default and write_model(chosen.model)
        info = check_model(chosen.model)
    except HetaoError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(
        f"{'wrote' if written else 'found'} embedding model, {info.dimensions} dimensions: {info.folder}\n"
    )
    return 0


def _write_files(folder: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import save_file
    from tqdm import tqdm

    from kg.search import packaged_weights as packaged

    weights = packaged.open_weights(packaged.find_weights())
    total = packaged.count_tensors(weights.sizes)
    bar = tqdm(packaged.tensors(weights), "embedding model", total, leave=False, unit=" tensors", disable=None)
    try:
        save_file(dict(bar), folder / "model.safetensors", metadata={"format": "pt"})
    except SafetensorError as error:  # what the library raises for a full disk
        raise OSError(None, str(error)) from error
    (folder / "model.safetensors").chmod(0o644)  # the library leaves it to its owner alone; the others are not
    packaged.tokenizer(weights.pieces).save(str(folder / "tokenizer.json"))
    for name, content in _json_files(weights.sizes, weights.pieces).items():
        (folder / name).parent.mkdir(exist_ok=True)
        _write_json(folder / name, content)
    manifest = {
        "format": FORMAT,
        "model": "intfloat/multilingual-e5-small, Q4_0 weights in single precision",
        "source": f"{packaged.PACKAGE} {packaged.VERSION}, {packaged.WEIGHTS}",
        "source_sha256": packaged.WEIGHTS_SHA256,
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    _write_json(folder / MANIFEST, manifest)


def _json_files(sizes: Sizes, pieces: PieceTable) -> dict[str, Any]:
    begin, end = pieces.pieces[pieces.begin], pieces.pieces[pieces.end]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "vocab_size": sizes.vocabulary,
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "hidden_act": "gelu",
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.epsilon,
            "pad_token_id": pieces.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            "bos_token": begin,
            "cls_token": begin,
            "eos_token": end,
            "sep_token": end,
            "pad_token": pieces.pieces[pieces.pad],
            "unk_token": pieces.pieces[pieces.unknown],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _read_json(folder: Path, name: str, *, required: bool = True) -> Any:  # noqa: ANN401 - any JSON
    path = folder / name
    if not path.is_file():
        if required:
            raise ModelError(folder, f"not a SentenceTransformer folder (no {name})", _NAME_ONE)
        return {}
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise ModelError(path, "is not JSON", _NAME_ONE) from error


def _dimensions(folder: Path, paths: dict[str, Path], config: dict[str, Any]) -> int:
    """Return the length of the vectors, from the last module that changes it, otherwise the model's hidden size."""
    if "Dense" in paths:
        found = _read_json(paths["Dense"], "config.json").get("out_features")
    elif "Pooling" in paths:
        found = _read_json(paths["Pooling"], "config.json").get("word_embedding_dimension")
    else:
        found = None
    found = found or config.get("hidden_size")
    if not isinstance(found, int):
        raise ModelError(folder, "does not say how long its vectors are", _NAME_ONE)
    return found


if __name__ == "__main__":
    sys.exit(main())
