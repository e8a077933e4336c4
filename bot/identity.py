"""Looks up the bot's own Slack identity, and the names of the people in the policy."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from bot.membership_cache import MembershipCache
from bot.slack_client.web import Identity, SlackWeb
from bot.tasks import Tasks

log = logging.getLogger("shiproom")

ASK_AGAIN = 2.0
REFUSED_AGAIN = 30.0
"""How many seconds to wait before Slack is asked again: when it did not answer, and when it refused the token."""

NAMES_AT_ONCE = 20
NAMES_INTERVAL = 6.0
"""How many people are asked about at once, and seconds between two of the others."""


class IdentityLookup:
    """Asks Slack who the bot is until it answers, and calls the listeners with the answer."""

    def __init__(self, slack: SlackWeb, tasks: Tasks) -> None:
        self._slack = slack
        self._tasks = tasks
        self._listeners: list[Callable[[Identity], object]] = []
        self._asking: asyncio.Task[None] | None = None
        self._identity: Identity | None = None

    @property
    def done(self) -> bool:
        """Whether Slack has answered."""
        return self._identity is not None

    def on_identity(self, *listener: Callable[[Identity], object]) -> None:
        """Add listeners for the answer; they are called at once if it is known."""
        self._listeners += listener
        if self._identity is not None:
            for each in listener:
                each(self._identity)

    async def start(self) -> None:
        """Ask once; while Slack is down, go on asking in the background.

        Raises PermissionError if Slack refuses the token.
        """
        if not await self._ask():
            log.warning("Slack does not answer yet; asking again")
            self._asking = self._tasks.keep(self._keep_asking, "who am I")

    async def _ask(self) -> bool:
        identity = await self._slack.identity()
        if identity is None:
            return False
        self._identity = identity
        for listener in self._listeners:
            listener(identity)
        return True

    async def _keep_asking(self) -> None:
        """Ask again; a token that is refused is asked about less often, and what to do was logged with the first refusal."""
        pause = ASK_AGAIN
        while True:
            await asyncio.sleep(pause)
            try:
                if await self._ask():
                    return
                pause = ASK_AGAIN
            except PermissionError:
                pause = REFUSED_AGAIN

    def stop(self) -> None:
        """Stop asking."""
        if self._asking is not None:
            self._asking.cancel()


async def learn_names(membership_cache: MembershipCache, users: Iterable[str]) -> None:
    """Look up the people whose names are not known yet, to name them in messages.

    Slack takes 100 `users.info` a minute, and those who act come first: a few are asked about at once, others now and then.
    Who was asked about by earlier processes is known from the database.
    """
    at_once = NAMES_AT_ONCE
    for user in sorted(set(users)):
        while not membership_cache.knows(user):
            if at_once <= 0:
                await asyncio.sleep(NAMES_INTERVAL)
            at_once -= 1
            await membership_cache.refresh([user], [])
