"""Announces the sample's builds to the bot's API, repeated until one is accepted."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.builds import SERVICE, BuildResult
from bot.demo.errors import DemoError
from bot.demo.repository import Commit

TRIES, BETWEEN = 60, 0.5
"""Half a minute altogether: a bot that was killed is back within seconds."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """Announces builds; `build_url` returns the address of a build's page by its number."""

    bot_url: str
    token: str
    build_url: Callable[[int], str]

    async def announce(self, built: BuildResult, changes: Sequence[Commit]) -> None:
        """Announce a ready build; repeating it changes nothing.

        Raises DemoError when the bot refuses, or stays away for long.
        """
        body = {
            "service": SERVICE,
            "version": built.version,
            "sha": built.sha,
            "branch": "main",
            "url": self.build_url(built.number),
            "digest": built.digest,
            "changes": [asdict(each) for each in changes],
        }
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            for _ in range(TRIES):
                if await self._posted(session, body):
                    return
                await asyncio.sleep(BETWEEN)
        message = f"Build {built.version} could not be announced: Shiproom does not answer."
        raise DemoError(message)

    async def _posted(self, session: ClientSession, body: object) -> bool:
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
