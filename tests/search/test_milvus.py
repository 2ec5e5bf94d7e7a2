"""Milvus as the first stage of ranking: the same candidates and results as on disk, and one line when it is away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import kg.cli
from kg import pipeline
from kg.builds import holder_of, load_build
from kg.engine_settings import MilvusServer, load_milvus
from kg.errors import EngineError, HetaoError
from kg.search import ranking
from kg.search.hits import Ranking
from kg.search.milvus import BuildCandidates, Milvus
from kg.search.ranking import Ranker
from kg.search.store import open_index
from tests.conftest import ROOT, Need
from tests.copies import copy_build
from tests.virtuoso import free_port

QUESTIONS = (
    "具体管理办法由谁制定？",
    "到2025年要完成什么？",
    "哪些货物免征关税？",
    "個人所得稅有什麼優惠？",
    "Which bodies draw up the list of encouraged industries?",
    "科研人员进出境有什么便利？",
    "数据跨境流动怎么安排？",
    "深圳园区的范围在哪里？",
    "福保",
    "新田科技城",
)


@pytest.fixture(scope="module")
def ranker(built: Path, tmp_path_factory: pytest.TempPathFactory, need: Need) -> Iterator[tuple[Ranker, Ranker]]:
    """The plan's rankers: on disk, and with a first stage in a file of Milvus Lite."""
    need(_installed(), "pymilvus with Milvus Lite", "pip install -e '.[engines]'")
    server = MilvusServer(str(tmp_path_factory.mktemp("milvus") / "sentences.db"))
    with closing(load_build(built)) as build:
        index = open_index(build.index)
        with closing(Milvus(server, holder_of(built))) as milvus:
            milvus.write(build.folder.name, index)
            yield Ranker(index), Ranker(index, BuildCandidates(milvus, build.folder.name))


def _installed() -> bool:
    try:
        import milvus_lite  # noqa: F401
        import pymilvus  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.fixture
def few_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of the plan's size is ranked whole; here it is taken for a large one."""
    monkeypatch.setattr(ranking, "ALL", 0)
    monkeypatch.setattr(ranking, "FIRST", 40)


def best(found: Ranking) -> list[tuple[str, float]]:
    return [(hit.clause, hit.score) for hit in found.clauses[:10]]


@pytest.mark.usefixtures("few_first")
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_best_clauses_are_those_of_the_index_on_disk(question: str, ranker: tuple[Ranker, Ranker]) -> None:
    here, there = ranker
    documents = [next(iter(here.index.segments.documents))]
    for only in ([], documents):
        assert best(there.rank(question, documents=only)) == best(here.rank(question, documents=only))
    assert best(here.rank(question))


def test_the_candidates_are_the_nearest_and_those_with_the_best_words(ranker: tuple[Ranker, Ranker]) -> None:
    index, stage = ranker[1].index, ranker[1]._first_stage
    assert index.vectors is not None
    assert stage is not None
    asked = index.words.asked(index.lexicon.words("财政部 制定 管理办法"))
    vector = index.vectors.encoder.encode("财政部制定管理办法").pooled
    nearest, _ = index.vectors.dense.nearest(vector, 15)
    scores = index.words.sentences(asked)
    least = np.sort(scores)[-15]
    by_vector, by_words = stage.candidates(vector, asked, 15, [])
    assert set(by_vector.tolist()) == set(nearest.tolist())
    assert len(by_words) == 15
    assert set(np.flatnonzero(scores > least * 1.0001).tolist()) <= set(by_words.tolist())
    assert (scores[by_words] >= least * 0.9999).all()
    assert [len(one) for one in stage.candidates(vector, asked, 15, ["no such document"])] == [0, 0]


@pytest.mark.usefixtures("few_first")
def test_while_the_server_is_away_the_index_on_disk_finds_and_it_is_logged_once(
    ranker: tuple[Ranker, Ranker], caplog: pytest.LogCaptureFixture
) -> None:
    here, _ = ranker
    away = MilvusServer(f"http://127.0.0.1:{free_port()}", "root:secret")
    alone = Ranker(here.index, BuildCandidates(Milvus(away, "urn:uuid:0"), "0" * 16))
    for _ in range(2):
        assert best(alone.rank(QUESTIONS[0])) == best(here.rank(QUESTIONS[0]))
    (told,) = [record.getMessage() for record in caplog.records if record.name == ranking.__name__]
    assert away.place in told
    assert "secret" not in caplog.text


def test_a_writing_that_is_killed_leaves_the_last_collection_in_use(built: Path, tmp_path: Path, need: Need) -> None:
    need(_installed(), "pymilvus with Milvus Lite", "pip install -e '.[engines]'")
    server = MilvusServer(str(tmp_path / "sentences.db"))
    with closing(load_build(built)) as build:
        index = open_index(build.index)
        code = (
            "import os, signal, sys; from pathlib import Path; from kg.search import milvus; milvus.ROWS = 100\n"
            "from kg.search.store import open_index; from kg.engine_settings import MilvusServer\n"
            "found = milvus.Milvus(MilvusServer(sys.argv[1]), sys.argv[2]); index = open_index(Path(sys.argv[3]))\n"
            "found.write('a' * 16, index); insert = found._client.insert\n"
            "def once(*given):\n    insert(*given)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
            "found._client.insert = once\n"
            "found.write('b' * 16, index)\n"
        )
        command = [sys.executable, "-c", code, server.uri, holder_of(built), str(build.index)]
        # Milvus Lite keeps a file to the first process that opens it
        killed = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
        assert killed.returncode == -signal.SIGKILL
        with closing(Milvus(server, holder_of(built))) as milvus:
            assert milvus.holds("a" * 16)
            assert not milvus.holds("b" * 16)
            vectors = index.vectors
            assert vectors is not None
            asked = index.words.asked(index.lexicon.words("管理办法"))
            vector = vectors.encoder.encode("管理办法").pooled
            assert len(milvus.candidates("a" * 16, vector, asked, 5, [])[0]) == 5
            with pytest.raises(EngineError, match="does not hold this build's sentences"):
                milvus.candidates("b" * 16, vector, asked, 5, [])
            milvus.write("b" * 16, index)
            assert milvus.holds("b" * 16)
            milvus.remove_others(["b" * 16])
            assert not milvus.holds("a" * 16)


def test_a_build_in_a_file_that_is_open_elsewhere_says_so_in_one_line(
    built: Path,
    tmp_path: Path,
    need: Need,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    model_folder: Path,
) -> None:
    need(_installed(), "pymilvus with Milvus Lite", "pip install -e '.[engines]'")
    data = copy_build(built, tmp_path / "data")
    uri = str(tmp_path / "sentences.db")
    monkeypatch.setenv("HETAO_MILVUS_URI", uri)
    monkeypatch.setenv("HETAO_MODEL", str(model_folder))
    code = "import sys; from pymilvus import MilvusClient; c = MilvusClient(sys.argv[1]); print(1, flush=True); input()"
    command = [sys.executable, "-c", code, uri]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:
        assert other.stdout
        assert other.stdout.readline() == b"1\n"
        assert kg.cli.run(["build", "--data", str(data)]) == 2
        told = capsys.readouterr().err.splitlines()
        assert "one process at a time may open the file: stop `hetao serve` for a build" in told[-1]
        assert uri in told[-1]
        other.communicate(b"\n")
    made = pipeline.build(pipeline.plans(), data, model=model_folder, milvus=load_milvus())
    with closing(Milvus(MilvusServer(uri), holder_of(data))) as milvus:
        assert milvus.holds(made.folder.name)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"URI": "http://root:secret@h:19530"}, "HETAO_MILVUS_URI: it holds a user or password"),
        ({"URI": "tcp://h:19530"}, "HETAO_MILVUS_URI: it is not an http or https address"),
        ({"URI": "sentences"}, "HETAO_MILVUS_URI: it is no address, and no file that ends in .db"),
        ({"TOKEN": "secret"}, "HETAO_MILVUS_TOKEN: it is set without HETAO_MILVUS_URI"),
    ],
)
def test_an_address_that_cannot_be_is_refused_without_being_repeated(
    values: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"HETAO_MILVUS_{name}", value)
    with pytest.raises(HetaoError) as raised:
        load_milvus()
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


def test_without_the_package_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(
        EngineError, match=r"it needs the package pymilvus; install it: pip install 'hetao-kg\[engines\]'"
    ):
        Milvus(MilvusServer("http://127.0.0.1:1"), "urn:uuid:0").holds("0" * 16)
