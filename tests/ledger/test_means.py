"""How a report came in: stored in one way, told in the reader's language."""

from __future__ import annotations

import ast
import re

import pytest

from kg.ledger.means import means_in
from kg.resources import rules_dir
from kg.vocab import LANGS, Lang

PACKAGE = rules_dir().parent


@pytest.mark.parametrize(
    ("kept", "lang", "told"),
    [
        (("desk", None, None), "zh-Hans", "网页"),
        (("desk", 1, None), "en", "a page of the desk (bulk change no. 1)"),
        (("hetao ledger undo", 2, 1), "zh-Hant", "命令列（撤銷第1號批量改動）"),
        (("import 台账{who}.xlsx", 3, None), "zh-Hans", "回填表“台账{who}.xlsx”（第3号批量改动）"),
        (("import ", None, None), "zh-Hans", "回填表“”"),
        (("desks", None, None), "zh-Hans", "desks"),
        (("自编程序", 4, None), "zh-Hans", "自编程序（第4号批量改动）"),
    ],
)
def test_the_means_is_told_with_the_file_as_it_was_called(
    kept: tuple[str, int | None, int | None], lang: Lang, told: str
) -> None:
    assert means_in(lang, *kept) == told


def _written() -> set[str]:
    """What the package itself writes as means: the last argument of a save, an undo or a move of reports."""
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            told = {"save": node.args[2:3], "undo": node.args[2:3]}.get(name, [])
            if name == "_write" and isinstance(node.args[-1], ast.Tuple):
                told = node.args[-1].elts[-1:]
            for one in told:
                if isinstance(one, ast.Constant):
                    found.add(str(one.value))
                elif isinstance(one, ast.JoinedStr):
                    found.add("".join(str(p.value) if isinstance(p, ast.Constant) else "件" for p in one.values))
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_every_means_that_the_product_writes_has_words(lang: Lang) -> None:
    written = _written()
    assert {"desk", "desk, many at once", "hetao ledger set", "import 件", "moved from 件", "moved to 件"} <= written
    assert all(means_in(lang, one) != one for one in written)
    if lang != "en":
        assert not [one for one in written if re.search("[A-Za-z]", means_in(lang, one))]
