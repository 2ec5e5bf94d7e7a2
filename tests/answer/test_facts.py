"""What is kept of every document says what its records say, and records are loaded only when they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import pipeline, records
from kg.answer.facts import facts_of, letters
from kg.answer.library import Library
from kg.answer.outside import names_in
from kg.answer.question import read_question
from kg.builds import Build, load_build
from kg.errors import BuildError
from kg.facts import LETTERS
from kg.records import StoredRecords
from kg.vocab import thing
from tests.small_plan import write_small_plan
from tests.two_plans import OTHER


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of two notices, without vectors."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "plans").mkdir()
    write_small_plan(folder / "plans")
    # a name is broken over two lines, as in a text out of a PDF
    (folder / "plans" / "baisha.txt").write_text(OTHER.replace("绿道", "绿\n道", 1), encoding="utf-8")
    pipeline.build([folder / "plans"], folder / "data")
    return load_build(folder / "data")


def test_the_facts_of_a_build_are_those_of_its_records(build: Build) -> None:
    assert build.facts == tuple(map(facts_of, build.records))
    assert [one.counts["obligations"] for one in build.facts] == [len(one.obligations) for one in build.records]
    assert [one.slug for one in build.facts] == build.manifest["documents"]


def test_a_library_with_facts_knows_what_one_made_of_records_knows(build: Build) -> None:
    kept, made = Library(build.records, build.facts, build.letters), Library(build.records)
    assert kept.forms == made.forms
    assert len(kept.forms) > 5
    for question in ("财政部和白沙市人民政府要做什么？", "北京市的绿道由谁负责？", "青川市什么时候完成？"):
        asked = read_question(question)
        assert names_in(asked, (), kept) == names_in(asked, (), made)
    for words in ("绿道", "河岸整治", "没有的话"):
        says = tuple(one.document.slug for one in build.records if letters(words) in letters(one.document.source.text))
        assert kept.speaking_of(words) == made.speaking_of(words) == says
    slug, row = build.facts[0].slug, build.records[0].obligations[0]
    assert kept.of_iri(thing(slug, "obligation", row.id)) == (slug, row)
    assert kept.of_iri(thing(slug, "obligation", "none")) is kept.of_iri("urn:x") is None


def test_records_are_loaded_when_they_are_asked_for_and_let_go(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Path] = []
    load = records.load_records

    def noted(folder: Path) -> object:
        loaded.append(folder)
        return load(folder)

    monkeypatch.setattr(records, "load_records", noted)
    monkeypatch.setattr(records, "KEPT", 1)
    first, second = build.documents
    stored = StoredRecords(build.documents)
    assert len(stored) == 2
    assert loaded == []
    assert stored[0] is stored[0]
    assert loaded == [first]
    assert [one.document.slug for one in stored] == build.manifest["documents"]
    assert loaded == [first, second]
    assert stored[-2:] == (stored[0], stored[1])


def test_a_document_without_its_letters_says_what_to_do(build: Build) -> None:
    path = build.documents[0] / LETTERS
    content = path.read_bytes()
    path.unlink()
    try:
        with pytest.raises(BuildError, match="run `hetao build` again"):
            build.letters(build.documents[0].name)
    finally:
        path.write_bytes(content)
