"""Documents in segments: what is found in many is what would be found in one, and what is made anew is what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kg.checksums import sha256
from kg.models import Agent, Records, Zone
from kg.parts import KeptParts
from kg.search import segments as segments_module
from kg.search.arrays import open_arrays, read_array, save_arrays
from kg.search.build import build_index
from kg.search.document_index import Indexed
from kg.search.ranking import Ranker
from kg.search.segments import grouped
from kg.search.units import document_units
from tests.search.conftest import obligation, records_of
from tests.small_plan import TEXT

PLACES = ("青川市", "白沙市", "云泽市", "临江市", "永丰市", "海宁市", "龙泉市")


def zone(name: str) -> Zone:
    return Zone(name, (), "zone", None, None, None, ())


def notice(number: int) -> Records:
    """A notice of its own place, with an obligation and a name of its own, of which another says nothing."""
    text = TEXT.replace("青川市", PLACES[number]).replace("7号", f"{number + 1}号").replace("水务局", f"水务{number}局")
    plain = records_of(text, f"{number}.txt")
    document = replace(plain.document, slug=f"notice-{number}")
    row = obligation(plain, "2", "具体补助办法由财政部制定")
    agents = (Agent("财政部", (f"{PLACES[number]}大管家",), "named", "ministry", ("2",)),)
    zones = (zone(f"{PLACES[number]}河岸带"),)
    return Records(document, agents=agents, zones=zones, obligations=(row,))


def documents(count: int) -> list[Indexed]:
    return [Indexed.of(notice(number)) for number in range(count)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments_module, "TOGETHER", 2)


def test_arrays_come_back_from_their_file_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    rows = np.array([(1, -5), (2, 7)], [("kind", "u1"), ("at", "<i4")])
    arrays = {"rows": rows, "none": np.zeros((0, 3), np.float16), "more": np.arange(9).reshape(3, 3)}
    save_arrays(tmp_path / "arrays", arrays)
    found = open_arrays(tmp_path / "arrays")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()
        assert not found[name].flags.writeable
        assert read_array(tmp_path / "arrays", name).tolist() == array.tolist()
    whole = (tmp_path / "arrays").read_bytes()
    for damaged in (whole[:-1], whole[:40], b"", whole + b"\0" * 64):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"not whole|empty|JSON|line 1"):
            open_arrays(tmp_path / "damaged")


@pytest.mark.usefixtures("small")
def test_every_unit_comes_back_as_it_was_from_any_segment(tmp_path: Path) -> None:
    build_index(documents(7), tmp_path, None)
    assert len(list((tmp_path / "segments").iterdir())) > 1
    ranker = Ranker.open(tmp_path)
    found = ranker.index.units
    for number in range(7):
        own = [unit for unit in found if unit.document == f"notice-{number}"]
        assert own == document_units(notice(number))
        assert ranker.sentences(f"notice-{number}") == [unit for unit in own if unit.kind == "sentence"]
    assert ranker.sentences("no-such-document") == []


def test_several_segments_rank_as_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(documents(7), tmp_path / "one", None)
    monkeypatch.setattr(segments_module, "TOGETHER", 2)
    build_index(documents(7), tmp_path / "many", None)
    one, many = Ranker.open(tmp_path / "one"), Ranker.open(tmp_path / "many")
    assert len(one.index.segments.arrays) == 1 < len(many.index.segments.arrays)
    for question in ("补助办法由谁制定？", "云泽市水务2局清理什么？", "龙泉市大管家", "县"):
        for chosen in ((), ("notice-3", "notice-5")):
            alone, apart = (each.rank(question, documents=chosen) for each in (one, many))
            key = lambda hit: (-hit.score, hit.unit.document, hit.unit.start)  # noqa: E731
            assert sorted(alone.sentences, key=key)[:5] == sorted(apart.sentences, key=key)[:5]
            clauses = [{(hit.document, hit.clause, hit.score) for hit in each.clauses} for each in (alone, apart)]
            assert clauses[0] == clauses[1]
            assert not chosen or {hit.document for hit in apart.clauses} <= set(chosen)


@pytest.mark.usefixtures("small")
def test_a_document_more_makes_its_own_parts_and_its_segment_alone(tmp_path: Path) -> None:
    parts = KeptParts(tmp_path / "parts")
    build_index(documents(6), tmp_path / "six", None, parts=parts)
    before = {path.name for path in (tmp_path / "parts").iterdir()}
    loaded: list[str] = []

    def watched(one: Indexed) -> Indexed:
        def load() -> Records:
            loaded.append(one.slug)
            return one.load()

        return Indexed(one.slug, one.key, load)

    build_index([watched(one) for one in documents(7)], tmp_path / "seven", None, parts=parts)
    assert loaded == ["notice-6"]
    made = {path.name for path in (tmp_path / "parts").iterdir()} - before
    assert sorted(name.partition("-")[0] for name in made) == ["segment", "units"]
    build_index(documents(7), tmp_path / "anew", None)
    linked = json.loads((tmp_path / "seven" / "linked.json").read_bytes())
    assert {f"segments/{path.name}" for path in (tmp_path / "seven" / "segments").iterdir()} == set(linked)
    links = {name: tmp_path / "seven" / name for name in linked}
    assert linked == {name: [sha256(file), file.stat().st_size] for name, file in links.items()}
    files = [
        {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("seven", "anew")
    ]
    assert files[0] == files[1]


def test_a_name_in_one_document_cuts_no_word_of_another(tmp_path: Path) -> None:
    """The part of a document depends on the document alone; questions are cut with the names of all."""
    plain = notice(0)
    other = replace(notice(1), zones=(zone("清理河道淤泥"),))
    for name, records in (("alone", [plain]), ("beside", [plain, other])):
        build_index(
            [Indexed.of(one) for one in records], tmp_path / name, None, parts=KeptParts(tmp_path / f"p-{name}")
        )
    kept = [{path.name for path in (tmp_path / f"p-{name}").glob("units-*")} for name in ("alone", "beside")]
    assert kept[0] < kept[1]
    same = next(iter(kept[0]))
    files = [(tmp_path / f"p-{name}" / same / "arrays").read_bytes() for name in ("alone", "beside")]
    assert files[0] == files[1]
    ranker = Ranker.open(tmp_path / "beside")
    assert "清理河道淤泥" in ranker.index.lexicon.words("清理河道淤泥")
    found = ranker.rank("清理河道淤泥", 2)
    assert {hit.document for hit in found.clauses} == {"notice-0", "notice-1"}


def test_a_group_keeps_its_documents_while_others_come() -> None:
    slugs = [f"document-{i}" for i in range(1500)]
    some, more = grouped(slugs), grouped([*slugs, "another"])
    assert sorted(slug for group in some for slug in group) == sorted(slugs)
    assert sum(one not in some for one in more) == 1
    assert max(map(len, some)) < 2 * segments_module.TOGETHER
    assert len(grouped(slugs[:64])) == 1
    assert grouped([]) == []


def test_the_counts_of_an_index_are_those_of_its_segments(tmp_path: Path) -> None:
    about = build_index(documents(3), tmp_path, None)
    units = [unit for number in range(3) for unit in document_units(notice(number))]
    assert about["units"] == {kind: sum(unit.kind == kind for unit in units) for kind in about["units"]}
    assert json.loads((tmp_path / "index.json").read_bytes()) == about
