"""The desk as it is → the pictures in docs/shots. Run by `make shots`, after a change to what is seen."""

from __future__ import annotations

import io
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from bench.desk import served
from kg.graph import named
from tests.chromium import find_chromium, open_chromium

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "docs" / "shots"
WIDE, NARROW = (1280, 900), (390, 844)
RULES = named.load("rules-to-be-made").text
QUESTIONS = {
    "zh-Hans": "货物分线管理的具体管理办法由谁制定？",
    "zh-Hant": "貨物分線管理的具體管理辦法由誰制定？",
    "en": "Who draws up the measures for managing goods by line?",
}
PATHS = {"zh-Hans": ("/", "zh-CN"), "zh-Hant": ("/zh-Hant/", "zh-HK"), "en": ("/en/", "en")}
"""Where the page stands in each language, and what the browser says it speaks: or the desk would offer that."""

TABS = {
    "read": {"obligation": "15-03"},
    "things": {"zone": "福田保税区"},
    "sparql": {"sparql": RULES},
    "ledger": {"view": "ledger", "zone": "福田保税区"},
    "graph": {"view": "graph", "around": "agent/财政部"},
    "coverage": {"view": "coverage"},
    "about": {"view": "about"},
}


def pages() -> Iterator[tuple[str, str, dict[str, str], tuple[int, int]]]:
    """Yield each picture's name, language, query and size."""
    for lang, question in QUESTIONS.items():
        yield f"{lang}/ask", lang, {"q": question}, WIDE
        for tab, query in TABS.items():
            yield f"{lang}/{tab}", lang, query, WIDE
    yield "refusal", "zh-Hans", {"q": "园区今天的气温是多少？"}, WIDE
    yield "phone", "zh-Hans", {"q": QUESTIONS["zh-Hans"]}, NARROW


SETTLED = """
const done = arguments[0];
let last = performance.now();
new MutationObserver(() => { last = performance.now(); })
  .observe(document.body, {childList: true, subtree: true, characterData: true});
const timer = setInterval(() => {
  if (performance.now() - last > 1500 && document.fonts.status === "loaded") { clearInterval(timer); done(true); }
}, 100);
"""


def wait_until_settled(driver: Chrome) -> None:
    """Wait until nothing on the page has changed for one and a half seconds."""
    driver.set_script_timeout(60)
    driver.execute_async_script(SETTLED)


def main() -> int:
    """Take every picture; return 1 where there is no browser to take it with."""
    found = find_chromium()
    if found is None:
        sys.stderr.write("no pictures without Chromium and its driver: sudo apt-get install chromium chromium-driver\n")
        return 1
    for old in SHOTS.rglob("*.png"):
        old.unlink()
    hetao = Path(sys.executable).with_name("hetao")
    with tempfile.TemporaryDirectory() as profiles, served(hetao, ROOT / "data") as desk:
        for name, lang, query, size in pages():
            path, language = PATHS[lang]
            with open_chromium(found, Path(profiles) / name.replace("/", "-"), size=size) as driver:
                driver.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": language})
                agent = {"userAgent": driver.execute_script("return navigator.userAgent")}
                driver.execute_cdp_cmd("Network.setUserAgentOverride", agent | {"acceptLanguage": language})
                driver.get(f"{desk.base}{path}?{urllib.parse.urlencode(query)}")
                wait_until_settled(driver)
                picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
                target = SHOTS / f"{name}.png"
                target.parent.mkdir(parents=True, exist_ok=True)
                # a page has few colours: a palette of them takes a third of the space
                picture.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)
            sys.stdout.write(f"docs/shots/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
