"""Two documents of a build are compared on a page and in files; one alone, or a name that is none, is said."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from kg import pipeline
from kg.builds import load_build
from kg.web.desk.desk import Desk
from kg.web.http.application import create_app
from tests.small_plan import TEXT, write_small_plan

LATER = TEXT.replace("青政发〔2024〕7号", "青政发〔2026〕1号").replace("2025年底前", "2027年底前")
OLD, NEW = "qingzhengfa-2024-7", "qingzhengfa-2026-1"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("versions")
    later = folder / "later.txt"
    later.write_bytes(LATER.encode())
    pipeline.build([write_small_plan(folder), later], folder / "data")
    desk = Desk(load_build(folder / "data"))
    yield TestClient(create_app(desk, alone=True), base_url="http://127.0.0.1:7860", follow_redirects=False)
    desk.close()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-Hans", ("版本比较", "内容变更", "时限")),
        ("zh-Hant", ("版本比較", "內容變更", "時限")),
        ("en", ("Versions", "changed", "deadline")),
    ],
)
def test_what_differs_is_shown_with_both_quotes(versions: TestClient, lang: str, words: tuple[str, ...]) -> None:
    page = versions.get("/desk/versions", params={"old": OLD, "new": NEW, "lang": lang}).text
    assert all(word in page for word in words)
    assert "<td>2025年底前完成</td>" in page
    assert "<td>2027年底前完成</td>" in page


def test_the_files_hold_the_same(versions: TestClient) -> None:
    asked = {"old": OLD, "new": NEW}
    plain = versions.get("/desk/versions/file", params={**asked, "form": "json"}).json()
    changed = [one["new"]["quote"] for one in plain["obligations"] if one["change"] == "changed"]
    assert changed == ["2027年底前完成"]
    sheet = load_workbook(
        io.BytesIO(versions.get("/desk/versions/file", params={**asked, "form": "xlsx"}).content)
    ).active
    assert sheet is not None
    assert [row[4] for row in sheet.iter_rows(min_row=5, values_only=True)] == changed


def test_an_unknown_document_is_named_and_nothing_is_compared(versions: TestClient) -> None:
    page = versions.get("/desk/versions", params={"old": "<none>", "new": NEW}).text
    assert 'role="alert"' in page
    assert "文件“&lt;none&gt;”：没有这份文件" in page
    assert "<td>" not in page
    assert versions.get("/desk/versions").text.count("<option") == 4


def test_of_one_document_alone_there_is_nothing_to_compare(data: Path) -> None:
    desk = Desk(load_build(data))
    asked = TestClient(create_app(desk, alone=True), base_url="http://127.0.0.1:7860").get("/desk/versions?lang=en")
    assert "There is one document" in asked.text
    desk.close()
