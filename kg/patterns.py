"""`kg/rules/*.yaml` → rules by pattern, each with its examples; one is found by its file and id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from kg.errors import RuleError
from kg.rules import Entries, Entry, Regex, Strict, as_regex, load

Where = Literal[
    "anywhere", "head", "here", "tail", "word", "clause", "title", "prose", "salutation", "object", "domain"
]  # fmt: skip
_BEFORE = {"head": "^", "word": "^"}
_BEHIND = {"tail": "$", "word": "$"}
_REFERENCE = re.compile(r"⟨([a-z0-9-]+)⟩")


class Sets(Strict):
    """What a rule says of the clause it hits. The head of each file says which keys it uses."""

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
    ahead: bool = False
    tier: Literal["A", "B"] | None = None
    strip: bool = False
    domain: str | None = None
    km2: float | None = None
    zone: bool = False


class Rule(Entry):
    """A pattern over white-space-free text: a regular expression or a list of literal cues.

    With `where` "head" it is tried at the beginning of a text alone, with "tail" at its end, with "word" on a whole
    word, with "here" where the code stands in the text, otherwise anywhere. ⟨name⟩ in a pattern stands for the rule's
    own part of that name, or for the pattern of the rule of the file that has it as its id.
    """

    where: Where = "anywhere"
    pattern: Regex | None = None
    parts: dict[str, Regex] = Field(default_factory=dict)
    cues: tuple[str, ...] = ()
    sets: Sets = Field(default_factory=Sets)
    note: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.pattern) == bool(self.cues):
            raise ValueError("it needs a pattern or cues, and not both")
        spoken_of = {
            name for text in (self.body, *map(as_regex, self.parts.values())) for name in _REFERENCE.findall(text)
        }
        if unused := next((name for name in self.parts if name not in spoken_of), None):
            raise ValueError(f"its part {unused} is used nowhere")
        return self

    @property
    def body(self) -> str:
        """The regular expression without its anchors; of cues the longest first, so that 试行 never hides 试行办法."""
        if self.pattern is None:
            return "|".join(re.escape(c) for c in sorted(self.cues, key=lambda c: (-len(c), c)))
        return as_regex(self.pattern)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(_BEFORE.get(self.where, "") + f"(?:{self.body})" + _BEHIND.get(self.where, ""))

    def hits(self, text: str) -> bool:
        """Whether the rule alone hits *text*, tried where its `where` says."""
        regex = self.regex
        return bool(regex.match(text) if self.where == "here" else regex.search(text))


class RuleFile(Entries[Rule]):
    """A file of rules: the references in their patterns followed, each of them compiled."""

    @field_validator("root")
    @classmethod
    def _compiled(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        raw = {rule.id: rule for rule in rules}
        found = tuple(_resolved(rule, raw) for rule in rules)
        for rule in found:
            try:
                _ = rule.regex
            except re.error as error:
                raise ValueError(f"{rule.id} is no regular expression: {error}") from error
        return found


def _resolved(rule: Rule, raw: Mapping[str, Rule], depth: int = 0) -> Rule:
    """Return *rule* with each ⟨name⟩ in its pattern replaced by the pattern meant."""

    def meant(match: re.Match[str], below: int = 0) -> str:
        name = match.group(1)
        if depth + below > len(raw) + len(rule.parts):
            raise ValueError(f"{rule.id} refers to {match.group()}, which does not exist")
        if name in rule.parts:
            return f"(?:{_REFERENCE.sub(lambda inner: meant(inner, below + 1), as_regex(rule.parts[name]))})"
        if (other := raw.get(name)) is None:
            raise ValueError(f"{rule.id} refers to {match.group()}, which does not exist")
        return f"(?:{_resolved(other, raw, depth + below + 1).body})"

    if rule.pattern is None:
        return rule
    return rule.model_copy(update={"pattern": _REFERENCE.sub(meant, rule.body)})


@cache
def rules(name: str) -> tuple[Rule, ...]:
    """Return the rules of `kg/rules/<name>.yaml`, in the file's order. Raises RuleError as `read` does."""
    return load(name, RuleFile).root


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
