"""A plan from Python: the results of the commands and the desk, as objects.

>>> from kg import Plan
>>> plan = Plan.open()
>>> answer = plan.ask("货物分线管理的具体管理办法由谁制定？")
>>> [item.text for item in answer.answers]
['财政部', '海关总署', '税务总局']
>>> best = answer.evidence[0]
>>> best.clause, best.quote
('15', '具体管理办法由财政部、海关总署、税务总局等有关部门另行制定')
>>> "".join(plan.source[best.start : best.end].split()) == best.quote
True
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg.errors import HetaoError
from kg.models import Agent, Clause, Deadline, Obligation, Policy, Records, Zone

if TYPE_CHECKING:
    from kg.answer.record import Answer
    from kg.graph.result import Result
    from kg.search.hits import Found
    from kg.workspace import Workspace


class Plan:
    """One document's records and, if it is built, its answers, search and graph.

    Made by `Plan.open` or `Plan.read`. A `HetaoError` says in one line what is wrong and what to do.
    """

    def __init__(self, records: Records, workspace: Workspace | None = None, *, alone: bool = False) -> None:
        """Hold *records* and their workspace; with *alone*, no other document of it is asked or searched."""
        self.records = records
        self._workspace = workspace
        self._alone = records.document.slug if alone else None

    @classmethod
    def open(cls, document: str | None = None, *, data: str | Path | None = None) -> Self:
        """Return a document of the current build in *data* (None: the folder that the commands use).

        *document* is its slug, one of `Plan.names`, or its file's name without the ending; `ask` and `search` then use
        it alone. Without a name this is the first document, and they use all of them.

        >>> Plan.open().title
        '河套深港科技创新合作区深圳园区发展规划'
        >>> Plan.open("hetao-2023").title == Plan.open("guofa-2023-12").title
        True
        """
        from kg.answer.slugs import slug_of

        workspace = _workspace(data)
        if document is None:
            return cls(workspace.records[0], workspace)
        files = workspace.build.files
        return cls(workspace.records[list(files).index(slug_of(files, document))], workspace, alone=True)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Return any plan (txt, md, html, docx, doc, wps, rtf, xlsx, pdf, ofd) without touching a build.

        Its records can be read, but it cannot be asked, searched or queried, which needs a build by `hetao build`.

        >>> plan = Plan.read("corpus/hetao-2023.txt")
        >>> len(plan.clauses), len(plan.obligations())
        (32, 320)
        """
        from kg import pipeline
        from kg.read import read_file
        from kg.settings import MAX_SOURCE_BYTES

        source = Path(path)
        return cls(pipeline.extract_source(read_file(source, MAX_SOURCE_BYTES), source))

    @staticmethod
    def names(*, data: str | Path | None = None) -> tuple[str, ...]:
        """Return the slugs of the documents of the current build.

        >>> Plan.names()
        ('guofa-2023-12',)
        """
        workspace = _workspace(data)
        try:
            return tuple(workspace.build.files)
        finally:
            workspace.close()

    @property
    def title(self) -> str:
        """The document's title as it stands."""
        return self.records.document.title

    @property
    def source(self) -> str:
        """The text in which `start` and `end` of every record count; a slice without white space is the quote."""
        return self.records.document.source.text

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses in reading order."""
        return self.records.document.clauses

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The agents."""
        return self.records.agents

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The zones."""
        return self.records.zones

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies."""
        return self.records.policies

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The deadlines that the document sets."""
        return self.records.deadlines

    def clause(self, number: str) -> Clause:
        """Return the clause with an id ("15"); a `HetaoError` if there is none.

        >>> Plan.open().clause("15").label
        '（十五）'
        """
        for one in self.clauses:
            if one.id == number:
                return one
        raise HetaoError(f"clause {number}", "the document has no such clause", "see the ids in `clauses`")

    def obligations(
        self,
        *,
        clause: Sequence[str] = (),
        agent: Sequence[str] = (),
        zone: Sequence[str] = (),
        modality: Sequence[str] = (),
        force: Sequence[str] = (),
        tier: Sequence[str] = (),
        review: Sequence[str] = (),
        due_before: str | None = None,
    ) -> tuple[Obligation, ...]:
        """Return the obligations that match every filter, in reading order; a filter matches with any of its values.

        Agents and zones may be given by any of their names, in either script. *due_before* is an ISO day.

        >>> plan = Plan.open()
        >>> [(row.id, row.modality, row.force) for row in plan.obligations(agent=["海關總署"], clause=["15"])]
        [('15-09', 'duty', 'firm')]
        """
        from kg.ledger.filters import Obligations, Wanted

        wanted = Wanted((), clause, agent, zone, modality, force, tier, review, due_before)
        return tuple(row for one in Obligations([self.records]).chosen(wanted) for row in one.obligations)

    def ask(self, question: str, *, previous: str | None = None) -> Answer:
        """Return the answer to a question in 简体, 繁體 or English, or a refusal with its reason.

        A document that was opened by its name is asked alone; otherwise all documents of the build are asked.
        *previous* is the question before, which this one may refer back to.

        >>> refused = Plan.open().ask("园区今天的气温是多少？")
        >>> refused.answered, refused.reason
        (False, 'live_data')
        """
        return self._built().ask(question, document=self._alone, previous=previous)

    def search(self, query: str, top: int = 10) -> list[Found]:
        """Return the *top* clauses for *query*, best first, each as its best passage.

        A document that was opened by its name is searched alone; otherwise all documents of the build are searched.

        >>> Plan.open("guofa-2023-12").search("谁来制定货物分线管理的办法", top=1)[0].clause
        '15'
        """
        return self._built().search(query, top, self._alone)

    def sparql(self, query: str, *, timeout: float = 30.0, limit: int | None = None) -> Result:
        """Return the result of a read-only SPARQL 1.1 query, which may run for *timeout* seconds.

        >>> rows = Plan.open().sparql('''
        ...     PREFIX hk: <https://w3id.org/hetao-kg/ns#>
        ...     SELECT (COUNT(?o) AS ?n) WHERE { ?o a hk:Obligation ; hk:force hk:exploratory }''').values()
        >>> int(rows[0]["n"]) > 10
        True
        """
        from kg.graph.sparql import run

        return run(self._built().store, query, timeout, limit)

    def close(self) -> None:
        """Release the build, which a later build may then delete."""
        if self._workspace is not None:
            self._workspace.close()

    def __enter__(self) -> Self:
        """Return the plan, which is closed after the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the plan."""
        self.close()

    def __repr__(self) -> str:
        """Return the document's name and how much is in it."""
        records = self.records
        counts = f"{len(self.clauses)} clauses, {len(records.obligations)} obligations"
        return f"<Plan {records.document.identifier or records.document.slug}: {counts}>"

    def _built(self) -> Workspace:
        if self._workspace is None:
            raise HetaoError(
                self.records.document.source.name,
                "it was read without a build",
                "run `hetao build` on it and use Plan.open() to ask, search or query it",
            )
        return self._workspace


def _workspace(data: str | Path | None) -> Workspace:
    from kg import settings
    from kg.builds import load_build
    from kg.workspace import Workspace

    return Workspace(load_build(settings.load(data).data))
