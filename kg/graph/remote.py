"""Queries, updates and triples → a SPARQL 1.1 server of the office's own, by HTTP; its replies → results.

One request is one connection: with connections kept alive a larger reply of Virtuoso comes 40 ms later. No redirect is
followed and no proxy of the environment is used. What goes wrong is an `EngineError` of one line without credentials.
"""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox

from kg.engine_settings import SparqlServer
from kg.errors import EngineError, QueryError, SlowQueryError, one_line
from kg.graph.evaluate import OxAnswer, to_ntriples, to_result
from kg.graph.prefixes import PREFIXES
from kg.graph.result import Result, Term
from kg.graph.tokens import tokens, with_values
from kg.vocab import ID

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 600.0
"""How long an update, or one piece of a graph, may take."""

_ROWS = "application/sparql-results+json"
_TRIPLES = {"application/n-triples": ox.RdfFormat.N_TRIPLES, "text/turtle": ox.RdfFormat.TURTLE}
_FORMS = {
    "SELECT": _ROWS,
    "ASK": _ROWS,
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8",
}
"""What is accepted for each form of query. Offered both, Virtuoso gives triples as rows."""
_AWAY = frozenset({404, 408, 429, 502, 503, 504})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PROLOGUE = f"BASE <{ID}> " + " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + " "


class SparqlClient:
    """Talks to one server. Threads may share it."""

    def __init__(self, server: SparqlServer) -> None:
        self._server = server
        self._login = _Login(server.user, server.password) if server.user else None

    @property
    def name(self) -> str:
        """The server's host and port, to be shown."""
        return f"SPARQL server {urlsplit(self._server.query).netloc}"

    @cached_property
    def _http(self) -> httpx.Client:
        # certificates of the office's own authority are accepted if SSL_CERT_FILE names it
        return httpx.Client(
            auth=self._login,
            verify=ssl.create_default_context(),
            trust_env=False,
            headers={"Connection": "close"},
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def query(
        self,
        query: str,
        graph: str,
        bindings: Mapping[str, Term] | None = None,
        seconds: float = 60.0,
        limit_rows: int | None = None,
    ) -> Result:
        """Return the result of *query* over the graph *graph* alone, as `kg.graph.evaluate.evaluate` does over a store.

        The protocol binds no values: those of *bindings* are written into the query as whole terms.

        Raises:
            SlowQueryError: it ran longer than *seconds*.
            QueryError: the server refuses the query.
            EngineError: the server is away, refuses the user, or gives only a part of the result.
        """
        until = time.monotonic() + seconds
        text = with_values(query, {name: to_ntriples(term) for name, term in (bindings or {}).items()})
        form = {"query": _PROLOGUE + text, "default-graph-uri": graph}
        words = (token.text.upper() for token in tokens(query) if token.kind == "word")
        accept = {"Accept": next((_FORMS[word] for word in words if word in _FORMS), _ROWS)}
        with self._sent(self._server.query, seconds, _query_refused, data=form, headers=accept) as response:
            body = _Body(response, until)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            try:
                result = to_result(self._answer(kind, body), limit_rows)
            except (QueryError, SyntaxError, ValueError, OSError) as error:
                if body.error is not None:
                    raise body.error from None
                if isinstance(error, QueryError):
                    raise
                raise EngineError(self.name, "its reply is no SPARQL result", "see HETAO_SPARQL_URL") from None
            return self._whole(_usual(result), response.headers, limit_rows)

    def _answer(self, kind: str, body: io.RawIOBase) -> OxAnswer:
        if kind in _TRIPLES or kind == "text/plain":
            quads = ox.parse(io.BufferedReader(body), _TRIPLES.get(kind, ox.RdfFormat.N_TRIPLES))
            return (quad.triple for quad in quads)
        return ox.parse_query_results(io.BufferedReader(body), ox.QueryResultsFormat.JSON)

    def _whole(self, result: Result, headers: httpx.Headers, limit_rows: int | None) -> Result:
        """Return *result*; an `EngineError` if the server's own settings cut it short, which Virtuoso says in headers.

        A result that was asked for up to a limit is only marked as cut short.
        """
        capped = headers.get("x-sparql-maxrows")
        if capped is not None and capped.isdigit() and len(result.rows) >= int(capped) and not result.truncated:
            if limit_rows is not None:
                return Result(result.kind, result.variables, result.rows, result.boolean, truncated=True)
            problem = f"it gives no more than {int(capped)} rows of a result"
            raise EngineError(self.name, problem, "raise ResultSetMaxRows in its virtuoso.ini")
        if headers.get("x-sql-state", "").startswith("S1T"):
            raise SlowQueryError("SPARQL query", "the SPARQL server ended it before it was done", "narrow it")
        return result

    def update(self, update: str) -> None:
        """Run *update*, which is ours.

        Raises:
            EngineError: the server is away or refuses it.
        """
        with self._sent(self._server.update, WRITE_SECONDS, self._write_refused, data={"update": update}):
            pass

    def add(self, graph: str, triples: bytes) -> None:
        """Add *triples*, N-Triples, to the graph *graph*.

        Raises:
            EngineError: the server is away or refuses them.
        """
        # every graph store takes Turtle, of which N-Triples are a part
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        request: dict[str, Any] = {"params": {"graph": graph}, "content": triples, "headers": headers}
        with self._sent(self._server.graphs, WRITE_SECONDS, self._write_refused, **request):
            pass

    @contextmanager
    def _sent(
        self,
        url: str,
        seconds: float,
        refused: Callable[[int, str], Exception],
        **request: Any,  # noqa: ANN401 - httpx's own arguments
    ) -> Iterator[httpx.Response]:
        """Yield the reply to a POST, whose body is still to be read.

        A status that is no success is an error: *refused* makes it of the status and the first line, if the request
        itself is to blame.
        """
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            with self._http.stream("POST", url, timeout=timeout, **request) as response:
                if not response.is_success:
                    raise self._refusal(response, refused)
                yield response
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            raise self._away("it does not answer") from None
        except httpx.TimeoutException:
            raise SlowQueryError("SPARQL query", f"it ran longer than {seconds:g} s", "narrow it") from None
        except httpx.HTTPError as error:
            raise self._away(f"it cannot be reached ({one_line(str(error), 120) or type(error).__name__})") from None

    def _away(self, problem: str) -> EngineError:
        return EngineError(self.name, problem, "start it; what needs the graph works again when it is back")

    def _write_refused(self, status: int, said: str) -> EngineError:
        return EngineError(self.name, f"it refuses what a build writes (status {status}): {said}", "see its log")

    def _refusal(self, response: httpx.Response, refused: Callable[[int, str], Exception]) -> Exception:
        status = response.status_code
        if status in (401, 403):
            fix = "see HETAO_SPARQL_USER, HETAO_SPARQL_PASSWORD and that user's rights"
            return EngineError(self.name, f"it refuses the user (status {status})", fix)
        if response.is_redirect:
            return EngineError(self.name, "it redirects, and no redirect is followed", "set its own address")
        if status in _AWAY:
            return self._away(f"it replies with status {status}")
        return refused(status, _first_line(response))


def _query_refused(_: int, said: str) -> QueryError:
    return QueryError("SPARQL query", f"the SPARQL server refuses it: {said}", "write it differently")


class _Login(httpx.Auth):
    """Digest or basic authentication, whichever the server asks for; nothing is sent before it asks."""

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx.DigestAuth(user, password)
        self._known = httpx.BasicAuth(user, password)
        self._basic = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self._basic:
            flow = self._digest.auth_flow(request)
            response = yield next(flow)
            try:
                again = flow.send(response)
            except StopIteration:
                offered = response.headers.get("www-authenticate", "").lower()
                if response.status_code != 401 or "basic" not in offered:
                    return
                self._basic = True
            else:
                yield again
                return
        yield from self._known.auth_flow(request)


class _Body(io.RawIOBase):
    """The body of a reply as a file that ends with an error when the time is up. `error` says what went wrong."""

    def __init__(self, response: httpx.Response, until: float) -> None:
        self._pieces = response.iter_bytes(65_536)
        self._until = until
        self._left = b""
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        try:
            if not self._left:
                if time.monotonic() >= self._until:
                    raise SlowQueryError("SPARQL query", "it ran longer than it may", "narrow it, or add LIMIT")
                self._left = next(self._pieces, b"")
        except Exception as error:
            self.error = error
            raise
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _first_line(response: httpx.Response) -> str:
    """Return the first line of a refusal, of which not more than a piece is read."""
    piece = next(response.iter_bytes(2_000), b"")
    lines = [line for line in piece.decode("utf-8", "replace").splitlines() if line.strip()]
    return one_line(lines[0] if lines else f"status {response.status_code}", 200)


def _usual(result: Result) -> Result:
    """Return *result* with its booleans as true and false, which Virtuoso writes as 1 and 0."""
    if result.kind == "ask":
        return result
    rows = tuple(tuple(_usual_term(term) for term in row) for row in result.rows)
    return Result(result.kind, result.variables, rows, truncated=result.truncated)


def _usual_term(term: Term | None) -> Term | None:
    if term is None or term.datatype != f"{_XSD}boolean" or term.value not in ("0", "1"):
        return term
    return term._replace(value="true" if term.value == "1" else "false")
