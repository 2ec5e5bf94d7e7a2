"""One name, one class: a reader who meets a name in two rooms meets the same thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def classes(tree: ast.Module) -> Iterator[str]:
    return (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def other_names(tree: ast.Module) -> Iterator[str]:
    """Names that a module gives to a type of its own making, or to a class that has another."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    for inner in ast.walk(tree):
        if isinstance(inner, ast.ImportFrom):
            yield from (alias.asname for alias in inner.names if alias.asname and alias.asname != alias.name)


def twice(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Return each class's name that is given more than once, with the modules that give it."""
    found = defaultdict(list)
    for module, tree in trees.items():
        for name in classes(tree):
            found[name].append(module)
    for module, tree in trees.items():
        for name in set(other_names(tree)) & set(found):
            found[name].append(module)
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def test_no_two_classes_have_one_name_and_no_other_type_has_a_class_s() -> None:
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes()) for path in (ROOT / "kg").rglob("*.py")}
    assert len(trees) >= 200
    assert twice(trees) == {}


def test_a_name_given_twice_is_found_in_each_way_it_can_be() -> None:
    one = ast.parse("class Line: ...")
    for other in (
        "class Line: ...",
        "Line = tuple[int, int]",
        "from a import B as Line",
        "def f():\n  class Line: ...",
    ):
        assert twice({"one": one, "other": ast.parse(other)}) == {"Line": ["one", "other"]}
    assert twice({"one": one, "other": ast.parse("from one import Line\nlines = [Line()]")}) == {}
