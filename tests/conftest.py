"""What every test may count on: its tier, real parts that are there or whose lack is said, nobody's own settings."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import hypothesis
import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

# Before anything is imported that reads them.
for _name in ("HETAO_DATA", "HETAO_MODEL", "HETAO_DATABASE_URL", "HETAO_LIGHTS", "XDG_DATA_HOME"):
    os.environ.pop(_name, None)
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    GRADIO_ANALYTICS_ENABLED="False",
    TOKENIZERS_PARALLELISM="false",
    NO_PROXY="127.0.0.1,localhost",
)

# A run in the background has Ctrl-C ignored, and so would have every process the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
TIER = os.environ.get("HETAO_TIER", "test")
CI = os.environ.get("CI") == "true"

if TIER not in ("test", "soak"):
    raise pytest.UsageError(f"HETAO_TIER is test or soak, not {TIER!r}")

# Examples are drawn from the test itself and not from a seed: what fails once fails again.
_common = {"derandomize": True, "deadline": None, "database": None}
hypothesis.settings.register_profile("test", max_examples=30, **_common)  # type: ignore[arg-type]
hypothesis.settings.register_profile("soak", max_examples=2000, **_common)  # type: ignore[arg-type]
hypothesis.settings.load_profile(TIER)

Need = Callable[[object, str, str], None]
Golden = Callable[[str, str], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the soak tests out of the test tier, and say so."""
    if TIER == "soak":
        return
    left_out = [item for item in items if item.get_closest_marker("soak")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


@pytest.fixture(scope="session")
def tier() -> Literal["test", "soak"]:
    """`test` or `soak`."""
    return "soak" if TIER == "soak" else "test"


@pytest.fixture(scope="session")
def repeats() -> Callable[[int, int], int]:
    """How often to do a thing: `repeats(5, 1000)` is 5 in the test tier and 1000 in the soak tier."""
    return lambda test, soak: soak if TIER == "soak" else test


@pytest.fixture(scope="session")
def need() -> Need:
    """`need(present, what, how)`: skip the test where *present* is false, and fail it in CI."""

    def check(present: object, what: str, how: str) -> None:
        if not present:
            reason = f"{what} is missing; {how}"
            if CI:
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other real plans beside the project. They are not ours to publish, so not everyone has them."""
    folder = ROOT.parent / "shared" / "plans"
    if not folder.is_dir():
        pytest.skip("the other plans are missing: a folder ../shared/plans beside the project")
    return folder


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The embedding model's folder in the checkout, written where it is missing."""
    from kg import settings
    from kg.search.model_folder import write_model

    folder = settings.load().model
    write_model(folder)
    return folder


@pytest.fixture(scope="session")
def built(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the product's own plan built, vectors and all, made once: to be read, or copied first."""
    from kg import pipeline

    folder = tmp_path_factory.mktemp("built")
    pipeline.build(pipeline.plans(), folder, model=model_folder)
    return folder


@pytest.fixture
def golden() -> Golden:
    """`golden(name, text)`: *text* is what the reviewed file tests/golden/NAME says; `make golden` writes it anew."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("HETAO_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"{path.name} is missing: make golden"
        assert text == path.read_bytes().decode(), f"differs from {path.name}; if that is meant: make golden"

    return check


@pytest.fixture(scope="session")
def browser(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One headless Chromium for the session; its driver is Debian's, nothing is downloaded."""
    from tests.chromium import find_chromium, open_chromium

    found = find_chromium()
    need(found, "Chromium or its driver", "sudo apt-get install chromium chromium-driver")
    assert found is not None
    with open_chromium(found, tmp_path_factory.mktemp("chromium")) as driver:
        yield driver
