"""A file on the standard input → its text on the standard output: the process in which strangers' files are read.

Started by `kg.read.forms.apart`; not for use by hand.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

from kg.errors import SourceError

if TYPE_CHECKING:
    from kg.read.forms.paragraphs import FileText


def read(form: str, data: bytes) -> FileText:
    """Return the text of *data* and its encoding. Raises `SourceError`; its subject is not the file's name."""
    name = "source"
    if form == "html":
        from kg.read.forms.html import read_html

        return read_html(data, name)
    if form == "md":
        from kg.read.forms.markdown import read_markdown

        return read_markdown(data, name)
    if form == "docx":
        from kg.read.forms.docx import read_docx

        return read_docx(data, name)
    if form == "xlsx":
        from kg.read.forms.xlsx import read_xlsx

        return read_xlsx(data, name)
    if form == "ofd":
        from kg.read.forms.ofd import read_ofd

        return read_ofd(data, name)
    from kg.read.forms.pdf import read_pdf

    return read_pdf(data, name)


def main(form: str, seconds: int, memory: int) -> None:
    """Answer with one line of JSON: a `FileText` as plain data, or `{error: [problem, fix]}`."""
    # the default of SIGALRM is to end the process, in whatever library it is
    signal.setitimer(signal.ITIMER_REAL, seconds)
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))
    reply: dict[str, object]
    try:
        reply = read(form, sys.stdin.buffer.read()).to_json()
    except SourceError as error:
        reply = {"error": [error.problem, error.fix]}
    except MemoryError:
        problem = f"needs more than {memory // 2**20} MB to be read"
        reply = {"error": [problem, "give its text, or a smaller part of it"]}
    sys.stdout.buffer.write(json.dumps(reply).encode("ascii"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
