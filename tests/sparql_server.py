"""An Oxigraph store → a SPARQL 1.1 server on loopback with update and graph store protocol, while a block runs."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from kg.engine_settings import SparqlServer

USER, PASSWORD = "hetao", "a pass-word: 密"
_ROWS, _TRIPLES = ox.QueryResultsFormat.JSON, ox.RdfFormat.N_TRIPLES


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(address.path)
        known = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers["Authorization"] != known:
            self._reply(401, b"", {"WWW-Authenticate": 'Basic realm="test"'})
            return
        try:
            self._answer(address.path, parse_qs(address.query), body)
        except (SyntaxError, ValueError) as error:
            self._reply(400, str(error).encode())

    def _answer(self, path: str, asked: dict[str, list[str]], body: bytes) -> None:
        store: ox.Store = self.server.store
        if path == "/store":
            store.load(body, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(asked["graph"][0]))
            self.server.stored()
            self._reply(204, b"")
            return
        form = parse_qs(body.decode())
        if path == "/update":
            store.update(form["update"][0])
            self._reply(204, b"")
            return
        graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = []
        graphs += [ox.NamedNode(one) for one in form["default-graph-uri"]]
        found = store.query(form["query"][0], default_graph=graphs, named_graphs=[])
        if isinstance(found, ox.QueryTriples):
            content, kind = found.serialize(format=_TRIPLES), _TRIPLES.media_type
        else:
            content, kind = found.serialize(format=_ROWS), _ROWS.media_type
        if self.server.instead is not None:
            content = self.server.instead
        assert content is not None
        self._reply(200, content, {"Content-Type": kind})

    def _reply(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Running(ThreadingHTTPServer):
    """The server: `store` is what it holds, `requests` the paths asked for, `stored` is called after each addition,
    and `instead` is sent for a result.
    """

    def __init__(self, store: ox.Store, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.store = store
        self.requests: list[str] = []
        self.stored: Callable[[], object] = lambda: None
        self.instead: bytes | None = None

    @property
    def settings(self) -> SparqlServer:
        """Where it is and who may sign in."""
        base = f"http://127.0.0.1:{self.server_address[1]}"
        return SparqlServer(f"{base}/query", f"{base}/update", f"{base}/store", USER, PASSWORD)


@contextmanager
def running_sparql(store: ox.Store | None = None, port: int = 0) -> Iterator[Running]:
    """Yield a server over *store*, an empty one by default, at *port* or any free one."""
    server = Running(ox.Store() if store is None else store, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
