"""Servers on 127.0.0.1 that a model of the office's own is asked at: honest ones, and others."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Told = tuple[int, Mapping[str, str], bytes]


@dataclass
class Asked:
    """A request as the server got it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def question(self) -> dict[str, Any]:
        """What the user's message holds."""
        plain: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return plain


@dataclass
class Office:
    """A server of HTTP that is told what to reply; `asked` is what came."""

    reply: Callable[[Asked], Told]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)


def completion(content: object) -> Told:
    """A chat completion with *content* as the model's text: words as they are, anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    body = {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": {"content": text}}]}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


@contextmanager
def office(reply: Callable[[Asked], Told], tls: ssl.SSLContext | None = None) -> Iterator[Office]:
    """Yield a server that replies as *reply* says, and stop it again."""
    told = Office(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = Asked(
                self.path, dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            )
            told.asked.append(asked)
            status, headers, body = told.reply(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who asked has gone, as it should."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        told.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/v1"
        with _running(server):
            yield told


@contextmanager
def sending(pieces: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """Yield the URL of a server that sends *pieces* to whoever asks, whatever HTTP says of it; and stop it again."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            try:
                for piece in pieces():
                    if over.is_set():
                        return
                    self.request.sendall(piece)
            except OSError:
                return  # who asked has gone, as it should

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server, _running(server):
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            over.set()


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
