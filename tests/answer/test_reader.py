"""What the reader reads and says: windows, tokens, and items decoded from probabilities."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.answer.choice import log_odds, trimmed
from kg.answer.reader import Reader, decode, softmax
from kg.answer.reader_input import TOKENS, assemble
from kg.answer.signs import CAUTION, probability, trust, weights
from kg.answer.windows import CHARACTERS, Windows
from kg.errors import ModelError
from kg.search.store import READER
from kg.web.desk.desk import Desk


def _likeliest(tags: np.ndarray) -> tuple[list[tuple[int, int]], float]:
    """Every reading of a few tokens that is one, tried out: the items of the likeliest by token numbers."""
    best, found = -np.inf, None
    for path in product(range(3), repeat=len(tags)):
        grows = all(tag != 2 or (i > 0 and path[i - 1] != 0) for i, tag in enumerate(path))
        if not grows or 1 not in path:
            continue
        score = sum(np.log(max(tags[i, tag], 1e-8)) for i, tag in enumerate(path)) / len(path)
        if score > best + 1e-9:
            best, found = score, path
    assert found is not None
    items = [i for i, tag in enumerate(found) if tag == 1]
    ends = [next((j for j in range(i + 1, len(found)) if found[j] != 2), len(found)) for i in items]
    return list(zip(items, ends, strict=True)), best


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(-4, 4)] * 3), min_size=1, max_size=6))
def test_the_items_are_those_of_the_likeliest_reading_that_has_one(logits: list[tuple[float, float, float]]) -> None:
    tags = softmax(np.array(logits, np.float32))
    items, fit = decode(tags, [(i, i + 1) for i in range(len(tags))])
    wanted, best = _likeliest(tags)
    assert fit == pytest.approx(best, abs=1e-4)
    if [(item.start, item.end) for item in items] != wanted:  # two readings may be equally likely
        own = [0] * len(tags)
        for item in items:
            own[item.start : item.end] = [1, *[2] * (item.end - item.start - 1)]
        score = np.mean([np.log(max(tags[i, tag], 1e-8)) for i, tag in enumerate(own)])
        assert score == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize(
    ("quote", "start", "end", "text"),
    [
        ("由财政部、海关总署制定", 1, 5, "财政部"),
        ("（省财政厅牵头）推进", 0, 5, "省财政厅"),
        ("实行“白名单”制度", 2, 7, "白名单"),
        ("符合条件（含外资）的企业", 0, 9, "符合条件（含外资）"),
        ("，。", 0, 2, ""),
    ],
)
def test_an_item_has_no_signs_at_its_edges_and_no_bracket_without_its_partner(
    quote: str, start: int, end: int, text: str
) -> None:
    first, last = trimmed(quote, start, end)
    assert quote[first:last] == text


def test_a_window_is_a_run_of_neighbours_of_one_clause_around_its_sentence(desk: Desk) -> None:
    sentences = [unit for unit in desk.ranker.index.units if unit.kind == "sentence"]
    windows = Windows({one.document.slug: one.document for one in desk.records}, desk.ranker.sentences)
    for unit in sentences:
        window = windows.around(unit)
        assert unit in window.units
        assert {one.clause for one in window.units} == {unit.clause}
        numbers = [sentences.index(one) for one in window.units]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert len(window.units) == 1 or sum(len(one.quote) for one in window.units) <= CHARACTERS
    few = windows.over(sentences, 3)
    assert len(few) == 3
    assert len({unit for window in few for unit in window.units}) >= 3


def test_what_is_too_long_to_be_read_is_cut_and_every_sentence_keeps_its_mark(desk: Desk) -> None:
    sentences = [unit for unit in desk.ranker.index.units if unit.kind == "sentence"]
    windows = Windows({one.document.slug: one.document for one in desk.records}, desk.ranker.sentences)
    reader = desk.answerer._reader
    window = windows.around(sentences[40], 4_000)
    read = assemble("规划" * 4_000, window, reader._pieces)
    assert len(read.ids) <= TOKENS + len(window.units)
    assert len(read.marks) == len(read.firsts) == len(read.pieces) == len(window.units)
    for mark, first, piece in zip(read.marks, read.firsts, read.pieces, strict=True):
        assert read.ids[mark] == reader._pieces.end
        assert tuple(read.ids[first : first + len(piece.ids)]) == piece.ids


def test_a_sentence_is_read_alike_alone_and_beside_others_in_the_batch(desk: Desk) -> None:
    sentences = [unit for unit in desk.ranker.index.units if unit.kind == "sentence"]
    windows = Windows({one.document.slug: one.document for one in desk.records}, desk.ranker.sentences)
    reader = desk.answerer._reader
    several = [windows.around(sentences[n]) for n in (3, 30, 60)]
    together = {one.unit: one for one in reader.read("由谁制定？", several).judged}
    for window in several:
        for one in reader.read("由谁制定？", [window]).judged:
            assert one.answers == pytest.approx(together[one.unit].answers, abs=0.02)


def test_a_reader_whose_words_are_missing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the reader is missing or damaged"):
        Reader(tmp_path)


def test_nothing_is_said_of_no_windows(desk: Desk) -> None:
    read = desk.answerer._reader.read("由谁制定？", [])
    assert read.judged == ()
    assert sum(read.kinds.values()) == pytest.approx(1)


def test_the_layers_are_the_ones_that_were_written_down(desk: Desk) -> None:
    import hashlib
    import json

    folder = Path(__file__).resolve().parents[2] / "kg" / "answer" / "model"
    about = json.loads((folder / "reader.json").read_bytes())
    digest = hashlib.sha256((folder / "reader.onnx").read_bytes()).hexdigest()
    assert digest == about["sha256"]
    assert digest in (folder.parents[2] / "NOTICE").read_text("utf-8")
    assert (desk.build.index / READER / "words.npy").stat().st_size < 100_000_000


def test_a_probability_is_that_of_the_logistic_function() -> None:
    assert probability({"a": 2.0, "b": 1.0, "unknown": 9.0}, {"a": 0.5, "b": -1.0}) == pytest.approx(0.5)
    assert log_odds(0.8) == pytest.approx(np.log(4))
    assert trust({"a": 2.0}, {"a": 0.5}) == pytest.approx(1 / (1 + np.exp(CAUTION - 1.0)))
    assert {"constant", "answers"} <= weights().answered.keys() & weights().right.keys() & weights().chosen.keys()


def test_every_sign_that_was_weighed_can_still_be_given(desk: Desk) -> None:
    given_signs: set[str] = set()
    questions = ["由谁制定办法？", "什么时候完成？", "面积多大？", "有哪些条件？", "Who drafts it?", "由誰負責？"]
    for question in questions:
        considered = desk.answerer.consider(desk.answerer.look_up(question))
        assert considered
        given_signs |= considered[0].signs.keys()
    assert {"answers", "near", "rival", "kind_sure", "score"} <= given_signs
