"""What describes the data: the pages of the ontology, and the catalogue of the build."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from kg.cli import run
from kg.graph.terms import ontology
from kg.resources import data_dir
from kg.vocab import LANGS, thing
from tests.conftest import ROOT
from tests.web.server import Server, graph_of

SLUG = "guofa-2023-12"


def test_the_published_pages_are_those_of_the_ontology_as_it_stands(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.publish_ontology", str(tmp_path)], cwd=ROOT, check=True)
    for lang in LANGS:
        published = data_dir("ontology") / "html" / f"{lang}.html"
        made = (tmp_path / f"{lang}.html").read_text(encoding="utf-8")
        assert published.read_text(encoding="utf-8") == made, "run `python -m tools.publish_ontology`"


@pytest.mark.parametrize(
    ("spoken", "lang", "title"),
    [("en-GB,en", "en", "obligation"), ("zh-HK", "zh-Hant", "條目"), ("fr", "zh-Hans", "条目")],
)
def test_the_ontology_is_a_page_in_the_browsers_language(server: Server, spoken: str, lang: str, title: str) -> None:
    reply = server.ask("/ns", Accept="text/html", Accept_Language=spoken)
    assert (reply.status, reply.kind) == (200, "text/html")
    assert f'<html lang="{lang}">' in reply.body.decode("utf-8")
    assert f">{title}<" in reply.body.decode("utf-8")
    assert "Accept-Language" in reply.headers["Vary"]


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json"])
def test_the_ontology_is_a_graph_for_programs(server: Server, accept: str) -> None:
    reply = server.ask("/ns", Accept=accept)
    assert (reply.status, reply.kind) == (200, accept)
    assert len(graph_of(reply)) == len(ontology())


def test_the_catalogue_lists_documents_and_every_file_that_can_be_had(server: Server) -> None:
    reply = server.ask("/catalogue", Accept="text/turtle")
    assert (reply.status, reply.kind) == (200, "text/turtle")
    graph: Graph = graph_of(reply)
    assert (URIRef(thing(SLUG, "records")), RDF.type, DCAT.Dataset) in graph
    assert str(graph.value(URIRef(thing(SLUG)), DCTERMS.issued)) == "2023-08-08"
    files = [str(one) for one in graph.objects(None, DCAT.downloadURL)]
    assert len(files) == 8
    for file in files:
        path = file.removeprefix(server.address)
        assert path != file, f"{file} is not below {server.address}"
        wanted = graph.value(graph.value(None, DCAT.downloadURL, URIRef(file)), DCAT.mediaType)
        found = server.ask(path)
        assert found.status == 200
        assert str(wanted).endswith(f"/{found.kind}")
    endpoint = str(next(graph.objects(None, DCAT.endpointURL))).removeprefix(server.address)
    assert server.ask(f"{endpoint}?query=ASK%7B%7D").status == 200


def test_what_is_not_offered_is_refused_with_what_is(server: Server) -> None:
    for path in ("/ns", "/catalogue"):
        reply = server.ask(path, Accept="image/png")
        assert reply.status == 406
        assert "text/turtle" in reply.body.decode("utf-8")


@pytest.mark.parametrize("address", ["https://hetao.example/plans", "https://hetao.example/plans/"])
def test_the_command_writes_the_catalogue_of_a_desk_at_an_address(address: str, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "catalogue.ttl"
    command = ["export", "--format", "dcat", "--address", address, "-o", str(out), "--data", str(built)]
    assert run(command) == 0
    graph = Graph().parse(out)
    assert (URIRef("https://hetao.example/plans/catalogue"), RDF.type, DCAT.Catalog) in graph
    assert "dcat:Distribution" in out.read_text(encoding="utf-8")


def test_an_address_that_is_none_is_refused(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "catalogue.ttl"
    command = ["export", "--format", "dcat", "--address", "javascript:alert(1)", "-o", str(out), "--data", str(built)]
    assert run(command) == 2
    assert capsys.readouterr().err.startswith("hetao: javascript:alert(1): that is no web address")
    assert not out.exists()
