"""A data folder → a server that runs for as long as it is used, and requests to it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
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

from tests.conftest import ROOT


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


def start(data: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Return the process of `hetao serve` over *data*."""
    return subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--data", str(data), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(data: Path, *arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], Server]]:
    """Yield a server over *data* and its process, which is killed where the test fails before it has ended it."""
    with start(data, "--port", "0", *arguments, **environment) as process:
        assert process.stdout
        try:
            yield process, Server(process.stdout.readline().strip())
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> str:
    """End *process* and return what it wrote to stderr, which is never a traceback."""
    process.send_signal(how)
    _, told = process.communicate(timeout=120)
    assert "Traceback" not in told, told
    return told


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Server]:
    """Yield a server over the build in *data*, which is ended when this is."""
    with running(data, **environment) as (process, server):
        yield server
        ended(process)


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
