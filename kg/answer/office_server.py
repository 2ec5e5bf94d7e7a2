"""A JSON request → the reply of a server that may be away, slow, wrong or hostile, within limits of time and size."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from kg.errors import HetaoError

MAX_REPLY_BYTES = 1_000_000  # a longer reply is not read to its end
Fault = Literal["away", "slow", "status", "unusable"]

_PART = 65_536
_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
_HINTS = {
    401: "see that HETAO_READER_KEY is its key",
    403: "see that HETAO_READER_KEY is its key",
    404: "see that HETAO_READER_URL ends as its own manual says, as in /v1, and that it has the model",
}


class OfficeModelError(HetaoError):
    """A model's server that is unreachable or slow, refuses (with HTTP's `status`), or sends an unusable reply.

    The error repeats nothing of the reply, which may be anything.
    """

    def __init__(self, server: str, fault: Fault, problem: str, fix: str, status: int | None = None) -> None:
        super().__init__(f"model server {server}", problem, fix)
        self.fault = fault
        self.status = status

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return self.fault == "away" or self.status in _MAY_PASS


@dataclass(frozen=True, slots=True)
class Server:
    """The address for chat completions."""

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def at(cls, url: str) -> Server:
        """Return the server at *url*, an API's base such as http://127.0.0.1:8000/v1 or the whole address.

        A base without a path means /v1. A scheme other than http or https, a user or password, a query or a fragment is
        a `HetaoError`, which does not repeat the URL.
        """
        fix = "give one such as http://127.0.0.1:8000/v1"
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise HetaoError("HETAO_READER_URL", "it is not a URL", fix) from error
        if "@" in parts.netloc:
            raise HetaoError("HETAO_READER_URL", "it holds a user or password", "give a key in HETAO_READER_KEY alone")
        if not (url.isascii() and url.isprintable() and " " not in url):
            raise HetaoError("HETAO_READER_URL", "it holds a character that no URL has", fix)
        if parts.scheme not in ("http", "https") or not host or port == 0:
            raise HetaoError("HETAO_READER_URL", "it is not an http or https address", fix)
        if "?" in url or "#" in url:
            raise HetaoError("HETAO_READER_URL", "it has a query or a fragment", fix)
        secure = parts.scheme == "https"
        path = parts.path.rstrip("/") or "/v1"
        if not path.endswith("/chat/completions"):
            path += "/chat/completions"
        return cls(secure, host, port or (443 if secure else 80), path)

    @property
    def name(self) -> str:
        """The host and the port, to be shown."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def post(self, body: bytes, key: str | None, seconds: float) -> bytes:
        """Send *body*, JSON, and return the reply with status 200, after *seconds* at most.

        Only this server is asked: no redirect is followed, and no proxy of the environment is used. The certificate of
        https is checked. *key* is sent as a bearer token.

        Raises:
            OfficeModelError: the server is unreachable or slow, replies with another status or with more than
                `MAX_REPLY_BYTES`, or does not speak HTTP.
        """
        from http.client import HTTPException

        try:
            status, reply = _Exchange(self, body, key, seconds).result()
        except TimeoutError as error:
            fix = "give it more of HETAO_READER_SECONDS or a faster model"
            raise OfficeModelError(self.name, "slow", "it has not replied in time", fix) from error
        except OSError as error:
            problem = f"it cannot be reached ({error.strerror or type(error).__name__})"
            raise OfficeModelError(self.name, "away", problem, "see that it runs there, at HETAO_READER_URL") from error
        except HTTPException as error:
            fix = "see that HETAO_READER_URL is the address of an OpenAI-compatible API"
            raise OfficeModelError(self.name, "unusable", "its reply is not HTTP", fix) from error
        if status != 200:
            problem = f"it replies with status {status}"
            problem += ", and no redirect is followed" if 300 <= status < 400 else ""
            raise OfficeModelError(self.name, "status", problem, _HINTS.get(status, "see its own log"), status)
        if len(reply) > MAX_REPLY_BYTES:
            problem = f"its reply has more than {MAX_REPLY_BYTES:,} bytes"
            raise OfficeModelError(self.name, "unusable", problem, "see what answers at HETAO_READER_URL")
        return reply


class _Exchange:
    """One request and its reply, in a thread of its own.

    A socket's timeout applies to each piece, so a server that sends a byte now and then never exceeds it, and looking
    up a name has none at all. The waiting thread goes on when the time is up, and the socket is shut down.
    """

    def __init__(self, server: Server, body: bytes, key: str | None, seconds: float) -> None:
        self._server, self._body, self._key, self._seconds = server, body, key, seconds
        self._reply: Future[tuple[int, bytes]] = Future()
        self._over = threading.Event()
        self._socket: socket.socket | None = None

    def result(self) -> tuple[int, bytes]:
        """Return the status and the body, which is read only for status 200 and only until it is too long.

        Raises:
            TimeoutError: the time is up.
            OSError, HTTPException: as `http.client` does.
        """
        threading.Thread(target=self._run, name="office-model", daemon=True).start()
        try:
            return self._reply.result(self._seconds)
        finally:
            self._over.set()
            if self._socket is not None:
                with suppress(OSError):  # closed by now, as it mostly is
                    # not SSLSocket's own: that takes its state away from under the thread which still reads
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            self._reply.set_result(self._exchange())
        except Exception as error:  # raised again in the waiting thread
            self._reply.set_exception(error)

    def _exchange(self) -> tuple[int, bytes]:
        from http.client import HTTPConnection, HTTPSConnection

        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        kind = HTTPSConnection if self._server.secure else HTTPConnection
        with closing(kind(self._server.host, self._server.port, timeout=self._seconds)) as connection:
            connection.connect()
            self._socket = connection.sock
            if self._over.is_set():
                raise TimeoutError
            connection.request("POST", self._server.path, self._body, headers)
            with connection.getresponse() as response:
                found = bytearray()
                # read1 and not read: of a chunk that says it is longer than it is, no more than a part is held
                while response.status == 200 and len(found) <= MAX_REPLY_BYTES and (part := response.read1(_PART)):
                    found += part
                return response.status, bytes(found)
