"""The built wheel, installed in an environment of its own, works from any folder with the data it brought."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.small_plan import write_small_plan

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and an empty folder to work from."""

    wheel: Path
    bin: Path
    folder: Path
    env: dict[str, str]

    def run(self, *command: str, timeout: int = 600) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel as `pip install .` does, and install it in a new environment.

    The dependencies are those of this environment, reached through a `.pth` file: a line of it that names a folder
    adds the folder but follows no `.pth` in there, so that the checkout itself is not to be found.
    """
    top = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(top)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = top.glob("*.whl")
    home = top / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    put = [*pip, "install", "--no-deps", "--no-index", str(wheel)]
    done = subprocess.run(put, cwd=top, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (packages,) = (home / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    folder = top / "elsewhere"
    folder.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HETAO_", "PYTHON"))}
    env["XDG_DATA_HOME"] = str(top / "xdg")
    return Installed(wheel, python.parent, folder, env)


def tracked(*folders: str) -> dict[str, bytes]:
    """Return the data files of the checkout by their path in the wheel, as git would have them: no caches."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT).as_posix()
                found[inside if folder.startswith("kg") else f"kg/_data/{inside}"] = path.read_bytes()
    return found


def test_the_wheel_holds_every_file_of_the_package_and_its_data_and_nothing_else(installed: Installed) -> None:
    expected = tracked("kg", "corpus", "ontology")
    assert {"kg/_data/corpus/hetao-2023.txt", "kg/py.typed"} <= set(expected)
    expected["search_app.py"] = (ROOT / "search_app.py").read_bytes()
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    assert sorted(held) == sorted(expected)
    assert held == expected


def test_the_wheel_asks_for_what_pyproject_pins_and_carries_its_licence(installed: Installed) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = wheel.namelist()
        (name,) = (n for n in names if n.endswith(".dist-info/METADATA"))
        meta = message_from_bytes(wheel.read(name))
    asked = {line for line in meta.get_all("Requires-Dist", []) if "extra ==" not in line}
    assert {a.lower() for a in asked} == {d.lower() for d in project["dependencies"]}
    assert meta["License-Expression"] == "MIT"
    assert {n.rpartition("/")[2] for n in names if ".dist-info/licenses/" in n} == {"LICENSE", "NOTICE"}


def test_the_installed_package_is_the_wheel_and_finds_the_data_it_brought(installed: Installed) -> None:
    code = (
        "import json, importlib.util as i, kg, kg.resources as r, kg.settings as s; "
        "print(json.dumps([kg.__file__, i.find_spec('search_app').origin, "
        "str(r.data_dir('corpus')), str(r.data_dir('ontology')), r.checkout() is None, str(s.load().data)]))"
    )
    done = installed.run("python", "-c", code)
    assert done.returncode == 0, done.stderr
    package, desk, corpus, ontology, no_checkout, data = json.loads(done.stdout)
    site = Path(package).parents[1]
    assert site.is_relative_to(installed.bin.parent)
    assert Path(desk) == site / "search_app.py"
    assert Path(corpus) == site / "kg" / "_data" / "corpus"
    assert Path(ontology) == site / "kg" / "_data" / "ontology"
    assert (Path(corpus) / "hetao-2023.txt").read_bytes() == (ROOT / "corpus" / "hetao-2023.txt").read_bytes()
    assert no_checkout
    assert Path(data) == Path(installed.env["XDG_DATA_HOME"]) / "hetao-kg"


def test_the_installed_command_says_what_it_can_do(installed: Installed) -> None:
    done = installed.run("hetao", "--help")
    assert done.returncode == 0, done.stderr
    for command in ("build", "extract", "ask", "search", "sparql", "check", "export", "ledger", "serve", "eval"):
        assert command in done.stdout


def asked(installed: Installed, data: str | Path) -> str:
    """Ask for what the plan says and return the answer's record, which quotes its evidence."""
    done = installed.run("hetao", "ask", "--data", str(data), "--json", "河套深圳园区面积是多少？")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["evidence"]
    return json.dumps(answer, ensure_ascii=False)


def test_the_installed_command_extracts_a_document_and_answers_from_another_folder(
    installed: Installed, built: Path, tmp_path: Path
) -> None:
    done = installed.run("hetao", "extract", str(write_small_plan(tmp_path)), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "财政部" in (tmp_path / "out" / "obligations.jsonl").read_text("utf-8")
    assert "3.02" in asked(installed, built)
    assert list(installed.folder.iterdir()) == []


@pytest.mark.soak
def test_the_installed_command_builds_the_plan_it_brought(installed: Installed, model_folder: Path) -> None:
    installed.env["HETAO_MODEL"] = str(model_folder)  # or it would write 490 MB once more
    done = installed.run("hetao", "build", "--data", "built", timeout=900)
    assert done.returncode == 0, done.stderr
    assert "3.02" in asked(installed, "built")
    assert [path.name for path in installed.folder.iterdir()] == ["built"]
