"""A request → the person signed in, or the user of this machine if there are no accounts; guessing is slowed."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from kg.errors import HetaoError
from kg.ledger.accounts import Account, Accounts, Role
from kg.refusals import refused
from kg.web.http.problems import RefusedError

if TYPE_CHECKING:
    from fastapi import Request

Kept = TypeVar("Kept")

COOKIE: Final = "hetao_session"
HOURS: Final = 12
"""How long a session lasts from its sign-in; it also ends with the server."""

FREE: Final = 5
"""Wrong passwords for a name before the next attempt has to wait."""

LONGEST_WAIT: Final = 900.0
"""Seconds. Each wrong password doubles the wait up to this; until it is over, no password is checked."""

MOST: Final = 10_000
"""The most sessions, and the most names with a wait, that are kept; the oldest go first."""

HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Person:
    """A person, their role, their unit, and the documents their role is limited to, if it is.

    Unless they are `signed_in` to an account, the name is the one they give.
    """

    name: str
    role: Role
    signed_in: bool
    unit: str = ""
    documents: tuple[str, ...] = ()

    def may(self, role: Role, document: str | None = None) -> bool:
        """Return whether they may do what *role* may do, with the tasks of *document* if it is named.

        A *document* that is empty stands for what concerns all of them.
        """
        here = document is None or not self.documents or document in self.documents
        return here and Account(self.name, self.role, "").may(role)


class Sessions:
    """The sessions of one server. With *alone*, only this machine can reach it and may report without an account."""

    def __init__(self, accounts: Accounts, *, alone: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.accounts = accounts
        self.alone = alone
        self._clock = clock
        self._lock = threading.Lock()
        # one hash at a time: each takes 64 MiB, and this slows guessing for many names at once
        self._hashing = threading.Lock()
        self._sessions: OrderedDict[str, tuple[str, str, float]] = OrderedDict()
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def sign_in(self, name: str, password: str) -> str | None:
        """Return the token of a new session, or None if name and password do not match an account.

        Raises:
            RefusedError: 429 with `Retry-After`, after too many wrong passwords for this name, known or not.
        """
        key = name.strip()[:60]
        with self._lock:
            count, until = self._wrong.get(key, (0, 0.0))
            left = until - self._clock()
            if left > 0:
                seconds = str(int(left) + 1)
                told = refused(HetaoError, "too-many-passwords", seconds=seconds)
                raise RefusedError(429, told, {"Retry-After": seconds})
            # counted before it is checked, so that simultaneous guesses are counted too
            wait = min(2.0 ** (count + 1 - FREE), LONGEST_WAIT) if count + 1 >= FREE else 0.0
            _keep(self._wrong, key, (count + 1, self._clock() + wait))
        with self._hashing:
            account = self.accounts.verify(key, password)
        if account is None:
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._wrong.pop(key, None)
            _keep(self._sessions, token, (account.name, account.hash, self._clock() + 3600 * HOURS))
        return token

    def sign_out(self, request: Request) -> None:
        """End the session of *request*."""
        with self._lock:
            self._sessions.pop(request.cookies.get(COOKIE, ""), None)

    def person(self, request: Request, called: str = "") -> Person | None:
        """Return the person who sends *request*; without accounts, the user of this machine under the name *called*."""
        if not self.accounts:
            return Person(called, "supervisor", False) if self.alone and _is_here(request) else None
        with self._lock:
            name, known, until = self._sessions.get(request.cookies.get(COOKIE, ""), ("", "", 0.0))
        account = self.accounts.all().get(name)
        # a new password, or the removal of the account, ends its earlier sessions
        if account is None or account.hash != known or until < self._clock():
            return None
        return Person(account.name, account.role, True, account.unit, account.documents)


def unit_of(request: Request | None) -> str:
    """Return the unit of who is signed in and sends *request*; empty if nobody is, or their account has none."""
    person: Person | None = request.state.sessions.person(request) if request else None
    return person.unit if person else ""


def _is_here(request: Request) -> bool:
    # another host's name that resolves to this machine gives that host's pages no access
    return urlsplit(f"//{request.headers.get('host', '')}").hostname in HERE


def _keep(kept: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST:
        kept.popitem(last=False)
