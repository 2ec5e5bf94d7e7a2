"""Records → RDF, checked by SHACL, asked in SPARQL."""
