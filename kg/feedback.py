"""What users say of answers ↔ DATA/feedback/answers.jsonl: stored on this disk alone, exported and erased as a whole.

Builds neither contain nor remove it. A line has the time, the question as typed, the answer, right or wrong and a
comment if one was given, but nothing about the user.
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
from kg.exports import safe_cell
from kg.writing import make_folder, writing

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
MAX_QUESTION, MAX_ANSWER, MAX_COMMENT = 1_000, 2_000, 500
"""Characters that are stored. A longer answer is cut, a longer question or comment is refused."""

MAX_BYTES = 16 * 1024**2
"""Of the file, some ten thousand lines at least: nobody can fill the disk with it."""

FileForm = Literal["csv", "json"]
FILE_FORMS: tuple[FileForm, ...] = get_args(FileForm)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one user said of one answer; `time` is ISO 8601, in Shanghai."""

    time: str
    question: str
    answer_id: str | None
    answer: str
    right: bool
    comment: str


def verdict(answer: Answer, right: bool, comment: str, now: datetime | None = None) -> Judgement:
    """Return a user's judgement of *answer*. Raises HetaoError if the question or the comment is too long."""
    for what, text, most in (("question", answer.question, MAX_QUESTION), ("comment", comment, MAX_COMMENT)):
        if len(text) > most:
            raise HetaoError(what, f"it has {len(text)} characters", f"give at most {most}")
    said = "、".join(item.text for item in answer.answers) or answer.message
    time = (now or datetime.now(SHANGHAI)).astimezone(SHANGHAI).isoformat(timespec="seconds")
    return Judgement(time, _whole(answer.question), answer.id, said[:MAX_ANSWER], right, _whole(comment.strip()))


def _whole(text: str) -> str:
    """Return *text* as UTF-8 can hold it, without the half characters that JSON's escapes allow."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Feedback:
    """The judgements stored in a data folder. Threads and processes may share it."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "feedback"
        self.path = self.folder / "answers.jsonl"

    def add(self, said: Judgement) -> None:
        """Store *said*, whole or not at all. Raises OutputError if that fails."""
        line = (json.dumps(asdict(said), ensure_ascii=False) + "\n").encode("utf-8")
        make_folder(self.folder)
        with self._alone(), writing(self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                size = file.seek(0, os.SEEK_END)
                if size + len(line) > MAX_BYTES:
                    raise OutputError(self.path, "it is full", "`hetao feedback export`, then `hetao feedback erase`")
                if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
                    # a process was killed while writing: its half line stays a line of its own
                    line = b"\n" + line
                if file.write(line) != len(line):
                    file.truncate(size)
                    raise OutputError(self.path, "the disk is full", "make room on it")
                os.fsync(file.fileno())

    def all(self) -> list[Judgement]:
        """Return every judgement, oldest first; damaged lines are left out."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise OutputError(self.path, f"it cannot be read ({error.strerror})", "check its permissions") from error
        return [said for line in lines if (said := _read(line)) is not None]

    def erase(self) -> int:
        """Erase all of it, and return how many judgements that were."""
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


def as_file(verdicts: Sequence[Judgement], form: FileForm) -> bytes:
    """Return *verdicts* as JSON, or as CSV for a spreadsheet: with BOM, and no cell that it would run."""
    if form == "json":
        return (json.dumps([asdict(said) for said in verdicts], ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in fields(Judgement)])
    for said in verdicts:
        plain = asdict(said) | {"right": "right" if said.right else "wrong"}
        writer.writerow([safe_cell(str(value or "")) for value in plain.values()])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _read(line: bytes) -> Judgement | None:
    try:
        plain = json.loads(line)
        said = Judgement(**plain)
    except (ValueError, TypeError):
        return None
    texts = (said.time, said.question, said.answer, said.comment, said.answer_id or "")
    return said if isinstance(said.right, bool) and all(isinstance(text, str) for text in texts) else None
