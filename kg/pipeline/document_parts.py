"""Documents → their parts: the records and triples of each, made here or in processes, only where they are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from kg import facts
from kg.builds import TRIPLES
from kg.errors import BuildError
from kg.models import Records
from kg.parts import KeptParts, files_of_parts
from kg.pipeline.fingerprints import document_inputs, version_digest
from kg.pipeline.folders import LeftOut, left_out
from kg.pipeline.quotes import wrong_quotes
from kg.pipeline.sources import Taken
from kg.pipeline.stores import SHARED, shared_lines
from kg.pipeline.workers import JobOutcome, run
from kg.records import document_file, json_lines, record_files
from kg.review.applied import FILE, Reviewed, apply_reviews, fingerprint
from kg.writing import write_whole

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.engine_settings import DaskCluster
    from kg.extract.document import Silence
    from kg.review.verdicts import Review

DOCUMENT: Final = "document"
"""The kind of the parts that hold the records and triples of a document."""

WORTH: Final = 40_000
"""Characters that take as long to read as a process to start: fewer than these for each are read sooner here."""

Progress = Callable[[str, int, int, str], None]
"""Called with the name of the source or stage in work, how much is done, of how much, and of what: the parts of a
source, or documents where there are several; 0 of 0 if it is not known.
"""


@dataclass(frozen=True, slots=True)
class PartJob:
    """A part to be made in the folder *parts* under *key*: of a document and the reviews of its rows."""

    parts: Path
    key: dict[str, Any]
    taken: Taken
    reviews: tuple[Review, ...]


def make_parts(
    documents: Sequence[Taken],
    reviews: Sequence[Review],
    parts: KeptParts,
    jobs: int,
    progress: Progress | None,
    step: Callable[[str], None],
    cluster: DaskCluster | None = None,
) -> tuple[dict[str, Path], list[LeftOut]]:
    """Return the part of each of *documents* by its slug, made only where there is none, and the refused ones.

    Args:
        documents: in their order, which is that of both results.
        reviews: people's reviews of their rows.
        parts: where they are kept.
        jobs: how many processes at most make them.
        progress: told how many of the missing ones are done; of a single one, how many of its clauses.
        step: called with "first part" when the first is made.
        cluster: whose workers make them, in the place of processes.

    Raises:
        BuildError: one that was named itself is refused, or all are.
    """
    by_slug: dict[str, list[Review]] = {one.slug: [] for one in documents}
    for each in reviews:
        by_slug[each.document].append(each)
    made: dict[str, Path] = {}
    missing: list[PartJob] = []
    for one in documents:
        own = by_slug[one.slug]
        key = document_inputs(one, fingerprint(own))
        path = parts.find(DOCUMENT, key)
        if path is None:
            missing.append(PartJob(parts.folder, key, one, tuple(own)))
        else:
            made[one.slug] = path
    refused: dict[str, BuildError] = {}
    for tried, outcome in enumerate(_outcomes(missing, jobs, progress, cluster), start=1):
        one = outcome.job.taken
        if outcome.result is not None:
            made[one.slug] = parts.keep(outcome.result)
        else:
            refused[one.slug] = error = _refusal(outcome)
            if one.found.given or len(refused) == len(documents):
                raise error
        if tried == 1:
            step("first part")
    in_order = {one.slug: made[one.slug] for one in documents if one.slug in made}
    left = [left_out(one.found.name, refused[one.slug], "refused") for one in documents if one.slug in refused]
    return in_order, left


def make_part(job: PartJob, progress: Callable[[int, int], None] | None = None) -> str:
    """Make a part and return its name.

    Raises:
        BuildError: the records differ from the source, or the shapes refuse their graph.
    """
    write = partial(_write_part, job.taken, job.reviews, progress)
    return KeptParts(job.parts).make(DOCUMENT, job.key, write).name


def part_files(job: PartJob) -> dict[str, dict[str, bytes]]:
    """Make a part on a machine without the folder of parts, and return its files (`kg.parts.files_of_parts`).

    Raises:
        BuildError: as `make_part`.
    """
    with TemporaryDirectory(prefix="hetao-part-") as folder:
        make_part(replace(job, parts=Path(folder)))
        return files_of_parts(Path(folder))


def _outcomes_elsewhere(
    missing: Sequence[PartJob], cluster: DaskCluster, told: Progress
) -> Iterator[JobOutcome[PartJob, str]]:
    from kg.pipeline.cluster import run as run_elsewhere

    told("documents", 0, len(missing), "document")
    outcomes = run_elsewhere(missing, part_files, cluster, version_digest())
    for done, outcome in enumerate(outcomes, start=1):
        job = outcome.job
        told(job.taken.source.name, done, len(missing), "document")
        if outcome.result is None:
            yield JobOutcome(job, error=outcome.error, lost=outcome.lost)
        else:
            KeptParts(job.parts).receive(outcome.result)
            (name,) = outcome.result
            yield JobOutcome(job, name)


def _outcomes(
    missing: Sequence[PartJob], jobs: int, progress: Progress | None, cluster: DaskCluster | None
) -> Iterator[JobOutcome[PartJob, str]]:
    told = progress or (lambda _name, _done, _total, _unit: None)
    if cluster is not None and missing:
        yield from _outcomes_elsewhere(missing, cluster, told)
        return
    workers = min(jobs, len(missing), sum(len(one.taken.source.text) for one in missing) // WORTH)
    if workers > 1:
        told("documents", 0, len(missing), "document")
        for done, outcome in enumerate(run(missing, make_part, workers), start=1):
            told(outcome.job.taken.source.name, done, len(missing), "document")
            yield outcome
        return
    for done, job in enumerate(missing):
        name = job.taken.source.name
        clauses = None
        if len(missing) > 1:
            told(name, done, len(missing), "document")
        elif progress is not None:
            clauses = partial(_clauses, progress, name)
        try:
            yield JobOutcome(job, make_part(job, clauses))
        except BuildError as error:
            yield JobOutcome(job, error=error)


def _clauses(progress: Progress, name: str, done: int, total: int) -> None:
    progress(name, done, total, "part")


def _refusal(outcome: JobOutcome[PartJob, str]) -> BuildError:
    """Return why a document is refused; any other error is raised."""
    if outcome.error is None:
        fix = "leave it out, or run it again where more memory is free"
        return BuildError(outcome.job.taken.source.name, f"the process that read it died twice ({outcome.lost})", fix)
    if not isinstance(outcome.error, BuildError):
        raise outcome.error
    return outcome.error


def check_document(records: Records, graph: Graph) -> list[str]:
    """Return a line for each fault in the quotes of *records* or the shapes of their *graph*; [] if there is none."""
    from kg.graph.validate import validate

    found = [f"{problem.name}: {problem.zh} {problem.en}" for problem in validate(graph, records.document.source.text)]
    return [*wrong_quotes(records), *found]


def _write_part(
    taken: Taken, reviews: Sequence[Review], progress: Callable[[int, int], None] | None, folder: Path
) -> None:
    """Write the records and the triples of a document to *folder*, as a build holds them.

    Raises:
        BuildError: the records differ from the source, or the shapes refuse their graph.
    """
    # these take seconds to import, which a build that finds nothing changed should not wait for
    from kg.answer.facts import facts_of, text_letters
    from kg.extract import extract_with_coverage
    from kg.extract.localities import named_in_full
    from kg.graph.build import to_graph
    from kg.graph.export import serialise
    from kg.ledger import table

    found = extract_with_coverage(taken.document(), taken.names, progress)
    records, outcomes = apply_reviews(named_in_full(found.records, taken.names), reviews)
    graph = to_graph(records)
    _refuse(records, check_document(records, graph))
    triples = serialise(graph, "nt")
    files = {
        **record_files(records),
        "document.json": document_file(records),
        "silent.jsonl": json_lines([*found.silent, *_rejected(outcomes)]),
        FILE: json_lines(outcomes),
        facts.FILE: facts.facts_file(facts_of(records)),
        facts.LETTERS: text_letters(records),
        table.FILE: table.rows_file(records),
        TRIPLES: triples,
        SHARED: shared_lines(triples, taken.slug),
    }
    for name, content in files.items():
        write_whole(folder / name, content)


def _rejected(outcomes: Sequence[Reviewed]) -> list[Silence]:
    """Return the rejected rows as sentences without an obligation, for the coverage if no other row is there."""
    from kg.extract.document import Silence

    rows = [one.row for one in outcomes if one.verdict == "rejected" and one.row]
    return [Silence(row.clause, row.start, row.end, row.quote, "rejected") for row in rows]


def _refuse(records: Records, wrong: list[str]) -> None:
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        corrected = [row.task_id for row in records.obligations if row.review == "corrected"]
        fix = f"report it; corrected were {', '.join(corrected)}: withdraw what is wrong" if corrected else "report it"
        raise BuildError(records.document.source.name, f"the extracted records are refused: {wrong[0]}{more}", fix)
