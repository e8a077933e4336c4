"""The docs' example of a described CI as a fixture: what its policy says, at an address of this machine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from bot.policy import read_policy
from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.generic_server import TOKEN, Deployer
from tests.bot.ci.loopback import served

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "ci-generic.yml"
WEBHOOK_SECRET = "a-secret-of-the-webhooks"
ENVIRON = {"DEPLOYER_TOKEN": TOKEN, "DEPLOYER_WEBHOOK_SECRET": WEBHOOK_SECRET}
HOSTS = "hosts: [deployer.example.org]"


class GenericFixture:
    """A described CI, and its connection as the example's policy reads."""

    def __init__(self, server: Deployer, url: str, directory: Path) -> None:
        self.server = server
        self.url = url
        self._directory = directory
        self.connection = self.connected()

    def connected(self, *changes: tuple[str, str]) -> Connection:
        """Read the example with parts replaced."""
        text = EXAMPLE.read_text(encoding="utf-8")
        local = (
            ("https://deployer.example.org/api", f"{self.url}/api"),
            (HOSTS, "private_hosts: [127.0.0.1]"),
        )
        for old, new in (*changes, *local):
            assert old in text, old
            text = text.replace(old, new)
        path = self._directory / "generic.yml"
        path.write_text(text, encoding="utf-8")
        reading = read_policy(path, ENVIRON)
        assert reading.policy is not None, reading.errors
        return reading.policy.connections["deployer"]

    def deploy(self, outcome: Literal["succeeds", "fails", "lasts"]) -> Deploy:
        return Deploy("deployer", inputs=(("outcome", outcome),))


@asynccontextmanager
async def generic(directory: Path) -> AsyncGenerator[GenericFixture]:
    """Serve a deployer."""
    server = Deployer()
    async with served(server.app, server.trouble) as url:
        yield GenericFixture(server, url, directory)
