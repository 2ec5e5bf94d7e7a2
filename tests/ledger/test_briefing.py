"""The briefing: dates that have passed are listed, rates say what they leave out, and it is laid out as an office's."""

from __future__ import annotations

import datetime
import io

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from kg.ledger.briefing import Briefing, briefing
from kg.ledger.briefing_paper import briefing_paper
from kg.ledger.changes import Reported
from kg.ledger.summary import Summary, summary
from kg.ledger.tasks import Terms, tasks_of
from kg.models import Records
from kg.vocab import LANGS

DAY = datetime.date(2026, 3, 31)
DATE = datetime.date(2026, 1, 31)


def reported(at: str = "2026-03-30T02:00:00+00:00", **values: object) -> Reported:
    return Reported(values, 1, at, "甲", "甲")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(records: Records) -> Summary:
    ids = [row.task_id for row in records.obligations if row.deadline is None or row.deadline.date is None]
    reports = {
        ids[0]: reported(status="under_way", due=DATE, progress="2026.2：开了会\n2026.3：方案已报批"),
        ids[1]: reported("2026-01-05T00:00:00+00:00", status="under_way", next_steps="下月验收"),
        ids[2]: reported(status="under_way", problems="缺少用地指标", assigned_to=("市发展改革委",)),
        ids[3]: reported(status="done", due=DATE, done_on=DATE, evidence=("函",)),
        # given to somebody, who has not reported
        ids[4]: reported("2025-01-05T00:00:00+00:00", assigned_to=("市科技创新局",)),
    }
    return summary(tasks_of([records], reports, Terms(DAY)), DAY)


def lines(one: Briefing, section: int) -> list[str]:
    return [line.text for line in one.sections[section].lines]


def test_never_reported_and_long_unreported_are_two_things(found: Summary, records: Records) -> None:
    assert [task.value("next_steps") for task in found.quiet] == ["下月验收"]
    assert len(found.never) == found.all.total - 4
    assert ("市科技创新局",) in {task.value("assigned_to") for task in found.never}
    assert not set(map(id, found.never)) & set(map(id, found.quiet))


def test_dates_that_have_passed_are_listed_beside_what_is_overdue(found: Summary, records: Records) -> None:
    attention = lines(briefing(found, [records]), 2)
    assert attention[0] == "（一）逾期任务1项"
    assert attention[2] == f"（二）截止日期已过、没有填报完成状态、有待核实的任务{len(found.passed)}项"
    assert len(found.passed) > 5
    passed = attention[3 : 3 + len(found.passed)]
    assert [line.partition("：")[0].split()[-1] for line in passed] == [task.obligation.id for task in found.passed]
    assert any("3-04：皇岗口岸整体完成重建（原文未明确；截止2025-12-31）" in line for line in passed)
    assert "不等于没有履行职责" in attention[-1]


def test_a_rate_says_in_words_what_it_leaves_out(found: Summary, records: Records) -> None:
    overall = lines(briefing(found, [records]), 0)
    rates, left = found.rates, found.rates.left_out
    assert f"办结率{rates.finished_share:.1%}（有日期的{rates.counted}项中办结1项；" in overall[1]
    assert f"无明确时限{left['undated']}项）" in overall[1]
    assert f"日期未到的{rates.counted - rates.matured}项不计入" in overall[2]
    assert overall[3].startswith("已分办2项，未分办")


def test_progress_problems_and_next_steps_are_what_was_reported_last(found: Summary, records: Records) -> None:
    made = briefing(found, [records])
    assert [line.rpartition("——")[2] for line in lines(made, 1)] == ["（一）未分办", "2026.3：方案已报批"]
    assert lines(made, 3)[0].endswith("——缺少用地指标")
    assert lines(made, 4)[0].endswith("——下月验收")
    assert lines(briefing(summary([], DAY), [records]), 3) == ["没有填报。"]


@pytest.mark.parametrize("lang", LANGS)
def test_no_internal_id_is_on_paper_in_any_language(found: Summary, records: Records, lang: str) -> None:
    made = briefing(found, [records], lang, number="2026-3", issuer="督查室")  # type: ignore[arg-type]
    text = "\n".join(p.text for p in Document(io.BytesIO(briefing_paper(made))).paragraphs)
    assert "2026-3" in text
    assert not [row.task_id for row in records.obligations if row.task_id in text]
    assert ("没有填报。" in text, "Nothing was reported" in text) == (False, False)
    assert (made.day, "督查室" in text) == ({"en": "2026-03-31"}.get(lang, "2026年3月31日"), True)


def test_the_paper_has_the_fonts_sizes_and_page_numbers_of_gb_t_9704(found: Summary, records: Records) -> None:
    made = briefing(found, [records], number="2026年第3期", issuer="督查室")
    paper = Document(io.BytesIO(briefing_paper(made)))
    title, number, first = paper.paragraphs[:3]
    assert (title.text, title.runs[0].font.size) == ("《河套深港科技创新合作区深圳园区发展规划》落实情况专报", Pt(22))
    assert (number.text, first.text) == ("（2026年第3期）", "一、总体情况")
    runs = {p.text[:5]: p.runs[0]._element for p in paper.paragraphs if p.text}
    fonts = {text: next(run.iter(qn("w:rFonts"))).get(qn("w:eastAsia")) for text, run in runs.items()}
    assert (fonts["一、总体情"], fonts["（一）未分"], fonts["截至202"]) == ("黑体", "楷体_GB2312", "仿宋_GB2312")
    assert [p.text for p in paper.paragraphs[-3:-1]] == ["督查室", "2026年3月31日"]
    assert paper.sections[0].footer.paragraphs[0].text.replace(" ", "") == "——"
