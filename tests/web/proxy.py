"""A server → the same server behind a proxy that shows it below a path, and what was asked of the proxy."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te", "trailer"}


@contextmanager
def proxied(behind: str, below: str, *, stripping: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield the proxy's address and the list of paths it is asked for; outside *below* it has nothing."""
    asked: list[str] = []
    target = urlsplit(behind).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def forward(self) -> None:
            asked.append(self.path)
            if not (self.path == below or self.path.startswith((f"{below}/", f"{below}?"))):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.removeprefix(below) if stripping else self.path
            upstream = http.client.HTTPConnection(target, timeout=120)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            upstream.request(self.command, path if path.startswith("/") else f"/{path}", body or None, headers)
            reply = upstream.getresponse()
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while chunk := reply.read1(65536):
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                pass  # the page was left while it still listened
            finally:
                upstream.close()
            self.close_connection = True

        do_GET = do_POST = do_HEAD = forward  # noqa: N815 - the names are the library's

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{below}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)
