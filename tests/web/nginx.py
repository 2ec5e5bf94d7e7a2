"""deploy/nginx.conf and a server → nginx in front of it, on ports and with a certificate of the test's own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.conftest import ROOT

AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/hetao.conf;
}}
"""


def find_nginx() -> str | None:
    """Return nginx's command, which Debian keeps out of a user's path."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its address with the desk's path, what its certificate is trusted by, and its log."""

    address: str
    trust: ssl.SSLContext
    log: Path


@contextmanager
def behind_nginx(nginx: str, upstream: str, below: str, folder: Path) -> Iterator[Nginx]:
    """Yield nginx as deploy/nginx.conf has it, in front of *upstream*, whose desk is shown *below* that path."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, *name, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for pattern, put in (
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"listen \[::\]:443 ssl;", ""),
        (r"127\.0\.0\.1:7860", urlsplit(upstream).netloc),
        (r"/etc/ssl/certs/hetao\.pem", str(certificate)),
        (r"/etc/ssl/private/hetao\.key", str(key)),
        (r"/var/log/nginx/hetao\.log", f"{folder}/access.log"),
        (r"(?<= )/hetao(?=[ /])", below),
    ):
        text, found = re.subn(pattern, put, text)
        assert found, pattern
    (folder / "hetao.conf").write_text(text, "utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), "utf-8")
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            trust = ssl.create_default_context(cafile=str(certificate))
            yield Nginx(f"https://127.0.0.1:{port}{below}", trust, folder / "access.log")
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "nginx does not answer"
            time.sleep(0.05)
