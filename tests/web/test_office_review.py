"""The page on which a row is reviewed: what is shown, who may, what is kept, refused and told of a conflict."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline
from kg.builds import load_build
from kg.ledger.reviews import last_reviews, reviews_of
from kg.ledger.store import Ledger
from kg.models import Obligation
from kg.review.corrections import CORRECTABLE, written
from kg.web.desk.desk import Desk
from kg.web.office.review_form import agent_lines, deadline_parts, read_lines, zone_lines
from kg.web.wording import words
from tests.web.test_office import client, desk, post, signed_in

__all__ = ["desk"]

SAY = words("zh-Hans")["office"]["review"]


@pytest.fixture
def row(desk: Desk) -> Obligation:
    return next(row for row in desk.records[0].obligations if "鼓励居民" in row.quote)


@pytest.fixture
def kept(data: Path) -> Iterator[Ledger]:
    ledger = Ledger.open(data)
    yield ledger
    ledger.close()


def boxes(row: Obligation, **changed: str) -> dict[str, str]:
    return {f"f:{name}": written(row, name) for name in CORRECTABLE} | {f"f:{k}": v for k, v in changed.items()}


def test_a_row_is_shown_with_its_words_and_what_was_read(desk: Desk, row: Obligation) -> None:
    shown = client(desk).get("/desk/review", params={"id": row.id})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    for text in (row.quote, row.task_id, SAY["as_extracted"], SAY["none_of_it"], SAY["buttons"]["confirmed"]):
        assert html.escape(text) in shown.text
    assert SAY["buttons"]["withdrawn"] not in shown.text, "there is nothing to withdraw"
    assert client(desk).get("/desk/review", params={"id": "x"}).status_code == 404


def test_a_correction_is_kept_told_as_waiting_and_holds_in_the_next_build(
    desk: Desk, data: Path, row: Obligation, kept: Ledger
) -> None:
    asking = client(desk)
    said = {"id": row.task_id, "number": "0", "who": "张三", "reason": "原文写“鼓励”", "verdict": "corrected"}
    reply = post(asking, "/desk/review", **said, **boxes(row, force="firm"))
    assert reply.status_code == 303
    shown = asking.get(reply.headers["location"]).text
    for text in (SAY["kept"], SAY["states"]["waiting"], "张三", "原文写“鼓励”", SAY["buttons"]["withdrawn"]):
        assert html.escape(text) in shown
    assert last_reviews(kept)[row.task_id].corrected == {"force": "firm"}
    listed = asking.get("/desk/review").text
    total = len(desk.records[0].obligations)
    counts = {"confirmed": 0, "corrected": 1, "rejected": 0, "withdrawn": 0}
    assert SAY["counts"].format(total=total, left=total - 1, **counts) in listed
    assert row.task_id in listed
    pipeline.build([data.parent / "qingchuan.txt"], data, reviews=last_reviews(kept))
    later = Desk(load_build(data))
    try:
        again = client(later).get("/desk/review", params={"id": row.task_id}).text
        assert SAY["states"]["taken"] in again
        table = client(later).get("/desk/task", params={"id": row.task_id}).text
        assert "已更正" in table
    finally:
        later.close()


def test_what_cannot_be_kept_stays_in_its_boxes_with_the_reason(desk: Desk, row: Obligation, kept: Ledger) -> None:
    asking = client(desk)
    said = {"id": row.task_id, "number": "0", "who": "张三", "reason": "<i>因为</i>"}
    reply = post(asking, "/desk/review", **said, verdict="corrected", **boxes(row, agents="lead: 国家邮政局"))
    assert reply.status_code == 422
    assert "文件中没有这个主体" in reply.text
    assert "lead: 国家邮政局" not in reply.text, "the page has boxes and no notation"
    assert "&lt;i&gt;因为&lt;/i&gt;</textarea>" in reply.text
    reply = post(asking, "/desk/review", **said, verdict="confirmed", **boxes(row, force="firm"))
    assert (reply.status_code, SAY["touched"] in reply.text) == (422, True)
    reply = post(asking, "/desk/review", **(said | {"reason": " "}), verdict="confirmed", **boxes(row))
    assert (reply.status_code, "理由：没有填写" in reply.text) == (422, True)
    assert post(asking, "/desk/review", **said, verdict="praised").status_code == 422
    assert last_reviews(kept) == {}


def test_of_two_who_review_one_row_the_second_is_told(desk: Desk, row: Obligation, kept: Ledger) -> None:
    asking = client(desk)
    said = {"id": row.task_id, "number": "0", "who": "张三", "reason": "原文如此"}
    assert post(asking, "/desk/review", **said, verdict="confirmed", **boxes(row)).status_code == 303
    reply = post(asking, "/desk/review", **(said | {"who": "李四", "reason": "不是任务"}), verdict="rejected")
    assert reply.status_code == 409
    assert "张三" in reply.text
    assert "不是任务</textarea>" in reply.text
    # what they now see is the other's review; over it they may say theirs
    assert 'name="number" value="1"' in reply.text
    assert post(asking, "/desk/review", **(said | {"number": "1"}), verdict="rejected").status_code == 303
    assert [one.verdict for one in reviews_of(kept, row.task_id)] == ["confirmed", "rejected"]


@pytest.mark.usefixtures("accounts")
def test_only_a_supervisor_reviews(desk: Desk, row: Obligation, kept: Ledger) -> None:
    assert client(desk, alone=False).get("/desk/review").status_code == 401
    said = {"id": row.task_id, "number": "0", "reason": "原文如此", "verdict": "confirmed"}
    for name in ("读者", "张三"):
        asking = signed_in(desk, name)
        page = asking.get("/desk/review", params={"id": row.task_id}).text
        assert 'name="verdict"' not in page
        assert post(asking, "/desk/review", **said).status_code == 403
    assert last_reviews(kept) == {}
    assert post(signed_in(desk, "督查"), "/desk/review", **said).status_code == 303
    assert last_reviews(kept)[row.task_id].who == "督查"


def test_bodies_places_and_times_are_corrected_in_boxes_with_names_to_pick(
    desk: Desk, row: Obligation, kept: Ledger
) -> None:
    asking = client(desk)
    page = asking.get("/desk/review", params={"id": row.task_id}).text
    (records,) = desk.records
    names = [name for name in (agent.name for agent in records.agents) if name]
    assert names
    for name in names:
        assert f'<option value="{html.escape(name)}">' in page
    text = "".join(records.document.source.text.split())
    body, words = next((one, word) for one in records.agents for word in (one.name, *one.aliases) if word in text)
    lines = {"a:0:role": "lead", "a:0:name": body.name, "a:0:words": words, "a:0:inherited": "1", "a:1:name": ""}
    said = {"id": row.task_id, "number": "0", "who": "张三", "reason": "原文如此", "verdict": "corrected"}
    reply = post(asking, "/desk/review", **said, **(lines | {"a:0:name": "国家邮政局"}))
    assert reply.status_code == 422
    assert 'name="a:0:name" list="agent-names" value="国家邮政局"' in reply.text
    assert post(asking, "/desk/review", **said, **lines).status_code == 303
    corrected = last_reviews(kept)[row.task_id].corrected
    assert [(one["role"], one["name"], one["basis"]) for one in corrected["agents"]] == [
        ("lead", body.name, "inherited")
    ]
    again = asking.get("/desk/review", params={"id": row.task_id}).text
    assert SAY["verdicts"]["corrected"] in again


def test_the_boxes_of_an_untouched_row_say_what_it_says(desk: Desk) -> None:
    for row in desk.records[0].obligations:
        form = {
            f"a:{n}:{part}": value
            for n, line in enumerate(agent_lines(row, {}))
            for part, value in {"role": line.role, "name": line.name, "words": line.words}.items()
        }
        form |= {f"a:{n}:inherited": "1" for n, line in enumerate(agent_lines(row, {})) if line.inherited}
        form |= {f"z:{n}": zone for n, zone in enumerate(zone_lines(row, {}))}
        form |= dict(zip(("d:words", "d:kind"), deadline_parts(row, {}), strict=True))
        assert read_lines(form) == {name: written(row, name) for name in ("agents", "zones", "deadline")}
