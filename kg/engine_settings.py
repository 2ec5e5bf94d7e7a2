"""The environment → the engines of the office's own that take the place of parts of the product: docs/engines.md.

Errors do not repeat an address, which may hold a password.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import HetaoError

_ENDINGS = (
    # Virtuoso: what updates or changes graphs asks for a user
    ("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
    ("/sparql-auth", "/sparql-auth", "/sparql-graph-crud-auth"),
    # Oxigraph
    ("/query", "/update", "/store"),
)
"""How the addresses for queries end, and those for updates and graphs of the same server."""


@dataclass(frozen=True, slots=True)
class SparqlServer:
    """A SPARQL 1.1 server: its addresses for queries, for updates and for graphs, and who signs in there, if anybody.

    The addresses hold no user and no password.
    """

    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = field(default="", repr=False)


def load_sparql() -> SparqlServer | None:
    """Return the SPARQL server from the environment, or None if none is set.

    An unusable address, a lone password and an address from which the others cannot be found are a `HetaoError`.
    """
    names = ("URL", "UPDATE_URL", "GRAPHS_URL")
    query, update, graphs = (_http_address(f"HETAO_SPARQL_{name}") for name in names)
    user, password = (os.environ.get(f"HETAO_SPARQL_{name}", "") for name in ("USER", "PASSWORD"))
    if not query:
        for name, value in zip(names[1:], (update, graphs), strict=True):
            if value:
                raise HetaoError(f"HETAO_SPARQL_{name}", "it is set without HETAO_SPARQL_URL", "set both or neither")
        return None
    if password and not user:
        raise HetaoError("HETAO_SPARQL_PASSWORD", "it is set without HETAO_SPARQL_USER", "set both or neither")
    if not (update and graphs):
        found = next((one for one in _ENDINGS if query.endswith(one[0])), None)
        if found is None:
            missing = "HETAO_SPARQL_GRAPHS_URL" if update else "HETAO_SPARQL_UPDATE_URL"
            raise HetaoError(missing, "it is not set and cannot be found from HETAO_SPARQL_URL", "set it")
        base = query.removesuffix(found[0])
        update, graphs = update or base + found[1], graphs or base + found[2]
    return SparqlServer(query, update, graphs, user, password)


@dataclass(frozen=True, slots=True)
class MilvusServer:
    """A Milvus server, or the file of Milvus Lite. `place` is the host and port, or the file, to be shown."""

    uri: str
    token: str = field(default="", repr=False)

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which one process at a time may open."""
        return not self.uri.startswith(("http://", "https://"))

    @property
    def place(self) -> str:
        """The host and port, or the file."""
        return self.uri if self.is_file else urlsplit(self.uri).netloc


def load_milvus() -> MilvusServer | None:
    """Return the Milvus server from the environment, or None if none is set; a `HetaoError` if it cannot be one."""
    said = os.environ.get("HETAO_MILVUS_URI", "").strip()
    token = os.environ.get("HETAO_MILVUS_TOKEN", "").strip()
    if not said:
        if token:
            raise HetaoError("HETAO_MILVUS_TOKEN", "it is set without HETAO_MILVUS_URI", "set both or neither")
        return None
    if "://" in said:
        return MilvusServer(_http_address("HETAO_MILVUS_URI"), token)
    if not said.endswith(".db"):
        raise HetaoError("HETAO_MILVUS_URI", "it is no address, and no file that ends in .db", "give one of the two")
    return MilvusServer(str(Path(said).expanduser().absolute()), token)


@dataclass(frozen=True, slots=True)
class DaskCluster:
    """A Dask scheduler at *address*, or a cluster of so many workers on this machine for as long as a build takes."""

    address: str
    workers: int = 0


def load_dask() -> DaskCluster | None:
    """Return the Dask cluster from the environment, or None if none is set; a `HetaoError` if it cannot be one."""
    said = os.environ.get("HETAO_DASK", "").strip()
    if not said:
        return None
    local = re.fullmatch(r"local:([1-9]\d?)", said, re.ASCII)
    if local:
        return DaskCluster(said, int(local[1]))
    if not re.fullmatch(r"(tcp|tls)://[A-Za-z0-9.\[\]:_-]+:\d{1,5}", said, re.ASCII):
        raise HetaoError("HETAO_DASK", "it is no address of a scheduler", "give tcp://HOST:PORT, or local:N")
    return DaskCluster(said)


def _http_address(name: str) -> str:
    """Return the http or https address in the variable *name*, empty if it is not set; errors do not repeat it."""
    said = os.environ.get(name, "").strip()
    fix = "give an http or https address"
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise HetaoError(name, "it is not a URL", fix) from error
    if "@" in parts.netloc:
        raise HetaoError(name, "it holds a user or password", "set the variables for user and password")
    if said and (parts.scheme not in ("http", "https") or not host or not (said.isascii() and said.isprintable())):
        raise HetaoError(name, "it is not an http or https address", fix)
    if "?" in said or "#" in said or " " in said:
        raise HetaoError(name, "it has a query, a fragment or a space", fix)
    return said
