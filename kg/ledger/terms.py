"""A fixed value of the records → what it is called in a language."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import ConfigDict, RootModel, model_validator

from kg.rules import load
from kg.vocab import DEADLINE_KINDS, FORCES, LANGS, MODALITIES, REVIEW_MARKS, ROLES, TIERS, Lang

Kind = Literal["modality", "force", "role", "tier", "deadline", "review"]

_VALUES: dict[Kind, tuple[str, ...]] = {
    "modality": MODALITIES, "force": FORCES, "role": ROLES, "tier": TIERS, "deadline": DEADLINE_KINDS,
    "review": REVIEW_MARKS,
}  # fmt: skip


class Glossary(RootModel[dict[Lang, dict[Kind, dict[str, str]]]]):
    """`rules/terms.yaml`: language → kind → value → word, for every value in every language."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _for_every_value(self) -> Self:
        for lang in LANGS:
            for kind, values in _VALUES.items():
                if set(self.root.get(lang, {}).get(kind, {})) != set(values):
                    raise ValueError(f"{kind} in {lang} must have exactly {', '.join(values)}")
        return self


def term(lang: Lang, kind: Kind, value: str) -> str:
    """Return what *value* is called; *value* itself if it is not one of its kind."""
    return load("terms", Glossary).root[lang][kind].get(value, value)
