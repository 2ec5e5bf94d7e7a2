"""The bench's own arithmetic, and that the peers stay out of the product."""

from __future__ import annotations

import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.folds import Asked, cross_validated, figures
from bench.measure import percentile, quality, timed
from bench.run import main, names_of_suites, without_folders
from bench.suites.library import disk, write_library
from bench.tree import watched
from bench.varied import document, material, numeral
from kg.read import parse, read_bytes

ROOT = Path(__file__).resolve().parents[2]


def test_a_percentile_is_the_one_that_numpy_gives_for_the_nearest_rank() -> None:
    values = [float(v) for v in np.random.default_rng(3).normal(size=137)]
    for share in (0.01, 0.5, 0.95, 1.0):
        assert percentile(values, share) == np.percentile(values, 100 * share, method="inverted_cdf")
    with pytest.raises(ValueError, match="no percentile"):
        percentile([], 0.5)


def test_quality_counts_the_first_right_clause_and_every_question() -> None:
    right = {"a": {"1"}, "b": {"2", "3"}, "c": {"4"}, "d": {"5"}}
    rankings = {"a": ["1", "9"], "b": ["9", "3", "2"], "c": ["9"] * 9 + ["4"]}
    assert quality(rankings, right) == {"recall@1": 0.25, "recall@3": 0.5, "mrr@10": round((1 + 1 / 2 + 1 / 10) / 4, 3)}


def test_figures_of_scores_are_those_of_the_ranking_they_make() -> None:
    questions = [Asked("a", "en", frozenset({"1", "3"}), "x"), Asked("b", "en", frozenset({"4"}), "x")]
    scores = [np.array([0.2, 0.9, 0.3, 0.1]), np.array([0.5, 0.5, 0.5, 0.5])]
    assert figures(scores, ["1", "2", "3", "4"], questions).tolist() == [[0, 1, 1 / 2], [0, 0, 1 / 4]]


def test_a_candidate_is_not_chosen_by_the_questions_it_is_judged_on() -> None:
    """Each candidate answers one question and no other: what is best on four folds answers nothing in the fifth."""
    table = np.repeat(np.eye(10)[:, :, None], 3, axis=2)
    assert cross_validated(table).max() == 0
    sure = np.concatenate([table, np.ones((1, 10, 3))])
    assert cross_validated(sure).min() == 1


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3: no good"):
        timed(["sh", "-c", "echo no good >&2; exit 3"])
    took = timed(["sh", "-c", "sleep 0.2; echo done"])
    assert took.output == "done\n"
    assert 0.2 <= took.seconds < 5
    with pytest.raises(RuntimeError, match="no-such-command was not started"):
        timed(["no-such-command"])


def test_a_command_s_memory_is_its_own_and_its_children_s_whatever_the_bench_holds() -> None:
    held = b"1" * (300 << 20)
    assert timed(["true"]).memory_mb < 100
    del held
    child = f"{sys.executable} -c 'held = b\"1\" * (200 << 20)'"
    assert 200 < timed(["sh", "-c", f"{child}; true"]).memory_mb < 290


def test_no_peer_is_a_requirement_of_the_product() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = {
        line.split("==")[0].lower() for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    peers = re.findall(r"^([a-z0-9-]+)==", (ROOT / "bench" / "requirements-peers.txt").read_text("utf-8"), re.M)
    # what a peer is built from may well be what we are built from
    parts = {"sentence-transformers", "faiss-cpu", "jieba", "setuptools"}
    assert len(set(peers) - parts) >= 6
    assert not (set(peers) - parts) & ours


def test_a_suite_that_is_not_there_is_said_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"growth", "library", "search", "sparql", "startup"} <= set(names_of_suites())
    with pytest.raises(SystemExit) as stopped:
        main(["nonsense"])
    assert stopped.value.code == 2
    assert "startup" in capsys.readouterr().err


def test_no_result_names_a_folder_of_a_machine() -> None:
    results = sorted((ROOT / "bench" / "results").iterdir())
    assert len(results) >= 10
    for path in results:
        text = path.read_text("utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|tmp|root|home|var|usr|opt|mnt|Users)\b", text), path.name
        assert not re.search(r"rootdir|hostname", text), path.name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no file /srv/office/data/plan.txt there", "no file plan.txt there"),
        ('{"failed": "/tmp/x/y.py: 3"}', '{"failed": "y.py: 3"}'),
        ("GET /healthz, 1/2 of them, http://127.0.0.1:7860/api/ask, bench/run.py", None),
    ],
)
def test_folders_are_taken_off_what_is_written(said: str, kept: str | None) -> None:
    assert without_folders(said) == (said if kept is None else kept)


def test_documents_made_of_plans_are_documents_in_form_and_no_two_say_the_same() -> None:
    source = material([ROOT / "corpus" / "hetao-2023.txt", ROOT / "tests" / "fixtures" / "before_reader" / "yunze.txt"])
    made = [document(number, source) for number in range(6)]
    assert made == [document(number, source) for number in range(6)]
    read = [parse(read_bytes(text.encode("utf-8"), f"{number}.txt")) for number, text in enumerate(made)]
    assert len({one.identifier for one in read} - {None}) == len(made)
    assert all(one.issued and one.publisher and len(one.clauses) > 8 for one in read)
    assert [numeral(n) for n in (2, 10, 14, 40, 102, 115)] == ["二", "十", "十四", "四十", "一百零二", "一百一十五"]
    sentences = [set(text.split("\n\n")) for text in made]
    for one, other in pairwise(sentences):
        assert len(one & other) < min(len(one), len(other)) / 3


def test_what_a_command_takes_is_what_all_its_processes_take_together() -> None:
    child = (
        "held = b'1' * (150 << 20); import time; end = time.process_time() + 1\nwhile time.process_time() < end: pass"
    )
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}])"
    both = f"import subprocess, sys; [one.wait() for one in [{start}, {start}]]"
    told: list[float] = []
    taken = watched([sys.executable, "-c", both], lambda so_far: told.append(so_far.seconds))
    assert 300 < taken.memory_mb < 450
    assert 1 < taken.processor < 4
    assert told == sorted(told)
    assert taken.after(taken).seconds == 2 * taken.seconds
    with pytest.raises(RuntimeError, match="ended with 3: no good"):
        watched(["sh", "-c", "echo no good >&2; exit 3"])


def test_a_library_has_the_plans_and_as_many_documents_as_were_asked_for(tmp_path: Path) -> None:
    plans = ROOT / "corpus"
    found = write_library(tmp_path / "library", plans, 4)
    assert len(found) == 4 == len(list((tmp_path / "library").glob("*.txt")))
    assert found[0].read_bytes() == (plans / found[0].name).read_bytes()
    before = {path: path.stat().st_mtime_ns for path in found}
    assert write_library(tmp_path / "library", plans, 4) == found
    assert {path: path.stat().st_mtime_ns for path in found} == before
    (tmp_path / "twice").mkdir()
    (tmp_path / "twice" / "a").write_bytes(b"1" * 100_000)
    once = disk(tmp_path / "twice")
    (tmp_path / "twice" / "b").hardlink_to(tmp_path / "twice" / "a")
    assert once <= disk(tmp_path / "twice") < 1.5 * once
