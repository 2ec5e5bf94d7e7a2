"""An Accept header and the media types on offer → the one to send."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*(\d*\.?\d*)\s*(?:;|$)", re.ASCII | re.IGNORECASE)


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the one of *offers* that *accept* prefers, the first among equals; None if it accepts none.

    Offers are media types without parameters, in lower case. A missing or empty header accepts anything. The most
    specific range that fits an offer gives its quality. An unreadable range is ignored; of a range's parameters only
    `q` is read.

    Source: RFC 9110, 12.5.1.
    """
    if accept is None or not accept.strip():
        return offers[0]
    liked = _qualities(accept)
    # max returns the first among equals
    chosen = max(offers, key=lambda offer: _quality(offer, liked))
    return chosen if _quality(chosen, liked) > 0 else None


def _qualities(accept: str) -> dict[str, float]:
    """Return the quality of each range, the greater one for a range that is written twice."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        quality = _QUALITY.search(match[2])
        try:
            value = min(1.0, float(quality[1])) if quality else 1.0
        except ValueError:
            continue
        name = match[1].lower()
        found[name] = max(value, found.get(name, 0.0))
    return found


def _quality(offer: str, liked: dict[str, float]) -> float:
    for name in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if name in liked:
            return liked[name]
    return 0.0
