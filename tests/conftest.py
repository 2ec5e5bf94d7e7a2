"""What every test may count on: its tier, real parts that are there or whose lack is said, nobody's own settings."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

import hypothesis
import pytest
from filelock import FileLock

from tests.copies import copy_build

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet
    from selenium.webdriver import Chrome

# Before anything is imported that reads them.
for _name in (
    "HETAO_DATA",
    "HETAO_MODEL",
    "HETAO_DATABASE_URL",
    "HETAO_LIGHTS",
    "XDG_DATA_HOME",
    "HETAO_READER_URL",
    "HETAO_READER_MODEL",
    "HETAO_READER_KEY",
    "HETAO_READER_SECONDS",
    "HETAO_MILVUS_URI",
    "HETAO_MILVUS_TOKEN",
    "HETAO_DASK",
    *(f"HETAO_SPARQL_{_part}" for _part in ("URL", "UPDATE_URL", "GRAPHS_URL", "USER", "PASSWORD")),
):
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
hypothesis.settings.register_profile("test", max_examples=10, **_common)  # type: ignore[arg-type]
hypothesis.settings.register_profile("soak", max_examples=2000, **_common)  # type: ignore[arg-type]
hypothesis.settings.load_profile(TIER)


def few(values: Iterable[str], kept: Collection[str]) -> list[ParameterSet]:
    """*values* for a test that is repeated over them: those *kept* in both tiers, the others in `make soak` alone."""
    every = list(values)
    assert set(kept) <= set(every), sorted(set(kept) - set(every))
    return [pytest.param(one, marks=() if one in kept else pytest.mark.soak, id=unquote(one) or "''") for one in every]


IN_EVERY_LANGUAGE = few(("zh-Hans", "zh-Hant", "en"), ["zh-Hans"])
"""For what looks at every view: in `make test` it does so in the language the plan is written in."""

_LONG = {room: place for place, room in enumerate(("house", "pipeline", "cli", "graph", "ledger", "read", "search"))}
"""The rooms whose files take long, the longest first."""

Need = Callable[[object, str, str], None]
Golden = Callable[[str, str], None]
OnceARun = Callable[[str, Callable[[Path], object]], Path]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the soak tests out of the test tier, and say so; processes that share the tests begin with long files."""
    if TIER == "test" and (left_out := [item for item in items if item.get_closest_marker("soak")]):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = long_files_first(items)


def long_files_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """*items* with the files of the web, which take longest, in turn with those of the other rooms, the longest first.

    At the end there are many short files, so that no process waits for another that has begun a long one; at the
    beginning one file builds the plan while another has no need of it.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    web = [file for file in files if file.parent.name == "web"]
    others = sorted(set(files) - set(web), key=lambda file: (_LONG.get(file.parent.name, len(_LONG)), file))
    in_turn = chain.from_iterable(zip_longest(others, web))
    return [item for file in in_turn if file is not None for item in files[file]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what could not be run here, by what it lacks, so that no figure goes unmeasured unseen."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("not run here")
        for reason, count in reasons.most_common():
            terminalreporter.line(f"{count:5} tests: {reason}")


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
def once_a_run(tmp_path_factory: pytest.TempPathFactory) -> OnceARun:
    """`once_a_run(name, make)`: a folder filled by `make(folder)`, made by whichever of the processes that share the
    tests comes first. Each has a copy of its own, so that nothing one writes into it is seen by another.
    """

    def made(name: str, make: Callable[[Path], object]) -> Path:
        own = tmp_path_factory.mktemp(name)
        if "PYTEST_XDIST_WORKER" not in os.environ:
            make(own)
            return own
        first = tmp_path_factory.getbasetemp().parent / f"first-{name}"
        with FileLock(f"{first}.lock"):
            if not first.is_dir():
                partial = first.with_name(f"{first.name}.part")
                shutil.rmtree(partial, ignore_errors=True)
                partial.mkdir()
                make(partial)
                partial.rename(first)
        return copy_build(first, own)

    return made


@pytest.fixture(scope="session", autouse=True)
def words_of_every_build(once_a_run: OnceARun) -> Iterator[None]:
    """What every build holds alike and takes the longest over, the words of the reader and jieba's, is made once."""
    from kg.search import word_vectors, words

    write = word_vectors.write_words

    def copied(folder: Path) -> None:
        if not made:
            made.append(once_a_run("words", lambda first: write(first / "words")) / "words")
        copy_build(made[0], folder)

    made: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_vectors, "write_words", copied)
        patch.setattr(words, "standard_counts", cache(words.standard_counts))
        yield


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The embedding model's folder in the checkout, written where it is missing."""
    from kg import settings
    from kg.search.model_folder import write_model

    folder = settings.load().model
    write_model(folder)
    return folder


@pytest.fixture(scope="session")
def built(model_folder: Path, once_a_run: OnceARun) -> Path:
    """A data folder with the product's own plan built, vectors and all, made once: to be read, or copied first."""
    from kg import pipeline

    return once_a_run("built", lambda folder: pipeline.build(pipeline.plans(), folder, model=model_folder))


@pytest.fixture(scope="session")
def small_build(once_a_run: OnceARun) -> Path:
    """A folder with a small notice and, in `data`, its build without vectors, made once."""
    from kg import pipeline
    from tests.small_plan import write_small_plan

    return once_a_run("small", lambda folder: pipeline.build([write_small_plan(folder)], folder / "data"))


@pytest.fixture(scope="session")
def two_builds(once_a_run: OnceARun) -> Path:
    """A data folder with two small notices, built without vectors and made once."""
    from tests.two_plans import build_two

    return once_a_run("two", build_two) / "data"


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
