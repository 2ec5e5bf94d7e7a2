"""A workbook and what was refused in it → the workbook with each refused cell in red and the reason as its comment."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kg.ledger.importing import Refusal
from kg.ledger.reading import opened
from kg.vocab import Lang

_RED = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "hetao"


def marked(path: Path, refused: Sequence[Refusal], lang: Lang) -> bytes:
    """Return the workbook at *path* with every refused cell marked, the reason in *lang*, and nothing else changed."""
    with opened(path) as book:
        for refusal in refused:
            sheet = book[refusal.cell.sheet]
            cell = sheet[refusal.cell.place]
            # a cell within a merged range cannot have a comment; its first one can
            if isinstance(cell, MergedCell):
                within = next(r for r in sheet.merged_cells.ranges if refusal.cell.place in r)
                cell = sheet.cell(within.min_row, within.min_col)
            cell.fill = _RED
            said = f"{cell.comment.text}\n" if cell.comment and cell.comment.author == _AUTHOR else ""
            cell.comment = Comment(f"{said}{refusal.why(lang)}\n{refusal.fix(lang)}", _AUTHOR, width=320, height=120)
        out = io.BytesIO()
        book.save(out)
    return out.getvalue()


def marked_path(path: Path) -> Path:
    """Return the path of the marked workbook, beside the one that was given."""
    return path.with_name(f"{path.stem}（退回）.xlsx")
