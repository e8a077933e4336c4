"""The Events API: what happened is told to the bot once, and three times more when it does not take it.

docs.slack.dev/apis/events-api: a failed attempt is repeated nearly at once, after 1 minute and after 5 minutes, with
the headers x-slack-retry-num and x-slack-retry-reason; `x-slack-no-retry: 1` ends it. An app hears only of the kinds of
events that its manifest subscribes to, which for Shiproom is none.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.local_slack.model import APP_ID, Json
from bot.local_slack.payloads import OLD_TOKEN
from bot.local_slack.transport import Courier, Receipt, Retry
from bot.local_slack.workspace import Workspace

PAUSES = (0.0, 60.0, 300.0)
"""How many seconds pass before each repetition."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class EventsApi:
    """Tells events; `sleep` waits so many seconds, by a clock that a test may turn."""

    workspace: Workspace
    transport: Callable[[], Courier]
    new_name: Callable[[], str]
    subscribed: frozenset[str] = frozenset()
    sleep: Sleep = asyncio.sleep

    async def tell(self, event: Json) -> list[Receipt]:
        """Tell the bot of something and give what came of each attempt; none is made where it does not subscribe to it."""
        if event["type"] not in self.subscribed:
            return []
        body = self._wrapped(event)
        receipts = [await self.transport().event(body)]
        for number, pause in enumerate(PAUSES, 1):
            last = receipts[-1]
            if last.ok or last.no_retry:
                break
            await self.sleep(pause)
            receipts.append(await self.transport().event(body, Retry(number, last.reason)))
        return receipts

    def _wrapped(self, event: Json) -> Json:
        bot = self.workspace.bot
        authorization = {"team_id": self.workspace.team_id, "user_id": bot.id, "is_bot": True}
        return {
            "type": "event_callback",
            "token": OLD_TOKEN,
            "team_id": self.workspace.team_id,
            "api_app_id": APP_ID,
            "event": event,
            "event_id": f"Ev{self.new_name()[:10].upper()}",
            "event_time": int(self.workspace.clock().timestamp()),
            "authorizations": [{**authorization, "enterprise_id": None, "is_enterprise_install": False}],
        }
