"""hetao-kg: a government plan → records with quotes → a graph, a search index, answers and a ledger."""

__version__ = "0.1.0"
