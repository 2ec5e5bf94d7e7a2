"""A question and what was read off a passage → whether that may be said at all, whatever speaks for it.

The worst a reader can meet is a task given to a body that the text does not name, then a wrong date: these are kept out
by rule, and no learned weight can bring them back.
"""

from __future__ import annotations

import re

from kg.answer.asked import denies
from kg.answer.passage import Passage, Reading
from kg.answer.question import Question
from kg.answer.sorts import sort_of
from kg.answer.yesno import DECISIVE, doubts
from kg.models import Agent

GAPS: dict[str, tuple[float, float, float]] = {
    "owner": (0.12, 0.2, 0.1),
    "approver": (0.3, 0.15, 0.08),
    "deadline": (0.2, 0.12, 0.1),
    "quantity": (0.3, 0.2, 0.12),
}
"""So much nearer to the question may a passage be that gives nothing of the kind, before what gives it stands too far
off to be meant: in the same sentence, in the same clause, anywhere."""

_ALLOWED = {
    "deadline": frozenset({"time", "figure"}),
    "quantity": frozenset({"figure", "name"}),
}
_WITH_ROLES = frozenset({"body", "group"})
LESS = 0.25
"""So much less of what the question's words tell may a passage with a time have than the one that has most."""

_IN_CHARGE = re.compile(
    r"负责|部门|部委|机关|主管|审批|责任|牵头|\b(responsible|charge|agenc(y|ies)|ministr(y|ies)|departments?|authorit(y|ies))\b"
)


def may_say(question: Question, passage: Passage, reading: Reading, nearest: Passage, less: float) -> bool:
    """Whether *reading* of *passage* may be the answer to *question*.

    *nearest* is the passage nearest to it; *less* how much less of what the question's words tell this one has than
    the one that has most, between 0 and 1.
    """
    form, kind, sort = question.form, question.kind, sort_of(reading.variant)
    if sort == "verdict":
        return reading.variant == "no" or not DECISIVE & set(doubts(question, passage))
    if form is None:
        return True
    if sort not in _ALLOWED.get(kind, {sort}):
        return False
    if form.roles and not _may_own(question, passage, reading, sort):
        return False
    # a date that stands near is no date of what is asked about
    if sort == "time" and ((passage is not nearest and not passage.shares(question)) or less > LESS):
        return False
    return nearest.nearness - passage.nearness <= _gap(question, passage, nearest)


def _may_own(question: Question, passage: Passage, reading: Reading, sort: str) -> bool:
    """Whether the bodies of *reading* may be said to do, decide or help in what *question* asks about.

    A duty that names nobody is given to nobody: a name that stands near it is no owner, nor is who gains by it said to
    be in charge.
    """
    if sort not in _WITH_ROLES or not _is_about(question, passage, reading.items):
        return False
    if reading.roles or reading.variant == "doer":
        return True
    if reading.field == "beneficiary":
        return _IN_CHARGE.search(question.plain) is None
    return passage.background and passage.shares(question)


def _gap(question: Question, passage: Passage, nearest: Passage) -> float:
    kind: str = question.kind
    if kind == "agency" and question.form is not None and question.form.roles:
        # who decides or helps is said of the step that follows; who has to do a thing must be said of that thing
        kind = "owner" if "responsible" in question.form.roles else "approver"
    within = GAPS.get(kind)
    if within is None:
        return 1.0
    if nearest.sentence.unit == passage.sentence.unit:
        return within[0]
    same = (nearest.unit.document, nearest.unit.clause) == (passage.unit.document, passage.unit.clause)
    return within[1] if same else within[2]


def _is_about(question: Question, passage: Passage, names: tuple[str, ...]) -> bool:
    """Whether *names* can be who is asked for: the question is about no other body than the clause is, not about them
    themselves, and denies nothing that the words do not deny.
    """
    clause = passage.library.clause(passage.unit.document, passage.unit.clause)
    own = {one.name for one in passage.names(clause.start, clause.end) if isinstance(one, Agent)}
    bodies = [one for one in passage.named if one.category == "agent" and one.form in question.plain]
    if any(one.name not in own or one.name in names for one in bodies):
        return False
    return not denies(question.terms) or denies(passage.unit.quote)
