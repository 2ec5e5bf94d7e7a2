"""The desk speaks each of its languages in full, or does not start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.errors import RuleError
from kg.resources import rules_dir
from kg.rules import Texts, read
from kg.search.words import simplified
from kg.vocab import LANGS, Lang
from kg.web.wording import words
from tests.conftest import few


def test_every_language_has_texts_of_its_own() -> None:
    titles = {words(lang)["title"] for lang in LANGS}
    assert len(titles) == len(LANGS) == 3


@pytest.mark.parametrize("lang", LANGS)
def test_every_tab_has_its_word_and_no_word_is_without_its_tab(lang: Lang) -> None:
    from search_app import TABS

    assert list(words(lang)["tabs"]) == [tab.name for tab in TABS]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", few(("ask", "find.label", "reasons.live_data"), ["find.label"]))
def test_a_language_that_lacks_a_key_is_refused_with_the_key(lang: str, key: str, tmp_path: Path) -> None:
    plain = yaml.safe_load((rules_dir() / "desk.yaml").read_text("utf-8"))
    *above, last = key.split(".")
    inside = plain[lang]
    for part in above:
        inside = inside[part]
    del inside[last]
    path = tmp_path / "desk.yaml"
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), "utf-8")
    with pytest.raises(RuleError, match=f"{lang} lacks {key}"):
        read(path, Texts[Any])


def test_a_missing_language_is_refused(tmp_path: Path) -> None:
    plain = yaml.safe_load((rules_dir() / "desk.yaml").read_text("utf-8"))
    del plain["en"]
    path = tmp_path / "desk.yaml"
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), "utf-8")
    with pytest.raises(RuleError, match="its languages"):
        read(path, Texts[Any])


def test_no_simplified_character_stands_in_the_traditional_texts() -> None:
    from opencc import OpenCC

    text = yaml.safe_dump(words("zh-Hant"), allow_unicode=True)
    # what is Simplified only changes on the way to Traditional; 台 is both, as are some whose variants differ
    changed = {a + b for a, b in zip(text, OpenCC("s2t").convert(text), strict=True) if a != b}
    assert changed <= {"台臺", "群羣", "核覈"}
    assert simplified(text) != text


def test_the_english_texts_have_no_chinese_but_the_document_s_own_and_the_questions() -> None:
    plain = {key: value for key, value in words("en").items() if key not in ("example_questions", "open_list")}
    assert not [c for c in yaml.safe_dump(plain, allow_unicode=True) if "一" <= c <= "鿿"]
