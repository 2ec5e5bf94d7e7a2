"""Documents lead where they say, and a guide in each language has a section with a picture for each tab."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from kg.vocab import LANGS
from kg.web.wording import words
from search_app import TABS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS])
def test_every_link_leads_to_what_is_there(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path = unquote(target.partition("#")[0])
        assert (document.parent / path).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("lang", LANGS)
def test_the_guide_has_each_tab_by_its_own_name_with_its_picture(lang: str) -> None:
    text = (ROOT / "docs" / "guide" / f"{lang}.md").read_text(encoding="utf-8")
    names = words(next(one for one in LANGS if one == lang))["tabs"]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [names[tab.name] for tab in TABS]
    assert re.findall(r"\(\.\./shots/(.+)\.png\)", text) == [f"{lang}/{tab.name}" for tab in TABS]


def test_every_document_is_listed() -> None:
    told = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    listed = set(LINK.findall(told))
    own = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert own <= listed
