"""A clause → its citation: 国发〔2023〕12号（十五）."""

from __future__ import annotations

from kg.answer.wording import clause_name
from kg.models import Clause, Document


def cite(document: Document, clause: Clause) -> str:
    """Return the document's number, or its title if it has none, followed by the clause's own label.

    A clause without a label is described in Chinese, the language of the document.
    """
    source = document.identifier or f"《{document.title}》"
    return f"{source}{clause.label or clause_name('zh-Hans', clause)}"


def quoted(document: Document, clause: Clause, quote: str) -> str:
    """Return *quote* in quotation marks with its citation, ready for a paper."""
    # a quotation inside the quote takes single quotation marks
    inner = quote.translate({ord("“"): "‘", ord("”"): "’"})
    return f"“{inner}”（{cite(document, clause)}）"
