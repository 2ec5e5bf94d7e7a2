"""`rules/columns.yaml` → the ledger's columns: each defined once, with its titles and its place in files and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import ConfigDict, Field, RootModel, model_validator

from kg.models import Clause, Obligation
from kg.refusals import refusals
from kg.rules import Said, Strict, load
from kg.vocab import LANGS, Lang

SheetName = Literal["tasks", "supervision", "progress"]
SHEETS: Final[tuple[SheetName, ...]] = get_args(SheetName)
PlaceName = Literal["desk", "csv", "docx", "box", "tasks", "supervision", "progress"]
ColumnType = Literal["text", "log", "list", "names", "date", "number", "percent", "choice"]
ColumnGroup = Literal["assignment", "steps", "dates", "people", "extension"]
GROUPS: Final[tuple[ColumnGroup, ...]] = get_args(ColumnGroup)

_RECORDS: Final = {
    "obligation": {field.name for field in fields(Obligation)},
    "clause": {field.name for field in fields(Clause)},
}


class Place(Strict):
    """How a column stands in a file or page: behind which other one, and under a title of its own if it has one."""

    title: str | Said | None = None
    after: str | None = None


class DeskPlace(Place):
    """How a column stands in the desk's table; *fields* are the columns of the files that hold the same.

    Those that are `first` stand before all others.
    """

    usual: bool = False
    first: bool = False
    fields: tuple[str, ...] = ()
    title: Said | None = None


class CsvPlace(Place):
    """How a column stands in the CSV; *name* is the English word after its title, by default its key."""

    name: str | None = None
    title: str | None = None


class SheetPlace(Place):
    """How a column stands in a sheet: its width in characters, and whether it is there only if chosen."""

    width: int = Field(gt=1)
    title: str | None = None
    chosen: bool = False


class DocxPlace(Place):
    """How a column stands in the Word file; its width is in millimetres, scaled with the others to the page."""

    width: int = Field(gt=0)
    title: str | None = None
    centred: bool = False


class BoxPlace(Place):
    """How a column that people fill in stands on a task's page, and with *bulk* on the page for several tasks."""

    group: ColumnGroup = "steps"
    bulk: bool = False
    title: None = None


class Column(Strict):
    """A column of the ledger; the head of `rules/columns.yaml` explains the keys."""

    key: str
    source: str = Field(pattern=r"^(report|(obligation|clause|plan|ledger)\.[a-z_]+)$")
    in_words: str | None = Field(None, pattern=r"^(plan|ledger)\.[a-z_]+$")
    type: ColumnType = "text"
    of: Literal["modality", "force", "tier", "review", "status"] | None = None
    personal: bool = False
    after: str | None = None
    title: Said
    desk: DeskPlace | None = None
    csv: CsvPlace | None = None
    sheets: dict[SheetName, SheetPlace] = Field(default_factory=dict)
    docx: DocxPlace | None = None
    box: BoxPlace | None = None
    json_: Annotated[bool, Field(alias="json")] = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        record, _, name = self.source.partition(".")
        if record in _RECORDS and name not in _RECORDS[record]:
            raise ValueError(f"{self.source} is not a field of a record")
        if (self.type == "choice") != (self.of is not None):
            raise ValueError("a choice, and nothing else, has `of`")
        if self.reported and (self.type == "number" or self.of not in (None, "status")):
            raise ValueError("what people report is text, log, list, names, date, percent or a choice of status")
        if self.box and not self.reported:
            raise ValueError("a box is for what people report")
        if self.personal and (self.desk or self.csv or self.docx or self.json_):
            raise ValueError("names of people appear in sheets alone")
        return self

    @property
    def reported(self) -> bool:
        """Whether people fill it in; it is then a field of a report, with this key."""
        return self.source == "report"

    @property
    def worked_out(self) -> bool:
        """Whether it is calculated: neither in the plan nor reported."""
        return self.source.startswith("ledger.")

    @property
    def of_plan(self) -> bool:
        """Whether it holds only what the plan says."""
        return not self.reported and not self.worked_out

    @property
    def group(self) -> ColumnGroup:
        """The group of boxes in which people fill it in."""
        return (self.box or BoxPlace()).group

    def place(self, name: PlaceName) -> Place | None:
        """Return how it stands in a file, sheet or page, None if it is not there."""
        match name:
            case "desk":
                return self.desk
            case "csv":
                return self.csv
            case "docx":
                return self.docx
            case "box":
                return (self.box or BoxPlace()) if self.reported else None
        return self.sheets.get(name)

    def heading(self, name: PlaceName) -> str:
        """Return its heading in a file or sheet, in Chinese."""
        there = self.place(name)
        own = (there and there.title) or self.title
        title = own if isinstance(own, str) else own["zh-Hans"]
        return f"{title} {there.name or self.key}" if isinstance(there, CsvPlace) else title


class Columns(RootModel[tuple[Column, ...]]):
    """`rules/columns.yaml`: no key twice, and no reference to a column that does not exist."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        keys = [column.key for column in self.root]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"{twice} is there twice: leave one of them")
        for column in self.root:
            if unknown := set(column.desk.fields if column.desk else ()) - set(keys):
                raise ValueError(f"{column.key}: there is no column {', '.join(sorted(unknown))}")
        for name in get_args(PlaceName):
            self.standing_in(name)
        self.reported()
        return self

    def standing_in(self, name: PlaceName) -> tuple[Column, ...]:
        """Return the columns of a file, sheet or page in order; in a sheet, those to be chosen last."""
        found = _in_order(name, [(column, there.after) for column in self.root if (there := column.place(name))])
        if name == "desk":
            return tuple(sorted(found, key=lambda c: not (c.desk and c.desk.first)))
        return tuple(sorted(found, key=lambda c: name in SHEETS and c.sheets[name].chosen))

    def reported(self) -> tuple[Column, ...]:
        """Return the columns that people fill in, in the order of a report's fields."""
        return tuple(_in_order("report", [(column, column.after) for column in self.root if column.reported]))


@cache
def columns() -> dict[str, Column]:
    """Return key → column, as `rules/columns.yaml` has them. Raises RuleError as `kg.rules.read` does."""
    return {column.key: column for column in load("columns", Columns).root}


def column_name(field: str, lang: Lang) -> str:
    """Return what a column is called in *lang*; in English with its heading in the sheet, by which it is found."""
    title = columns()[field].title
    return refusals().column[lang].format(title=title[lang], heading=title["zh-Hans"])


def column_names(field: str) -> dict[Lang, str]:
    """Return `column_name` in every language."""
    return {lang: column_name(field, lang) for lang in LANGS}


@cache
def standing_in(name: PlaceName) -> tuple[Column, ...]:
    """Return `Columns.standing_in` of `rules/columns.yaml`."""
    return load("columns", Columns).standing_in(name)


@cache
def report_columns() -> tuple[Column, ...]:
    """Return `Columns.reported` of `rules/columns.yaml`."""
    return load("columns", Columns).reported()


def _in_order(where: str, given: Sequence[tuple[Column, str | None]]) -> list[Column]:
    """The columns in the file's order, except those that are to follow another one."""
    found = [column for column, after in given if after is None]
    moved = [(column, after) for column, after in given if after is not None]
    while moved:
        keys = [column.key for column in found]
        ready = next((pair for pair in moved if pair[1] in keys), None)
        if ready is None:
            column, after = moved[0]
            raise ValueError(f"{column.key} stands after {after}, which is not in {where}")
        moved.remove(ready)
        found.insert(keys.index(ready[1]) + 1, ready[0])
    return found
