"""What users say of answers is kept whole on this disk, given out safely, and gone when it is erased."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kg.cli
from kg import feedback
from kg.answer.record import Answer, Item
from kg.errors import HetaoError, OutputError
from kg.feedback import Feedback, Judgement, as_file, verdict

ANSWER = Answer(
    "a1", "由谁制定？", "zh-Hans", "agent", True, None,
    (Item("财政部", None), Item("税务总局", None)), "原文写明。", None, (), (), (), None, None, 1.0, None,
)  # fmt: skip
SAID = Judgement("2026-11-26T09:00:00+08:00", "由谁制定？", None, "财政部", True, "")


def add_many(data: Path, who: int) -> None:
    kept = Feedback(data)
    for i in range(25):
        kept.add(replace(SAID, question=f"{who}-{i}", comment="多" * 400))


def test_a_verdict_holds_the_question_the_answer_and_shanghai_s_time_and_nothing_else() -> None:
    said = verdict(ANSWER, False, " 漏了海关总署 ", datetime(2026, 11, 26, 17, 30, tzinfo=UTC))
    assert asdict(said) == {
        "time": "2026-11-27T01:30:00+08:00",
        "question": "由谁制定？",
        "answer_id": "a1",
        "answer": "财政部、税务总局",
        "right": False,
        "comment": "漏了海关总署",
    }
    assert verdict(replace(ANSWER, answers=()), True, "").answer == "原文写明。"


@pytest.mark.parametrize(("question", "comment"), [("问" * 1_001, ""), ("问", "说" * 501)])
def test_what_is_too_long_is_refused(question: str, comment: str) -> None:
    with pytest.raises(HetaoError, match="at most"):
        verdict(replace(ANSWER, question=question), True, comment)


def test_half_a_character_does_not_break_the_file(tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    kept.add(verdict(replace(ANSWER, question="\ud800谁"), True, "\udfff"))
    assert [said.question for said in kept.all()] == ["?谁"]
    assert as_file(kept.all(), "csv")


def test_what_many_say_at_once_is_all_kept(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=add_many, args=(tmp_path, who)) for who in range(2)]
    for other in others:
        other.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda who: add_many(tmp_path, who), range(2, 6)))
    for other in others:
        other.join(60)
    assert sorted(said.question for said in Feedback(tmp_path).all()) == sorted(
        f"{who}-{i}" for who in range(6) for i in range(25)
    )


def test_a_half_written_line_costs_no_other(tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    kept.add(SAID)
    with kept.path.open("ab") as file:
        file.write(b'{"time": "2026')
    kept.add(replace(SAID, question="后来的"))
    assert [said.question for said in kept.all()] == ["由谁制定？", "后来的"]


def test_a_full_file_takes_no_more_and_keeps_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Feedback(tmp_path)
    kept.add(SAID)
    monkeypatch.setattr(feedback, "MAX_BYTES", kept.path.stat().st_size + 5)
    with pytest.raises(OutputError, match="full"):
        kept.add(SAID)
    assert kept.all() == [SAID]


def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    kept.add(SAID)
    assert kept.path.stat().st_mode & 0o077 == 0


def test_erased_is_gone_and_erasing_nothing_is_no_mistake(tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    assert kept.erase() == 0
    kept.add(SAID)
    assert kept.erase() == 1
    assert kept.all() == []
    assert "财政部".encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_cell_is_a_formula_and_json_has_the_words_as_they_are(evil: str) -> None:
    said = replace(SAID, question=evil, comment=evil)
    _, row = csv.reader(io.StringIO(as_file([said], "csv").decode("utf-8-sig"), newline=""))
    assert row == [SAID.time, f"'{evil}", "", "财政部", "right", f"'{evil}"]
    assert json.loads(as_file([said], "json")) == [asdict(said)]


def ran(*arguments: object) -> int:
    return kg.cli.run([str(a) for a in arguments])


def test_the_commands_list_give_and_erase(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("feedback", "list", "--data", tmp_path) == 0
    assert capsys.readouterr().out == ""
    Feedback(tmp_path).add(replace(SAID, question="一\n二\x1b[31m", right=False))
    assert ran("feedback", "list", "--data", tmp_path) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t")[1:4] == ["wrong", "一 二 [31m", "财政部"]
    out = tmp_path / "out.csv"
    assert ran("feedback", "export", "-o", out, "--data", tmp_path) == 0
    assert out.read_bytes() == as_file(Feedback(tmp_path).all(), "csv")
    assert ran("feedback", "export", "-o", tmp_path / "out.txt", "--data", tmp_path) == 2
    assert re.search(r"\.csv or \.json", capsys.readouterr().err)
    assert ran("feedback", "erase", "--yes", "--data", tmp_path) == 0
    assert Feedback(tmp_path).all() == []
