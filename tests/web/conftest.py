"""One desk over the product's own plan, and one served, for all tests of what is shown; small builds to be changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib import Graph

from kg.builds import load_build
from kg.ledger.accounts import Accounts, Role
from kg.web.desk.desk import Desk
from tests.copies import copy_build
from tests.web.pages import only_this_host
from tests.web.server import Server, ended, running, serving

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["only_this_host"]

PASSWORD = "correct horse battery"
PEOPLE: dict[str, Role] = {"读者": "reader", "张三": "editor", "李四": "editor", "督查": "supervisor"}


@pytest.fixture(scope="session")
def desk(built: Path) -> Iterator[Desk]:
    desk = Desk(load_build(built))
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def server(built: Path) -> Iterator[Server]:
    """The plan's desk as `hetao serve` serves it, but for a query's time, which some tests wait for; interrupted at the
    end, it ends with 130 and no log of requests.
    """
    with running(built, HETAO_QUERY_SECONDS="8") as (process, server):
        yield server
        assert "GET /" not in ended(process)
        assert process.returncode == 130


@pytest.fixture(scope="session")
def address(server: Server) -> str:
    return server.address


@pytest.fixture(scope="session")
def folder(built: Path) -> Path:
    """The folder with the files of the plan."""
    (found,) = (built / "builds" / (built / "current").read_text().strip() / "documents").iterdir()
    return found


@pytest.fixture(scope="session")
def rows(folder: Path) -> list[dict[str, Any]]:
    """The obligations as they stand in the build's file."""
    found = [json.loads(line) for line in (folder / "obligations.jsonl").read_text("utf-8").splitlines()]
    assert len(found) > 200
    return found


@pytest.fixture(scope="session")
def triples(folder: Path) -> Graph:
    """The build's triples in rdflib's own store, whose engine shares nothing with the endpoint's."""
    return Graph().parse(folder / "graph.nt", format="nt")


@pytest.fixture
def data(small_build: Path, tmp_path: Path) -> Path:
    """The data folder of the small notice, to be changed; the notice itself lies beside it."""
    return copy_build(small_build, tmp_path) / "data"


@pytest.fixture(scope="session")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of accounts; hashing a password is meant to take long."""
    kept = Accounts(tmp_path_factory.mktemp("accounts"))
    for name, role in PEOPLE.items():
        kept.put(name, role, PASSWORD)
    return kept.path


@pytest.fixture
def accounts(hashed: Path, data: Path) -> Accounts:
    """The accounts of `PEOPLE` beside the small notice."""
    kept = Accounts(data)
    kept.path.parent.mkdir(exist_ok=True)
    shutil.copy2(hashed, kept.path)
    return kept


@pytest.fixture(scope="session")
def two_documents(two_builds: Path) -> Iterator[Desk]:
    """A desk over two small notices."""
    desk = Desk(load_build(two_builds))
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def two_served(two_builds: Path) -> Iterator[Server]:
    with serving(two_builds) as server:
        yield server


@pytest.fixture
def screen(browser: Chrome) -> Iterator[Callable[[int, int, int], None]]:
    """`screen(width, height, scale)`: the size of the window in the page's own pixels, until the test ends."""

    def resize(width: int, height: int, scale: int = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    yield resize
    resize(1280, 900)
