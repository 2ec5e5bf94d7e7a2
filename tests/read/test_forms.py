"""The plan as HTML, Markdown, Word and PDF gives what the plan as text gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import kg.cli
from kg import pipeline
from kg.extract import extract, names_for
from kg.models import Document, Records, strip_space
from kg.read import parse, read_bytes, read_file
from tests.conftest import few
from tests.read import form_files
from tests.read.form_files import plan_paragraphs
from tests.small_plan import TEXT

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "corpus" / "hetao-2023.txt"
FORMS: dict[str, Callable[[Document], bytes]] = {
    "plan.html": lambda plan: form_files.html_page(plan_paragraphs(plan)),
    "plan-gb.html": lambda plan: form_files.html_page(plan_paragraphs(plan), "gb18030"),
    "plan.md": lambda plan: form_files.markdown(plan_paragraphs(plan)),
    "plan-typed.docx": lambda plan: form_files.docx(plan_paragraphs(plan), numbered=False),
    "plan-counted.docx": lambda plan: form_files.docx(plan_paragraphs(plan), numbered=True),
    "plan.pdf": lambda plan: form_files.pdf(plan_paragraphs(plan)),
}
IN_BOTH_TIERS = ("plan.html", "plan-counted.docx", "plan.pdf")


@cache
def plan_records() -> Records:
    plan = parse(read_file(PLAN, 1 << 25))
    return extract(plan, names_for(plan.source))


@cache
def made(name: str) -> bytes:
    return FORMS[name](plan_records().document)


@cache
def records(name: str) -> Records:
    """What is extracted from the plan in a form, with the plan's own names, which go by a file's checksum."""
    return extract(parse(read_bytes(made(name), name)), names_for(plan_records().document.source))


@pytest.mark.parametrize("name", few(FORMS, IN_BOTH_TIERS))
def test_the_plan_has_the_same_32_clauses_with_the_same_text_in_every_form(
    name: str, holds: Callable[[Document], None]
) -> None:
    document, plan = records(name).document, plan_records().document
    assert len(document.clauses) == 32
    assert [(c.id, c.label, c.title, c.chapter, c.text) for c in document.clauses] == [
        (c.id, c.label, c.title, c.chapter, c.text) for c in plan.clauses
    ]
    assert [(c.id, c.label, c.title) for c in document.chapters] == [(c.id, c.label, c.title) for c in plan.chapters]
    assert (document.title, document.identifier, document.issued, document.publisher, document.slug) == (
        "河套深港科技创新合作区深圳园区发展规划",
        "国发〔2023〕12号",
        "2023-08-08",
        "国务院",
        "guofa-2023-12",
    )
    holds(document)


@pytest.mark.parametrize("name", few(FORMS, IN_BOTH_TIERS))
def test_the_plan_has_the_same_obligations_in_every_form(name: str) -> None:
    found, plan = records(name), plan_records()
    assert len(found.obligations) > 300
    assert [(o.clause, o.quote, o.modality, o.force, o.agents, o.deadline) for o in found.obligations] == [
        (o.clause, o.quote, o.modality, o.force, o.agents, o.deadline) for o in plan.obligations
    ]
    text = found.document.source.text
    quotes = [(o.start, o.end, o.quote) for o in found.obligations]
    quotes += [(d.start, d.end, d.quote) for d in found.deadlines]
    for start, end, quote in quotes:
        assert strip_space(text[start:end]) == quote


@pytest.mark.parametrize("name", few(FORMS, IN_BOTH_TIERS))
def test_a_file_is_fingerprinted_by_its_own_bytes_and_its_text_is_the_same_each_time(name: str) -> None:
    source = read_bytes(made(name), name)
    assert source.sha256 == hashlib.sha256(made(name)).hexdigest()
    assert source.form == name.rpartition(".")[2]
    assert source == read_bytes(made(name), name)
    assert source.text.encode("utf-8").decode("utf-8") == source.text
    assert source.text.endswith("\n")
    assert all(line == line.strip() != "" for line in source.text.split("\n")[:-1])


SMALL: list[form_files.Heading] = [(2, "", line) for line in TEXT.split("\n") if line.strip()]
SMALL_FORMS: dict[str, Callable[[], bytes]] = {
    "small.html": lambda: form_files.html_page(SMALL),
    "small.md": lambda: form_files.markdown(SMALL),
    "small.docx": lambda: form_files.docx(SMALL, numbered=False),
    "small.pdf": lambda: form_files.pdf(SMALL),
}


@pytest.mark.parametrize("name", SMALL_FORMS)
def test_extract_writes_the_text_that_offsets_count_in(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(SMALL_FORMS[name]())
    assert kg.cli.run(["extract", str(tmp_path / name), "--out", str(tmp_path / "out")]) == 0
    form = name.rpartition(".")[2]
    assert capsys.readouterr().err == f"hetao: {name} is in {form}; offsets count in source.txt, in UTF-8\n"
    text = (tmp_path / "out" / "source.txt").read_bytes().decode("utf-8")
    rows = [json.loads(line) for line in (tmp_path / "out" / "obligations.jsonl").read_bytes().splitlines()]
    assert rows
    for row in rows:
        assert "".join(text[row["start"] : row["end"]].split()) == row["quote"]


@pytest.mark.parametrize("name", few(SMALL_FORMS, ["small.docx"]))
def test_build_holds_the_text_and_the_checksum_of_the_file(name: str, tmp_path: Path) -> None:
    data = SMALL_FORMS[name]()
    path = tmp_path / name
    path.write_bytes(data)
    first = pipeline.build([path], tmp_path / "data")
    assert first.new
    assert first.encodings == {name: name.rpartition(".")[2]}
    manifest = json.loads((first.folder / "manifest.json").read_bytes())
    (source,) = manifest["inputs"]["sources"]
    assert source["sha256"] == hashlib.sha256(data).hexdigest()
    assert {"lxml", "markdown-it-py", "pypdfium2"} <= set(manifest["inputs"]["libraries"])
    (slug,) = manifest["documents"]
    text = (first.folder / "documents" / slug / "source.txt").read_bytes().decode("utf-8")
    assert text == read_bytes(data, name).text
    assert not pipeline.build([path], tmp_path / "data").new
    from kg.builds import load_build

    build = load_build(tmp_path / "data")
    assert build.records[0].document.source == read_bytes(data, name)
    assert not [done for done in pipeline.run_checks(build) if done.wrong]


def test_a_heavy_reader_is_loaded_in_the_readers_own_process_alone() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from kg.read import read_bytes; read_bytes('<p>甲</p>'.encode(), 'a.html')\n"
        "print(sorted({'lxml', 'markdown_it', 'pypdfium2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
