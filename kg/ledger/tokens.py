"""Tokens by which programs sign in: a name, what it opens and a hash, in a file of the data folder.

A token is random and long, so that its hash needs no salt and no cost: nobody can guess what it was made from.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from kg.errors import HetaoError, OutputError
from kg.ledger.accounts import check_name
from kg.ledger.days import today
from kg.ledger.private import alone, write_private

TokenScope = Literal["read", "calendar"]
SCOPES: Final[tuple[TokenScope, ...]] = get_args(TokenScope)
"""A token to read asks, searches, queries and downloads; one for the calendar opens the calendar of tasks alone."""

PREFIX: Final = "hetao_"
"""How every token begins, so that one that has leaked is known for what it is."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a program may sign in with. `hash` is the token's SHA-256, `made` the day on which it was made."""

    name: str
    scope: TokenScope
    hash: str
    made: str


class Tokens:
    """The tokens of a data folder. Every call reads the file, so that a revoked token is refused at once."""

    def __init__(self, data: Path) -> None:
        self.path = data / "ledger" / "tokens.json"

    def all(self) -> dict[str, AccessToken]:
        """Return the tokens by name. Raises OutputError if the file cannot be read or is damaged."""
        try:
            plain = json.loads(self.path.read_text("utf-8"))
            found = {one["name"]: AccessToken(one["name"], one["scope"], one["hash"], one["made"]) for one in plain}
            if any(one.scope not in SCOPES for one in found.values()):
                raise ValueError("it has an unknown scope")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = getattr(error, "strerror", None) or error
            raise OutputError(self.path, f"the tokens cannot be read ({why})", "restore it from a backup") from error
        return found

    def create(self, name: str, scope: TokenScope) -> str:
        """Return a new token, which is kept as a hash alone. Raises HetaoError if *name* is none or is taken."""
        checked = check_name(name)
        token = PREFIX + secrets.token_urlsafe(32)
        with alone(self.path):
            known = self.all()
            if checked in known:
                raise HetaoError(checked, "there is a token of that name", "revoke it first, or give another name")
            self._write(known | {checked: AccessToken(checked, scope, _hash(token), today().isoformat())})
        return token

    def revoke(self, name: str) -> None:
        """Remove the token of that name. Raises HetaoError if there is none."""
        with alone(self.path):
            known = self.all()
            if name not in known:
                raise HetaoError(name, "there is no such token", "`hetao account token list` names them")
            self._write({key: one for key, one in known.items() if key != name})

    def verify(self, token: str) -> AccessToken | None:
        """Return the token that *token* is, None if there is no such one."""
        wanted = _hash(token)
        return next((one for one in self.all().values() if secrets.compare_digest(one.hash, wanted)), None)

    def _write(self, tokens: dict[str, AccessToken]) -> None:
        write_private(self.path, [asdict(one) for one in tokens.values()])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
