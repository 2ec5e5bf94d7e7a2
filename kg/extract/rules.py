"""`kg/rules/bodies.yaml`, `places.yaml` and a plan's own names file → names, each group with its examples."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from kg.models import AgentTier
from kg.rules import Entries, Entry, Strict, load, read

PATTERN_FILES = (
    "acting", "adverbs", "conditions", "cues", "dates", "framing", "manner", "offices", "owners", "policies",
    "structure", "tables", "verbs", "zones",
)  # fmt: skip
NAME_FILES = ("bodies", "places")


class Name(Strict):
    """A canonical name with its other names; a bare string in YAML is a name without any."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    part_of: str | None = None
    party: str | None = None
    abbr: str | None = None


class NameGroup(Entry):
    """Names that share a kind, a tier and a source."""

    kind: str
    tier: AgentTier = "named"
    source: str
    names: tuple[Name | str, ...]

    def entries(self) -> list[Name]:
        """Return the names, each with its kind filled in."""
        return [
            n.model_copy(update={"kind": n.kind or self.kind}) if isinstance(n, Name) else Name(name=n, kind=self.kind)
            for n in self.names
        ]


class PlanNames(Strict):
    """What belongs to one plan and stands beside it in corpus/: names, aliases, kinds and part-of alone."""

    source_sha256: str
    slug: str | None = None
    from_: str = Field(alias="from")
    agents: tuple[Name, ...] = ()
    zones: tuple[Name, ...] = ()
    facilities: tuple[Name, ...] = ()


def name_groups(name: str) -> tuple[NameGroup, ...]:
    """Return the groups of names in `kg/rules/<name>.yaml`."""
    return load(name, Entries[NameGroup]).root


def load_plan_names(path: Path) -> PlanNames:
    """Return the names file *path* (`corpus/<plan>.names.yaml`); RuleError where it says more than names."""
    return read(path, PlanNames)
