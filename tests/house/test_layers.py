"""The rooms import to the left only; what is read at the edges is read nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each group may import the groups before it and, in the first and the last, no rule holds within it but this: a room
# imports itself. Rooms of one group in between know nothing of each other.
SHARED = (
    "",
    "builds",
    "checksums",
    "errors",
    "engine_settings",
    "exports",
    "facts",
    "models",
    "parts",
    "patterns",
    "records",
    "refusals",
    "resources",
    "rules",
    "settings",
    "vocab",
    "writing",
)
GROUPS: tuple[tuple[str, ...], ...] = (
    SHARED,
    ("read",),
    ("extract",),
    ("review",),
    ("graph", "search"),
    ("answer", "ledger"),
    ("versions",),
    ("feedback",),
    ("pipeline",),
    ("workspace",),
    ("plan",),
    ("views",),
    ("web",),
    ("search_app",),
    ("cli",),
)
RANK = {room: rank for rank, group in enumerate(GROUPS) for room in group}
# What is imported by the package itself when it is asked for: the door for those who use it from Python.
FRONT = {("kg", "kg.plan")}
EDGES = ("settings", "engine_settings", "cli", "search_app", "pipeline")


def modules() -> list[Path]:
    found = sorted((ROOT / "kg").rglob("*.py"))
    desk = ROOT / "search_app.py"
    return [*found, desk] if desk.is_file() else found


def room_of(module: str) -> str:
    """`kg.read.clauses` → `read`, `kg` → "", `search_app` → `search_app`."""
    parts = module.split(".")
    return parts[0] if parts[0] == "search_app" else (parts[1] if len(parts) > 1 else "")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of each module of ours imported anywhere in *tree*."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            # `from kg import settings` names a module behind the import
            names = [f"kg.{alias.name}" for alias in node.names] if node.module == "kg" else [node.module]
            names = ["kg" if name == "kg.__version__" else name for name in names]
            names = ["kg.plan" if name == "kg.Plan" else name for name in names]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in ("kg", "search_app"))


def broken(importer: str, tree: ast.AST) -> list[str]:
    """Return one line for each import in *tree* that goes to the right or sideways."""
    room = room_of(importer)
    found = []
    for line, name in imported(tree):
        other = room_of(name)
        sideways = RANK[other] == RANK[room] and other != room and room not in SHARED
        if (RANK[other] > RANK[room] or sideways) and (importer, name) not in FRONT:
            found.append(f"{importer}:{line} imports {name}")
    return found


def test_every_module_lies_in_a_known_room() -> None:
    unknown = {name_of(path) for path in modules() if room_of(name_of(path)) not in RANK}
    assert not unknown


def test_imports_run_to_the_left_only() -> None:
    found = modules()
    assert len(found) > 10
    faults = [fault for path in found for fault in broken(name_of(path), ast.parse(path.read_text("utf-8")))]
    assert not faults


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("kg.read.clauses", "from kg.extract.dates import find_dates"),
        ("kg.read.clauses", "import kg.cli"),
        ("kg.models", "from kg import pipeline"),
        ("kg.graph.build", "from kg.search.dense import rank"),
        ("kg.answer.rows", "from kg.ledger import store"),
        ("kg.pipeline", "import search_app"),
        ("kg.web.http.api", "def f():\n    from kg.cli import main"),
        ("kg.answer.rows", "if TYPE_CHECKING:\n    from kg.web import api"),
    ],
)
def test_an_import_to_the_right_or_sideways_is_found(importer: str, line: str) -> None:
    assert len(broken(importer, ast.parse(line))) == 1


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("kg.cli", "from kg.pipeline import build"),
        ("kg.cli", "import search_app"),
        ("kg.answer.rows", "from kg import settings\nfrom kg.search.dense import rank"),
        ("kg.read.text", "from kg.read.offsets import Offsets"),
        ("kg.settings", "from kg.resources import checkout"),
        ("kg.cli", "from kg import __version__"),
    ],
)
def test_an_import_to_the_left_or_in_the_room_is_let_be(importer: str, line: str) -> None:
    assert broken(importer, ast.parse(line)) == []


def reads_a_variable(tree: ast.AST) -> bool:
    """Whether a variable of the environment is read by name; to hand the whole of it on to a child is no reading."""
    for node in ast.walk(tree):
        read = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            read = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            read = node.func if node.func.attr == "getenv" else node.func.value
        elif isinstance(node, ast.Compare):
            read = node.comparators[0]
        if isinstance(read, ast.Attribute) and read.attr in ("environ", "environb", "getenv"):
            return True
    return False


def test_the_environment_is_read_at_the_edges_alone() -> None:
    readers = {name_of(path) for path in modules() if reads_a_variable(ast.parse(path.read_text("utf-8")))}
    assert {room_of(reader) for reader in readers} <= set(EDGES)
    assert "kg.settings" in readers


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        ("import os\nx = os.environ['A']", True),
        ("import os\nx = os.environ.get('A')", True),
        ("import os\nx = os.getenv('A')", True),
        ("import os\nx = 'A' in os.environ", True),
        ("import os\nx = dict(os.environ)", False),
        ("import os\nos.environ['A'] = '1'", False),
    ],
)
def test_a_variable_that_is_read_is_found(code: str, reads: bool) -> None:
    assert reads_a_variable(ast.parse(code)) is reads


def test_no_module_is_called_after_nothing_it_does() -> None:
    assert not [
        path.name for path in modules() if path.stem in ("utils", "util", "helpers", "helper", "common", "misc")
    ]
