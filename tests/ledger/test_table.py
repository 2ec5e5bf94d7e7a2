"""A table of obligations: what it finds, counts and orders is what the records say, and it loads only what is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import BuildError
from kg.ledger.arrange import arranged
from kg.ledger.filters import Obligations, Wanted
from kg.ledger.parts import responsible_agents
from kg.ledger.table import FILE, ObligationTable, load_rows, obligation_rows, rows_file
from kg.models import Records
from kg.records import LoadedRecords


class Watched(LoadedRecords):
    """Records that know which of them were loaded."""

    def __init__(self, *records: Records) -> None:
        self.held = records
        self.loaded: list[str] = []

    def __len__(self) -> int:
        return len(self.held)

    def load(self, at: int) -> Records:
        self.loaded.append(self.held[at].document.slug)
        return self.held[at]


def named(records: Records, slug: str) -> Records:
    rows = tuple(replace(row, task_id=f"{slug}-{row.id}") for row in records.obligations)
    return replace(records, document=replace(records.document, slug=slug), obligations=rows)


@pytest.fixture
def three(records: Records) -> Watched:
    return Watched(*(named(records, slug) for slug in ("one", "two", "three")))


@pytest.fixture
def every(three: Watched, tmp_path: Path) -> Obligations:
    for one in three.held:
        (tmp_path / one.document.slug).mkdir()
        (tmp_path / one.document.slug / FILE).write_bytes(rows_file(one))
    slugs = [one.document.slug for one in three.held]
    return Obligations(three, ObligationTable({slug: load_rows(tmp_path / slug) for slug in slugs}))


def test_a_file_gives_the_rows_that_were_written(records: Records, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(rows_file(records))
    assert load_rows(tmp_path).equals(obligation_rows(records))
    nothing = replace(records, obligations=())
    (tmp_path / FILE).write_bytes(rows_file(nothing))
    assert load_rows(tmp_path).num_rows == 0
    assert Obligations([nothing]).chosen(Wanted()).total == 0


@pytest.mark.parametrize("content", [b"", b"ARROW1\0\0", b"{}" * 50])
def test_a_damaged_file_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BuildError, match=r"damaged.*hetao build"):
        load_rows(tmp_path)
    (tmp_path / FILE).unlink()
    with pytest.raises(BuildError, match="missing"):
        load_rows(tmp_path)


def test_what_is_found_counted_and_ordered_loads_nothing_and_a_page_loads_its_own_document(
    every: Obligations, three: Watched, records: Records
) -> None:
    found = arranged(every.chosen(Wanted(forces=["firm"], documents=["two", "three"])), "-deadline")
    firm = [row for row in records.obligations if row.force == "firm"]
    assert found.total == 2 * len(firm)
    assert found.counted("modality") == {name: 2 * n for name, n in Counter(row.modality for row in firm).items()}
    assert every.table.of_tasks(["two-3-01", "nobody"]).keys() == {"two-3-01"}
    assert three.loaded == []
    alone = every.chosen(Wanted(documents=["three"])).page(1, 3)
    assert [row.task_id for one in alone for row in one.obligations] == [
        row.task_id for row in three.held[2].obligations[1:3]
    ]
    assert three.loaded == ["three"]


def test_counts_are_those_of_the_records(every: Obligations, records: Records) -> None:
    found = every.chosen(Wanted())
    agents = Counter(name for row in records.obligations for name in {agent.name for agent in row.agents})
    assert found.counted("agents") == {name: 3 * n for name, n in agents.items()}
    nobody = sum(not responsible_agents(row) for row in records.obligations)
    assert found.counted("owners")[""] == 3 * nobody
    assert list(found.counted("zones").values()) == sorted(found.counted("zones").values(), reverse=True)


def test_a_task_is_found_by_either_id_and_in_the_document_that_is_named(every: Obligations) -> None:
    first = every.records[0].obligations[4]
    for name, document, expected in (
        (first.id, "", "one"),
        (first.id, "two", "two"),
        (f"three-{first.id}", "", "three"),
    ):
        found = every.task(name, document)
        assert found is not None
        assert (found[0].document.slug, found[1].id) == (expected, first.id)
    assert every.task(f"three-{first.id}", "one") is None
    assert every.task("nothing") is None
