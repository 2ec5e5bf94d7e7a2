"""Who may report on tasks: names with a role and a salted hash, in a file of the data folder that only its owner reads.

Without the file there is no sign-in: whoever sits at the machine may report, under a name they give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from kg.errors import HetaoError, OutputError
from kg.ledger.assignment import read_names
from kg.ledger.private import alone, write_private
from kg.refusals import refusals, refused, shortened

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["reader", "editor", "supervisor"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""A reader sees reports; an editor also makes them; a supervisor also closes tasks and grants extensions."""

SHORTEST: Final = 8
LONGEST: Final = 200
"""Characters of a password. Without a limit a hash could be made to take minutes."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `hash` is Argon2id's, with its own salt and costs in it.

    `unit` is the body they work for, as tasks are given to it; empty if none was said. `documents` are the slugs of
    those whose tasks the role is for; none stands for all.
    """

    name: str
    role: Role
    hash: str
    unit: str = ""
    documents: tuple[str, ...] = ()

    def may(self, role: Role) -> bool:
        """Return whether the account has the rights of *role*."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Accounts:
    """The accounts of a data folder. Every call reads the file, so that a removed account is gone at once."""

    def __init__(self, data: Path) -> None:
        self.path = data / "ledger" / "accounts.json"

    def __bool__(self) -> bool:
        return self.path.exists()

    def all(self) -> dict[str, Account]:
        """Return the accounts by name. Raises OutputError if the file cannot be read or is damaged."""
        try:
            plain = json.loads(self.path.read_text("utf-8"))
            # files of earlier versions have no units, and no documents
            found = {
                one["name"]: Account(
                    one["name"], one["role"], one["hash"], one.get("unit", ""), tuple(one.get("documents", ()))
                )
                for one in plain
            }
            if any(one.role not in ROLES for one in found.values()):
                raise ValueError("it has an unknown role")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = getattr(error, "strerror", None) or error
            reason = {**refusals().words["damaged"], "en": str(why)}  # the reader of JSON speaks English alone
            raise refused(OutputError, "accounts-unreadable", self.path, reason=reason) from error
        return found

    def put(
        self, name: str, role: Role, password: str, unit: str | None = None, documents: Sequence[str] | None = None
    ) -> None:
        """Make an account, or give the one of that name a new role and password.

        Without *unit*, its unit stays, and without *documents*, what it is limited to.
        """
        checked, given = check_name(name), None if unit is None else check_unit(unit)
        if not SHORTEST <= len(password) <= LONGEST:
            raise refused(HetaoError, "password-length", count=len(password), least=SHORTEST, most=LONGEST)
        made = Account(checked, role, _hasher().hash(password))
        with alone(self.path):
            known = self.all()
            before = known.get(checked, made)
            own = before.unit if given is None else given
            limited = before.documents if documents is None else tuple(documents)
            self._write(known | {checked: replace(made, unit=own, documents=limited)})

    def change_role(self, name: str, role: Role) -> None:
        """Give the account another role; its password stays."""
        with alone(self.path):
            known = self._with(name)
            self._write(known | {name: replace(known[name], role=role)})

    def change_unit(self, name: str, unit: str) -> None:
        """Give the account another unit, or none if it is empty; its role and password stay."""
        checked = check_unit(unit)
        with alone(self.path):
            known = self._with(name)
            self._write(known | {name: replace(known[name], unit=checked)})

    def change_documents(self, name: str, documents: Sequence[str]) -> None:
        """Limit the account to the tasks of *documents*, slugs, or to none; its role and password stay."""
        with alone(self.path):
            known = self._with(name)
            self._write(known | {name: replace(known[name], documents=tuple(documents))})

    def remove(self, name: str) -> None:
        """Remove an account, but never the last one: without accounts anybody may report."""
        with alone(self.path):
            known = self._with(name)
            if len(known) == 1:
                raise refused(HetaoError, "last-account", name, path=self.path)
            self._write({key: one for key, one in known.items() if key != name})

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account if the password is right. An unknown name takes as long as a wrong password."""
        from argon2.exceptions import VerificationError

        found = self.all().get(name)
        try:
            _hasher().verify(found.hash if found else _nobody(), password[: LONGEST + 1])
        except VerificationError:
            return None
        return found

    def _with(self, name: str) -> dict[str, Account]:
        known = self.all()
        if name not in known:
            raise refused(HetaoError, "no-such-account", name)
        return known

    def _write(self, accounts: dict[str, Account]) -> None:
        write_private(self.path, [asdict(one) for one in accounts.values()])


def check_name(name: str) -> str:
    """Return a person's name as it is stored. Raises HetaoError if it cannot be a name."""
    plain = name.strip()
    if not plain or len(plain) > 60 or not plain.isprintable() or re.search(r"[<>\"]", plain):
        raise refused(HetaoError, "not-a-name", name=shortened(plain))
    return plain


def check_unit(unit: str) -> str:
    """Return a unit's name as it is stored, or an empty text. Raises HetaoError if it cannot be one assignee's name."""
    plain = unit.strip()
    if plain and read_names(check_name(plain)) != (plain,):
        raise refused(HetaoError, "not-one-unit", unit=shortened(plain))
    return plain


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # Argon2id with the costs of RFC 9106's second choice, 64 MiB


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this one")
