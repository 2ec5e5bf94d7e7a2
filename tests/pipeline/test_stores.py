"""A store that follows the change of a build holds what one loaded anew holds, and the one before stays as it was."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import builds
from kg.checksums import sha256
from kg.graph import store as graph_store
from kg.graph.prefixes import ONTOLOGY_IRI
from kg.graph.store import load_store
from kg.parts import KeptParts
from kg.pipeline.stores import SHARED, make_store, shared_lines
from kg.vocab import thing
from kg.writing import write_whole

NS = "https://w3id.org/hetao-kg/ns#"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
BODIES = ("财政部", "深圳市", "税务机关")


def triples(slug: str, words: random.Random) -> bytes:
    """What a document says of itself and of bodies, of which others say the same or something else."""
    lines = {f'<{thing(slug)}> <{NS}quote> "{words.randrange(3)}" .\n'}
    for number in range(words.randrange(1, 9)):
        lines.add(f'<{thing(slug, "clause", str(number))}> <{NS}order> "{number}"^^<{INTEGER}> .\n')
    for body in words.sample(BODIES, words.randrange(3)):
        lines.add(f'<{thing("agent", body)}> <{NS}kind> "{words.randrange(2)}" .\n')
        # the same number in two spellings, which is one triple in a store
        lines.add(f'<{thing("agent", body)}> <{NS}order> "{words.choice(("7", "07"))}"^^<{INTEGER}> .\n')
    # a triple of the ontology, which stays whoever says it no more
    if words.randrange(2):
        lines.add(
            f"<{NS}Obligation> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<http://www.w3.org/2002/07/owl#Class> .\n"
        )
    return "".join(sorted(lines)).encode()


class Growing:
    """A data folder whose builds hold nothing but a store."""

    def __init__(self, data: Path) -> None:
        self.data, self.number = data, 0
        self.kept = KeptParts(data / "parts")

    def part(self, slug: str, lines: bytes) -> Path:
        def fill(folder: Path) -> None:
            (folder / "graph.nt").write_bytes(lines)
            (folder / SHARED).write_bytes(shared_lines(lines, slug))

        inputs = [slug, lines.decode()]
        return self.kept.find("document", inputs) or self.kept.make("document", inputs, fill)

    def build(self, documents: dict[str, bytes], common: str = "same") -> Path:
        """Build *documents*, and return the folder of the store."""
        self.number += 1
        folder = self.data / "builds" / f"{self.number:016x}"
        folder.mkdir(parents=True)
        made = {slug: self.part(slug, lines) for slug, lines in documents.items()}
        count = make_store(self.data, made, self.kept, common, folder / "store")
        parts = {slug: {"part": part.name} for slug, part in made.items()}
        about = {"format": builds.FORMAT, "common": common, "parts": parts, "counts": {"triples": count}}
        write_whole(folder / "manifest.json", json.dumps(about).encode())
        builds.point_to(self.data, folder.name)
        return folder / "store"

    @property
    def triples(self) -> int:
        build = builds.load_build(self.data)
        build.close()
        return int(build.manifest["counts"]["triples"])


def held(path: Path) -> set[ox.Quad]:
    return set(ox.Store.read_only(str(path)))


def anew(documents: dict[str, bytes], path: Path) -> set[ox.Quad]:
    load_store(documents.values(), path)
    return held(path)


def files(path: Path) -> dict[str, str]:
    return {one.name: sha256(one) for one in path.iterdir()}


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The stores that were made of the one before."""
    found: list[Path] = []
    change = graph_store.change_store

    def noted(before: Path, path: Path, **rest: object) -> int:
        found.append(path)
        return change(before, path, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(graph_store, "change_store", noted)
    return found


def test_a_series_of_changes_ends_at_what_is_loaded_anew(
    tmp_path: Path, changes: list[Path], repeats: Callable[[int, int], int]
) -> None:
    words = random.Random(7)
    growing = Growing(tmp_path / "data")
    documents = {f"plan-{number}": triples(f"plan-{number}", words) for number in range(8)}
    before = growing.build(documents)
    for step in range(repeats(4, 300)):
        for _ in range(words.randrange(1, 3)):
            slug = f"plan-{words.randrange(12)}"
            if slug in documents and len(documents) > 6 and words.randrange(2):
                del documents[slug]
            else:
                documents[slug] = triples(slug, words)
        reader, was = ox.Store.read_only(str(before)), files(before)
        count = len(reader)
        after = growing.build(documents)
        expected = anew(documents, tmp_path / f"anew-{step}")
        assert held(after) == expected
        ontology = [quad for quad in expected if quad.graph_name == ox.NamedNode(ONTOLOGY_IRI)]
        assert growing.triples == len(expected) - 2 * len(ontology)
        assert (len(reader), files(before)) == (count, was), "the store before is not touched"
        before = after
    assert len(changes) == step + 1


def test_what_is_in_doubt_is_loaded_anew(tmp_path: Path, changes: list[Path]) -> None:
    words = random.Random(3)
    documents = {f"plan-{number}": triples(f"plan-{number}", words) for number in range(6)}
    growing = Growing(tmp_path / "data")
    growing.build(documents)
    assert changes == []

    # another version
    growing.build(documents, common="other")
    assert changes == []
    # a part that is needed to tell what is gone is gone itself, or damaged
    gone = growing.part("plan-0", documents["plan-0"])
    (gone / "graph.nt").write_bytes(b"")
    del documents["plan-0"]
    assert held(growing.build(documents, "other")) == anew(documents, tmp_path / "1")
    assert changes == []
    # more changed than stayed
    documents = {slug: triples(slug, words) + b"<urn:a> <urn:b> <urn:c> .\n" for slug in documents}
    store = growing.build(documents, "other")
    assert changes == []
    # a store that has lost a file: found out while it is followed
    max(store.glob("*.sst"), key=lambda path: path.stat().st_size).unlink()
    documents["plan-1"] = triples("plan-1", words)
    assert held(growing.build(documents, "other")) == anew(documents, tmp_path / "2")
    assert len(changes) == 1
    assert not list((tmp_path / "data").rglob("*.part"))
