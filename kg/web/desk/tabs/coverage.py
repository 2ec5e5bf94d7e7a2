"""The tab of the audit: what each clause's sentences yielded, and what yielded nothing."""

from __future__ import annotations

from kg.web.desk.tabs.tab import Tab
from kg.web.fragments.coverage import coverage_html


class CoverageTab(Tab):
    """The audit of the documents, which does not change."""

    name = "coverage"

    def build(self) -> None:
        """Lay out the audit."""
        self.piece("coverage", coverage_html(self.desk, self.lang))
