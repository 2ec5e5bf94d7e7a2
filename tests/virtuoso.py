"""A folder → a Virtuoso server of Debian's packages on loopback, for as long as a block runs."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.engine_settings import SparqlServer

USER = "hetao"
START_SECONDS = 120.0

_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
MaxQueryMem = 1G
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 6
Charset = UTF-8
[SPARQL]
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 600
"""
# without ResultSetMaxRows there is no limit; Debian's file sets 10,000

_RIGHTS = """
DB.DBA.USER_CREATE ('{user}', '{password}');
GRANT SPARQL_UPDATE TO "{user}";
USER_SET_PASSWORD ('dba', '{password}');
"""


def find_virtuoso() -> Path | None:
    """Virtuoso's server, if it and its console are installed."""
    server, console = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    return Path(server) if server and console else None


@contextmanager
def running_virtuoso(program: Path) -> Iterator[SparqlServer]:
    """Yield the address of an empty server and a user with the right to update; stopped by its process."""
    folder = Path(tempfile.mkdtemp(prefix="hetao-virtuoso-"))
    http, sql = free_port(), free_port()
    password = secrets.token_hex(8)
    ini = folder / "virtuoso.ini"
    ini.write_text(_SETTINGS.format(folder=folder, http=http, sql=sql), encoding="ascii")
    server = subprocess.Popen(
        [str(program), "+foreground", "+configfile", str(ini)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, http)
        rights = _RIGHTS.format(user=USER, password=password)
        console = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=STDOUT"]
        told = subprocess.run(console, input=rights, capture_output=True, text=True, check=True)
        assert "*** Error" not in told.stdout, told.stdout
        base = f"http://127.0.0.1:{http}"
        yield SparqlServer(
            f"{base}/sparql-auth", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", USER, password
        )
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "Virtuoso ended at its start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("Virtuoso did not start in time")
