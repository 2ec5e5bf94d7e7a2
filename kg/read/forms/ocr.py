"""The image of a page → the lines that OCR reads on it, with their places and the mean score. Needs the extra `ocr`."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from kg.read.forms.pdf_layout import PrintedLine

MISSING = "install what reads images (pip install 'hetao-kg[ocr]'), or give the text that OCR makes of them"

NOTHING_READ = "give a sharper scan of it, or its text"

MAX_SCANNED = 300
"""A file with more pages to read is refused: at 8 s of one core a page it would take most of an hour."""

SECONDS_A_PAGE = 60
"""What a page may take, beyond the time of the file."""

DPI = 200
"""How finely a page is drawn for it: type of 9 points and more is read as well as at 300."""

_LONGEST = 4000
"""A page larger than a poster is drawn at so many dots a side."""

_SHORT = 3
"""The box of so few characters says little of the size of their type."""

_LEAST = 0.5
"""A line of a lower score is a stain or a seal and no text."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read on a page, from its top; `score`: the mean score of its lines, each weighed by its length."""

    lines: list[PrintedLine]
    score: float


def take_time() -> None:
    """Give the process, where its time is limited, the time of one more page."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if left > 0:
        signal.setitimer(signal.ITIMER_REAL, left + SECONDS_A_PAGE)


def has_ocr() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr") is not None


class Ocr:
    """RapidOCR with the models that come in its wheel; they are loaded once, and nothing is fetched."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        threads = "EngineConfig.onnxruntime.intra_op_num_threads"
        self._read: Any = RapidOCR(params={"Global.log_level": "error", threads: 2})

    def read(self, page: Any) -> PageRead | None:  # noqa: ANN401 - a page of the PDF library's
        """Return what stands on *page*; None where nothing is read there."""
        wide, high = page.get_size()
        scale = min(DPI / 72, _LONGEST / max(wide, high))
        found = self._read(page.render(scale=scale).to_numpy())
        if found.boxes is None:
            return None
        lines: list[PrintedLine] = []
        total = 0.0
        for box, words, score in zip(found.boxes, found.txts, found.scores, strict=True):
            text = words.strip()
            if not text or score < _LEAST:
                continue
            xs, ys = [float(x) / scale for x, _ in box], [high - float(y) / scale for _, y in box]
            lines.append(PrintedLine(text, min(xs), max(xs), min(ys), max(ys)))
            total += float(score) * len(text)
        if not lines:
            return None
        lines = sorted(_even(lines), key=lambda line: (-line.top, line.left))
        return PageRead(_level(lines), round(total / sum(len(line.text) for line in lines), 3))


def _even(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Return *lines* with one height for those of about the same: a box is as high as the characters that are in it."""
    heights = sorted(line.size for line in lines for _ in line.text)
    usual = heights[len(heights) // 2]
    found = []
    for line in lines:
        middle, half = (line.bottom + line.top) / 2, usual / 2
        alike = abs(line.size - usual) < (0.3 if len(line.text) > _SHORT else 0.7) * usual
        found.append(replace(line, bottom=middle - half, top=middle + half) if alike else line)
    return found


def _level(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Return *lines* with those that stand side by side from left to right, however their boxes lean."""
    found: list[list[PrintedLine]] = []
    for line in lines:
        row = found[-1] if found else None
        if row and min(row[0].top, line.top) - max(row[0].bottom, line.bottom) > 0.5 * min(row[0].size, line.size):
            row.append(line)
        else:
            found.append([line])
    return [line for row in found for line in sorted(row, key=lambda one: one.left)]
