"""Sources → a build, and a build → what is wrong with it."""

from kg.extract.coverage import coverage
from kg.pipeline.checks import run_checks
from kg.pipeline.held import held_sources
from kg.pipeline.sources import extract_source, write_records
from kg.pipeline.stages import STEPS, Made, build, plans

__all__ = [
    "STEPS",
    "Made",
    "build",
    "coverage",
    "extract_source",
    "held_sources",
    "plans",
    "run_checks",
    "write_records",
]
