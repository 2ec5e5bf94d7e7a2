"""Records of one document ↔ the files of a folder: `source.txt`, JSON Lines files and `document.json`."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, overload

from kg.errors import BuildError
from kg.models import (
    Agent,
    Chapter,
    Clause,
    Deadline,
    Document,
    NounPhrase,
    Obligation,
    Policy,
    Records,
    SourceText,
    Span,
    Zone,
    to_json,
)

LISTS: dict[str, type] = {
    "clauses": Clause,
    "agents": Agent,
    "zones": Zone,
    "policies": Policy,
    "deadlines": Deadline,
    "obligations": Obligation,
    "terms": NounPhrase,
}
"""The lists of records in the order of the work; each stands in `<name>.jsonl`."""

KEPT = 256
"""The most documents whose records stay in memory, some megabyte each; loading them again takes 40 ms each."""


def json_line(record: Any) -> str:  # noqa: ANN401 - any record or plain dict
    """Return *record* as one line of JSON: UTF-8 characters as they are, no line break."""
    plain = record if isinstance(record, dict) else to_json(record)
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def json_lines(records: Iterable[Any]) -> bytes:
    """Return *records* as the bytes of a JSON Lines file."""
    return "".join(json_line(record) + "\n" for record in records).encode("utf-8")


def record_files(records: Records) -> dict[str, bytes]:
    """Return the files of an extraction by name: the source's text and the lists.

    `source.txt` is the text every offset counts in. For a text file in UTF-8 its bytes are the source's own: decoding
    changes nothing, and so encoding gives them back.
    """
    files = {"source.txt": records.document.source.text.encode("utf-8")}
    for name in LISTS:
        rows = records.document.clauses if name == "clauses" else getattr(records, name)
        files[f"{name}.jsonl"] = json_lines(rows)
    return files


RECORD_FILES = ("source.txt", "document.json", *(f"{name}.jsonl" for name in LISTS))
"""The files that `load_records` reads."""


def source_head(source: SourceText) -> dict[str, Any]:
    """Return what is known of *source* besides its text, as plain JSON."""
    return {
        "name": source.name,
        "encoding": source.encoding,
        "sha256": source.sha256,
        "form": source.form,
        "tables": [to_json(table) for table in source.tables],
        "footnotes": [to_json(span) for span in source.footnotes],
        "notes": list(source.notes),
        "scans": [to_json(scan) for scan in source.scans],
    }


def source_of(head: Mapping[str, Any], text: str) -> SourceText:
    """Return the source with *text* of which `source_head` said *head*; a ValueError if it says something else."""
    found: SourceText = _adapter(SourceText).validate_python({"text": text, **head})
    return found


def document_file(records: Records) -> bytes:
    """Return what the lists do not hold of a document, as the bytes of `document.json`."""
    document = records.document
    plain = {
        "slug": document.slug,
        "title": document.title,
        "identifier": document.identifier,
        "issued": document.issued,
        "publisher": document.publisher,
        "region": document.region,
        "status": document.status,
        "changed_by": document.changed_by,
        "repeals": list(document.repeals),
        "amends": list(document.amends),
        "source": source_head(document.source),
        "chapters": [to_json(chapter) for chapter in document.chapters],
        "copies": [to_json(copy) for copy in document.copies],
        "notes": list(records.notes),
    }
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


class LoadedRecords(Sequence[Records]):
    """Records of documents, each loaded when it is asked for; a subclass says how, and how many there are."""

    @abstractmethod
    def load(self, at: int) -> Records:
        """Return the one at place *at*, from 0 to before the length."""

    @overload
    def __getitem__(self, at: int) -> Records: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Records, ...]: ...

    def __getitem__(self, at: int | slice) -> Records | tuple[Records, ...]:
        places = range(len(self))[at]
        return self.load(places) if isinstance(places, int) else tuple(map(self.load, places))


class StoredRecords(LoadedRecords):
    """The records in the folders of documents, each loaded when it is asked for; the last `KEPT` stay in memory.

    To go through all of them loads all of them: what is wanted of every document stands in its facts. Threads may
    share it.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._load = lru_cache(maxsize=KEPT)(load_records)

    def __len__(self) -> int:
        return len(self._folders)

    def load(self, at: int) -> Records:
        """Return the records in the folder at place *at*."""
        return self._load(self._folders[at])


@cache
def _adapter(record: Any) -> Any:  # noqa: ANN401 - any record; pydantic's adapter of it
    from pydantic import TypeAdapter

    return TypeAdapter(record)


def load_records(folder: Path) -> Records:
    """Return the records that `record_files` and `document_file` wrote to *folder*, equal to those written.

    A file that is missing or does not hold what it should is a `BuildError`.
    """
    # pydantic takes a sixth of a second to import, which a command that loads nothing should not wait for
    from pydantic import ValidationError

    name = "document.json"
    try:
        head = json.loads((folder / name).read_bytes())
        name = "source.txt"
        text = (folder / name).read_bytes().decode("utf-8")
        lists: dict[str, tuple[Any, ...]] = {}
        for kind, record in LISTS.items():
            name = f"{kind}.jsonl"
            adapter = _adapter(record)
            lists[kind] = tuple(adapter.validate_json(line) for line in (folder / name).read_bytes().splitlines())
        name = "document.json"
        document = Document(
            source=source_of(head["source"], text),
            slug=head["slug"],
            title=head["title"],
            identifier=head["identifier"],
            issued=head["issued"],
            publisher=head["publisher"],
            chapters=_adapter(tuple[Chapter, ...]).validate_python(head["chapters"]),
            clauses=lists.pop("clauses"),
            copies=_adapter(tuple[Span, ...]).validate_python(head["copies"]),
            region=head["region"],
            status=head["status"],
            changed_by=head["changed_by"],
            repeals=tuple(head["repeals"]),
            amends=tuple(head["amends"]),
        )
        return Records(document=document, notes=tuple(head["notes"]), **lists)
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise BuildError(folder / name, "the file is missing or damaged", "run `hetao build` again") from error
