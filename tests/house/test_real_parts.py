"""The parts the tests need are real ones, or said to be missing. The browser asks nothing of anyone else."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chromium import find_chromium, open_chromium

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

SCRIPT = Path(__file__).resolve().parents[1] / "parts.sh"


@pytest.mark.browser
def test_chinese_characters_are_drawn_and_are_no_boxes(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<meta charset="utf-8"><canvas id=a width=40 height=40></canvas><canvas id=b width=40 height=40></canvas>'
        "<script>const draw = (id, text) => { const c = document.getElementById(id).getContext('2d');"
        "c.font = '32px sans-serif'; c.fillText(text, 2, 32); return document.getElementById(id).toDataURL(); };"
        "window.same = draw('a', '河') === draw('b', '套');</script>",
        encoding="utf-8",
    )
    browser.get(page.as_uri())
    assert browser.execute_script("return window.same") is False


@pytest.mark.browser
def test_the_browser_keeps_the_log_of_the_page_and_its_requests(browser: Chrome, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>console.error('seen')</script>", encoding="utf-8")
    browser.get(page.as_uri())
    assert any("seen" in entry["message"] for entry in browser.get_log("browser"))
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert page.as_uri() in asked


@pytest.mark.browser
def test_a_page_for_a_phone_is_as_narrow_as_it_says(need: Callable[[object, str, str], None], tmp_path: Path) -> None:
    found = find_chromium()
    need(found, "Chromium or its driver", "sudo apt-get install chromium chromium-driver")
    assert found is not None
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><p>河套", encoding="utf-8")
    with open_chromium(found, tmp_path / "profile", size=(390, 844)) as driver:
        driver.get(page.as_uri())
        assert driver.execute_script("return [window.innerWidth, window.innerHeight]") == [390, 844]


def run_without_a_browser(tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the script where no browser is found and nothing can be installed."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "id", "paste", "sed", "grep"):
        (tools / tool).symlink_to(f"/usr/bin/{tool}" if Path(f"/usr/bin/{tool}").exists() else f"/bin/{tool}")
    environment = {"PATH": str(tools), **env}
    return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, timeout=30, check=False)


def test_a_missing_part_is_said_with_how_to_get_it_and_is_a_failure_in_ci(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    at_home = run_without_a_browser(tmp_path / "one")
    assert at_home.returncode == 0
    assert "skipped: missing chromium, chromium-driver, a font with Chinese characters" in at_home.stderr
    assert "apt-get install chromium chromium-driver" in at_home.stderr
    in_ci = run_without_a_browser(tmp_path / "two", CI="true")
    assert in_ci.returncode == 1


@pytest.mark.skipif(not os.access("/usr/bin/chromedriver", os.X_OK), reason="a part is missing, so it is not quiet")
def test_nothing_is_said_or_done_where_all_is_there() -> None:
    done = subprocess.run([SCRIPT], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
