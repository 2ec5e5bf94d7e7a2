"""Scanned pages: read by OCR where it is installed, each quote from them marked with its page's mean score."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
import pytest

import kg.cli
from kg.answer.library import Library
from kg.answer.record import Evidence
from kg.exports import source_note
from kg.extract import extract
from kg.models import Scan, SourceText, to_json
from kg.read import parse
from kg.read.forms.ocr import has_ocr
from kg.records import document_file, load_records, record_files

CASES = Path(__file__).with_name("cases")
TASK = "市民政局要于2024年6月底前制定补贴办法。"
OTHER = "市教育局要于2025年9月前新增学位300个。"


def scanned(name: str, pages: Sequence[int] = (0,)) -> bytes:
    """Pages of a case as a scanner gives them: grey images of 150 dots an inch in a PDF."""
    with pypdfium2.PdfDocument((CASES / name).read_bytes()) as document:
        images = [document[number].render(scale=150 / 72).to_pil().convert("L") for number in pages]
    out = io.BytesIO()
    images[0].save(out, "PDF", resolution=150, save_all=True, append_images=images[1:])
    return out.getvalue()


@pytest.fixture
def ocr(need: Callable[[object, str, str], None]) -> None:
    need(has_ocr(), "RapidOCR", "pip install -c requirements.lock '.[ocr]'")


@pytest.mark.usefixtures("ocr")
def test_a_scanned_plan_is_read_and_each_row_carries_the_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "扫描件.pdf", tmp_path / "out"
    path.write_bytes(scanned("two-columns.pdf"))
    assert kg.cli.run(["extract", str(path), "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "扫描件.pdf: page 1 was read by OCR, mean score 0.9" in said
    assert "（二）加强人才培养。市教育局应当在2025年9月前新增护理专业学位300个" in (out / "source.txt").read_text(
        "utf-8"
    )
    rows = [json.loads(line) for line in (out / "obligations.jsonl").read_text("utf-8").splitlines()]
    assert all(0.9 < row["ocr"] <= 1 for row in rows)
    owners = {(agent["name"], row["deadline"] and row["deadline"]["date"]) for row in rows for agent in row["agents"]}
    assert {("市民政局", "2024-06-30"), ("市教育局", "2025-09-30"), ("市财政局", "2024-12-31")} <= owners
    deadlines = [json.loads(line) for line in (out / "deadlines.jsonl").read_text("utf-8").splitlines()]
    assert all("ocr" in row for row in deadlines)


@pytest.mark.usefixtures("ocr")
def test_a_scanned_table_of_tasks_is_read_by_the_places_of_its_words(tmp_path: Path) -> None:
    path, out = tmp_path / "scan.pdf", tmp_path / "out"
    path.write_bytes(scanned("tasks-over-pages.pdf"))
    assert kg.cli.run(["extract", str(path), "--out", str(out)]) == 0
    rows = [json.loads(line) for line in (out / "obligations.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 10
    assert rows[0]["quote"] == "建设社区食堂200家"
    assert [(agent["name"], agent["role"]) for agent in rows[0]["agents"]] == [
        ("市教育局", "lead"),
        ("市财政局", "cooperating"),
        ("市住房和城乡建设局", "cooperating"),
    ]
    assert rows[0]["deadline"]["date"] == "2025-12-31"


def source() -> SourceText:
    """A text of two paragraphs, the second of which OCR read."""
    text = f"{TASK}\n{OTHER}\n"
    start = len(TASK) + 1
    return SourceText("a.pdf", text, "utf-8", "0" * 64, "pdf", scans=(Scan(start, len(text), 0.93),))


def test_a_row_is_marked_where_ocr_read_it_and_no_other(tmp_path: Path) -> None:
    records = extract(parse(source()))
    assert [(row.quote, row.ocr) for row in records.obligations] == [(TASK[:-1], None), (OTHER[:-1], 0.93)]
    first, second = (to_json(row) for row in records.obligations)
    assert "ocr" not in first
    assert second["ocr"] == 0.93
    for name, content in {**record_files(records), "document.json": document_file(records)}.items():
        (tmp_path / name).write_bytes(content)
    assert load_records(tmp_path) == records


def test_evidence_and_exports_say_what_ocr_read() -> None:
    records = extract(parse(source()))
    slug = records.document.slug
    library = Library([records])
    assert library.ocr(slug, 0, len(TASK)) is None
    assert library.ocr(slug, 0, len(TASK) + 5) == 0.93
    assert library.ocr("other", 0, 5) is None
    assert "ocr" not in to_json(Evidence("p1", TASK, 0, len(TASK), slug))
    assert source_note(records.document).endswith("Read in part by OCR; compare it with the original")


def test_the_score_of_a_place_on_two_pages_is_the_lower_one() -> None:
    text = SourceText("a.pdf", "甲" * 20, "utf-8", "0" * 64, "pdf", scans=(Scan(0, 10, 0.97), Scan(10, 20, 0.8)))
    assert (text.ocr(0, 5), text.ocr(5, 15), text.ocr(10, 12)) == (0.97, 0.8, 0.8)
