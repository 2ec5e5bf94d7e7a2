"""Debian's Chromium and its driver → a headless browser that asks nothing of anyone but the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    # what it speaks decides the language of a first visit
    "--accept-lang=zh-CN",
)


class Found(NamedTuple):
    """Where the browser and its driver are."""

    chromium: str
    driver: str


def find_chromium() -> Found | None:
    """Return where Chromium and its driver are, or None where either is missing."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    return Found(chromium, driver) if chromium and driver else None


@contextmanager
def open_chromium(found: Found, profile: Path, *, size: tuple[int, int] = (1280, 900)) -> Iterator[Chrome]:
    """Open a headless browser with a new profile in *profile* and a page of *size* pixels; close it at the end.

    The page's log (`driver.get_log("browser")`) and every request it makes (`driver.get_log("performance")`) are kept.
    """
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = found.chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"):
        options.add_argument(flag)
    if os.geteuid() == 0:  # Chromium's sandbox refuses root
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(executable_path=found.driver))
    try:
        driver.set_page_load_timeout(60)
        # a window has a least width, about 500 pixels: without this a phone's page would be that wide
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        yield driver
    finally:
        driver.quit()
