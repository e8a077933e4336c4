"""A channel in which many services chatter at once, and the calls that have to pass them."""

import asyncio
from dataclasses import dataclass

from bot.local_slack.model import ChatMessage
from tests.scenarios.fleet import Fleet


@dataclass(frozen=True)
class Called:
    """One call: when its deployment ended, when its message was posted, and how many messages of the bot came in between."""

    ended: float
    posted: float
    between: int

    @property
    def seconds(self) -> float:
        """How long the call took from its event."""
        return self.posted - self.ended


def key(said: ChatMessage) -> str:
    """Return what a message of the bot is about."""
    return str((said.metadata or {})["event_payload"]["key"])


async def chatter(busy: Fleet) -> None:
    """Have a build of every service reported at once: each is announced, released and deployed."""
    await asyncio.gather(*(busy.build(service) for service in busy.services))
    while len(await busy.states()) < len(busy.services):  # noqa: ASYNC110 - the bot tells nobody
        await asyncio.sleep(0.2)


async def ends(busy: Fleet, service: str, how: str) -> Called:
    """Let a deployment end and wait for the call that follows; the service goes on with its next build."""
    number = await number_of(busy, service)
    while (await busy.states())[number] != "deploying running":  # noqa: ASYNC110 - the bot tells nobody
        await asyncio.sleep(0.2)
    before, ended = len(busy.messages()), busy.now
    busy.held.let_go(f"{service}-staging", how)
    mine = f"call:r{number}:"
    while not (found := [said for said in busy.messages()[before:] if key(said).startswith(mine)]):  # noqa: ASYNC110 - no event
        await asyncio.sleep(0.02)
    called = Called(ended, busy.now, busy.messages().index(found[0]) - before)
    busy.held.hold_again(f"{service}-staging")
    await busy.build(service, "1.1")
    return called


async def number_of(busy: Fleet, service: str) -> int:
    """Return the number of a service's first release."""
    _, found = await busy.bot.world.api("GET", f"/api/v1/releases?service={service}")
    return int(found[-1]["number"])
