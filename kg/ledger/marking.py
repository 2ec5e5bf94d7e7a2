"""A workbook and what was refused of it → the workbook, each refused cell in red with the reason beside it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kg.ledger.importing import Refusal

_RED = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "hetao"


def marked(path: Path, refused: Sequence[Refusal]) -> bytes:
    """Return the workbook at *path* with every refused cell marked. Nothing else in it is changed."""
    book = load_workbook(path)
    for refusal in refused:
        cell = book[refusal.cell.sheet][refusal.cell.place]
        # a cell within a merged range cannot carry a note; its first one can
        if type(cell).__name__ == "MergedCell":
            within = next(r for r in book[refusal.cell.sheet].merged_cells.ranges if refusal.cell.place in r)
            cell = book[refusal.cell.sheet].cell(within.min_row, within.min_col)
        cell.fill = _RED
        said = f"{cell.comment.text}\n" if cell.comment and cell.comment.author == _AUTHOR else ""
        cell.comment = Comment(f"{said}{refusal.why}；{refusal.fix}", _AUTHOR, width=320, height=120)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marked_path(path: Path) -> Path:
    """Return where the marked workbook goes: beside the one that was given."""
    return path.with_name(f"{path.stem}（退回）.xlsx")
