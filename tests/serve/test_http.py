"""The desk over HTTP: alive, exports, one line where the address cannot be had."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]


def start(data: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--data", str(data), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def get(url: str) -> tuple[int, str, bytes]:
    with urllib.request.urlopen(url, timeout=60) as reply:
        return reply.status, reply.headers["Content-Type"], reply.read()


def test_the_address_is_on_this_machine_alone(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


def test_it_says_that_it_is_alive_and_which_build_it_shows(address: str, built: Path) -> None:
    status, kind, body = get(f"{address}/healthz")
    assert (status, kind) == (200, "application/json")
    assert json.loads(body)["status"] == "ok"
    assert json.loads(body)["build"] == (built / "current").read_text().strip()


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("csv", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
    ],
)
def test_what_is_downloaded_is_what_the_command_exports(
    form: str, kind: str, address: str, built: Path, tmp_path: Path
) -> None:
    import kg.cli

    out = tmp_path / "ledger"
    assert kg.cli.run(["export", "--format", form, "-o", str(out), "--data", str(built)]) == 0
    status, found, body = get(f"{address}/api/export?format={form}")
    assert (status, found.partition(";")[0]) == (200, kind)
    assert body == out.read_bytes()


def test_a_reply_does_not_wait_for_the_client_to_acknowledge_its_head(address: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    took = []
    for number in range(60):
        begun = time.perf_counter()
        connection.request("GET", f"/api/obligations?limit=1&offset={number}")
        with connection.getresponse() as reply:
            assert json.loads(reply.read())["offset"] == number
        took.append(time.perf_counter() - begun)
    connection.close()
    # a delayed acknowledgement takes 40 ms, every time once a connection has lived a while
    assert min(took[30:]) < 0.03


def test_a_format_there_is_not_is_refused(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(f"{address}/api/export?format=exe")
    assert caught.value.code == 422
    caught.value.close()


def test_a_port_in_use_is_one_line(built: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with start(built, "--port", port) as process:
            out, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert out == ""
    assert err.count("\n") == 1
    assert f"127.0.0.1:{port}: the address cannot be used" in err
    assert "name another with --host and --port" in err


def test_without_a_build_it_builds_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(data, "--port", "0") as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert (data / "current").is_file()
        assert json.loads(get(f"{address}/healthz")[2])["status"] == "ok"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
