"""Two versions compared give what a person noted who compared them."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from kg import pipeline
from kg.cli import run
from kg.models import Records
from kg.read import read_file
from kg.versions.differences import Differences, compare
from kg.versions.sources import read_versions
from kg.versions.workbook import workbook
from kg.vocab import Lang

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Path(__file__).parent / "texts"
PLAN = ROOT / "corpus" / "hetao-2023.txt"
OTHERS = ROOT.parent / "shared" / "plans"
EDITS = yaml.safe_load((Path(__file__).parent / "edits.yaml").read_bytes())


def put(text: str, old: str, new: str) -> str:
    """*text* with *old*, which stands in it once however it is wrapped, replaced."""
    found = list(re.finditer(r"\s*".join(map(re.escape, old)), text))
    assert len(found) == 1, old
    return text[: found[0].start()] + new + text[found[0].end() :]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Differences:
    text = PLAN.read_bytes().decode()
    for one in EDITS:
        text = put(text, one["old"], one["new"])
    path = tmp_path_factory.mktemp("versions") / "edited.txt"
    path.write_bytes(text.encode())
    return compare(*read_versions(str(PLAN), str(path), path.parent))


@pytest.fixture(scope="module")
def amended() -> Differences:
    return compare(*(records(TEXTS / f"{name}.txt") for name in ("base", "amended")))


def records(path: Path) -> Records:
    return pipeline.extract_source(read_file(path, 10**7), path)


@pytest.mark.parametrize("edit", EDITS, ids=[one["old"][:12] for one in EDITS])
def test_an_edit_of_the_plan_is_found_as_what_it_is(edited: Differences, edit: dict[str, str]) -> None:
    words = edit["new"] or edit["old"]
    found = [
        one
        for one in edited.obligations
        if one.change == edit["change"]
        and (row := one.new or one.old)
        and row.clause == edit["clause"]
        and (row.quote in words or words in row.quote or words.rpartition("，")[2] in row.quote)
        and (one.change != "changed" or edit["differs"] in {field.field for field in one.fields})
    ]
    assert len(found) == 1


def test_nothing_is_found_that_was_not_edited(edited: Differences) -> None:
    clauses = {one["clause"] for one in EDITS}
    assert {row.clause for one in edited.obligations if (row := one.new or one.old)} == clauses
    assert edited.clauses == ()
    assert edited.same > 300


def test_clauses_that_got_another_number_are_recognised(amended: Differences) -> None:
    moved = [(one.old and one.old.id, one.new and one.new.id) for one in amended.clauses]
    assert moved == [("4", "5"), ("5", "6"), ("6", None), (None, "4"), (None, "6.4")]
    late = next(one for one in amended.obligations if one.change == "changed" and one.new and one.new.clause == "5")
    assert late.old is not None
    assert late.old.quote == "市大数据局应当于每年3月底前公布公共数据目录"
    assert {field.field for field in late.fields} == {"agents", "deadline"}


def test_a_row_that_stands_in_another_clause_has_moved(tmp_path: Path) -> None:
    plan = (TEXTS / "plan.txt").read_text("utf-8")
    row = "市财政局要安排专项资金。"
    other = tmp_path / "plan.txt"
    other.write_text(plan.replace(row, "保障渠道要多样。").replace("抽检结果。", f"抽检结果。{row}"), "utf-8")
    found = compare(records(TEXTS / "plan.txt"), records(other))
    assert [one.old and one.old.quote for one in found.obligations if one.change == "moved"] == [row.rstrip("。")]


def test_a_document_does_not_differ_from_itself_or_from_its_other_wrapping() -> None:
    if not OTHERS.is_dir():
        pytest.skip("other plans are not at hand: ../shared/plans")
    found = compare(records(OTHERS / "dashuju2020.txt"), records(OTHERS / "dashuju2020_em.txt"))
    assert (found.obligations, found.clauses) == ((), ())
    assert found.same == len(found.new.obligations) > 0


def test_the_workbook_has_a_row_for_each_change_in_the_language_asked_for(amended: Differences) -> None:
    heads: dict[Lang, str] = {"zh-Hans": "变化", "zh-Hant": "變化", "en": "Change"}
    for lang, head in heads.items():
        sheet = load_workbook(BytesIO(workbook(amended, lang))).active
        assert sheet is not None
        rows = list(sheet.iter_rows(min_row=4, values_only=True))
        assert rows[0][0] == head
        assert len(rows) - 1 == len(amended.obligations)
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_commands_write_what_they_say(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out, changes = tmp_path / "new.txt", tmp_path / "changes.json"
    command = ["amend", str(TEXTS / "base.txt"), str(TEXTS / "amendment.txt"), "--changes", str(changes)]
    assert run([*command, "-o", str(out)]) == 1
    assert "not applied, there is no 第十二条" in capfd.readouterr().err
    assert out.read_bytes() == (TEXTS / "amended.txt").read_bytes()
    assert yaml.safe_load(changes.read_bytes())["changes"][0]["problem"] is None
    assert run(["diff", str(TEXTS / "base.txt"), str(out)]) == 0
    text = capfd.readouterr().out
    assert "bodies: 市大数据局 (responsible) → 市数据局 (responsible)" in text
    assert "clause 第四条 is now 第五条" in text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["diff", "there-is-none.txt", str(TEXTS / "base.txt")], "there-is-none.txt: there is no such file"),
        (["diff", str(TEXTS / "base.txt"), str(TEXTS / "plan.txt"), "--format", "xlsx"], "name a file with -o"),
        (["amend", str(TEXTS / "base.txt"), str(TEXTS / "plan.txt"), "-o", "-"], "it does not say what it amends"),
    ],
)
def test_what_cannot_be_compared_gets_one_line(
    arguments: list[str], line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    said = capfd.readouterr().err
    assert line in said
    assert said.count("\n") == 1
