"""`hetao ledger`: report, look, read a workbook back, from the command line as people use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

import kg.cli.builds
from kg.builds import load_build
from kg.cli import run
from kg.models import Obligation
from tests.copies import copy_build
from tests.ledger.filled import Filled

LEDGER = "督查督办台账"


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    """The product's own plan, built, and nothing reported yet."""
    return copy_build(built, tmp_path / "data")


@pytest.fixture
def small(small_build: Path, tmp_path: Path) -> Path:
    """A build of the small notice, and nothing reported yet."""
    return copy_build(small_build / "data", tmp_path / "small")


def tasks_in(data: Path) -> tuple[Obligation, ...]:
    build = load_build(data)
    (records,) = build.records
    build.close()
    return records.obligations


@pytest.fixture
def tasks(data: Path) -> tuple[Obligation, ...]:
    return tasks_in(data)


def ran(*arguments: object) -> int:
    return run([str(argument) for argument in arguments])


def exported(data: Path, folder: Path, *more: str) -> Filled:
    path = folder / "台账.xlsx"
    assert ran("export", "--format", "xlsx", "-o", path, "--data", data, *more) == 0
    return Filled(path)


def test_what_is_reported_stands_in_the_history_and_in_every_file(
    data: Path, tasks: tuple[Obligation, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = tasks[10].task_id
    values = ("status=推进中", "due=2025年12月底前", "progress=2025.3：已印发", "contact=王小明")
    assert ran("ledger", "set", task, *values, "--who", "甲", "--data", data) == 0
    assert ran("ledger", "history", task, "--data", data) == 0
    out = capsys.readouterr().out
    assert "\tdue\t→ 2025-12-31" in out
    assert out.count("\n") == 4
    assert ran("ledger", "status", "--as-of", "2026-01-03", "--data", data) == 0
    out = capsys.readouterr().out
    assert f"overdue 3 d {task}" in out
    assert "left out: 302 without a date or an end" in out
    book = exported(data, tmp_path, "--as-of", "2026-01-03")
    assert book.cell(LEDGER, task, "完成状态").value == "推进中"
    assert "联系人" not in book.columns("进展情况表")
    with_people = exported(data, tmp_path, "--as-of", "2026-01-03", "--personal")
    assert with_people.cell("进展情况表", task, "联系人").value == "王小明"
    for form in ("csv", "json", "ics", "docx", "jsonld", "ttl"):
        assert ran("export", "--format", form, "--as-of", "2026-01-03", "-o", tmp_path / form, "--data", data) == 0
        assert "王小明".encode() not in (tmp_path / form).read_bytes()
    reported = b'"reportStatus": "'
    assert reported not in (tmp_path / "jsonld").read_bytes(), "nothing was reported by then"
    assert ran("export", "--format", "jsonld", "-o", tmp_path / "jsonld", "--data", data) == 0
    assert reported in (tmp_path / "jsonld").read_bytes()
    assert "逾期".encode() not in (tmp_path / "csv").read_bytes()
    assert b"overdue" in (tmp_path / "csv").read_bytes()


def test_a_workbook_is_shown_first_and_then_applied(
    data: Path, tasks: tuple[Obligation, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = exported(data, tmp_path)
    book.put(LEDGER, tasks[3].task_id, {"完成状态": "推进中", "备注": "抓紧"})
    path = book.save()
    assert ran("ledger", "import", path, "--who", "甲", "--data", data) == 0
    out, err = capsys.readouterr()
    assert "reported status (完成状态): (empty) → under way" in out
    assert "2 changes of 1 tasks; give --yes" in err
    assert ran("ledger", "history", tasks[3].task_id, "--data", data) == 0
    assert capsys.readouterr().out == ""
    assert ran("ledger", "import", path, "--who", "甲", "--yes", "--data", data) == 0
    assert "2 changes of 1 tasks applied" in capsys.readouterr().err
    assert ran("ledger", "import", path, "--who", "甲", "--yes", "--data", data) == 0
    assert "nothing new" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "told", "events"), [((), "the rest was applied", 1), (("--whole",), "nothing was applied", 0)]
)
def test_what_is_refused_comes_back_marked_and_the_rest_is_applied(
    more: tuple[str, ...],
    told: str,
    events: int,
    data: Path,
    tasks: tuple[Obligation, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = exported(data, tmp_path)
    book.put(LEDGER, tasks[3].task_id, {"完成状态": "推进中"})
    book.put(LEDGER, tasks[4].task_id, {"完成状态": "已完成"})
    place = book.cell(LEDGER, tasks[4].task_id, "完成状态").coordinate
    capsys.readouterr()
    assert ran("ledger", "import", book.save(), "--who", "甲", "--yes", *more, "--data", data) == 2
    err = capsys.readouterr().err.splitlines()[-1]
    assert f"{LEDGER}!{place}" in err
    assert told in err
    returned = load_workbook(tmp_path / "台账（退回）.xlsx")
    assert "佐证材料" in returned[LEDGER][place].comment.text
    assert ran("ledger", "history", tasks[3].task_id, "--data", data) == 0
    assert len(capsys.readouterr().out.splitlines()) == events
    assert ran("ledger", "history", tasks[4].task_id, "--data", data) == 0
    assert capsys.readouterr().out == ""


def test_what_a_filter_hides_is_told_first_and_can_be_left_out(
    data: Path, tasks: tuple[Obligation, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = exported(data, tmp_path)
    book.put(LEDGER, tasks[3].task_id, {"备注": "筛选留下的", "完成状态": "快好了"})
    row = book.rows(LEDGER)[tasks[3].task_id]
    book.sheet(LEDGER).row_dimensions[row].hidden = True
    path = book.save()
    capsys.readouterr()
    assert ran("ledger", "import", path, "--who", "甲", "--lang", "zh-Hans", "--data", data) == 2
    out, err = capsys.readouterr()
    assert err.splitlines()[0] == f"工作簿里有隐藏的内容，也已读入：“{LEDGER}”第{row}行"
    assert "备注: （空） → 筛选留下的  [隐藏行]" in out
    assert "快好了：不是一种完成状态；改为未启动、" in out
    place = book.cell(LEDGER, tasks[3].task_id, "完成状态").coordinate
    assert "不是一种完成状态" in load_workbook(tmp_path / "台账（退回）.xlsx")[LEDGER][place].comment.text
    assert ran("ledger", "import", path, "--who", "甲", "--skip-hidden", "--data", data) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"Hidden in the workbook, and left out: {LEDGER} rows {row}"
    assert "nothing new" in err


def test_a_name_is_taken_out_for_good(
    data: Path, tasks: tuple[Obligation, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    task = tasks[0].task_id
    assert ran("ledger", "set", task, "contact=王小明", "--who", "甲", "--data", data) == 0
    assert ran("ledger", "redact", "王小明", "--who", "管理员", "--yes", "--data", data) == 0
    assert "taken out of 1 entries" in capsys.readouterr().err
    assert ran("ledger", "history", task, "--data", data) == 0
    assert "〔已隐去〕" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("set", "nowhere", "note=x", "--who", "甲"), "there is no such task"),
        (("set", "TASK", "quote=改", "--who", "甲"), "not a field"),
        (("set", "TASK", "status=done", "--who", "甲"), "佐证材料"),
        (("set", "TASK", "due=适时", "--who", "甲"), "cannot be read as a day"),
        (("set", "TASK", "note=x", "--who", " "), "whose it is"),
        (("history", "nowhere"), "there is no such task"),
        (("import", "nowhere.xlsx", "--who", "甲"), "No such file"),
        (("redact", "王", "--who", "甲", "--yes"), "nothing was ever reported"),
    ],
)
def test_what_is_wrong_is_one_line(
    arguments: tuple[str, ...],
    told: str,
    small: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    task = tasks_in(small)[0].task_id
    given = [task if one == "TASK" else one for one in arguments]
    assert ran("ledger", *given, "--data", small) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert told in err


def test_a_report_whose_task_is_gone_is_shown(
    data: Path, tasks: tuple[Obligation, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.ledger.changes import Edit, Task
    from kg.ledger.store import Ledger

    ledger = Ledger.open(data)
    row = max(tasks, key=lambda one: len(one.quote))
    gone = Task("guofa-2023-12-gone", "guofa-2023-12", row.clause, row.quote[:-2])
    ledger.save([Edit(gone, {"note": "a"})], "甲", "x")
    ledger.close()
    assert ran("ledger", "moved", "--data", data) == 0
    assert f"guofa-2023-12-gone → {row.task_id}" in capsys.readouterr().out
    assert ran("ledger", "moved", "--apply", "--data", data) == 0
    assert "1 reports moved to another task" in capsys.readouterr().err
    assert ran("ledger", "moved", "--data", data) == 0
    assert "every report has its task" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver forgets one
def test_a_database_elsewhere_is_used_where_it_is_named(
    data: Path, tasks: tuple[Obligation, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HETAO_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/none")
    assert ran("ledger", "set", tasks[0].task_id, "note=x", "--who", "甲", "--data", data) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "secret" not in err


def test_a_rebuild_keeps_all_reports_and_tells_of_those_whose_words_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kg.cli.builds, "_model", lambda: None)
    source, data = tmp_path / "方案.txt", tmp_path / "data"
    duties = "由市海关制定货物通关管理的具体办法。由市财政局设立科研发展基金并定期公布使用情况。"
    text = f"关于河口的实施方案\n\n（一）加强管理。{duties}\n"
    source.write_text(text, encoding="utf-8")
    assert ran("build", source, "--data", data) == 0
    build = load_build(data)
    tasks = {row.quote: row.task_id for row in build.records[0].obligations}
    build.close()
    stays, moves = (next(q for q in tasks if word in q) for word in ("设立", "办法"))
    for quote in (stays, moves):
        assert ran("ledger", "set", tasks[quote], f"note={quote}", "--who", "甲", "--data", data) == 0
    source.write_text(text.replace("的具体办法", "的实施办法"), encoding="utf-8")
    capsys.readouterr()
    assert ran("build", source, "--data", data) == 0
    assert "2 reports moved to the task that now has their words" in capsys.readouterr().err
    build = load_build(data)
    later = {row.quote: row.task_id for row in build.records[0].obligations}
    build.close()
    new = next(q for q in later if "实施办法" in q)
    for task in (later[stays], later[new]):
        assert ran("ledger", "history", task, "--data", data) == 0
    out = capsys.readouterr().out
    assert f"note\t→ {moves}" in out
    assert f"moved from {tasks[moves]}" in out
    source.write_text(text.replace("由市海关制定货物通关管理的具体办法。", ""), encoding="utf-8")
    assert ran("build", source, "--data", data) == 0
    assert "1 reports have no task in the build" in capsys.readouterr().err


def test_the_tasks_of_one_body_are_exported_summed_up_and_taken_back_with_an_import(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = (task.task_id for task in tasks_in(small))
    book = exported(small, tmp_path)
    book.put("任务分解表", first, {"承办单位": "市住房局、市口岸办"})
    assert ran("ledger", "import", book.save(), "--who", "甲", "--yes", "--data", small) == 0
    assert list(exported(small, tmp_path, "--assigned", "市住房局").rows(LEDGER)) == [first]
    assert list(exported(small, tmp_path, "--assigned", "none").rows(LEDGER)) == others
    assert ran("export", "--format", "csv", "--assigned", "无此单位", "-o", "-", "--data", small) == 2
    assert ran("export", "--format", "ttl", "--assigned", "市住房局", "-o", "-", "--data", small) == 2
    capsys.readouterr()
    assert ran("ledger", "status", "--data", small) == 0
    told = capsys.readouterr().out
    assert "assigned to 市住房局: 0 of 1 finished" in told
    assert f"assigned to nobody: {len(others)}, of which" in told
    assert ran("ledger", "undo", "--data", small) == 0
    assert capsys.readouterr().out.startswith("#1\t")
    assert ran("ledger", "undo", "1", "--data", small) == 2
    assert ran("ledger", "undo", "1", "--who", "乙", "--data", small) == 0
    assert ran("export", "--format", "csv", "--assigned", "市住房局", "-o", "-", "--data", small) == 2
    assert ran("ledger", "history", first, "--data", small) == 0
    assert [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()] == [
        "import 台账.xlsx (#1)",
        "hetao ledger undo (undoes #1)",
    ]
