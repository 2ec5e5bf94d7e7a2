"""A host and a port → a socket that listens, and an application that answers on it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from kg.errors import OutputError
from kg.web.http.access_log import AccessLog
from kg.web.http.proxy import Below

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GRACE: Final = 10
"""Seconds that requests in progress get when the server stops; a second signal stops it at once."""

LONGEST_HEAD: Final = 1 << 20
"""Bytes of a request before its body. With uvicorn's own 64 KiB, whether a long address is accepted or cut off with a
bare line depends on how it is split into packets; with more room the desk itself can say that it is too long.
"""

LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"default": {"()": "uvicorn.logging.DefaultFormatter", "fmt": "%(levelprefix)s %(message)s"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "default", "stream": "ext://sys.stderr"}},
    "loggers": {
        "uvicorn": {"handlers": ["errors"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
    },
}
"""Faults alone, to stderr. uvicorn's own configuration opens a log of requests on stdout and its level closes it again:
while a second server is set up, a first one would write there what no setting asked for.
"""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket that listens at *host* and *port* (0: any that is free).

    Raises:
        OutputError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio sends small packets at once only then; otherwise each reply takes 40 ms more
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
            # whether accepting waits belongs to the socket that copies share, and a copy sets it to what it was here:
            # a server that is at work on another copy would wait in there
            listener.setblocking(False)
        except OSError as error:
            taken = f"the address cannot be used ({error.strerror or error})"
            raise OutputError(f"{host}:{port}", taken, "name another with --host and --port") from error
        yield listener


def address_of(listener: socket.socket, root: str) -> str:
    """Return the address at which a browser finds what is served below *root*."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{root}"


class _Server(uvicorn.Server):
    """A server that calls *ready* once it accepts requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


def answer(
    app: ASGIApp,
    listener: socket.socket,
    root: str,
    log: str,
    ready: Callable[[], None] = lambda: None,
    until: threading.Event | None = None,
) -> None:
    """Answer with *app* until interrupted or *until* is set; *ready* is called once it does. *listener* is closed.

    Behind a proxy it is shown below *root*, such as "/hetao", whether the proxy strips that or keeps it.
    """
    server = _server(app, root, log, ready)
    if until is not None:
        threading.Thread(target=_stopped, args=(server, until), name="until", daemon=True).start()
    server.run(sockets=[listener])


def _stopped(server: _Server, until: threading.Event) -> None:
    until.wait()
    server.should_exit = True


@contextmanager
def answered_beside(app: ASGIApp, listener: socket.socket, root: str, log: str) -> Iterator[None]:
    """Answer with *app* in a thread of its own while the caller does something else.

    The socket goes on listening afterwards, so that a server that took it over meanwhile misses nothing.
    """
    server = _server(app, root, log, lambda: None)
    # the server closes what it is given
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.dup()]}, name="waiting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _server(app: ASGIApp, root: str, log: str, ready: Callable[[], None]) -> _Server:
    outer: ASGIApp = Below(app, root) if root else app
    if log != "off":
        outer = AccessLog(outer, full=log == "full")
    config = uvicorn.Config(
        outer,
        log_config=LOGGING,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return _Server(config, ready)
