"""An answer as it is shown: its items, its limits in words, the words it rests on, and a refusal that helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qsl, urlencode

import pytest
import yaml

from kg.answer.record import (
    ASSURED,
    Answer,
    CitedDocument,
    Evidence,
    Item,
    OtherAnswer,
    Qualifier,
    Ranked,
    Reason,
)
from kg.answer.wording import messages
from kg.errors import RuleError
from kg.resources import rules_dir
from kg.rules import read
from kg.vocab import LANGS, Lang
from kg.web.citation import cite, quoted
from kg.web.confidence import Levels, level
from kg.web.desk.desk import Desk
from kg.web.fragments.answer import SHOWN_ITEMS, answer_html, borne_by
from kg.web.wording import words
from tests.web.markup import classed, elements
from tests.web.pages import QUESTION, QUOTE

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&${1+1}"


SPARQL = """SELECT ?name WHERE {
  ?obligation hk:inClause/hk:number "15" ; (hk:lead|hk:responsible)/rdfs:label ?name .
  FILTER(LANGMATCHES(LANG(?name), "zh-Hans"))
}
ORDER BY ?name
"""


@pytest.fixture(scope="module")
def answer(desk: Desk) -> Answer:
    """A record such as the answerer makes, of a clause of the plan, so that it is the view alone that is tested."""
    document, rows = desk.records[0].document, desk.records[0].obligations
    borne = [next(row for row in rows if row.quote == QUOTE), *(row for row in rows if row.clause == "21")]
    evidence = [Evidence(row.clause, row.quote, row.start, row.end, document.slug) for row in borne[:5]]
    return Answer(
        id=None,
        question=QUESTION,
        lang="zh-Hans",
        intent="agency",
        answered=True,
        reason=None,
        answers=tuple(Item(name, None) for name in ("财政部", "海关总署", "税务总局")),
        message="（十五）实施货物分线管理写明的是财政部、海关总署、税务总局。",
        qualifier=None,
        clauses=tuple(one.clause for one in evidence),
        evidence=tuple(evidence),
        ranking=tuple(Ranked(one.clause, 1.0, document.slug) for one in evidence),
        sparql=SPARQL,
        confidence=0.97,
        elapsed_ms=1.0,
        basis="依据：一行。",
        assured=True,
    )


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
        ("exploratory", "探索 探索或研究，尚未实行"),
        ("support", "支持 支持或鼓励去做"),
        ("pilot", "试点 先行试点"),
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
        (0.97, "可信度 高 同样可信度的答复，一百个中至少有 90 个正确。"),
        (0.85, "可信度 中 "),
        (0.2, "可信度 低 "),
        (0.0, "可信度 低 "),
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


def test_what_is_assured_is_never_of_the_lowest_level_and_what_is_not_always_is() -> None:
    assert level(ASSURED).id != "low"
    assert level(ASSURED - 1e-9).id == "low"


@pytest.mark.parametrize("least", ["[0.9, 0.7]", "[0.5, 0.9, 0]", "[0.5, 0.5, 0]", "[1.5, 0]", "[]"])
def test_levels_that_do_not_go_down_to_nothing_are_refused(least: str, tmp_path: Path) -> None:
    path = tmp_path / "confidence.yaml"
    examples = [{"text": "1", "hits": True}, {"text": "0", "hits": False}]
    levels = [{"id": str(at), "from": one, "examples": examples} for at, one in enumerate(yaml.safe_load(least))]
    path.write_text(yaml.safe_dump(levels), "utf-8")
    with pytest.raises(RuleError, match="its levels"):
        read(path, Levels)


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
    reasons = set(get_args(Reason))
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


def unsure(answer: Answer, *items: str, **changes: object) -> Answer:
    given = tuple(Item(text, None) for text in items) or answer.answers
    return replace(answer, assured=False, confidence=0.6, answers=given, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lang", "intent", "items", "told"),
    [
        ("zh-Hans", "agency", (), "可能是：财政部、海关总署、税务总局"),
        ("zh-Hant", "agency", (), "可能是：财政部、海关总署、税务总局"),
        ("en", "agency", (), "It may say: 财政部, 海关总署, 税务总局"),
        ("zh-Hans", "yesno", ("是",), "答案可能是“是”。"),
        ("zh-Hant", "yesno", ("否",), "答案可能是「否」。"),
        ("en", "yesno", ("否",), "The answer may be no."),
    ],
)
def test_of_an_answer_that_is_not_assured_the_passage_comes_first_and_what_it_may_say_in_small(
    lang: str, intent: str, items: tuple[str, ...], told: str, desk: Desk, answer: Answer
) -> None:
    html = answer_html(unsure(answer, *items, lang=lang, intent=intent), desk)
    (maybe,) = classed(html, "hk-maybe")
    assert maybe.text == told
    assert html.index("<mark") < html.index("hk-maybe")
    assert [e.text for e in elements(html) if e.name == "mark"] == [QUOTE]
    assert classed(html, "hk-answers") == classed(html, "hk-message") == []
    assert words(lang)["likely"]["heading"] in html
    assert words(lang)["evidence"] not in html
    copied = classed(html, "hk-copy")[-1].attributes["data-copy"] or ""
    first, second, _ = copied.split("\n")
    assert QUOTE in first
    assert second.replace("、", ", " if lang == "en" else "、") == told
    assert answer.message not in copied


def test_a_passage_that_may_answer_has_nothing_beside_it(desk: Desk, answer: Answer) -> None:
    html = answer_html(unsure(answer, QUOTE, intent="passage"), desk)
    assert classed(html, "hk-maybe") == classed(html, "hk-answers") == []
    assert [e.text for e in elements(html) if e.name == "mark"] == [QUOTE]


@pytest.mark.parametrize("lang", LANGS)
def test_a_refusal_that_is_not_sure_claims_nothing_and_one_for_want_of_a_word_speaks_of_what_was_read(
    lang: Lang, desk: Desk, answer: Answer
) -> None:
    read = {"zh-Hans": "读过的", "zh-Hant": "讀過的", "en": "The passages read"}[lang]
    document = {"zh-Hans": "文件", "zh-Hant": "文件", "en": "document"}[lang]
    refused = replace(answer, answered=False, assured=False, answers=(), lang=lang)
    for reason in ("not_in_plan", "no_agency_named", "no_date_given", "no_figure_given"):
        (heading,) = classed(answer_html(replace(refused, reason=reason), desk), "hk-refused")
        assert heading.text.startswith(read)
    html = answer_html(replace(refused, reason="unsure"), desk)
    (heading,) = classed(html, "hk-refused")
    assert document not in heading.text
    (message,) = classed(html, "hk-message")
    assert message.text == answer.message
    assert classed(html, "hk-nearest")
    assert "<mark" not in html


def test_an_answer_in_parts_is_shown_as_its_parts_each_under_its_question(desk: Desk, answer: Answer) -> None:
    parts = (
        answer,
        replace(unsure(answer), question="何时制定？"),
        replace(answer, question="多少钱？", answered=False, reason="no_figure_given", answers=(), assured=False),
    )
    whole = replace(answer, question="由谁制定，何时制定，多少钱？", parts=parts, notes=("一句说明。",), basis=None)
    html = answer_html(whole, desk)
    assert [e.text for e in elements(html) if e.name == "h2"] == [part.question for part in parts]
    assert html.index("hk-answers") < html.index("hk-maybe") < html.index("hk-refused")
    assert len(classed(html, "hk-judge")) == len(classed(html, "hk-answer")) == 1
    assert len(classed(html, "hk-part")) == 3
    assert html.count("一句说明。") == 1
    (article,) = classed(html, "hk-answer")
    assert article.attributes["data-title"] == whole.question


def test_of_a_long_list_the_first_are_shown_with_the_way_to_all_of_them(desk: Desk, answer: Answer) -> None:
    items = [row.quote for row in desk.records[0].obligations if row.force == "firm"]
    assert len(items) > SHOWN_ITEMS
    listed = replace(answer, intent="tasks", answers=tuple(Item(text, None) for text in items))
    asked = replace(listed, ledger="view=ledger&force=firm")
    for shown in (asked, replace(asked, assured=False)):
        html = answer_html(shown, desk)
        assert [e.text for e in elements(html) if e.name == "li" and e.text in items] == items[:SHOWN_ITEMS]
        (link,) = [e for e in classed(html, "hk-more") if "台账" in e.text]
        assert (link.text, link.attributes["href"]) == (f"在台账中查看全部 {len(items)} 项", "?view=ledger&force=firm")
    (whole,) = classed(answer_html(listed, desk), "hk-answers")
    assert whole.text == "".join(items)


def test_a_number_leads_to_what_it_counts(desk: Desk, answer: Answer) -> None:
    number = sum(row.clause == "15" for row in desk.records[0].obligations)
    counted = replace(answer, intent="quantity", answers=(Item(str(number), None),), ledger="view=ledger&clause=15")
    html = answer_html(counted, desk)
    (items,) = classed(html, "hk-answers")
    assert items.text == str(number)
    assert f"在台账中查看全部 {number} 项" in html


def test_the_address_of_an_answer_says_of_which_document_and_after_which_question(desk: Desk, answer: Answer) -> None:
    asked = {"document": "guofa-2023-12", "previous": "谁&谁？"}
    (article,) = classed(answer_html(answer, desk, asked, "货物分线管理由谁负责？"), "hk-answer")
    here = str(article.attributes["data-here"]).removeprefix("?")
    assert dict(parse_qsl(here)) == {"q": QUESTION, **asked}
    assert article.attributes["data-whole"] == "货物分线管理由谁负责？"
    (alone,) = classed(answer_html(answer, desk), "hk-answer")
    assert (alone.attributes["data-here"], alone.attributes["data-whole"]) == (
        f"?{urlencode({'q': QUESTION})}",
        QUESTION,
    )


def test_where_there_are_several_documents_every_passage_names_its_own(
    two_documents: Desk, desk: Desk, answer: Answer
) -> None:
    firsts = [(one.document.slug, one.obligations[0]) for one in two_documents.records]
    evidence = tuple(Evidence(row.clause, row.quote, row.start, row.end, slug) for slug, row in firsts)
    html = answer_html(replace(answer, evidence=evidence, ranking=(), sparql=None), two_documents)
    titles = [f"{one.document.title} {one.document.identifier}" for one in two_documents.records]
    assert [e.text for e in classed(html, "hk-source")] == titles
    places = [place.text for place in classed(html, "hk-place")]
    assert all(place.startswith(title) for place, title in zip(places, titles, strict=True))
    # a single document is not named with each of its passages
    assert classed(answer_html(answer, desk), "hk-source") == []


def contended(desk: Desk, answer: Answer, *, same: bool, **changes: object) -> Answer:
    """Return *answer* as one of the first of two documents, with an answer of the second beside it."""
    first, second = (one.document for one in desk.records)
    rows = [one.obligations[0] for one in desk.records]
    quotes = [
        Evidence(row.clause, row.quote, row.start, row.end, one.slug)
        for row, one in zip(rows, (first, second), strict=True)
    ]
    other = OtherAnswer((Item(EVIL, None),), same, None, 0.9, (quotes[1],))
    cited = tuple(CitedDocument(one.slug, one.title, one.identifier, one.status) for one in (first, second))
    changed = replace(answer, evidence=tuple(quotes), ranking=(), sparql=None, others=(other,), documents=cited)
    return replace(changed, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
def test_documents_that_differ_stand_as_cards_above_an_answer_that_is_not_sure(
    lang: Lang, two_documents: Desk, answer: Answer
) -> None:
    unsure = contended(two_documents, answer, same=False, assured=False, confidence=0.5, lang=lang)
    html = answer_html(unsure, two_documents)
    (cards,) = classed(html, "hk-cards")
    assert html.index("hk-cards") < html.index("hk-rests")
    items = messages()[lang]["separator"].join(one.text for one in answer.answers)
    assert [one.text for one in classed(html, "hk-short")] == [items, EVIL]
    for one, quote in zip(two_documents.records, unsure.evidence, strict=True):
        assert f"{one.document.title} {one.document.identifier}" in cards.text
        assert quote.quote in cards.text
    assert messages()[lang]["others_differ"] in html
    assert "<script" not in html
    # its words are not repeated among those that are only near
    assert classed(html, "hk-nearest") == []
    copied = [one.attributes["data-copy"] or "" for one in classed(html, "hk-copy")]
    assert [EVIL in text and unsure.evidence[1].quote in text for text in copied].count(True) == 1


def test_documents_that_differ_stand_below_an_answer_that_is_sure_and_a_repealed_one_says_so(
    two_documents: Desk, answer: Answer
) -> None:
    sure = contended(two_documents, answer, same=False)
    repealed = replace(sure, documents=(sure.documents[0], replace(sure.documents[1], status="repealed")))
    html = answer_html(repealed, two_documents)
    assert html.index("hk-rests") < html.index("hk-cards")
    assert [one.text for one in classed(html, "hk-repealed")] == ["已废止"]
    assert classed(answer_html(sure, two_documents), "hk-repealed") == []


def test_documents_that_agree_are_named_without_their_answer_again(two_documents: Desk, answer: Answer) -> None:
    html = answer_html(contended(two_documents, answer, same=True), two_documents)
    assert classed(html, "hk-cards") == []
    (section,) = classed(html, "hk-elsewhere")
    other = two_documents.records[1].document
    assert section.text.startswith("说法相同的另有1份文件")
    assert f"{other.title} {other.identifier}" in section.text
    assert EVIL not in section.text


def test_a_refusal_gives_the_nearest_words_with_their_links_and_marks_nothing(desk: Desk, answer: Answer) -> None:
    refused = replace(answer, answered=False, assured=False, reason="live_data", answers=(), sparql=None)
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
    several = replace(evil, parts=(evil, replace(evil, assured=False)))
    for shown in (evil, replace(evil, assured=False), replace(evil, answered=False), several):
        html = answer_html(shown, desk)
        assert {e.name for e in elements(html)}.isdisjoint({"script", "img"})
        assert html.count("&lt;script&gt;") >= 6


def test_the_answer_is_in_the_language_of_its_question(desk: Desk, answer: Answer) -> None:
    html = answer_html(replace(answer, lang="zh-Hant"), desk)
    assert 'lang="zh-Hant"' in html.partition(">")[0]
    assert words("zh-Hant")["evidence"] in html
