"""hetao-kg: a government plan → records with quotes → a graph, a search index, answers and a ledger.

>>> from kg import Plan
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.plan import Plan

__all__ = ["Plan"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - what a module's __getattr__ returns
    # imported on first use: a command that shows its help should not wait for the graph and the model
    if name == "Plan":
        from kg.plan import Plan

        return Plan
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
