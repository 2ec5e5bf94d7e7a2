"""An answer as it is shown: its items, its limits in words, the words it rests on, and a refusal that helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import yaml

from kg.answer.record import Answer, Evidence, Item, Qualifier, Reason
from kg.errors import RuleError
from kg.resources import rules_dir
from kg.serve.citation import cite, quoted
from kg.serve.confidence import level, load_levels
from kg.serve.desk import Desk
from kg.serve.fragments.answer import answer_html, borne_by
from kg.serve.wording import LANGS, words
from tests.serve.markup import classed, elements

QUESTION = "货物分线管理的具体管理办法由谁制定？"
QUOTE = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&${1+1}"


@pytest.fixture(scope="module")
def answer(desk: Desk) -> Answer:
    found = desk.ask(QUESTION)
    assert found.answered
    return found


def test_the_items_stand_alone_and_the_quote_is_marked_in_its_clause(desk: Desk, answer: Answer) -> None:
    html = answer_html(answer, desk)
    (items,) = classed(html, "hk-answers")
    assert items.text == "财政部海关总署税务总局"
    assert [e.text for e in elements(html) if e.name == "mark"] == [QUOTE]
    (clause,) = classed(html, "hk-clause")
    found = desk.clause(answer.evidence[0].document, "15")
    assert found is not None
    assert clause.text == found.text.replace("\n", "")
    links = [e for e in elements(html) if e.name == "a" and e.attributes["href"] == "?clause=15"]
    assert {link.text for link in links} == {"（十五）实施货物分线管理"}


def test_the_query_is_there_with_the_rows_that_it_gives(desk: Desk, answer: Answer) -> None:
    html = answer_html(answer, desk)
    assert answer.sparql is not None
    (code,) = [e for e in elements(html) if e.name == "code"]
    assert code.text == answer.sparql
    (table,) = classed(html, "hk-table")
    assert all(name in table.text for name in ("财政部", "海关总署", "税务总局"))
    assert "查询返回3行" in html


@pytest.mark.parametrize(
    ("force", "told"),
    [
        ("exploratory", "探索探索或研究，尚未实行"),
        ("support", "支持支持或鼓励去做"),
        ("pilot", "试点先行试点"),
        ("视情况", "视情况"),
    ],
)
def test_what_limits_an_answer_is_said_in_words(force: str, told: str, desk: Desk, answer: Answer) -> None:
    limit = Qualifier(force, "在风险可控的前提下", "法律服务除外", "深圳园区海关监管区域")
    (limits,) = classed(answer_html(replace(answer, qualifier=limit), desk), "hk-limits")
    assert told in limits.text
    for key, value in (("条件", limit.condition), ("例外", limit.exception), ("区域", limit.zone)):
        assert f"{key}{value}" in limits.text


@pytest.mark.parametrize(
    ("confidence", "told"),
    [
        (0.97, "把握 高 同样把握的答复，一百个中至少有 90 个正确。"),
        (0.75, "把握 中 "),
        (0.2, "把握 低 "),
        (0.0, "把握 低 "),
    ],
)
def test_a_confidence_is_told_in_a_word_where_there_is_one(
    confidence: float, told: str, desk: Desk, answer: Answer
) -> None:
    (shown,) = classed(answer_html(replace(answer, confidence=confidence), desk), "hk-confidence")
    assert shown.text.startswith(told)
    assert classed(answer_html(replace(answer, confidence=None), desk), "hk-confidence") == []


def test_every_level_of_confidence_has_its_word_and_its_examples_hold() -> None:
    rows = yaml.safe_load((rules_dir() / "confidence.yaml").read_text("utf-8"))
    tried = [(row["id"], e) for row in rows for e in row["examples"]]
    names = {name for name, _ in tried}
    assert len(tried) > 8
    for name, example in tried:
        assert (level(float(example["text"])).id == name) == example["hits"]
    for lang in LANGS:
        assert set(words(lang)["confidence"]) - {"label"} == set(words(lang)["confidence_means"]) == names


@pytest.mark.parametrize("least", ["[0.9, 0.7]", "[0.5, 0.9, 0]", "[0.5, 0.5, 0]", "[1.5, 0]", "[]"])
def test_levels_that_do_not_go_down_to_nothing_are_refused(least: str, tmp_path: Path) -> None:
    path = tmp_path / "confidence.yaml"
    path.write_text(yaml.safe_dump([{"id": "x", "from": number} for number in yaml.safe_load(least)]), "utf-8")
    with pytest.raises(RuleError, match="its levels"):
        load_levels(path)


def test_what_is_copied_has_the_words_and_where_they_stand(desk: Desk, answer: Answer) -> None:
    copied = [e.attributes["data-copy"] or "" for e in classed(answer_html(answer, desk), "hk-copy")]
    assert f"“{QUOTE}”（国发〔2023〕12号（十五））" in copied
    assert copied[0].startswith("财政部、海关总署、税务总局\n")


def test_a_clause_is_cited_by_number_title_and_label(desk: Desk) -> None:
    document = desk.records[0].document
    by_id = {clause.id: clause for clause in document.clauses}
    assert cite(document, by_id["15"]) == "国发〔2023〕12号（十五）"
    assert cite(replace(document, identifier=None), by_id["15"]) == f"《{document.title}》（十五）"
    assert cite(document, replace(by_id["15"], label="第十五条")) == "国发〔2023〕12号第十五条"
    assert cite(document, by_id["preamble"]).startswith("国发〔2023〕12号")
    assert len(cite(document, by_id["preamble"])) > len("国发〔2023〕12号")
    assert quoted(document, by_id["15"], "设为“一线”") == "“设为‘一线’”（国发〔2023〕12号（十五））"


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_refusal_says_what_can_be_done_and_leads_to_clauses_and_their_tasks(
    reason: Reason, desk: Desk, answer: Answer
) -> None:
    html = answer_html(replace(answer, answered=False, reason=reason, answers=(), qualifier=None), desk)
    (advice,) = classed(html, "hk-advice")
    assert advice.text == words("zh-Hans")["advice"][reason]
    (way,) = classed(html, "hk-way-on")
    assert "（十五）实施货物分线管理 · 9 项任务" in way.text
    links = [e.attributes["href"] for e in elements(html) if e.name == "a"]
    assert {"?clause=15", "?view=ledger&clause=15"} <= set(links)


def test_the_advice_is_as_long_as_the_list_of_reasons() -> None:
    for lang in LANGS:
        assert set(words(lang)["advice"]) == set(get_args(Reason))


def test_only_what_bears_the_answer_is_given_as_its_ground(answer: Answer) -> None:
    def quoted(text: str, start: int) -> Evidence:
        return Evidence("15", text, start, start + len(text), "d")

    evidence = (quoted("甲和乙", 0), quoted("甲", 10), quoted("丙", 20), quoted("丁", 30))
    items = tuple(Item(text, None) for text in ("甲", "乙", "丙"))
    several = replace(answer, answers=items, evidence=evidence)
    assert [e.quote for e in borne_by(several)] == ["甲和乙", "丙"]
    yes = replace(
        answer, intent="yesno", answers=(Item("是", None),), evidence=(quoted("某句", 0), quoted("这是另一句", 9))
    )
    assert [e.quote for e in borne_by(yes)] == ["某句"]
    assert borne_by(replace(several, answered=False)) == ()


def test_every_reason_is_told_in_words_of_the_question_s_language(desk: Desk, answer: Answer) -> None:
    reasons = {*get_args(Reason), "no_date_given", "no_figure_given", "false_premise", "other_place", "other_document"}
    reasons |= {"live_data", "personal_data"}
    seen = set()
    for lang in LANGS:
        assert set(words(lang)["reasons"]) == reasons
        for reason in sorted(reasons):
            refused = replace(answer, answered=False, answers=(), reason=reason, lang=lang, sparql=None)
            html = answer_html(refused, desk)
            (told,) = classed(html, "hk-refused")
            assert reason not in html
            seen.add(told.text)
    assert len(seen) == len(LANGS) * len(reasons)


def test_a_refusal_gives_the_nearest_words_with_their_links_and_marks_nothing(desk: Desk) -> None:
    refused = desk.ask("园区今天的气温是多少？")
    assert not refused.answered
    html = answer_html(refused, desk)
    (nearest,) = classed(html, "hk-nearest")
    assert all(item.quote in nearest.text for item in refused.evidence)
    assert len(classed(html, "hk-place")) == len(refused.evidence) > 0
    (way,) = classed(html, "hk-way-on")
    first = desk.clause(refused.evidence[0].document, refused.evidence[0].clause)
    assert first is not None
    assert first.title in way.text
    assert "<mark" not in html


def test_a_question_s_markup_is_text_in_the_answer(desk: Desk, answer: Answer) -> None:
    evil = replace(
        answer,
        question=EVIL,
        message=EVIL,
        basis=EVIL,
        reason=EVIL,  # type: ignore[arg-type]
        answers=(Item(EVIL, EVIL),),
        qualifier=Qualifier(EVIL, EVIL, EVIL, EVIL),
        evidence=tuple(replace(e, quote=EVIL, clause=EVIL) for e in answer.evidence),
    )
    for shown in (evil, replace(evil, answered=False)):
        html = answer_html(shown, desk)
        assert {e.name for e in elements(html)}.isdisjoint({"script", "img"})
        assert html.count("&lt;script&gt;") >= 6


def test_the_answer_is_in_the_language_of_its_question(desk: Desk) -> None:
    html = answer_html(desk.ask("貨物分線管理的具體管理辦法由誰制定？"), desk)
    assert 'lang="zh-Hant"' in html.partition(">")[0]
    assert words("zh-Hant")["evidence"] in html
