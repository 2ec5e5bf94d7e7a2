"""Sources → a build, and a build → what is wrong with it."""

from kg.extract.coverage import coverage
from kg.pipeline.checking import run_checks
from kg.pipeline.making import STEPS, Made, build, plans
from kg.pipeline.sources import extract_source, write_records

__all__ = ["STEPS", "Made", "build", "coverage", "extract_source", "plans", "run_checks", "write_records"]
