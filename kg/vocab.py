"""The IRIs and fixed values of the graph, by name."""

from __future__ import annotations

from typing import Final, Literal, get_args
from urllib.parse import quote

HK: Final = "https://w3id.org/hetao-kg/ns#"
ID: Final = "https://w3id.org/hetao-kg/id/"

Lang = Literal["zh-Hans", "zh-Hant", "en"]
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)

MODALITIES: Final = ("duty", "permission", "prohibition", "exemption", "suspension", "target")
FORCES: Final = ("firm", "support", "pilot", "exploratory")
ROLES: Final = ("lead", "responsible", "cooperating", "approver", "addressee")
DEADLINE_KINDS: Final = ("by", "before", "conditional", "recurring", "vague", "past")
TIERS: Final = ("A", "B")
REVIEW_MARKS: Final = ("extracted", "confirmed", "corrected")
AGENT_TIERS: Final = ("named", "collective", "class", "place")


def thing(*path: str) -> str:
    """Return the IRI of a thing: `thing("agent", "财政部")` is `…/id/agent/财政部`.

    Characters that an IRI allows (RFC 3987, `iunreserved`) stay as they are, Chinese among them; all
    others are percent-encoded, so that any name from any document gives a valid IRI.
    """
    return ID + "/".join("".join(c if _iunreserved(c) else quote(c, safe="") for c in part) for part in path)


def _iunreserved(c: str) -> bool:
    if ord(c) < 0xA0:
        return (c.isascii() and c.isalnum()) or c in "-._~"
    return c.isprintable() and not 0xE000 <= ord(c) <= 0xF8FF and not 0xFFF0 <= ord(c) <= 0xFFFF
