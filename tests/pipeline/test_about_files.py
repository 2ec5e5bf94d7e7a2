"""What is known of a document as a whole: its place, what it repeals and amends, and the file beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.cli import run
from kg.extract.repeals import amended_titles, repealed_titles
from kg.read import parse, read_bytes
from tests.small_plan import TEXT, write_small_plan
from tests.two_plans import OTHER

LAW = """青川市绿道管理办法

第一条　为了建设绿道，制定本办法。

第二条　市园林局负责绿道养护。

第三条　本办法自2024年8月1日起施行。{words}
"""


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.cli.builds._model", lambda: None)


def listed(capsys: pytest.CaptureFixture[str], folder: Path, data: Path) -> dict[str, dict[str, object]]:
    """The documents of the build of *folder*, by title."""
    assert run(["build", str(folder), "--data", str(data)]) == 0
    capsys.readouterr()
    assert run(["library", "list", "--json", "--data", str(data)]) == 0
    return {str(one["title"]): one for one in json.loads(capsys.readouterr().out)["documents"]}


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("《青川市绿道暂行办法》同时废止。", ("青川市绿道暂行办法",)),
        ("《甲办法》（青政发〔2001〕1号）、《乙办法》自本办法施行之日起废止。", ("甲办法", "乙办法")),
        ("2001年公布的《甲办法》即行废止。", ("甲办法",)),
        ("违反《甲办法》的规定，予以处罚。", ()),
        ("按照《甲办法》的规定修改、废止有关文件。", ()),
    ],
)
def test_a_document_says_which_titles_it_repeals(words: str, titles: tuple[str, ...]) -> None:
    document = parse(read_bytes(LAW.format(words=words).encode("utf-8"), "law.txt"))
    assert repealed_titles(document) == titles


def test_the_title_of_an_amendment_says_what_it_amends() -> None:
    text = "青川市人民政府关于修改《青川市绿道管理办法》的决定\n\n一、第二条修改为：“市水务局负责绿道养护。”\n"
    assert amended_titles(parse(read_bytes(text.encode("utf-8"), "change.txt"))) == ("青川市绿道管理办法",)


def test_a_repealed_document_is_listed_with_the_one_that_repealed_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    old = LAW.replace("绿道管理办法", "绿道暂行办法").format(words="")
    (folder / "old.txt").write_text(old, encoding="utf-8")
    (folder / "new.txt").write_text(LAW.format(words="《青川市绿道暂行办法》同时废止。"), encoding="utf-8")
    found = listed(capsys, folder, tmp_path / "data")
    new = found["青川市绿道管理办法"]
    assert (found["青川市绿道暂行办法"]["status"], found["青川市绿道暂行办法"]["by"]) == ("repealed", new["name"])
    assert (new["status"], new["region"]) == (None, "青川市")


def test_the_file_beside_a_document_corrects_what_was_read_and_is_no_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    write_small_plan(folder)
    (folder / "baisha.txt").write_text(OTHER, encoding="utf-8")
    before = listed(capsys, folder, tmp_path / "data")
    said = "title: 河岸整治方案\ndate: 2024-05-06\nregion: 青川市\nstatus: amended\nby: 青政发〔2025〕1号\n"
    (folder / "qingchuan.about.yaml").write_text(said, encoding="utf-8")
    after = listed(capsys, folder, tmp_path / "data")
    assert len(after) == len(before) == 2
    one = after["河岸整治方案"]
    assert (one["date"], one["status"], one["by"]) == ("2024-05-06", "amended", "青政发〔2025〕1号")
    # reports hang on the name and the number of tasks
    assert one["name"] in {each["name"] for each in before.values()}
    assert one["obligations"] == before[TEXT.partition("\n")[0]]["obligations"]


@pytest.mark.parametrize("said", ["titel: 河岸整治方案\n", "date: soon\n", "by: 青政发〔2025〕1号\n", "- title\n"])
def test_a_file_beside_a_document_that_says_something_else_is_refused_in_a_line(
    said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_small_plan(tmp_path)
    (tmp_path / "qingchuan.about.yaml").write_text(said, encoding="utf-8")
    assert run(["build", str(path), "--data", str(tmp_path / "data")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("hetao: qingchuan.about.yaml: ")
