"""Obligations → the ledger that offices keep of them."""
