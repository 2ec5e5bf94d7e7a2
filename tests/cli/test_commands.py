"""What the commands give."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import rdflib

import kg.cli
from kg import pipeline
from kg.builds import load_build
from kg.graph.named import names
from tests.cli.conftest import Hetao
from tests.conftest import few
from tests.copies import copy_build, copy_exports
from tests.small_plan import TEXT, write_small_plan
from tests.two_plans import NAMES, SLUGS

LISTS = ("clauses", "agents", "zones", "policies", "deadlines", "obligations", "terms")
FILES = {"source.txt", *(f"{name}.jsonl" for name in LISTS)}
QUESTION = "货物分线管理的具体管理办法由谁制定？"
QUOTE = "具体管理办法由财政部、海关总署、税务总局等有关部门另行制定"


def ran(*arguments: object) -> int:
    return kg.cli.run([str(a) for a in arguments])


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_build_prints_counts_and_the_second_time_that_nothing_was_to_do(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_small_plan(tmp_path)
    copy_exports(built, tmp_path / "data")
    assert ran("build", source, "--data", tmp_path / "data") == 0
    first = capsys.readouterr()
    assert first.out.startswith("built: ")
    assert "documents 1  clauses " in first.out
    assert first.err == ""  # no terminal, no bar
    monkeypatch.setenv("HETAO_DATA", str(tmp_path / "data"))
    assert ran("build", source) == 0
    assert capsys.readouterr().out == first.out.replace("built: ", "up to date: ")


def test_extract_writes_its_files_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan,) = pipeline.plans()
    out = tmp_path / "a" / "out"
    assert ran("extract", plan, "--out", out) == 0
    assert {p.name for p in out.iterdir()} == FILES
    assert (out / "source.txt").read_bytes() == plan.read_bytes()
    assert capsys.readouterr().err == ""
    source = plan.read_bytes().decode("utf-8")
    for kind in ("obligations", "deadlines", "policies"):
        found = rows(out / f"{kind}.jsonl")
        assert len(found) > 10
        for row in found:
            assert "".join(source[int(str(row["start"])) : int(str(row["end"]))].split()) == row["quote"]
    raw = (out / "obligations.jsonl").read_text(encoding="utf-8")
    assert "财政部" in raw
    assert "\\u" not in raw
    for key in ("id", "label", "title", "chapter", "order", "start", "end", "text"):
        assert key in rows(out / "clauses.jsonl")[0]


def test_extract_leaves_other_files_and_replaces_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    (out / "zones.jsonl").write_text("old", encoding="utf-8")
    assert ran("extract", write_small_plan(tmp_path), "--out", out) == 0
    assert {p.name for p in out.iterdir()} == FILES | {"mine.txt"}
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "zones.jsonl").read_text(encoding="utf-8") != "old"


def test_extract_refuses_a_folder_in_the_way_before_it_replaces_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "zones.jsonl").mkdir(parents=True)
    assert ran("extract", write_small_plan(tmp_path), "--out", out) == 2
    assert "a folder is in the way" in capsys.readouterr().err
    assert [p.name for p in out.iterdir()] == ["zones.jsonl"]


def test_extract_says_which_encoding_it_read_and_counts_in_the_source_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert ran("extract", path, "--out", tmp_path / "out") == 0
    assert "old.txt is in gb18030" in capsys.readouterr().err
    assert (tmp_path / "out" / "source.txt").read_bytes().decode("utf-8") == TEXT


def test_build_says_which_source_was_not_in_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kg.cli.builds._model", lambda: None)
    path = tmp_path / "old.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    assert ran("build", path, "--data", tmp_path / "data") == 0
    assert "old.txt is in gb18030" in capsys.readouterr().err


@pytest.mark.parametrize("there", [False, True])
def test_a_model_that_is_named_and_is_none_stops_the_build(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "model"
    if there:
        folder.mkdir()
    monkeypatch.setenv("HETAO_MODEL", str(folder))
    assert ran("build", "--data", tmp_path / "data") == 2
    told = capsys.readouterr().err
    assert str(folder) in told
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_ask_gives_the_bodies_the_clause_and_the_exact_quote(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("ask", QUESTION, "--json", "--data", built) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["answered"] is True
    assert [item["text"] for item in answer["answers"]] == ["财政部", "海关总署", "税务总局"]
    assert answer["clauses"][0] == "15"
    best = answer["evidence"][0]
    (plan,) = pipeline.plans()
    assert (best["clause"], best["quote"]) == ("15", QUOTE)
    assert "".join(plan.read_bytes().decode("utf-8")[best["start"] : best["end"]].split()) == QUOTE
    fields = "id question lang intent answered reason answers message qualifier clauses evidence ranking sparql"
    assert {*fields.split(), "confidence", "elapsed_ms"} <= set(answer)


def test_ask_tells_a_reader_the_items_and_the_quote(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("ask", QUESTION, "--data", built) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("财政部、海关总署、税务总局" in line for line in lines)
    assert f"  15 [7172-7203] {QUOTE}" in lines


@pytest.mark.parametrize("name", few((*SLUGS, *NAMES), (SLUGS[0], NAMES[1])))
def test_one_document_alone_is_asked_and_searched(
    name: str, two_builds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slug = SLUGS[(SLUGS + NAMES).index(name) % 2]
    assert ran("ask", "具体办法由谁制定？", "--document", name, "--json", "--data", two_builds) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {one["document"] for one in answer["evidence"] + answer["ranking"]} == {slug}
    assert ran("search", "具体办法", "--document", name, "--json", "--data", two_builds) == 0
    assert {one["document"] for one in json.loads(capsys.readouterr().out)["results"]} == {slug}


def test_a_build_of_several_documents_names_that_of_each_passage(
    two_builds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("search", "具体办法", "--data", two_builds) == 0
    found = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in found} == set(SLUGS)
    assert ran("ask", "具体养护办法由谁制定？", "--data", two_builds) == 0
    assert f"  {SLUGS[1]} " in capsys.readouterr().out


def test_a_document_that_is_not_there_is_one_line(
    two_builds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text('{"id": "1", "q": "谁？"}', encoding="utf-8")
    for command in (["ask", "谁？"], ["search", "办法"], ["ask", "--batch", questions, "--out", out]):
        assert ran(*command, "--document", "none", "--data", two_builds) == 2
        told = capsys.readouterr().err
        assert told.endswith(f"document none: the build has none of this name; name one of: {', '.join(SLUGS)}\n")
        assert told.count("\n") == 1
    assert not out.exists()


def test_the_document_of_a_row_wins_over_the_one_for_all(
    two_builds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    asked = [{"document": NAMES[1], "previous": "谁？"}, {}, {"document": "none"}]
    lines = (json.dumps({"id": str(number), "q": "具体办法由谁制定？", **row}) for number, row in enumerate(asked))
    questions.write_text("\n".join(lines), encoding="utf-8")
    assert ran("ask", "--batch", questions, "--out", out, "--document", SLUGS[0], "--data", two_builds) == 2
    first, second, third = rows(out)
    assert first["evidence"][0]["document"] == SLUGS[1]  # type: ignore[index]
    assert second["evidence"][0]["document"] == SLUGS[0]  # type: ignore[index]
    assert str(third["error"]).startswith("line 3: document none: the build has none of this name")
    assert "line 3" in capsys.readouterr().err
    with_one = ["--previous", "谁？", "--batch", questions, "--out", out, "--data", two_builds]
    assert ran("ask", *with_one) == 2
    assert "--previous goes with a QUESTION" in capsys.readouterr().err


def test_a_refusal_is_no_failure(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("ask", "zzz qqq?", "--json", "--data", built) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == "not_in_plan"


def test_a_batch_is_answered_row_by_row_in_its_order(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    asked = [{"id": "b", "q": QUESTION}, {"id": "a", "q": "白名单由哪个部门审批？"}]
    questions.write_text("\n".join(json.dumps(row) for row in asked), encoding="utf-8")
    assert ran("ask", "--batch", questions, "--out", out, "--data", built) == 0
    found = rows(out)
    assert [(row["id"], row["answered"], row["reason"]) for row in found] == [
        ("b", True, None),
        ("a", False, "no_agency_named"),
    ]
    assert ran("ask", QUESTION, "--json", "--data", built) == 0
    alone = json.loads(capsys.readouterr().out)
    changes = {"id", "elapsed_ms"}
    assert {k: v for k, v in alone.items() if k not in changes} == {
        k: v for k, v in found[0].items() if k not in changes
    }


def test_a_batch_with_a_row_that_cannot_be_read_answers_the_others_and_fails(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text(f'{{"id": "1"}}\n{{"id": "2", "q": "{QUESTION}"}}\n', encoding="utf-8")
    assert ran("ask", "--batch", questions, "--out", out, "--data", built) == 2
    first, second = rows(out)
    assert first == {"id": "1", "error": "line 1 has no text in q"}
    assert second["answered"] is True
    assert "q.jsonl: line 1 has no text in q; correct them" in capsys.readouterr().err


def test_search_ranks_clauses_by_their_best_passage(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("search", "货物分线管理", "--json", "--top", "3", "--data", built) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["query"], found["notes"]) == ("货物分线管理", [])
    (plan,) = pipeline.plans()
    source = plan.read_bytes().decode("utf-8")
    assert len(found["results"]) == 3
    assert found["results"][0]["clause"] == "15"
    for row in found["results"]:
        assert "".join(source[row["start"] : row["end"]].split()) == row["quote"]
    assert ran("search", "货物分线管理", "--top", "3", "--data", built) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_eval_gives_the_figures_and_the_misses(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = tmp_path / "gold.jsonl"
    right = {
        "id": "1",
        "q": QUESTION,
        "answer": ["财政部", "海关总署", "税务总局"],
        "answer_mode": "all",
        "clause": ["15"],
    }
    wrong = {"id": "2", "q": QUESTION, "answer": ["国务院"], "answer_mode": "any", "clause": ["28"]}
    gold.write_text("\n".join(json.dumps(row) for row in (right, wrong)), encoding="utf-8")
    assert ran("eval", gold, "--json", "--data", built) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["questions"], found["accuracy"], found["clause_recall_at_1"]) == (2, 0.5, 0.5)
    assert ran("eval", gold, "--misses", "5", "--data", built) == 0
    shown = capsys.readouterr().out
    assert "\n2 " in shown
    for name in ("exact", "lenient", "assured_from", "assured_precision", "assured_coverage"):
        assert f"{name:28} {found[name]}\n" in shown
    gold.write_text('{"id": "1", "q": "谁？"}', encoding="utf-8")
    assert ran("eval", gold, "--data", built) == 2
    assert "answer_mode" in capsys.readouterr().err


def test_the_query_of_an_answer_gives_the_same_rows_when_run_again(
    built: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ran("ask", QUESTION, "--json", "--data", built)
    answer = json.loads(capsys.readouterr().out)
    query = tmp_path / "q.rq"
    query.write_text(answer["sparql"], encoding="utf-8")
    assert ran("sparql", query, "--format", "csv", "--data", built) == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(r["name"], r["agent"]) for r in found} == {(i["text"], i["iri"]) for i in answer["answers"]}
    assert {r["quote"] for r in found} == {QUOTE}


@pytest.mark.parametrize("form", few(("table", "json", "csv", "tsv"), ["table", "json"]))
def test_a_query_from_standard_input_is_answered_in_each_format(form: str, hetao: Hetao, built: Path) -> None:
    query = "SELECT ?n WHERE { ?c a hk:NumberedClause ; hk:number ?n } ORDER BY ?n"
    done = hetao("sparql", "-", "--format", form, "--data", built, stdin=b"\xef\xbb\xbf" + query.encode())
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("utf-8")
    wanted = {str(n) for n in range(1, 31)}
    if form == "json":
        assert {b["n"]["value"] for b in json.loads(text)["results"]["bindings"]} == wanted
    else:
        assert wanted <= set(text.replace('"', "").split())


@pytest.mark.parametrize(
    "query",
    [
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * FROM <http://example.org/> WHERE { ?s ?p ?o }",
        "SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * WHERE {",
        "",
    ],
)
def test_a_query_that_writes_or_fetches_or_is_none_is_refused(
    query: str, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "q.rq"
    path.write_text(query, encoding="utf-8")
    assert ran("sparql", path, "--data", built) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_query_file_that_is_missing_or_no_text_is_named(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("sparql", tmp_path / "none.rq", "--data", built) == 2
    assert "none.rq: cannot be read" in capsys.readouterr().err
    (tmp_path / "b.rq").write_bytes(b"\xff\xfe\x00")
    assert ran("sparql", tmp_path / "b.rq", "--data", built) == 2
    assert "b.rq: is not UTF-8" in capsys.readouterr().err


def test_a_query_of_one_document_gives_its_rows_alone(two_builds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted = []
    for document in ([], ["--document", NAMES[0]], ["--document", SLUGS[1]]):
        asked = ["sparql", "--named", "obligations", "--format", "json", *document, "--data", two_builds]
        assert ran(*asked) == 0
        rows = json.loads(capsys.readouterr().out)["results"]["bindings"]
        counted.append(len(rows))
    assert counted[0] == counted[1] + counted[2]
    assert min(counted) > 0
    assert ran("sparql", "--named", "obligations", "--document", "none", "--data", two_builds) == 2
    told = capsys.readouterr().err
    assert told == f"hetao: document none: the build has none of this name; name one of: {', '.join(SLUGS)}\n"


def test_the_named_queries_are_listed_and_an_unknown_one_is_refused(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("sparql", "--list") == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(names())
    assert ran("sparql", "--named", "no-such-query", "--data", built) == 2
    assert "no query of that name" in capsys.readouterr().err


def test_check_passes_a_good_build_and_lists_what_yielded_nothing(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("check", "--data", built) == 0
    out = capsys.readouterr().out
    assert "FAIL" not in out
    assert "\nok   coverage: " in out
    assert "[" not in out
    assert ran("check", "--coverage", "--data", built) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("     ")]
    listed = [line for line in told if "[" in line]
    bare = sum(len(rows(p)) for p in load_build(built).folder.rglob("silent.jsonl"))
    assert len(listed) == bare > 10
    assert any("2017年7月1日" in line for line in listed)  # an event of the past is no obligation
    assert len(told) - len(listed) == 32  # a line of counts for each clause


def test_check_gives_all_it_found_as_one_json_object(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("check", "--json", "--data", built) == 0
    told = json.loads(capsys.readouterr().out)
    assert [check["wrong"] for check in told["checks"]] == [[]] * len(told["checks"])
    counts = told["coverage"]["clauses"]
    assert [row["clause"] for row in counts][:3] == ["preamble", "ch1", "1"]
    assert sum(row["sentences"] for row in counts) == told["coverage"]["sentences"] > 100
    assert sum(row["silent"] for row in counts) == len(told["coverage"]["sentences_without"])


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("obligations.jsonl", "具体补助办法由财政部", "具体补助办法应财政部", "the quote is not what stands at"),
        ("agents.jsonl", '"surface": "财政部"', '"surface": "财务部"', "does not stand at"),
        ("graph.nt", "财政部", "财务部", "graph.nt holds other triples"),
    ],
)
def test_check_fails_with_code_1_where_a_quote_or_a_triple_was_changed(
    name: str, old: str, new: str, told: str, small_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = copy_build(small_build / "data", tmp_path / "data")
    (victim,) = load_build(data).folder.rglob(name)
    text = victim.read_text(encoding="utf-8")
    assert old in text
    victim.write_text(text.replace(old, new), encoding="utf-8")
    assert ran("check", "--data", data) == 1
    out, err = capsys.readouterr()
    assert "FAIL files" in out
    assert told in out
    assert err.count("\n") == 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's JSON-LD reader
@pytest.mark.parametrize("form", ["csv", "json", "ttl", "jsonld"])
def test_export_writes_the_whole_ledger_in_each_format(
    form: str, small_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"ledger.{form}"
    assert ran("export", "--format", form, "-o", out, "--data", small_build / "data") == 0
    assert [p.name for p in tmp_path.iterdir()] == [out.name]
    build = load_build(small_build / "data")
    count = build.manifest["counts"]["obligations"]
    assert f"{count} obligations" in capsys.readouterr().err
    data = out.read_bytes()
    assert "青政发〔2024〕7号".encode() in data
    assert "机器提取，以正式公布文本为准".encode() in data
    tasks = {o.task_id for one in build.records for o in one.obligations}
    assert len(tasks) == count
    if form in ("ttl", "jsonld"):
        graph = rdflib.Graph().parse(data=data, format={"ttl": "turtle", "jsonld": "json-ld"}[form])
        written = rdflib.Graph().parse(build.graphs[0], format="nt")
        assert len(graph) == len(written)
        assert tasks <= {str(o) for o in graph.objects()}
    else:
        assert all(task.encode() in data for task in tasks)


def test_export_refuses_a_folder_and_a_full_device(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("export", "--format", "csv", "-o", tmp_path, "--data", built) == 2
    assert "it is a folder; name a file" in capsys.readouterr().err
    if Path("/dev/full").exists():
        assert ran("export", "--format", "csv", "-o", "/dev/full", "--data", built) == 2
        assert "no space left on the device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
