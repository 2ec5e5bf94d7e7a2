"""The desk as it is → the pictures in docs/shots. Run by `make shots`, after a change to what is seen."""

from __future__ import annotations

import io
import sys
import tempfile
import urllib.parse
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
PAGES = {
    "answer": ("/", {"q": "货物分线管理的具体管理办法由谁制定？"}, WIDE),
    "refusal": ("/", {"q": "园区今天的气温是多少？"}, WIDE),
    "read": ("/", {"obligation": "15-03"}, WIDE),
    "sparql": ("/", {"sparql": RULES}, WIDE),
    "things": ("/", {"zone": "福田保税区"}, WIDE),
    "graph": ("/", {"view": "graph", "around": "agent/财政部"}, WIDE),
    "about": ("/", {"view": "about"}, WIDE),
    "ledger": ("/", {"view": "ledger", "zone": "福田保税区"}, WIDE),
    "english": ("/en/", {"clause": "19"}, WIDE),
    "phone": ("/", {"q": "货物分线管理的具体管理办法由谁制定？"}, NARROW),
}
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
    SHOTS.mkdir(exist_ok=True)
    for old in SHOTS.glob("*.png"):
        old.unlink()
    hetao = Path(sys.executable).with_name("hetao")
    with tempfile.TemporaryDirectory() as profiles, served(hetao, ROOT / "data") as desk:
        for name, (path, query, size) in PAGES.items():
            with open_chromium(found, Path(profiles) / name, size=size) as driver:
                # in the page's own language, or the desk would offer the browser's
                language = {"locale": "en" if path == "/en/" else "zh-CN"}
                driver.execute_cdp_cmd("Emulation.setLocaleOverride", language)
                agent = {"userAgent": driver.execute_script("return navigator.userAgent")}
                driver.execute_cdp_cmd("Network.setUserAgentOverride", agent | {"acceptLanguage": language["locale"]})
                driver.get(f"{desk.base}{path}?{urllib.parse.urlencode(query)}")
                wait_until_settled(driver)
                picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
                # a page has few colours: a palette of them takes a third of the space
                picture.quantize(256, dither=Image.Dither.NONE).save(SHOTS / f"{name}.png", optimize=True)
            sys.stdout.write(f"docs/shots/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
