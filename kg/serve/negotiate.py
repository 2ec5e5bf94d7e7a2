"""An Accept header and what there is to give → the media type to give."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*(\d*\.?\d*)\s*(?:;|$)", re.ASCII | re.IGNORECASE)


def best(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return which of *offers* the sender of *accept* likes best, the first of equals; None where it likes none.

    Offers are media types without parameters, in lower case. No header, or an empty one, takes anything. Of the ranges
    that fit an offer the most exact one says its quality. A range that cannot be read counts as not written; of its
    parameters only `q` is read.

    Source: RFC 9110, 12.5.1.
    """
    if accept is None or not accept.strip():
        return offers[0]
    liked = _qualities(accept)
    # max gives the first of equals
    chosen = max(offers, key=lambda offer: _quality(offer, liked))
    return chosen if _quality(chosen, liked) > 0 else None


def _qualities(accept: str) -> dict[str, float]:
    """Return the quality of each range, of one written twice the greater."""
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
