"""`shiproom healthcheck`, against an HTTP server that answers as told: its exit status, its sentence, what it asks."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.cli import run_command
from tests.world import free_port


@dataclass
class Bot:
    """What the server answers, and what it was asked."""

    port: int
    status: int = 200
    body: bytes = b'{"ready": true}'
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Bot(server.server_port)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    monkeypatch.setenv("SHIPROOM_PORT", str(told.port))
    monkeypatch.delenv("SHIPROOM_HOST", raising=False)
    try:
        yield told
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.mark.parametrize("host", ["", "127.0.0.1", "0.0.0.0"])  # noqa: S104 - where a container listens
def test_a_bot_that_is_ready(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    monkeypatch.setenv("SHIPROOM_HOST", host)
    assert run_command(["healthcheck"]) == 0
    assert bot.asked == ["/readyz?without=slack"]
    assert capsys.readouterr().out == "Shiproom is ready.\n"


def test_a_bot_that_is_alive(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["healthcheck", "--alive"]) == 0
    assert bot.asked == ["/healthz"]
    assert capsys.readouterr().out == "Shiproom is alive.\n"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"ready": false, "missing": "the database cannot be written: full"}', "cannot be written: full"),
        (b'{"ready": false}', "it answers 503"),
        (b"[]", "it answers 503"),
        (b"<html>", "it answers 503"),
    ],
)
def test_a_bot_that_cannot_work(bot: Bot, capsys: pytest.CaptureFixture[str], body: bytes, why: str) -> None:
    bot.status, bot.body = 503, body
    assert run_command(["healthcheck"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Shiproom is not ready: ")
    assert why in said


def test_no_bot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SHIPROOM_PORT", str(free_port()))
    assert run_command(["healthcheck"]) == 1
    assert "Connection refused" in capsys.readouterr().err


def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SHIPROOM_PORT", "http")
    assert run_command(["healthcheck"]) == 1
    assert "SHIPROOM_PORT is 'http'" in capsys.readouterr().err
