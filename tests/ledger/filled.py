"""A workbook as people fill it in: opened by another library, changed by heading and task, saved again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

HEADER = 4
"""The row of the headings, counted from 1."""


class Filled:
    """A workbook at *path*, open to be changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - openpyxl has no types
        return self.book[name]

    def columns(self, name: str) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.book[name][HEADER] if cell.value}

    def rows(self, name: str) -> dict[str, int]:
        place = self.columns(name)["任务编号"]
        sheet = self.book[name]
        return {sheet.cell(row, place).value: row for row in range(HEADER + 1, sheet.max_row + 1)}

    def cell(self, name: str, task_id: str, heading: str) -> Any:  # noqa: ANN401 - openpyxl has no types
        return self.book[name].cell(self.rows(name)[task_id], self.columns(name)[heading])

    def put(self, name: str, task_id: str, changes: Mapping[str, object]) -> None:
        for heading, value in changes.items():
            self.cell(name, task_id, heading).value = value

    def reorder(self, name: str, order: list[int]) -> None:
        """Put the rows below the headings in another order, as sorting does: cells move, merged ones there are none."""
        sheet = self.book[name]
        lines = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
        for row, line in enumerate((lines[i] for i in order), HEADER + 1):
            for column, (value, kind) in enumerate(line, 1):
                cell = sheet.cell(row, column)
                cell.value = value
                if kind == "s":
                    cell.data_type = kind

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path
