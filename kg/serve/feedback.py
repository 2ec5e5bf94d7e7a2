"""What users say of answers ↔ DATA/feedback/answers.jsonl: kept on this disk alone, given out and erased as a whole.

No build holds it or takes it away. A line has the time, the question as typed, the answer, right or wrong and a
comment if one was given: nothing of who said so.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Literal, get_args

from kg.answer.record import Answer
from kg.errors import HetaoError, OutputError
from kg.ledger.export import safe_cell
from kg.writing import make_folder, writing

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
MAX_QUESTION, MAX_ANSWER, MAX_COMMENT = 1_000, 2_000, 500
"""Characters of what is kept. A longer answer is cut, a longer question or comment is refused."""

MAX_BYTES = 16 * 1024**2
"""Of the file: some ten thousand lines at least. Whoever fills it can erase nobody else's disk."""

FileForm = Literal["csv", "json"]
FILE_FORMS: tuple[FileForm, ...] = get_args(FileForm)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one user said of one answer; `time` is ISO, of Shanghai."""

    time: str
    question: str
    answer_id: str | None
    answer: str
    right: bool
    comment: str


def verdict(answer: Answer, right: bool, comment: str, now: datetime | None = None) -> Verdict:
    """Return what is kept of a user's word on *answer*; a `HetaoError` for a question or a comment that is too long."""
    for what, text, most in (("question", answer.question, MAX_QUESTION), ("comment", comment, MAX_COMMENT)):
        if len(text) > most:
            raise HetaoError(what, f"it has {len(text)} characters", f"give at most {most}")
    said = "、".join(item.text for item in answer.answers) or answer.message
    time = (now or datetime.now(SHANGHAI)).astimezone(SHANGHAI).isoformat(timespec="seconds")
    return Verdict(time, _whole(answer.question), answer.id, said[:MAX_ANSWER], right, _whole(comment.strip()))


def _whole(text: str) -> str:
    """Return *text* as UTF-8 can hold it: half a character from JSON's escapes is none."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Feedback:
    """The verdicts kept in a data folder. Threads and processes may share it."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "feedback"
        self.path = self.folder / "answers.jsonl"

    def add(self, said: Verdict) -> None:
        """Keep *said*; an `OutputError` where that cannot be done, and then nothing of it is kept."""
        line = (json.dumps(asdict(said), ensure_ascii=False) + "\n").encode("utf-8")
        make_folder(self.folder)
        with self._alone(), writing(self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                if size + len(line) > MAX_BYTES:
                    raise OutputError(self.path, "it is full", "`hetao feedback export`, then `hetao feedback erase`")
                if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
                    # a process was killed while it wrote: its half line stays one line
                    line = b"\n" + line
                if file.write(line) != len(line):
                    file.truncate(size)
                    raise OutputError(self.path, "the disk is full", "make room on it")
                os.fsync(file.fileno())

    def all(self) -> list[Verdict]:
        """Return every verdict, the oldest first; what is no verdict is left out."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OutputError(self.path, f"it cannot be read ({error.strerror})", "see to its rights") from error
        return [said for line in lines if (said := _read(line)) is not None]

    def erase(self) -> int:
        """Take all of it away, and return how many verdicts that were."""
        if not self.folder.is_dir():
            return 0
        with self._alone(), writing(self.path):
            count = len(self.all())
            self.path.unlink(missing_ok=True)
        return count

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with writing(self.folder), (self.folder / ".lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def as_file(verdicts: Sequence[Verdict], form: FileForm) -> bytes:
    """Return *verdicts* as JSON, or as CSV for a spreadsheet: with BOM, no cell that it would run."""
    if form == "json":
        return (json.dumps([asdict(said) for said in verdicts], ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in fields(Verdict)])
    for said in verdicts:
        plain = asdict(said) | {"right": "right" if said.right else "wrong"}
        writer.writerow([safe_cell(str(value or "")) for value in plain.values()])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _read(line: bytes) -> Verdict | None:
    try:
        plain = json.loads(line)
        said = Verdict(**plain)
    except (ValueError, TypeError):
        return None
    texts = (said.time, said.question, said.answer, said.comment, said.answer_id or "")
    return said if isinstance(said.right, bool) and all(isinstance(text, str) for text in texts) else None
