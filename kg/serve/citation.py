"""A clause → how it is cited: 国发〔2023〕12号（十五）."""

from __future__ import annotations

from kg.answer.wording import clause_name
from kg.models import Clause, Document


def cite(document: Document, clause: Clause) -> str:
    """Return the document's number, or its title where it has none, and the clause's own label.

    A clause without a label is called what it is, in Chinese, as the document is.
    """
    source = document.identifier or f"《{document.title}》"
    return f"{source}{clause.label or clause_name('zh-Hans', clause)}"


def quoted(document: Document, clause: Clause, quote: str) -> str:
    """Return *quote* in quotation marks with where it stands, ready for a paper."""
    # a quotation within it takes the single marks
    inner = quote.translate({ord("“"): "‘", ord("”"): "’"})
    return f"“{inner}”（{cite(document, clause)}）"
