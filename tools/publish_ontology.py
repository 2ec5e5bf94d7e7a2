"""ontology/hk.ttl → ontology/html/LANG.html, a page of its terms for each language, made by pyLODE.

Run as a module: `python -m tools.publish_ontology [FOLDER]`. pyLODE puts the labels of all languages in a row, so that
each page is made of the words of its own language alone.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rdflib import Graph, Literal
from rdflib.namespace import RDF, SKOS

from kg.vocab import LANGS

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology" / "hk.ttl"
PAGES = ROOT / "ontology" / "html"


def in_language(graph: Graph, lang: str) -> Graph:
    """Return the triples of *graph* without the words of other languages.

    Schemes of concepts lose their type: pyLODE would take each for an ontology and give all of them one heading.
    """
    kept = Graph()
    for prefix, name in graph.namespaces():
        kept.bind(prefix, name)
    for subject, predicate, value in graph:
        if isinstance(value, Literal) and value.language not in (None, lang):
            continue
        if (predicate, value) != (RDF.type, SKOS.ConceptScheme):
            kept.add((subject, predicate, value))
    return kept


def make_page(lang: str) -> str:
    """Return the page of the ontology in the language *lang*, as HTML."""
    from pylode import OntPub

    graph = in_language(Graph().parse(ONTOLOGY), lang)
    with TemporaryDirectory() as scratch:
        # pyLODE reads files; sorted lines, so that the same ontology gives the same page
        path = Path(scratch) / "ontology.nt"
        path.write_text("".join(sorted(graph.serialize(format="nt").splitlines(keepends=True))), encoding="utf-8")
        html: str = OntPub(str(path)).make_html()
    return html.replace("<html>", f'<html lang="{lang}">', 1)


def main(arguments: list[str]) -> int:
    """Write the pages to the folder that is named, or to ontology/html."""
    logging.disable(logging.WARNING)
    folder = Path(arguments[0]) if arguments else PAGES
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        (folder / f"{lang}.html").write_text(make_page(lang), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
