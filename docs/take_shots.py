"""The desk as it is → the pictures in docs/shots. Run by `make shots`, after a change to what is seen."""

from __future__ import annotations

import datetime
import io
import shutil
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from pypdfium2 import PdfDocument

from bench.desk import served
from kg.builds import load_build
from kg.graph import named
from kg.ledger.changes import Edit, task_of
from kg.ledger.reports import Value
from kg.ledger.store import Ledger
from kg.web.desk.desk import Desk
from tests.chromium import find_chromium, open_chromium
from tests.office import converted, find_office

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
"""Where the page stands in each language, and what the browser says it speaks: or the desk would turn to that."""

TABS = {
    "read": {"obligation": "15-03"},
    "things": {"zone": "福田保税区"},
    "sparql": {"sparql": RULES},
    "ledger": {"view": "ledger", "zone": "福田保税区"},
    "graph": {"view": "graph", "around": "agent/财政部"},
    "coverage": {"view": "coverage"},
    "library": {"view": "library"},
    "about": {"view": "about"},
}


OFFICE = {"task": "/desk/task?id=15-04", "summary": "/desk/summary?as_of=2026-01-31", "bulk": "/desk/bulk?clause=15"}
"""Pages of the office, by the name of their picture."""

END = datetime.date(2025, 12, 31)
SHEETS = ("封面", "任务分解表", "督查督办台账", "进展情况表")


def with_examples(data: Path, folder: Path) -> Path:
    """Return a copy of the build in *data* with reports made up for the pictures: each says so in its note."""
    shutil.copytree(data / "builds", folder / "builds", symlinks=True)
    shutil.copy2(data / "current", folder / "current")
    build = load_build(folder)
    (one,) = build.records
    build.close()
    said: list[dict[str, Value]] = [
        {"status": "under_way", "due": END, "due_basis": "示例", "progress": "2025.9.1：示例"},
        {"status": "done", "due": END, "done_on": datetime.date(2025, 11, 20), "evidence": ("示例",)},
        {"status": "under_way", "due": datetime.date(2026, 2, 20), "percent": 60},
        {"status": "standing"},
    ]
    ledger = Ledger.open(folder)
    edits = [
        Edit(task_of(one.document.slug, row), {**said[number % len(said)], "note": "示例，并非真实进展"})
        for number, row in enumerate(one.obligations[4::5])
    ]
    ledger.save(edits, "示例", "示例")
    ledger.close()
    return folder


def take_sheets(data: Path, folder: Path) -> Iterator[str]:
    """Write the first printed page of each sheet of the workbook, drawn by LibreOffice; yield their names."""
    office = find_office()
    if office is None:
        raise FileNotFoundError(
            "no pictures of the workbook without LibreOffice: sudo apt-get install libreoffice-calc"
        )
    desk = Desk(load_build(data))
    book = folder / "ledger.xlsx"
    book.write_bytes(desk.export("xlsx", datetime.date(2026, 1, 31), personal=True))
    desk.close()
    printed = PdfDocument(converted(office, book, "pdf", folder))
    texts = [page.get_textpage().get_text_range() for page in printed]
    for number, sheet in enumerate(SHEETS):
        # every sheet but the cover has its name in the title on its first page
        place = 0 if number == 0 else next(i for i, text in enumerate(texts) if i and sheet in text)
        save(printed[place].render(scale=1.1).to_pil(), f"sheets/{number + 1}")
        yield f"sheets/{number + 1}"


def save(picture: Image.Image, name: str) -> None:
    """Write a picture. A page has few colours: a palette of them takes a third of the space."""
    target = SHOTS / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )


def pages() -> Iterator[tuple[str, str, str, tuple[int, int]]]:
    """Yield each picture's name, language, address and size."""
    for lang, question in QUESTIONS.items():
        path, _ = PATHS[lang]
        for tab, query in {"ask": {"q": question}, **TABS}.items():
            yield f"{lang}/{tab}", lang, f"{path}?{urllib.parse.urlencode(query)}", WIDE
        for page, address in OFFICE.items():
            yield f"{lang}/{page}", lang, f"{address}&lang={lang}", WIDE
    yield "refusal", "zh-Hans", f"/?{urllib.parse.urlencode({'q': '园区今天的气温是多少？'})}", WIDE
    yield "phone", "zh-Hans", f"/?{urllib.parse.urlencode({'q': QUESTIONS['zh-Hans']})}", NARROW


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
    with tempfile.TemporaryDirectory() as folder:
        data = with_examples(ROOT / "data", Path(folder) / "data")
        for name in take_sheets(data, Path(folder)):
            sys.stdout.write(f"docs/shots/{name}.png\n")
        with served(hetao, data) as desk:
            for name, lang, address, size in pages():
                language = PATHS[lang][1]
                with open_chromium(found, Path(folder) / name.replace("/", "-"), size=size) as driver:
                    driver.execute_cdp_cmd("Emulation.setLocaleOverride", {"locale": language})
                    agent = {"userAgent": driver.execute_script("return navigator.userAgent")}
                    driver.execute_cdp_cmd("Network.setUserAgentOverride", agent | {"acceptLanguage": language})
                    driver.get(f"{desk.base}{address}")
                    wait_until_settled(driver)
                    save(Image.open(io.BytesIO(driver.get_screenshot_as_png())), name)
                sys.stdout.write(f"docs/shots/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
