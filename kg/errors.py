"""What can go wrong with what a user gives us → one line that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Mapping


class HetaoError(Exception):
    """Base of every error that is shown to a user; caught once, at the edge (`kg.cli`).

    `subject` is the file or value concerned, `problem` says what is wrong with it, `fix` what to do.
    All three end up in one line; `exit_code` is the command's (2: unusable input, 1: a check failed).
    `translated` has the three in other languages where there are words for them (`kg.refusals`).
    """

    exit_code = 2
    translated: Mapping[str, tuple[str, str, str]] = {}

    def __init__(self, subject: object, problem: str, fix: str) -> None:
        self.subject = one_line(str(subject))
        self.problem = one_line(problem)
        self.fix = one_line(fix)
        super().__init__(f"{self.subject}: {self.problem}; {self.fix}")

    def __reduce__(self) -> tuple[type[HetaoError], tuple[str, str, str]]:
        # by its one argument, the line, an exception could not be made anew in another process
        return type(self), (self.subject, self.problem, self.fix)


class SourceError(HetaoError):
    """A document that cannot be read as text."""


class RuleError(HetaoError):
    """A rule, gazetteer or names file that does not say what it should."""


class BuildError(HetaoError):
    """A build that cannot be made, found or used."""


class QueryError(HetaoError):
    """A SPARQL query that is refused, malformed or takes too long."""


class SlowQueryError(QueryError):
    """A SPARQL query that ran longer than it may."""


class BusyError(QueryError):
    """A SPARQL query that found no worker free; the same query may be answered later."""


class EngineError(HetaoError):
    """A server of the office's own (SPARQL, vectors) that is away, refuses us, or lacks what it should hold.

    Its line names host and port and neither user nor password. The same request may succeed later.
    """


class QuestionError(HetaoError):
    """A question that cannot be read."""


class OutputError(HetaoError):
    """A file or folder that cannot be written."""


class ModelError(HetaoError):
    """An embedding model that is missing or not what it should be."""


class CheckError(HetaoError):
    """A check that ran and failed."""

    exit_code = 1


def one_line(text: str, limit: int = 300) -> str:
    """Return *text* on one line without control characters, at most *limit* characters long.

    File names and questions come from users and end in terminals and logs: a newline or an escape
    sequence in them must not be able to forge a line.
    """
    flat = "".join(c if c.isprintable() else " " for c in text)
    flat = " ".join(flat.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


class ReportError(HetaoError):
    """Something reported or said of a row that cannot be taken as it stands."""
