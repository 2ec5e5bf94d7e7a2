"""A file that is no plain text → its text: which form it is in, and a process of its own that reads it.

One module a form: `markdown`, `html`, `docx` (with `package` and `numbering`), `xlsx`, `pdf` and `ofd` (both with
`pages` and `pdf_layout`); `office` makes docx of the old ones. Each gives paragraphs and tables (`grid`) in reading
order; `paragraphs` makes the source text of them.
"""

from kg.read.forms.apart import read_apart
from kg.read.forms.kinds import form_of

__all__ = ["form_of", "read_apart"]
