"""The prefixes that queries and exports are written with. Plain strings: answering loads no RDF library for them."""

from __future__ import annotations

from typing import Final

from kg import vocab

ONTOLOGY_IRI: Final = "https://w3id.org/hetao-kg/ns"
"""Names the ontology, and in a store the graph that holds it alone."""

PREFIXES: Final[dict[str, str]] = {
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "hk": vocab.HK,
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
