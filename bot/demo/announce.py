"""How the sample's builds reach the bot: as every CI tells it, by a post to its API, again until it was taken."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.builds import SERVICE, Built
from bot.demo.place import DemoError
from bot.demo.repository import Commit

TRIES, BETWEEN = 60, 0.5
"""A bot that was killed is back within seconds; after half a minute something is wrong."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells the bot of builds. `log_url` gives the address of a build's log by its number."""

    bot_url: str
    token: str
    log_url: Callable[[int], str]

    async def announce(self, built: Built, changes: Sequence[Commit]) -> None:
        """Tell of a ready build, which is the same however often it is told.

        Raises DemoError when the bot refuses, or is not there for long.
        """
        body = {
            "service": SERVICE,
            "version": built.version,
            "sha": built.sha,
            "branch": "main",
            "url": self.log_url(built.number),
            "digest": built.digest,
            "changes": [asdict(each) for each in changes],
        }
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            for _ in range(TRIES):
                if await self._told(session, body):
                    return
                await asyncio.sleep(BETWEEN)
        message = f"Build {built.version} could not be announced: Shiproom does not answer."
        raise DemoError(message)

    async def _told(self, session: ClientSession, body: object) -> bool:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with session.post(f"{self.bot_url}/api/v1/builds", json=body, headers=headers) as answer:
                if answer.status < HTTPStatus.BAD_REQUEST:
                    return True
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    message = f"Shiproom refused the build: {await answer.text()}"
                    raise DemoError(message)
        except (ClientError, TimeoutError):
            pass
        return False
