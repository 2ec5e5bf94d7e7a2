"""The tab of the audit: what each clause's sentences yielded, and what yielded nothing."""

from __future__ import annotations

from kg.serve.fragments.coverage import coverage_html
from kg.serve.tabs.tab import Tab


class Coverage(Tab):
    """The audit of the documents; it does not change."""

    name = "coverage"

    def build(self) -> None:
        """Lay out the audit."""
        self.piece("coverage", coverage_html(self.desk, self.lang))
