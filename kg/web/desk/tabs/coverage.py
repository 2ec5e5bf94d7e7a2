"""The tab of the audit: what each clause's sentences yielded, and what yielded nothing."""

from __future__ import annotations

from typing import Any

from kg.web.deep_links import Visit
from kg.web.desk.tabs.tab import Tab, Updates
from kg.web.fragments.coverage import coverage_html


class CoverageTab(Tab):
    """The audit of the documents; in a large library, of one of them."""

    name = "coverage"

    def build(self) -> None:
        """Lay out the audit."""
        self.audit = self.piece("coverage", coverage_html(self.desk, self.lang), waits=True)

    def changed(self) -> list[Any]:
        """Return the audit."""
        return [self.audit]

    def open(self, visit: Visit) -> Updates:
        """Return the updates that show the audit of the document in the visit."""
        if self.desk.small:
            return {}
        return {self.audit: coverage_html(self.desk, self.lang, visit.query.get("document", ""))}
