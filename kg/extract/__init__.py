"""Clauses → mentions → dates, agents, zones, policies → obligations, by rules over a tagger's words."""

from kg.extract.document import Extraction, Silence, extract, extract_with_coverage
from kg.extract.language import load_nlp
from kg.extract.names import names_for
from kg.extract.rules import PlanNames, load_plan_names

__all__ = [
    "Extraction",
    "PlanNames",
    "Silence",
    "extract",
    "extract_with_coverage",
    "load_nlp",
    "load_plan_names",
    "names_for",
]
