"""kg/rules/*.yaml → checked rules: patterns, cues and names, each with its examples."""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kg.errors import RuleError
from kg.models import AgentTier
from kg.resources import load_yaml, rules_dir

PATTERN_FILES = (
    "adverbs", "conditions", "cues", "dates", "framing", "manner", "offices", "owners", "policies", "structure",
    "verbs", "zones",
)  # fmt: skip
NAME_FILES = ("bodies", "places")

T = TypeVar("T")

Where = Literal[
    "anywhere", "head", "here", "tail", "word", "clause", "title", "prose", "salutation", "object", "domain"
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
    km2: float | None = None
    zone: bool = False


class Rule(_Strict):
    """A pattern over white-space-free text: a regular expression or a list of literal cues.

    With `where` "head" it is tried at the beginning of a text alone, with "tail" at its end, with "word" on a whole
    word, with "here" where the code stands in the text, otherwise anywhere. A pattern may be a list of parts, and
    ⟨id⟩ in it stands for the pattern of another rule of the file.
    """

    id: str
    where: Where = "anywhere"
    pattern: str | tuple[str, ...] | None = None
    cues: tuple[str, ...] = ()
    sets: Sets = Field(default_factory=Sets)
    note: str | None = None
    examples: tuple[Example, ...]

    @property
    def body(self) -> str:
        """The regular expression without its anchors; of cues the longest first, so that 试行 never hides 试行办法."""
        if self.pattern is None:
            return "|".join(re.escape(c) for c in sorted(self.cues, key=lambda c: (-len(c), c)))
        return self.pattern if isinstance(self.pattern, str) else "".join(self.pattern)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(_BEFORE.get(self.where, "") + f"(?:{self.body})" + _BEHIND.get(self.where, ""))

    def hits(self, text: str) -> bool:
        """Whether the rule alone hits *text*, tried where its `where` says."""
        regex = self.regex
        return bool(regex.match(text) if self.where == "here" else regex.search(text))


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


_BEFORE = {"head": "^", "word": "^"}
_BEHIND = {"tail": "$", "word": "$"}
_REFERENCE = re.compile(r"⟨([a-z0-9-]+)⟩")


@cache
def rules(name: str) -> tuple[Rule, ...]:
    """Return the rules of `kg/rules/<name>.yaml`, in the file's order.

    Raises RuleError where the file has an unknown key, a rule without an example of each kind, a pattern that does
    not compile, or an id twice.
    """
    path = rules_dir() / f"{name}.yaml"
    return load_rules(path)


@cache
def pattern(file: str, rule: str) -> re.Pattern[str]:
    """Return the pattern of one rule of `kg/rules/<file>.yaml`. Raises RuleError where there is no such rule."""
    return _rule(file, rule).regex


@cache
def words(file: str, rule: str) -> frozenset[str]:
    """Return the cues of one rule of `kg/rules/<file>.yaml`. Raises RuleError where there is no such rule."""
    return frozenset(_rule(file, rule).cues)


def _rule(file: str, rule: str) -> Rule:
    for one in rules(file):
        if one.id == rule:
            return one
    raise RuleError(f"{file}.yaml", f"has no rule {rule}", "restore it from the distribution")


@cache
def name_groups(name: str) -> tuple[NameGroup, ...]:
    """Return the groups of names in `kg/rules/<name>.yaml`."""
    path = rules_dir() / f"{name}.yaml"
    return _read(path, TypeAdapter(tuple[NameGroup, ...]))


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Return the rules in the file *path*; see `rules`."""
    found = _read(path, TypeAdapter(tuple[Rule, ...]))
    seen: set[str] = set()
    raw = {rule.id: rule for rule in found}
    found = tuple(_resolved(rule, raw, path.name) for rule in found)
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
            _ = rule.regex
        except re.error as error:
            raise RuleError(path.name, f"rule {rule.id} is no regular expression: {error}", "mend it") from error
    return found


def _resolved(rule: Rule, raw: dict[str, Rule], file: str, depth: int = 0) -> Rule:
    """Return *rule* with ⟨id⟩ in its pattern replaced by the pattern meant."""

    def meant(match: re.Match[str]) -> str:
        other = raw.get(match.group(1))
        if other is None or depth > len(raw):
            raise RuleError(file, f"rule {rule.id} speaks of {match.group()}, which is none", "mend the name")
        return f"(?:{_resolved(other, raw, file, depth + 1).body})"

    if rule.pattern is None:
        return rule
    return rule.model_copy(update={"pattern": _REFERENCE.sub(meant, rule.body)})


def load_plan_names(path: Path) -> PlanNames:
    """Return the names file *path* (`corpus/<plan>.names.yaml`); RuleError where it says more than names."""
    return _read(path, TypeAdapter(PlanNames))


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(load_yaml(path))
    except FileNotFoundError as error:
        raise RuleError(path.name, "no such rules file", "restore it from the distribution") from error
    except yaml.YAMLError as error:
        raise RuleError(path.name, f"is not YAML: {error}", "mend it at the place named") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise RuleError(path.name, f"{where}: {first['msg']}", "keep to the keys the file's head names") from error
