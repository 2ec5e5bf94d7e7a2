"""The desk over HTTP: alive, exports, sent at once, one line where the address cannot be had."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest

import kg.cli
from kg.web.http.listening import listening
from tests.web.server import Server


def test_it_is_on_this_machine_alone_and_says_that_it_is_alive_and_which_build_it_shows(
    server: Server, built: Path
) -> None:
    assert server.address.startswith("http://127.0.0.1:")
    reply = server.get("/healthz")
    assert (reply.status, reply.kind) == (200, "application/json")
    assert reply.json["status"] == "ok"
    assert reply.json["build"] == (built / "current").read_text().strip()


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
    form: str, kind: str, server: Server, built: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ledger"
    assert kg.cli.run(["export", "--format", form, "-o", str(out), "--data", str(built)]) == 0
    reply = server.get("/api/export", {"format": form})
    assert (reply.status, reply.kind) == (200, kind)
    assert reply.body == out.read_bytes()


def test_a_reply_does_not_wait_for_the_client_to_acknowledge_its_head() -> None:
    found: list[int] = []

    async def accept(listener: socket.socket) -> None:
        """Accept one connection as uvicorn does, and note whether it sends small packets at once."""
        accepted = asyncio.Event()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            accepted.set()

        async with await asyncio.start_server(connected, sock=listener):
            _, client = await asyncio.open_connection(*listener.getsockname())
            await accepted.wait()
            client.close()
            await client.wait_closed()

    with listening("127.0.0.1", 0) as listener:
        asyncio.run(accept(listener))
    assert [bool(option) for option in found] == [True]


def test_a_port_in_use_is_one_line(
    small_build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert kg.cli.run(["serve", "--data", str(small_build / "data"), "--port", port]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"127.0.0.1:{port}: the address cannot be used" in err
    assert "name another with --host and --port" in err
