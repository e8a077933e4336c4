"""How the bot learns who it is in Slack, and the names of those whom the policy knows."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from bot.roster import Roster
from bot.slack_api.web import Identity, SlackWeb
from bot.tasks import Tasks

log = logging.getLogger("shiproom")

ASK_AGAIN = 2.0
"""How many seconds pass before Slack is asked again."""


class Introduction:
    """Asks Slack who the bot is until it answers; `known` is called with the answer."""

    def __init__(self, slack: SlackWeb, tasks: Tasks) -> None:
        self._slack = slack
        self._tasks = tasks
        self._known: list[Callable[[Identity], None]] = []
        self._asking: asyncio.Task[None] | None = None
        self.done = False

    def tell(self, *known: Callable[[Identity], None]) -> None:
        """Name who has to know."""
        self._known += known

    async def begin(self) -> None:
        """Ask once, and go on asking beside everything else while Slack is down.

        Raises PermissionError where Slack refuses the token.
        """
        if not await self._ask():
            log.warning("Slack does not answer yet; asking again")
            self._asking = self._tasks.start(self._keep_asking(), "who am I")

    async def _ask(self) -> bool:
        identity = await self._slack.identity()
        if identity is None:
            return False
        for known in self._known:
            known(identity)
        self.done = True
        return True

    async def _keep_asking(self) -> None:
        while True:
            await asyncio.sleep(ASK_AGAIN)
            try:
                if await self._ask():
                    return
            except PermissionError as error:
                log.warning("Slack refuses the bot token (%s): copy SLACK_BOT_TOKEN anew.", error)

    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()


async def learn_names(roster: Roster, users: Iterable[str]) -> None:
    """Ask Slack about people before they act, one after the other, so that messages can name them."""
    for user in sorted(set(users)):
        await roster.fresh([user], [])
