"""kg/rules/*.yaml → checked rules: patterns, cues and names, each with its examples."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kg.errors import RuleError
from kg.models import AgentTier
from kg.resources import rules_dir

PATTERN_FILES = (
    "adverbs", "conditions", "cues", "dates", "framing", "manner", "owners", "policies", "verbs",
)  # fmt: skip
NAME_FILES = ("bodies", "places")

T = TypeVar("T")

Where = Literal[
    "anywhere", "head", "tail", "clause", "title", "prose", "salutation", "object", "domain"
]  # fmt: skip


class _Strict(BaseModel):
    """A mapping whose unknown keys are refused: a misspelt key must not be a rule that silently does nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Strict):
    """A text and whether the rule must hit it."""

    text: str
    hits: bool


class Sets(_Strict):
    """What a rule says of the clause it hits. Which keys mean something is told at the head of each file."""

    modality: Literal["duty", "permission", "prohibition", "exemption", "suspension", "target"] | None = None
    force: Literal["firm", "support", "pilot", "exploratory"] | None = None
    pivot: bool = False
    explicit: bool = False
    why: Literal["background", "past", "framing"] | None = None
    serves: Literal["next"] | None = None
    dates: Literal["paragraph"] | None = None
    governs: Literal["forward", "local"] | None = None
    deadline: Literal["conditional"] | None = None
    role: (
        Literal["exception", "lead", "responsible", "cooperating", "approver", "addressee", "pivot"] | None
    ) = None  # fmt: skip
    kind: str | None = None
    undated: bool = False
    tier: Literal["A", "B"] | None = None
    strip: bool = False
    domain: str | None = None


class Rule(_Strict):
    """A pattern over white-space-free text: a regular expression or a list of literal cues.

    With `where` "head" it is tried at the beginning of a text alone, with "tail" at its end, otherwise anywhere.
    """

    id: str
    where: Where = "anywhere"
    pattern: str | None = None
    cues: tuple[str, ...] = ()
    sets: Sets = Field(default_factory=Sets)
    note: str | None = None
    examples: tuple[Example, ...]

    def regex(self) -> re.Pattern[str]:
        """Return the compiled pattern (cached); longest cues first, so that 试行 never hides 试行办法."""
        return _compiled(self.pattern, self.cues, self.where)


class Name(_Strict):
    """A canonical name with its other names; a bare string in YAML is a name without any."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    part_of: str | None = None
    party: str | None = None
    abbr: str | None = None


class NameGroup(_Strict):
    """Names that share a kind, a tier and a source."""

    id: str
    kind: str
    tier: AgentTier = "named"
    source: str
    names: tuple[Name | str, ...]
    examples: tuple[Example, ...]

    def entries(self) -> list[Name]:
        """Return the names, each with its kind filled in."""
        return [
            n.model_copy(update={"kind": n.kind or self.kind}) if isinstance(n, Name) else Name(name=n, kind=self.kind)
            for n in self.names
        ]


class PlanNames(_Strict):
    """What belongs to one plan and stands beside it in corpus/: names, aliases, kinds and part-of alone."""

    source_sha256: str
    slug: str | None = None
    from_: str = Field(alias="from")
    agents: tuple[Name, ...] = ()
    zones: tuple[Name, ...] = ()
    facilities: tuple[Name, ...] = ()


@cache
def _compiled(pattern: str | None, cues: tuple[str, ...], where: str) -> re.Pattern[str]:
    body = pattern or "|".join(re.escape(c) for c in sorted(cues, key=lambda c: (-len(c), c)))
    if where == "head":
        return re.compile(rf"^(?:{body})")
    return re.compile(rf"(?:{body})$") if where == "tail" else re.compile(body)


@cache
def rules(name: str) -> tuple[Rule, ...]:
    """Return the rules of `kg/rules/<name>.yaml`, in the file's order.

    Raises RuleError where the file has an unknown key, a rule without an example of each kind, a pattern that does
    not compile, or an id twice.
    """
    path = rules_dir() / f"{name}.yaml"
    return load_rules(path)


@cache
def name_groups(name: str) -> tuple[NameGroup, ...]:
    """Return the groups of names in `kg/rules/<name>.yaml`."""
    path = rules_dir() / f"{name}.yaml"
    return _read(path, TypeAdapter(tuple[NameGroup, ...]))


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules in the file *path*; see `rules`."""
    found = _read(path, TypeAdapter(tuple[Rule, ...]))
    seen: set[str] = set()
    for rule in found:
        if rule.id in seen:
            raise RuleError(path.name, f"rule id {rule.id} stands twice", "give each rule an id of its own")
        seen.add(rule.id)
        if bool(rule.pattern) == bool(rule.cues):
            raise RuleError(path.name, f"rule {rule.id} needs a pattern or cues, and not both", "write one of them")
        if {e.hits for e in rule.examples} != {True, False}:
            raise RuleError(
                path.name, f"rule {rule.id} lacks an example", "give one that must hit and one that must not"
            )
        try:
            rule.regex()
        except re.error as error:
            raise RuleError(path.name, f"rule {rule.id} is no regular expression: {error}", "mend it") from error
    return found


def load_plan_names(path: Path) -> PlanNames:
    """Return the names file *path* (`corpus/<plan>.names.yaml`); RuleError where it says more than names."""
    return _read(path, TypeAdapter(PlanNames))


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(yaml.safe_load(path.read_bytes()))
    except FileNotFoundError as error:
        raise RuleError(path.name, "no such rules file", "restore it from the distribution") from error
    except yaml.YAMLError as error:
        raise RuleError(path.name, f"is not YAML: {error}", "mend it at the place named") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise RuleError(path.name, f"{where}: {first['msg']}", "keep to the keys the file's head names") from error
