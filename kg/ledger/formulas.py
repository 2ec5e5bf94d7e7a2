"""How a task stands, as formulas in its row of a sheet: the same calculation as in `kg.ledger.standing`.

They use no function that Excel 2010, an old WPS or LibreOffice lacks; the names are those of cells on the cover.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.ledger.days import FIRST_NUMBER, LAST_NUMBER
from kg.ledger.layout import layout
from kg.ledger.reports import ENDED, STATUSES, status_word
from kg.ledger.standing import KINDS, Convention, Kind, lights
from kg.ledger.terms import term
from kg.vocab import FORCES

CellOf = Callable[[str], str]
"""A field → the address of its cell in the row."""


def due_formula(at: CellOf) -> str:
    """Return the formula of the day that counts: the extension's, else the determined one, else the plan's.

    Where one of the first two is filled in with words or an error, the day is not known before an import reads it.
    """
    plan = f'IF(ISNUMBER({at("deadline_date")}),{at("deadline_date")},"")'
    return f"={_day_or(at('extended_to'), _day_or(at('due'), plan))}"


def _day_or(cell: str, otherwise: str) -> str:
    """The day in *cell* without its time, a word if what is there is none, *otherwise* if nothing is there."""
    unread = f'"{layout()["unread"]}"'
    return f'IF(ISERROR({cell}),{unread},IF({cell}="",{otherwise},IF({_is_day(cell)},INT({cell}),{unread})))'


def _is_day(cell: str) -> str:
    # a smaller number is 2025.1, typed for October, a larger one 20251231
    return f"AND(N({cell})>={FIRST_NUMBER},N({cell})<{LAST_NUMBER + 1})"


def state_formula(at: CellOf) -> str:
    """Return the formula of how the task stands as of the day on the cover."""
    names, say = layout()["names"], _words()
    due, status, done_on = at("due_counts"), at("status"), at("done_on")
    ended = ",".join(f'{status}="{status_word("zh-Hans", one)}"' for one in ENDED)
    behind = f'{status}="{status_word("zh-Hans", "behind")}"'
    overdue = f'IF({status}="","{say["unverified"]}","{say["overdue"]}"&({names["as_of"]}-{due})&"天")'
    in_time = (
        f'IF({due}-{names["as_of"]}<={names["soon"]},"{say["soon"]}",IF({behind},"{say["behind"]}","{say["normal"]}"))'
    )
    dated = f"IF({due}<{names['as_of']},{overdue},{in_time})"
    undated = f'IF({behind},"{say["behind"]}","{say["undated"]}")'
    late = f"AND(ISNUMBER({due}),ISNUMBER({done_on}),INT(N({done_on}))>N({due}))"
    unread = layout()["unread"]
    known = ",".join(f'{status}="{status_word("zh-Hans", one)}"' for one in STATUSES)
    unknown = f'AND({status}<>"",NOT(OR({known})))'
    return (
        f'=IF(OR(ISERROR({status}),ISERROR({done_on})),"{unread}",'
        f'IF(OR({due}="{unread}",{unknown},AND({done_on}<>"",NOT({_is_day(done_on)}))),"{unread}",'
        f'IF(OR({ended}),IF({late},"{say["late"]}","{say["finished"]}"),'
        f'IF({status}="{status_word("zh-Hans", "halted")}","{say["halted"]}",'
        f'IF({status}="{status_word("zh-Hans", "standing")}","{say["standing"]}",'
        f'IF({due}="",{undated},{dated}))))))'
    )


def days_formula(at: CellOf) -> str:
    """Return the formula of the days left, negative after the date; of a finished task, those it was early."""
    names, say = layout()["names"], _words()
    due, state, done_on = at("due_counts"), at("state"), at("done_on")
    finished = f'OR({state}="{say["finished"]}",{state}="{say["late"]}")'
    no_end = f'OR({state}="{say["halted"]}",{state}="{say["standing"]}")'
    ended = f'IF(ISNUMBER({done_on}),{due}-INT({done_on}),"")'
    unknown = f'OR({due}="",{state}="{layout()["unread"]}")'
    return f'=IF({unknown},"",IF({no_end},"",IF({finished},{ended},{due}-{names["as_of"]})))'


def light_formula(at: CellOf, convention: Convention) -> str:
    """Return the formula of the light's colour as a word, by the office's *convention*; grey without a date."""
    state, force, due = at("state"), at("force"), at("due_counts")
    say, colours = _words(), lights().colours
    word = {kind: colours[colour]["zh-Hans"] for kind, colour in convention.lights.items()}
    formula = grey = f'"{colours["grey"]["zh-Hans"]}"'
    for kind in KINDS:
        if kind in word and kind != "overdue":
            formula = f'IF({state}="{say[kind]}","{word[kind]}",{formula})'
    if "overdue" in word:
        firm = f'{force}="{term("zh-Hans", "force", FORCES[0])}"'
        light = f'IF({firm},"{word["overdue"]}","{colours[convention.unfair]["zh-Hans"]}")'
        overdue = f'AND(LEFT({state},{len(say["overdue"])})="{say["overdue"]}",{state}<>"{say["late"]}")'
        formula = f"IF({overdue},{light},{formula})"
    return f'=IF({due}="",{grey},{formula})'


def _words() -> Mapping[Kind, str]:
    return {kind: words["zh-Hans"] for kind, words in lights().standings.items()}
