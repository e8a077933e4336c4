"""The Events API: an event is delivered once, and repeated when that fails.

docs.slack.dev/apis/events-api: any 2xx within 3 s counts, after at most two redirects. A failed delivery is repeated at
once, after 1 minute and after 5 minutes, with the headers x-slack-retry-num and x-slack-retry-reason;
`x-slack-no-retry: 1` ends it. Only the kinds of events that the manifest subscribes to are delivered.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientResponse, ClientTimeout, TooManyRedirects

from bot.local_slack.model import APP_ID, Json
from bot.local_slack.payloads import OLD_TOKEN
from bot.local_slack.socket_mode import SocketTransport
from bot.local_slack.transport import HttpTransport, Transport
from bot.local_slack.workflows import STEP_STARTED
from bot.local_slack.workspace import Workspace
from bot.tasks import Tasks

PAUSES = (0.0, 60.0, 300.0)
"""How many seconds pass before each repetition."""
MOST_REDIRECTS = 2

SUBSCRIBED = frozenset({"app_home_opened", "app_mention", STEP_STARTED})
"""What manifest-workflow.yml subscribes to: what manifest.yml does, and steps; a test holds them together."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Retry:
    """The number of a repetition, and Slack's reason for it."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whether the bot took an event; else why not, and whether it wants no retry."""

    ok: bool
    reason: str = ""
    no_retry: bool = False


@dataclass(slots=True)
class EventsApi:
    """Delivers events; `sleep` waits so many seconds."""

    workspace: Workspace
    transport: Callable[[], Transport]
    subscribed: frozenset[str] = SUBSCRIBED
    sleep: Sleep = asyncio.sleep
    delivered: int = 0
    tasks: Tasks = field(default_factory=Tasks)

    def send(self, event: Json) -> None:
        """Deliver an event while whoever caused it goes on, as Slack does."""
        self.tasks.start(self.tell(event), f"deliver {event['type']}")

    async def tell(self, event: Json) -> list[Receipt]:
        """Deliver an event, if it is subscribed to; return the outcome of each attempt."""
        if event["type"] not in self.subscribed:
            return []
        self.delivered += 1
        body = self._wrapped(event)
        receipts = [await self._attempt(body)]
        for number, pause in enumerate(PAUSES, 1):
            last = receipts[-1]
            if last.ok or last.no_retry:
                break
            await self.sleep(pause)
            receipts.append(await self._attempt(body, Retry(number, last.reason)))
        return receipts

    async def _attempt(self, body: Json, retry: Retry | None = None) -> Receipt:
        match self.transport():
            case HttpTransport() as http:
                return await _post(http, body, retry)
            case SocketTransport() as sockets:
                return await _send(sockets, body, retry)
            case other:
                raise TypeError(other)

    def _wrapped(self, event: Json) -> Json:
        bot = self.workspace.bot
        authorization = {"team_id": self.workspace.team_id, "user_id": bot.id, "is_bot": True}
        return {
            "type": "event_callback",
            "token": OLD_TOKEN,
            "team_id": self.workspace.team_id,
            "api_app_id": APP_ID,
            "event": event,
            "event_id": f"Ev{self.delivered:010d}",
            "event_time": int(self.workspace.clock().timestamp()),
            "authorizations": [{**authorization, "enterprise_id": None, "is_enterprise_install": False}],
        }


async def _post(http: HttpTransport, body: Json, retry: Retry | None) -> Receipt:
    """Post an event as JSON; the headers name the repetition and its reason."""
    text = json.dumps(body)
    headers = http.headers(text, "application/json")
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
    try:
        async with http.session.post(
            http.url,
            data=text,
            headers=headers,
            timeout=ClientTimeout(total=http.deadline),
            max_redirects=MOST_REDIRECTS + 1,
        ) as response:
            return _receipt(response)
    except TimeoutError:
        return Receipt(ok=False, reason="http_timeout")
    except TooManyRedirects:
        return Receipt(ok=False, reason="too_many_redirects")
    except ClientError:
        return Receipt(ok=False, reason="connection_failed")


async def _send(sockets: SocketTransport, body: Json, retry: Retry | None) -> Receipt:
    """Send an event as an envelope, which names the repetition and its reason."""
    again = {"retry_attempt": retry.number, "retry_reason": "timeout"} if retry else {"retry_attempt": 0}
    answer = await sockets.deliver(
        {"type": "events_api", "accepts_response_payload": False, "payload": body, **again}
    )
    return Receipt(ok=not answer.error, reason="timeout" if answer.error else "")


def _receipt(response: ClientResponse) -> Receipt:
    if response.ok:
        return Receipt(ok=True)
    no_retry = response.headers.get("X-Slack-No-Retry") == "1"
    return Receipt(ok=False, reason="http_error", no_retry=no_retry)
