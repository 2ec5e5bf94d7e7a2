"""What an earlier version wrote → opened by this one, with everything that people ever said in it.

`tests/fixtures/before_reader` was written by the version before questions were answered by a reader; see
`tests/fixtures/make.py`. What is compared with is what that version itself said of its data.
"""

from __future__ import annotations

import datetime
import json
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import kg.cli
import search_app
from kg import settings
from kg.builds import load_build
from kg.errors import BuildError
from kg.ledger.accounts import Accounts
from kg.ledger.reports import Value
from kg.ledger.store import Ledger
from kg.pipeline import held_sources
from kg.web.desk.desk import Desk
from tests.copies import copy_build, copy_exports

BEFORE = Path(__file__).resolve().parents[1] / "fixtures" / "before_reader"
PLAN = BEFORE / "yunze.txt"
ACCOUNTS = {"林一": ("editor", "library-card-1"), "周二": ("supervisor", "second-password")}
FILLED: dict[str, dict[str, Value]] = {
    "入驻科研机构": {
        "measures": "每季度走访两次",
        "suggested_owner": "市科技局",
        "status": "under_way",
        "assigned": datetime.date(2024, 4, 2),
        "leader": "孙七",
    },
    "基础设施基本建成": {"due": datetime.date(2026, 12, 31), "due_basis": "会议纪要"},
    "建设公共实验平台": {
        "status": "under_way",
        "note": "设备已到货",
        "percent": 75,
        "problems": None,
        "next_steps": "安装调试",
    },
    "联席会议制度": {"progress": "第一次会议已召开", "coordination": "会议地点", "phone": "0000-7654321"},
}
"""What people typed into the workbook, by words of the row's quote."""


@pytest.fixture(scope="module", autouse=True)
def by_words_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A build without an embedding model: reports do not hang on it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "default_home", lambda: home)
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The earlier version's data folder."""
    return shutil.copytree(BEFORE / "data", tmp_path / "data")


@pytest.fixture(scope="module")
def anew(by_words_alone: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The earlier version's data folder with the build made anew: to be read, or copied first."""
    data = shutil.copytree(BEFORE / "data", tmp_path_factory.mktemp("anew") / "data")
    with pytest.raises(BuildError, match="another version; run `hetao build`"):
        load_build(data)
    assert run("build", PLAN, "--data", data) == 0
    return data


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the earlier version said of its data."""
    found: dict[str, Any] = json.loads((BEFORE / "told.json").read_text("utf-8"))
    return found


def run(*arguments: object) -> int:
    return kg.cli.run([str(argument) for argument in arguments])


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command and return what it prints on stdout."""
    capsys.readouterr()
    assert run(*arguments) == 0
    return capsys.readouterr().out


def reports_of(ledger: list[dict[str, Any]]) -> dict[str, tuple[object, object]]:
    return {row["task_id"]: (row["report"], row["revision"]) for row in ledger if row["revision"]}


def everything_is_kept(data: Path, told: Mapping[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Fail unless this version says of *data* what the earlier one *told* of it."""
    out = tmp_path / "out.json"
    assert run("export", "--format", "json", "-o", out, "--data", data) == 0
    ledger = json.loads(out.read_bytes())["obligations"]
    assert len(reports_of(told["ledger"])) == 9
    assert reports_of(ledger) == reports_of(told["ledger"])
    history = {
        row["task_id"]: printed(capsys, "ledger", "history", row["task_id"], "--data", data).splitlines()
        for row in told["ledger"]
    }
    assert history == told["history"]
    reviews = json.loads(printed(capsys, "review", "list", "--json", "--data", data))
    assert [{**one, "state": "", "why": ""} for one in reviews] == [
        {**one, "state": "", "why": ""} for one in told["reviews"]
    ]
    # the one that waited for a build is taken in as well; a row that is read otherwise now waits for another look
    assert [one["why"] for one in reviews if one["state"] != "taken"] == ["it is now extracted differently: agents"]
    assert [one["state"] for one in told["reviews"]].count("waiting") == 1
    assert {row["task_id"]: row["review"] for row in ledger if row["review"] != "extracted"} == {
        one["task_id"]: one["verdict"] for one in reviews if one["verdict"] != "rejected" and one["state"] == "taken"
    }
    assert run("feedback", "export", "-o", out, "--data", data) == 0
    assert json.loads(out.read_bytes()) == told["feedback"]
    assert len(told["feedback"]) == 3
    for name, (role, password) in ACCOUNTS.items():
        account = Accounts(data).verify(name, password)
        assert account is not None
        assert account.role == role


def test_a_data_folder_is_built_anew_and_keeps_all_that_was_said(
    anew: Path, told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything_is_kept(anew, told, capsys, tmp_path)
    capsys.readouterr()
    assert run("ledger", "moved", "--data", anew) == 0
    assert capsys.readouterr().err == "every report has its task in the build\n"
    assert [path.name for path in (anew / "builds").iterdir()] == [(anew / "current").read_text().strip()]


def test_a_backup_is_restored_and_keeps_all_that_was_said(
    anew: Path, told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "restored"
    assert run("restore", BEFORE / "backup.tar.gz", "--data", data) == 0
    copy_exports(anew, data)
    assert "that build is by an earlier version" in capsys.readouterr().err
    assert run("build", PLAN, "--data", data) == 0
    everything_is_kept(data, told, capsys, tmp_path)


def test_a_filled_in_workbook_is_imported_cell_by_cell(anew: Path, told: dict[str, Any], tmp_path: Path) -> None:
    """Two of its rows have a date that is now read otherwise: those cells come back marked, all others are taken."""
    data = copy_build(anew, tmp_path / "data")
    ledger = Ledger.open(data)
    before = {key: one.report for key, one in ledger.current().items()}
    book = shutil.copy(BEFORE / "filled.xlsx", tmp_path)
    assert run("ledger", "import", book, "--who", "新", "--yes", "--data", data) == 2
    returned = load_workbook(tmp_path / "filled（退回）.xlsx")
    marked = {cell.coordinate for sheet in returned for row in sheet.iter_rows() for cell in row if cell.comment}
    assert {"L16", "M23"} <= marked
    after = {key: one.report for key, one in ledger.current().items()}
    ledger.close()
    expected: dict[str, dict[str, Value]] = {key: dict(report) for key, report in before.items()}
    for words, values in FILLED.items():
        (task,) = (row["task_id"] for row in told["ledger"] if words in row["quote"])
        expected[task] = {name: value for name, value in {**expected.get(task, {}), **values}.items() if value}
    assert after == expected


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Desk]]:
    """The desks that `hetao serve` would open."""
    desks: list[Desk] = []
    monkeypatch.setattr(search_app, "serve", lambda desk, *_: desks.append(desk))
    on_end = signal.getsignal(signal.SIGTERM)
    yield desks
    signal.signal(signal.SIGTERM, on_end)
    for desk in desks:
        desk.close()


def test_the_desk_makes_the_same_documents_anew(
    anew: Path, data: Path, served: list[Desk], told: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_exports(anew, data)
    assert run("serve", "--port", "0", "--data", data) == 0
    assert "building again" in capsys.readouterr().err
    (source,) = (one.document.source for one in served[0].records)
    assert (source.name, source.text) == (PLAN.name, PLAN.read_bytes().decode())
    assert served[0].ask("谁制定实验平台的收费办法？").evidence
    everything_is_kept(data, told, capsys, tmp_path)


def test_a_build_that_lacks_a_documents_own_bytes_is_not_replaced_by_others(
    data: Path, served: list[Desk], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = data / "builds" / (data / "current").read_text().strip()
    assert [path.read_bytes() for path in held_sources(build, tmp_path)] == [PLAN.read_bytes()]
    (text,) = build.rglob("source.txt")
    text.write_bytes(text.read_bytes() + "。".encode())
    assert run("serve", "--port", "0", "--data", data) == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith("run `hetao build` with all your documents")
    assert not served
    assert build.is_dir()
