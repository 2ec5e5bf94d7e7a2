"""A file → a source text → its chapters, clauses, paragraphs and sentences."""

from kg.read.document import parse
from kg.read.ids import clause_sort_key
from kg.read.plain import Plain
from kg.read.sentences import clause_sentences, paragraph_sentences
from kg.read.source import read_bytes, read_file

__all__ = [
    "Plain",
    "clause_sentences",
    "clause_sort_key",
    "paragraph_sentences",
    "parse",
    "read_bytes",
    "read_file",
]
