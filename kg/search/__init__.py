"""Clauses and obligations → lexical, dense and late-interaction index → ranking."""
