"""The desk speaks each of its languages in full, or does not start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from kg.errors import RuleError
from kg.ledger.terms import term
from kg.resources import PACKAGE, data_dir, rules_dir
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


GONE = (
    "情态", "情態", "义务", "義務", "读回", "讀回", "对错", "對錯", "把握", "存下", "分条之外", "分條之外",
    "早于此日", "早於此日", "制作编号", "製作編號", "字元", "個人信息", "台賬", "督辦匯總", "喺", "而家", "邊個",
    "邊度", "可唔可以", "什麼", "Read a workbook back", "Right and wrong", "Kept filters", "Asked lately",
    "What it rests on", "nearest words", "Report of many", "one further", " ties", "tied directly", "Standing",
    "ground for it", "closed by", "broken duty", "that is what is said",
)  # fmt: skip
"""Words the desk once used, which people misread; no text that they see has them."""

SEEN = (
    "desk",
    "tabs",
    "columns",
    "terms",
    "messages",
    "lights",
    "reports",
    "paper",
    "export",
    "workbook",
    "refusals",
    "hidden",
    "means",
)


def _texts_people_see() -> dict[str, str]:
    rules = {f"{name}.yaml": yaml.safe_load((rules_dir() / f"{name}.yaml").read_text("utf-8")) for name in SEEN}
    for name in ("formerly", "formerly_chapter"):
        del rules["workbook.yaml"][name]
    found = {name: yaml.safe_dump(plain, allow_unicode=True, width=10**6) for name, plain in rules.items()}
    web, docs = PACKAGE / "web", PACKAGE.parent / "docs"
    # a line break is a blank where it is read
    for path in (*web.rglob("*.html"), *docs.rglob("*.md"), PACKAGE.parent / "README.md"):
        found[str(path.relative_to(PACKAGE.parent))] = " ".join(path.read_text("utf-8").split())
    labels = ox.parse(path=data_dir("ontology") / "hk.ttl", format=ox.RdfFormat.TURTLE)
    found["hk.ttl"] = "\n".join(one.object.value for one in labels if isinstance(one.object, ox.Literal))
    return found


def test_no_word_that_was_replaced_is_seen_anywhere() -> None:
    texts = _texts_people_see()
    assert len(texts) > 40
    left = {(name, word) for name, text in texts.items() for word in GONE if word in text}
    assert left == set()


@pytest.mark.parametrize("lang", LANGS)
def test_a_kind_and_its_force_read_as_a_measure_that_is_supported(lang: Lang) -> None:
    told = f"{term(lang, 'modality', 'duty')} · {term(lang, 'force', 'support')}"
    assert told == {"zh-Hans": "事项 · 支持", "zh-Hant": "事項 · 支持", "en": "measure · supported"}[lang]
