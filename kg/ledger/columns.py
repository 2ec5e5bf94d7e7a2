"""A task → what stands in a column that is no field of a record: the functions that `rules/columns.yaml` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kg.exports import exports, source_note
from kg.ledger.assignment import assigned_or_not, assignees
from kg.ledger.days import moment
from kg.ledger.layout import clause_name, paper_words
from kg.ledger.parts import named_agents, responsible_agents, responsible_or_unnamed
from kg.ledger.reports import Value, status_word
from kg.ledger.standing import lights
from kg.ledger.tasks import LedgerTask
from kg.ledger.terms import term
from kg.models import Role


def _joined(names: Iterable[str]) -> str:
    return exports().separator.join(dict.fromkeys(names))


def _named(task: LedgerTask, role: Role) -> str:
    return _joined(named_agents(task.obligation, role))


def _deadline_text(task: LedgerTask) -> str:
    return task.obligation.deadline.text if task.obligation.deadline else ""


def _clause_marked(task: LedgerTask) -> str:
    """The clause, and how a person reviewed the obligation if one has."""
    name, review = clause_name(task.clause), task.obligation.review
    return (
        name
        if review == "extracted"
        else f"{name}\n{paper_words().review.format(review=term('zh-Hans', 'review', review))}"
    )


def _agents(task: LedgerTask) -> str:
    """Who leads, is responsible and cooperates, a line for each."""
    say, leading = paper_words(), named_agents(task.obligation, "lead")
    others = [name for name in responsible_agents(task.obligation) if name not in leading]
    named = ((say.lead, _joined(leading)), (say.responsible, _joined(others)))
    lines = [what.format(names=names) for what, names in named if names] or [exports().unnamed]
    cooperating = _named(task, "cooperating")
    return "\n".join([*lines, say.cooperating.format(names=cooperating)] if cooperating else lines)


def _assignment(task: LedgerTask) -> str:
    """Whom the office gave the task to and who assists, a line for each."""
    assisting = _joined(assignees(task.reported.report, "assisting"))
    told = _joined(assigned_or_not(task.reported.report))
    return "\n".join([told, paper_words().assisting.format(names=assisting)] if assisting else [told])


def _deadline(task: LedgerTask) -> str:
    """The time in the text's words and the day that counts, a line for each."""
    due = task.standing.due
    return "\n".join(filter(None, (_deadline_text(task), f"{due:%Y.%m.%d}" if due else ""))) or paper_words().no_date


def _standing(task: LedgerTask) -> str:
    """The reported status and how the task stands, a line for each."""
    return "\n".join(filter(None, (status_word("zh-Hans", task.value("status")), task.standing.said())))


def _updated(task: LedgerTask) -> str:
    at = task.reported.at
    return f"{moment(at):%Y-%m-%d %H:%M}" if at else ""


FUNCTIONS: Final[dict[str, Callable[[LedgerTask], Value]]] = {
    # what the plan says
    "plan.document_number": lambda task: task.document.identifier or task.document.slug,
    "plan.source": lambda task: task.document.identifier or task.document.title,
    "plan.source_note": lambda task: source_note(task.document),
    "plan.clause_name": lambda task: clause_name(task.clause),
    "plan.clause_marked": _clause_marked,
    # where the text names no agent the cell says so: an empty one would invite somebody to fill it
    "plan.lead": lambda task: _named(task, "lead") or exports().unnamed,
    "plan.owners": lambda task: _joined(responsible_or_unnamed(task.obligation)),
    "plan.cooperating": lambda task: _named(task, "cooperating"),
    "plan.approver": lambda task: _named(task, "approver"),
    "plan.addressee": lambda task: _named(task, "addressee"),
    "plan.inherited": lambda task: _joined(a.name for a in task.obligation.agents if a.basis == "inherited"),
    "plan.bodies": _agents,
    "plan.deadline_text": _deadline_text,
    "plan.deadline_date": lambda task: task.obligation.deadline.date if task.obligation.deadline else None,
    # how the task stands, as of the day
    "ledger.number": lambda task: task.number,
    "ledger.assignment": _assignment,
    "ledger.deadline": _deadline,
    # a person may review a row while its workbook is filled in: what the cell says then is no change of the plan
    "ledger.review": lambda task: task.obligation.review,
    "ledger.standing": _standing,
    "ledger.due_counts": lambda task: task.standing.due,
    "ledger.state": lambda task: task.standing.kind,
    "ledger.state_words": lambda task: task.standing.said(),
    "ledger.days": lambda task: task.standing.days,
    "ledger.light": lambda task: task.light,
    "ledger.light_word": lambda task: lights().colours[task.light]["zh-Hans"],
    "ledger.as_of": lambda task: task.as_of,
    "ledger.revision": lambda task: task.reported.revision,
    "ledger.updated": _updated,
    "ledger.updated_by": lambda task: task.reported.who,
}
"""The source of a column → the function that gives its cells."""
