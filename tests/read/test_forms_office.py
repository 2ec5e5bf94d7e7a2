"""Old Office files are read as the Word document that LibreOffice makes of them, or refused in one line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

import kg.cli
from kg.errors import SourceError
from kg.models import SourceText
from kg.read import read_bytes
from kg.read.forms import office
from kg.read.forms.office import as_docx
from tests.conftest import few
from tests.office import converted, find_office
from tests.read.form_files import add_list, level_xml, saved, set_number

TABLE = (("序号", "重点任务", "牵头单位", "完成时限"), ("1", "制定补贴办法", "市民政局", "2024年6月底前"))


def plan() -> bytes:
    """A plan with a list that Word numbers and a table of tasks."""
    document = docx.Document()
    add_list(document, 42, level_xml(0, "decimal", "%1."))
    document.add_paragraph("青石市养老服务提升行动方案")
    set_number(document.add_paragraph("总体要求"), 42, 0)
    document.add_paragraph("到2025年底，全市建成社区食堂200家。")
    set_number(document.add_paragraph("重点任务"), 42, 0)
    document.add_paragraph("（一）加强监管。市审计局要于2024年9月底前开展审计。")
    table = document.add_table(len(TABLE), len(TABLE[0]))
    for row, words in enumerate(TABLE):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    document.add_paragraph("本方案自印发之日起施行。")
    return saved(document)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, need: Callable[[object, str, str], None]) -> dict[str, bytes]:
    """The plan as .doc, .wps (the same bytes: WPS writes Word's old form) and .rtf."""
    program = find_office()
    need(program, "LibreOffice", "sudo apt-get install libreoffice-writer")
    assert program is not None
    folder = tmp_path_factory.mktemp("office")
    source = folder / "plan.docx"
    source.write_bytes(plan())
    old = {form: converted(program, source, form, folder / form).read_bytes() for form in ("doc", "rtf")}
    return {**old, "wps": old["doc"]}


def text(data: bytes, name: str) -> SourceText:
    return read_bytes(data, name)


@pytest.mark.parametrize("ending", few(("doc", "wps", "rtf"), ["doc", "rtf"]))
def test_an_old_file_is_read_as_the_document_it_was_made_from(ending: str, files: dict[str, bytes]) -> None:
    read = text(files[ending], f"方案.{ending}")
    assert (read.name, read.form) == (f"方案.{ending}", "rtf" if ending == "rtf" else "doc")
    assert read.text == text(plan(), "plan.docx").text
    assert "1. 总体要求\n" in read.text
    assert len(read.tables) == 1


def test_extract_says_the_form_and_keeps_the_name(
    files: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "方案.wps"
    path.write_bytes(files["wps"])
    assert kg.cli.run(["extract", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "方案.wps is in doc; offsets count in source.txt" in capsys.readouterr().err
    assert "2025年底" in (tmp_path / "out" / "source.txt").read_text("utf-8")
    rows = [json.loads(line) for line in (tmp_path / "out" / "obligations.jsonl").read_text("utf-8").splitlines()]
    (task,) = (row for row in rows if row["quote"] == "制定补贴办法")
    assert [(agent["name"], agent["role"]) for agent in task["agents"]] == [("市民政局", "lead")]
    assert task["deadline"]["date"] == "2024-06-30"


def test_without_libreoffice_one_line_says_what_to_save_it_as(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.doc"
    path.write_bytes(files["doc"])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kg.cli.run(["extract", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "needs LibreOffice to be read, and there is none; open it in its program and save it as PDF or docx" in said


@pytest.mark.parametrize("form", ["doc", "rtf"])
def test_a_file_that_was_cut_off_is_refused(
    form: str, files: dict[str, bytes], repeats: Callable[[int, int], int]
) -> None:
    data = files[form]
    for share in (0.5, 0.9, 0.1)[: repeats(1, 3)]:
        with pytest.raises(SourceError) as refused:
            text(data[: int(len(data) * share)], f"plan.{form}")
        assert "\n" not in str(refused.value)


def test_a_file_with_macros_is_refused(files: dict[str, bytes]) -> None:
    entry = "WordDocument".encode("utf-16-le").ljust(64, b"\x00")
    data = files["doc"]
    at = data.index(entry)
    assert at % 128 == 0
    macros = "_VBA_PROJECT".encode("utf-16-le").ljust(128, b"\x00")
    with pytest.raises(SourceError, match="is an old Word document with macros in it"):
        text(data + b"\x00" * (-len(data) % 512) + macros, "plan.doc")


def test_a_file_that_takes_too_long_is_refused_and_its_process_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {tmp_path}/child\nwait\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "find_office", lambda: str(slow))
    start = time.monotonic()
    with pytest.raises(SourceError, match="takes LibreOffice more than 1 s to be read"):
        as_docx("rtf", b"{\\rtf1 x}", "slow.rtf", seconds=1)
    assert time.monotonic() - start < 10
    child = int((tmp_path / "child").read_text("utf-8"))
    for _ in range(50):
        if not running(child):
            break
        time.sleep(0.1)
    assert not running(child)


def running(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


def test_a_picture_that_a_file_links_to_is_not_fetched(files: dict[str, bytes], tmp_path: Path) -> None:
    """A server on this machine counts who asks for the picture."""
    import http.server
    import threading

    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    link = f'{{\\field{{\\*\\fldinst INCLUDEPICTURE "http://127.0.0.1:{server.server_port}/a.png"}}{{\\fldrslt x}}}}'
    head = b"{\\rtf1\\ansi "
    try:
        read = text(head + link.encode() + b" hello\\par}", "link.rtf")
    finally:
        server.shutdown()
        server.server_close()
    assert "hello" in read.text
    assert asked == []
