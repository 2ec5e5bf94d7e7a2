"""What is said of the product is what build, packages and saved figures say; the doctor finds what is broken."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg.builds import load_build
from kg.pipeline.doctor import changes, examine
from kg.resources import data_dir
from kg.views.about import facts, libraries, read_evaluation
from kg.vocab import LANGS, Lang
from kg.web.desk.desk import Desk
from kg.web.fragments.about import about_html
from kg.web.wording import words
from tests.copies import copy_build
from tests.web.markup import classed, elements
from tests.web.pages import all_of, once, opened, text_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

FIGURES = {
    "questions": 134,
    "accuracy": 0.7761,
    "clause_recall_at_3": 0.93,
    "refusal_precision": 0.708,
    "refusal_recall": None,
    "by_lang": {"zh-Hans": "50/60", "en": "20/30"},
    "reliability": [{"from": 0.5, "to": 0.6, "count": 11, "right": 0.55}],
}


# ------------------------------------------------------------------ facts


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    """A data folder of its own, to be broken."""
    return copy_build(built, tmp_path / "data")


def test_the_facts_are_those_of_the_build_and_its_source(desk: Desk) -> None:
    known = facts(desk.build)
    (source,) = known.sources
    plan = (data_dir("corpus") / "hetao-2023.txt").read_bytes()
    assert source.sha256 == hashlib.sha256(plan).hexdigest()
    assert (source.file, source.identifier) == ("hetao-2023.txt", "国发〔2023〕12号")
    assert source.characters == len(plan.decode("utf-8"))
    assert (known.version, known.built_by) == (kg.__version__, kg.__version__)
    assert known.counts["obligations"] == len(desk.records[0].obligations)
    assert (known.model.name, known.model.dimensions) == ("e5-small", 384)
    assert (known.evaluation, known.evaluation_problem) == (None, None)


def test_the_time_is_that_of_the_build_in_china(data: Path) -> None:
    build = load_build(data)
    moment = datetime.datetime(2026, 3, 1, 20, 30, tzinfo=datetime.UTC).timestamp()
    os.utime(build.folder / "manifest.json", (moment, moment))
    assert facts(build).built == "2026-03-02 04:30+08:00"


def test_every_library_is_the_one_installed_with_a_licence() -> None:
    found = libraries()
    installed = {one.name: one.version for one in found if not one.shipped}
    assert {"gradio", "torch", "pyoxigraph", "PyYAML"} <= set(installed)
    assert installed["gradio"] == metadata.version("gradio")
    assert {one.name for one in found if one.shipped} >= {"cytoscape", "@codemirror/view"}
    assert [one.name for one in found if one.licence in ("", "?")] == []


@pytest.mark.parametrize(
    ("text", "told"), [("{", "JSONDecodeError"), ("[]", "not a JSON object"), ("\x00", "JSONDecodeError")]
)
def test_figures_that_cannot_be_read_are_told(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    assert read_evaluation(path) == (None, None)
    path.write_text(text, "utf-8")
    plain, problem = read_evaluation(path)
    assert plain is None
    assert problem is not None
    assert told in problem


# ------------------------------------------------------------------ the tab


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_it_in_each_language(lang: Lang, desk: Desk) -> None:
    say = words(lang)["about"]
    html = about_html(desk, lang)
    assert [e.text for e in elements(html) if e.name == "h3"] == [
        say[name] for name in ("source", "made", "counts", "evaluation", "coverage", "limits", "weak", "libraries")
    ]
    assert [e.text for e in classed(html, "hk-empty")] == [say["evaluation_none"]]
    text = " ".join(e.text for e in elements(html) if e.name == "section")
    for part in (desk.records[0].document.source.sha256, "hetao-kg", "cytoscape", *say["limit_lines"]):
        assert part in text
    assert "?view=coverage" in [e.attributes.get("href") for e in elements(html) if e.name == "a"]


@pytest.mark.parametrize("nested", [False, True])
def test_saved_figures_are_shown_with_their_table(nested: bool, data: Path) -> None:
    plain: dict[str, Any] = {"saved": "2026-11-26", "figures": FIGURES} if nested else FIGURES
    (data / "evaluation.json").write_text(json.dumps(plain), "utf-8")
    desk = Desk(load_build(data))
    html = about_html(desk, "en")
    text = [e.text for e in elements(html) if e.name == "dd"]
    assert {"134", "0.7761", "0.93", "zh-Hans 50/60, en 20/30"} <= set(text)
    assert ("2026-11-26" in text) is nested
    cells = [e.text for e in elements(html) if e.name == "td"]
    assert {"0.5", "0.6", "11", "0.55"} <= set(cells)
    desk.close()


def test_figures_with_markup_are_text(data: Path) -> None:
    evil = {"accuracy": "<img src=x>", "reliability": [{"<b>": "<i>"}], "by_lang": {"<u>": "1"}}
    (data / "evaluation.json").write_text(json.dumps(evil), "utf-8")
    desk = Desk(load_build(data))
    html = about_html(desk, "zh-Hans")
    assert {e.name for e in elements(html)}.isdisjoint({"img", "u"})
    (data / "evaluation.json").write_text("{", "utf-8")
    assert classed(about_html(desk, "zh-Hans"), "hk-notice")
    desk.close()


@pytest.mark.browser
@pytest.mark.usefixtures("only_this_host")
def test_a_link_opens_the_tab_and_its_link_the_coverage(browser: Chrome, address: str) -> None:
    opened(browser, f"{address}/en/?view=about")
    text_of(browser, "about", "What it does not do")
    text_of(browser, "about", "9cb676260c736f21e31990eb3d3f447beef478066e911c7b28f73a3e6b780025")
    link = next(e for e in all_of(browser, "#about a") if e.text == "Sentence by sentence")
    link.click()
    once(lambda: [e for e in all_of(browser, "#coverage") if e.is_displayed()], "the coverage")


# ------------------------------------------------------------------ the doctor


def found(data: Path, model: Path) -> dict[str, tuple[bool, str]]:
    return {one.name: (one.well, one.told) for one in examine(data, model)}


def test_each_thing_that_is_broken_is_found_alone(data: Path, model_folder: Path, tmp_path: Path) -> None:
    def broken(model: Path = model_folder) -> set[str]:
        return {name for name, (well, _) in found(data, model).items() if not well}

    assert set(found(data, model_folder)) == {"model", "build", "fresh", "graph", "index", "database"}
    assert broken() == set()
    # a build knows what model it was made with: without it nobody can say that it is fresh
    assert broken(tmp_path / "none") == {"model", "fresh"}
    folder = data / "builds" / (data / "current").read_text().strip()
    names = (folder / "index" / "names.json").read_bytes()
    (folder / "index" / "names.json").unlink()
    assert broken() == {"build", "index"}
    (folder / "index" / "names.json").write_bytes(names)
    (data / "ledger").write_text("a file where a folder should be")
    assert broken() == {"database"}
    (data / "ledger").unlink()
    for path in (folder / "store").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert broken() == {"graph"}
    (data / "current").unlink()
    assert broken() == {"build"}


def test_what_changed_since_is_named(built: Path) -> None:
    inputs = load_build(built).manifest["inputs"]
    model = inputs["model"]
    assert changes(inputs, model) == []
    assert changes(inputs, "another") == ["model"]
    assert changes({**inputs, "version": "0.0.1"}, model) == ["version"]
    older = {**inputs, "rules": {**inputs["rules"], "cues.yaml": "x", "gone.yaml": "y"}}
    assert changes(older, model) == ["rules/cues.yaml", "rules/gone.yaml"]


def run(*arguments: object) -> int:
    import kg.cli

    return kg.cli.run([str(argument) for argument in arguments])


def test_the_command_prints_facts_and_checks_and_ends_with_0(
    built: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HETAO_MODEL", str(model_folder))
    assert run("doctor", "--data", built) == 0
    told = capsys.readouterr().out
    for part in ("9cb676260c73", "国发〔2023〕12号", "none saved", "gradio ", "ok   model", "ok   database"):
        assert part in told
    assert "FAIL" not in told


def test_the_command_ends_with_1_and_one_line_where_a_check_fails(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HETAO_MODEL", str(tmp_path / "none"))
    assert run("doctor", "--json", "--data", data) == 1
    out, err = capsys.readouterr()
    plain = json.loads(out)
    assert [one["name"] for one in plain["checks"] if not one["well"]] == ["model", "fresh"]
    assert plain["facts"]["sources"][0]["identifier"] == "国发〔2023〕12号"
    assert err.count("\n") == 1
    assert "2 of 6 checks failed: model, fresh" in err


def test_without_a_build_the_command_says_so_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--json", "--data", tmp_path / "nowhere") == 1
    plain = json.loads(capsys.readouterr().out)
    assert plain["facts"] is None
    assert {one["name"]: one["well"] for one in plain["checks"]}["build"] is False
