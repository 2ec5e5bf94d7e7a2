"""Tables that hand out work (任务分工表) → one obligation a row: who and by when stand in its columns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.analysis import Analysis
from kg.extract.brackets import Responsibility, agents_in
from kg.extract.candidates import ObligationCandidate, candidates
from kg.extract.date_reach import GoalDate
from kg.extract.dates import times
from kg.extract.roles import AgentSpan
from kg.extract.segments import Segment, Sentence, comma_clauses
from kg.models import Due, ObligationAgent, Span, Table
from kg.patterns import pattern
from kg.read.heads import role_of
from kg.read.layout import layout
from kg.read.script import Reading
from kg.read.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.extract.names import NameBook
    from kg.extract.obligations import ClauseContext
    from kg.models import AgentTier, Document, Obligation, Role

_ROLES: tuple[Role, ...] = ("lead", "responsible", "cooperating")
_HEADS = 4
"""The heads of the columns stand in one of so many rows from the top."""

_ENDS = re.compile("[。；！]")
_PIECES = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of a table: the span of its cell, and the cells that stand in its rows under each role."""

    task: Span
    cells: Mapping[str, tuple[Span, ...]]


class TaskTables:
    """The tables of a document that hand out work, and what in tables and footnotes is no task."""

    def __init__(self, document: Document, book: NameBook) -> None:
        self._source = document.source.text
        self._issued = document.issued
        self._book = book
        self._rows: dict[int, TaskRow] = {}
        tables = []
        for table in document.source.tables:
            found = task_rows(table, self._source)
            if found:
                tables.append(table)
                self._rows.update((row.task.start, row) for row in found)
        self._starts = sorted(self._rows)
        self._places = Tables(tables)
        self._others = Tables([table for table in document.source.tables if table not in tables])
        self._footnotes = Tables([Table(((span,),)) for span in document.source.footnotes])

    def with_tasks(self, analysis: Analysis, plain: Reading) -> Analysis:
        """Return *analysis* with one candidate for each task of a table, whatever its words, and none for other cells.

        In a table that hands out no work a cell that is no whole sentence has none either, nor has a footnote.
        """
        if not analysis.sentences or not (self._places or self._others or self._footnotes):
            return analysis
        analysis = self._without_labels(analysis, plain)
        outside = {one for one in analysis.sentences if plain.offset(one.start) not in self._places}
        if len(outside) == len(analysis.sentences):
            return analysis
        tasks = {sentence: self._candidate(analysis, sentence) for sentence in self._tasks(analysis, plain)}
        theirs = [candidate for candidate in analysis.candidates if candidate.sentence in outside]
        others = [
            one
            for one in analysis.sentences
            if one not in outside and not any(one.start < task.end and task.start < one.end for task in tasks)
        ]
        silent = [(one, why) for one, why in analysis.silent if one in outside] + [(one, "table") for one in others]
        sentences = sorted([*outside, *tasks], key=lambda one: one.start)
        return replace(
            analysis,
            sentences=tuple(sentences),
            clauses=tuple(comma_clauses(analysis, one) for one in sentences),
            candidates=tuple(sorted([*tasks.values(), *theirs], key=lambda candidate: candidate.start)),
            silent=tuple(sorted(silent, key=lambda one: one[0].start)),
        )

    def as_given(self, found: Iterable[Obligation]) -> list[Obligation]:
        """Return the rows with the agents and the date of their columns where they are tasks of a table."""
        return [self._given(row) for row in found]

    def with_cells(self, context: ClauseContext) -> ClauseContext:
        """Return *context* with the agents in the columns of its clause among its brackets, where they are counted."""
        clause = context.clause
        cells = {
            cell
            for row in self._rows.values()
            for role in _ROLES
            for cell in row.cells.get(role, ())
            if clause.start <= cell.start < clause.end
        }
        brackets = list(context.analysis.brackets)
        for cell in sorted(cells):
            named = []
            for body, role, span in self._agents(cell, "responsible"):
                start, end = context.plain.from_source(span.start, span.end)
                named.append((replace(body, start=start, end=end), role))
            if named:
                brackets.append(Responsibility(named[0][0].start, named[-1][0].end, tuple(named)))
        return replace(context, analysis=replace(context.analysis, brackets=tuple(brackets))) if cells else context

    # -------------------------------------------------------------- candidates

    def _without_labels(self, analysis: Analysis, plain: Reading) -> Analysis:
        """Return *analysis* without candidates of footnotes and of cells that only name or count (食堂（家）)."""
        why = {one: why for one in analysis.sentences if (why := self._no_task(analysis, plain, one))}
        if not why:
            return analysis
        told = {one for one, _ in analysis.silent}
        silent = [*analysis.silent, *((one, said) for one, said in why.items() if one not in told)]
        return replace(
            analysis,
            candidates=tuple(candidate for candidate in analysis.candidates if candidate.sentence not in why),
            silent=tuple(sorted(silent, key=lambda one: one[0].start)),
        )

    def _no_task(self, analysis: Analysis, plain: Reading, sentence: Sentence) -> str | None:
        start = plain.offset(sentence.start)
        if start in self._footnotes:
            return "footnote"
        is_label = start in self._others and not _ENDS.search(analysis.text, sentence.start, sentence.end)
        return "table" if is_label else None

    def _tasks(self, analysis: Analysis, plain: Reading) -> Iterator[Sentence]:
        """Yield the task cells of a clause, each as one sentence without its number and the mark at its end."""
        first, last = plain.offset(0), plain.offset(len(plain) - 1)
        for at in self._starts[bisect_left(self._starts, first) : bisect_right(self._starts, last)]:
            task = self._rows[at].task
            start, end = plain.from_source(task.start, task.end)
            label = layout().marker.match(analysis.text, start, end)
            start = label.end() if label else start
            end = start + len(analysis.text[start:end].rstrip("。；;"))
            if start < end:
                yield Sentence(start, end, 0, first=True, last=True)

    def _candidate(self, analysis: Analysis, sentence: Sentence) -> ObligationCandidate:
        """Return the candidate of one task: modality, force and action of its words, all of it the quote."""
        said = replace(analysis, background=False, quiet=False)
        found, _ = candidates(said, sentence, comma_clauses(said, sentence), GoalDate())
        if found:
            return replace(found[0], start=sentence.start, end=sentence.end)
        whole = Segment(sentence.start, sentence.end, "")
        return ObligationCandidate(
            sentence.start, sentence.end, whole, None, "duty", "firm", None, None, None, sentence
        )

    # -------------------------------------------------------------- what the columns give

    def _given(self, row: Obligation) -> Obligation:
        at = self._at(row.start)
        if at is None:
            return row
        agents: dict[str, ObligationAgent] = {}
        is_open = False
        for role in _ROLES:
            for cell in at.cells.get(role, ()):
                is_open = is_open or "等" in cell.quote(self._source)[-8:]
                for body, said, span in self._agents(cell, role):
                    surface = span.quote(self._source)
                    agents.setdefault(body.name, ObligationAgent(body.name, surface, body.tier, said, "explicit"))
        due = next((due for cell in at.cells.get("deadline", ()) if (due := self._due(cell))), row.deadline)
        order = {role: place for place, role in enumerate(_ROLES)}
        named = tuple(sorted(agents.values(), key=lambda agent: order.get(agent.role, len(order))))
        return replace(row, agents=named or row.agents, open_list=is_open or row.open_list, deadline=due)

    def _at(self, start: int) -> TaskRow | None:
        """Return the task in whose cell a row begins."""
        if start not in self._places:
            return None
        place = bisect_right(self._starts, start) - 1
        row = self._rows[self._starts[place]] if place >= 0 else None
        return row if row is not None and start < row.task.end else None

    def _agents(self, cell: Span, role: Role) -> list[tuple[AgentSpan, Role, Span]]:
        """Return the bodies in a cell with their places in the source: under *role*, or the one its words give them."""
        found = []
        for piece in _pieces(cell, self._source):
            plain = Reading(self._source, [piece])
            text = plain.text
            read = agents_in(
                Analysis(text, plain.written, (), tuple(self._book.find(text)), ()), 0, len(text), self._book
            )
            says = pattern("offices", "says-who").search(text) is not None
            named = read.agents or tuple((body, role) for body in _as_written(text))
            found += [(body, said if says else role, plain.to_source(body.start, body.end)) for body, said in named]
        return found

    def _due(self, cell: Span) -> Due | None:
        """Return the date of a cell; 2024年10月 under 完成时限 means by then, and other words are kept as they are."""
        plain = Reading(self._source, [cell])
        written = plain.written
        own = [time for time in times(plain.text, issued=self._issued) if time.kind != "past"]
        if own:
            time = next((one for one in own if one.date), own[0])
            return Due(written[time.start : time.end], time.kind, time.date)
        by = [time for time in times("到" + plain.text, issued=self._issued) if time.kind == "by"]
        if by:
            return Due(written[: by[0].end - 1], "by", by[0].date)
        return Due(written, "vague", None) if any(c.isalnum() for c in written) else None


def _pieces(cell: Span, source: str) -> list[Span]:
    """Cut a cell at the white space behind the name of a agent, of which the rules see nothing."""
    found: list[Span] = []
    for match in _PIECES.finditer(source, cell.start, cell.end):
        before = found[-1] if found else None
        if before is not None and not pattern("offices", "body-end").search(before.quote(source)):
            found[-1] = Span(before.start, match.end())
        else:
            found.append(Span(match.start(), match.end()))
    return found


def _as_written(text: str) -> list[AgentSpan]:
    """Return the items of a cell whose names no rule knows as bodies: its column says that they are."""
    found = []
    for match in re.compile("[^、，；,;]+").finditer(text):
        words = match.group()
        if sum(c.isalpha() for c in words) > 1:
            tier: AgentTier = "collective" if words.startswith(("各", "有关", "相关")) else "named"
            found.append(AgentSpan(words, words, tier, "other", match.start(), match.end()))
    return found


# ------------------------------------------------------------------ which rows of a table are tasks


def task_rows(table: Table, source: str) -> list[TaskRow]:
    """Return the tasks of *table* in order; none where no row of it is the heads of a table that hands out work.

    A task whose cell goes over several rows has all that stands in them. The heads may come again on each page.
    """
    at, columns = _heads(table, source)
    task = columns.get("specific") or columns.get("task")
    if task is None or not any(role in columns for role in (*_ROLES, "deadline")):
        return []
    heads = [cell and cell.quote(source) for cell in table.rows[at]]
    found: dict[Span, dict[str, list[Span]]] = {}
    for row in table.rows[at + 1 :]:
        cell = row[task[-1]]
        if cell is None or len(set(row) - {None}) < 2 or [one and one.quote(source) for one in row] == heads:
            continue
        held = found.setdefault(cell, {})
        for role, places in columns.items():
            cells = held.setdefault(role, [])
            cells += [c for place in places if (c := row[place]) is not None and c not in cells and c != cell]
    return [TaskRow(cell, {role: tuple(cells) for role, cells in held.items()}) for cell, held in found.items()]


def _heads(table: Table, source: str) -> tuple[int, dict[str, list[int]]]:
    """Return the row that names the columns, and the columns of each role; of heads in two rows the lower ones."""
    best: tuple[int, dict[str, list[int]]] = (0, {})
    for at, row in enumerate(table.rows[:_HEADS]):
        columns: dict[str, list[int]] = {}
        for place, cell in enumerate(row):
            if cell is not None and (role := role_of(cell.quote(source))):
                columns.setdefault(role, []).append(place)
        if len(columns) > 1 and len(columns) >= len(best[1]):
            best = (at, columns)
    return best
