"""`kg/rules/*.yaml` → checked records: one strict loader for all, and what the files are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, Self, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    model_validator,
)

from kg.errors import RuleError
from kg.resources import rules_dir
from kg.vocab import LANGS, Lang

# ------------------------------------------------------------------ a file


class Strict(BaseModel):
    """A mapping whose unknown keys are refused: a misspelt key must not be a rule that silently does nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=BaseModel)


def load(name: str, model: type[M]) -> M:
    """Return `kg/rules/<name>.yaml` as a *model*, read once; see `read`."""
    found: M = _load(name, model)
    return found


@cache
def _load(name: str, model: type[BaseModel]) -> Any:  # noqa: ANN401 - a cache does not tell one model from another
    return read(rules_dir() / f"{name}.yaml", model)


def read(path: Path, model: type[M]) -> M:
    """Return the YAML file *path* as a *model*.

    Raises:
        RuleError: the file is missing, is no YAML, or does not say what the model wants; one line that names the file
            and the key, where a list's entry is named by its id or key.
    """
    plain: object = None
    try:
        # libyaml takes an eighth of the time of PyYAML's own parser, which a command's start would feel
        plain = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
        return model.model_validate(plain)
    except FileNotFoundError as error:
        raise RuleError(path.name, "no such rules file", "restore it from the distribution") from error
    except OSError as error:
        raise RuleError(path.name, f"it cannot be read ({error.strerror})", "check its permissions") from error
    except yaml.YAMLError as error:
        raise RuleError(path.name, f"is not YAML: {error}", "correct it at the place given") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = _place(plain, first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        raise RuleError(path.name, f"{where}: {problem}" if where else problem, "correct it") from error


def _place(plain: object, keys: Sequence[int | str]) -> str:
    """Return where in *plain* the *keys* lead: an entry of a list by its id or key where it has one."""
    names = []
    for key in keys:
        if isinstance(key, int) and isinstance(plain, list) and key < len(plain):
            plain = plain[key]
            names.append(str(plain.get("id", plain.get("key", key))) if isinstance(plain, dict) else str(key))
        else:
            plain = plain.get(key) if isinstance(plain, dict) else None
            names.append(str(key))
    return ".".join(names)


# ------------------------------------------------------------------ what the files are made of


class Example(Strict):
    """A text and whether the rule must hit it."""

    text: str
    hits: bool


def _of_both_kinds(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    if {example.hits for example in examples} != {True, False}:
        raise ValueError("it lacks an example: give one that must hit and one that must not")
    return examples


class Entry(Strict):
    """An entry of a list, with an example of each kind."""

    id: str
    examples: Annotated[tuple[Example, ...], AfterValidator(_of_both_kinds)]


E = TypeVar("E", bound=Entry)


def each_once(entries: tuple[E, ...]) -> tuple[E, ...]:
    """Return *entries*; a ValueError where an id stands twice."""
    ids = [entry.id for entry in entries]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise ValueError(f"{twice} stands twice: give each entry its own id")
    return entries


class Entries(RootModel[Annotated[tuple[E, ...], AfterValidator(each_once)]], Generic[E]):
    """A file that is a list of entries, each with an id of its own."""

    model_config = ConfigDict(frozen=True)


Regex = str | tuple[str, ...] | dict[str, str]
"""A regular expression as a file writes it: whole, as pieces to be joined, or as alternatives in the order in which
they are tried, each with a text that it hits."""


def as_regex(written: Regex) -> str:
    """Return what is *written* as one regular expression."""
    if isinstance(written, str):
        return written
    return "|".join(written) if isinstance(written, dict) else "".join(written)


_REFERENCE = re.compile(r"⟨([a-z0-9-]+)⟩")


def put_in(pattern: str, parts: Mapping[str, Regex]) -> str:
    """Return *pattern* with each ⟨name⟩ that is one of *parts* replaced by that part; other references stay.

    Raises:
        ValueError: a part contains itself, or is used nowhere.
    """
    used: set[str] = set()

    def part(match: re.Match[str]) -> str:
        if match.group(1) not in parts:
            return match.group()
        used.add(match.group(1))
        return f"(?:{as_regex(parts[match.group(1)])})"

    for _ in range(len(parts)):
        if (replaced := _REFERENCE.sub(part, pattern)) == pattern:
            break
        pattern = replaced
    if own := next((name for name in _REFERENCE.findall(pattern) if name in parts), None):
        raise ValueError(f"its part {own} contains itself")
    if unused := next((name for name in parts if name not in used), None):
        raise ValueError(f"its part {unused} is used nowhere")
    return pattern


class WayOfAsking(Strict):
    """Ways of saying a thing: alternatives in the order in which they are tried, each with a text that it hits.

    ⟨name⟩ in one stands for the part of that name.
    """

    asks: dict[str, str]
    parts: dict[str, Regex] = Field(default_factory=dict)

    @cached_property
    def body(self) -> str:
        """The regular expression, the parts put in."""
        return put_in(as_regex(self.asks), self.parts)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.body)

    @model_validator(mode="after")
    def _can_be_compiled(self) -> Self:
        if unknown := _REFERENCE.search(self.body):
            raise ValueError(f"it refers to {unknown.group()}, which does not exist")
        try:
            _ = self.regex
        except re.error as error:
            raise ValueError(f"it is not a valid pattern ({error})") from error
        return self


def named(plain: object) -> object:
    """Return a mapping of mappings with the key of each as its `name`."""
    if not isinstance(plain, dict):
        return plain
    return {name: {**one, "name": name} if isinstance(one, dict) else one for name, one in plain.items()}


def _in_every_language(said: dict[Lang, str]) -> dict[Lang, str]:
    if lacking := set(LANGS) - set(said):
        raise ValueError(f"it is not said in {', '.join(sorted(lacking))}")
    return said


Said = Annotated[dict[Lang, str], AfterValidator(_in_every_language)]
"""What one thing is called, in every language."""

V = TypeVar("V")


class Texts(RootModel[dict[Lang, dict[str, V]]], Generic[V]):
    """Language → key → text, or further keys; every language under the same keys."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _under_the_same_keys(self) -> Self:
        if lacking := set(LANGS) - set(self.root):
            raise ValueError(f"its languages lack {', '.join(sorted(lacking))}")
        keys = {lang: _keys(texts) for lang, texts in self.root.items()}
        for lang, known in keys.items():
            if missing := set().union(*keys.values()) - known:
                raise ValueError(f"{lang} lacks {', '.join(sorted(missing))}")
        return self


def _keys(texts: Mapping[str, object], above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in texts.items():
        found |= _keys(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}"}
    return found
