"""Words for matching: two scripts, names of the build, and jieba's own state left alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kg.search.words import Lexicon, folded, simplified, standard_counts


def knowing(names: Iterable[str]) -> Lexicon:
    """jieba's standard dictionary with *names*."""
    lexicon = Lexicon(standard_counts())
    lexicon.learn(names)
    return lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return knowing(["落马洲河套", "量子谷", "X", "白名单　制度"])


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [("稅務總局負責甚麼？", "税务总局负责甚么？"), ("皇崗口岸", "皇岗口岸"), ("個人所得稅15％", "个人所得税15%")],
)
def test_a_question_in_traditional_script_has_the_words_of_the_simplified_one(
    lexicon: Lexicon, traditional: str, plain: str
) -> None:
    assert lexicon.words(traditional) == lexicon.words(plain)


def test_a_name_of_the_build_is_one_word_where_the_standard_dictionary_cuts_it(lexicon: Lexicon) -> None:
    assert "落马洲河套" in lexicon.words("在落马洲河套建设")
    assert "落马洲河套" not in knowing([]).words("在落马洲河套建设")
    assert "白名单制度" in lexicon.words("推行白名單制度")


def test_a_long_word_is_found_by_its_parts_and_by_pairs_of_characters(lexicon: Lexicon) -> None:
    words = lexicon.words("实行国务院授权")
    assert {"国务", "国务院", "_国务", "_务院", "_院授"} <= set(words)


def test_signs_spaces_and_control_characters_give_no_word(lexicon: Lexicon) -> None:
    assert lexicon.words("？！，。 \t\n　“”…—%\x00\x1b\u200b") == []


def test_the_shared_tokenizer_of_jieba_never_learns_a_name(lexicon: Lexicon) -> None:
    import jieba

    assert "落马洲河套" in lexicon.words("落马洲河套")
    assert "落马洲河套" not in jieba.dt.FREQ


def test_a_dictionary_comes_back_from_its_files_as_it_was(lexicon: Lexicon, tmp_path: Path) -> None:
    lexicon.save(tmp_path)
    again = Lexicon.load(tmp_path)
    text = "在落马洲河套深港科技创新合作区推行“白名单”制度，2025年前减按15%税率征收企业所得税"
    assert again.words(text) == lexicon.words(text)
    assert again._tokenizer.FREQ == lexicon._tokenizer.FREQ
    assert again._tokenizer.total == lexicon._tokenizer.total


def test_folding_keeps_what_both_scripts_share() -> None:
    assert folded("ＡＢＣ１５％") == "abc15%"
    assert simplified("河套") == "河套"


def test_names_known_for_a_while_are_cut_as_if_they_were_known_for_good_and_leave_no_trace() -> None:
    lexicon = knowing([])
    counts, total = dict(lexicon.counts), lexicon._tokenizer.total
    names, text = ["落马洲河套", "量子谷", "国务院"], "国务院在落马洲河套建设量子谷，落马洲河套学院"
    with lexicon.knowing(names) as known:
        cut = lexicon.words(text)
    assert cut == knowing(names).words(text)
    assert (dict(lexicon.counts), lexicon._tokenizer.total) == (counts, total)
    lexicon.learn_counts(known)
    assert lexicon.words(text) == cut
