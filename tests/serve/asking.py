"""A data folder → a server that runs for as long as it is used, and requests to it."""

from __future__ import annotations

import io
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from rdflib import Graph

from tests.serve.test_http import start


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        return str(self.headers["Content-Type"]).partition(";")[0]

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    address: str

    def ask(self, path: str, *, method: str | None = None, body: bytes | None = None, **headers: str) -> Reply:
        """Return the reply to a request; underlines in the names of *headers* stand for hyphens."""
        request = urllib.request.Request(
            self.address + quote(path, safe="/?&=%+"),
            body,
            {name.replace("_", "-"): value for name, value in headers.items()},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return Reply(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.headers, error.read())

    def get(self, path: str, parameters: Any = (), **headers: str) -> Reply:  # noqa: ANN401
        """Return the reply to a GET with *parameters*, a dict or pairs."""
        return self.ask(path + (f"?{urlencode(parameters)}" if parameters else ""), method=None, body=None, **headers)


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Server]:
    """Yield a server over the build in *data*; it ends, without a traceback ever, when this does."""
    with start(data, "--port", "0", **environment) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        try:
            yield Server(address)
        finally:
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
        assert "Traceback" not in told, told


def graph_of(reply: Reply) -> Graph:
    """Return the triples of a reply in the format it says it is in, read by Oxigraph's parsers."""
    form = ox.RdfFormat.from_media_type(reply.kind)
    assert form is not None
    lines = io.BytesIO()
    ox.serialize((quad.triple for quad in ox.parse(reply.body, format=form)), lines, format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=lines.getvalue(), format="nt")


def problem_of(reply: Reply) -> str:
    """Return the line of a problem, and hold that it is one (RFC 9457)."""
    plain = reply.json
    assert reply.kind == "application/problem+json"
    assert set(plain) == {"type", "title", "status", "detail"}
    assert plain["status"] == reply.status
    assert plain["detail"]
    assert "\n" not in plain["detail"]
    assert "Traceback" not in plain["detail"]
    return str(plain["detail"])
