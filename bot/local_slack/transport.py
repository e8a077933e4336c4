"""What every way from Slack to the bot does, and the one of them that is signed HTTP, with the deadline and its errors.

docs.slack.dev/interactivity/handling-user-interaction: 200 within 3 s. docs.slack.dev/apis/events-api: any 2xx within
3 s, after at most two redirects. docs.slack.dev/authentication/verifying-requests-from-slack: the signature.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TooManyRedirects

from bot.local_slack.model import Json

DEADLINE = 3.0
MOST_REDIRECTS = 2
FORM = "application/x-www-form-urlencoded"
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"
Envelope: TypeAlias = Literal["slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered: `error` is Slack's word for none or a bad one, `body` what a good one
    carried.
    """

    error: str = ""
    body: Json | str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Which repetition of an event this is, and what went wrong before it, in Slack's words."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whether the bot took an event; else why not, and whether it asked not to be sent it again."""

    ok: bool
    reason: str = ""
    no_retry: bool = False


class Transport(Protocol):
    """A way to the bot."""

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Deliver one thing that a person did, and wait for the bot's answer until the deadline."""
        ...


class Courier(Transport, Protocol):
    """A way to the bot that carries events too."""

    async def event(self, body: Json, retry: Retry | None = None) -> Receipt:
        """Deliver one event, or deliver it again, and wait for the bot's word until the deadline."""
        ...


@dataclass(slots=True)
class HttpTransport:
    """Signed posts to the bot's request URL; `deadline` is in seconds."""

    session: ClientSession
    url: str
    signing_secret: str
    clock: Callable[[], datetime]
    deadline: float = DEADLINE

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Post it as the form that Slack posts."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = urlencode(form)
        try:
            async with self.session.post(
                self.url,
                data=body,
                headers=self._headers(body, FORM),
                timeout=ClientTimeout(total=self.deadline),
                allow_redirects=False,
            ) as response:
                return _read(response.status, response.content_type, await response.text())
        except TimeoutError:
            return Answer(TIMED_OUT)
        except ClientError:
            return Answer(FAILED)

    async def event(self, body: Json, retry: Retry | None = None) -> Receipt:
        """Post it as JSON; a retry says in its headers which one it is and why there is one."""
        text = json.dumps(body)
        headers = self._headers(text, "application/json")
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            async with self.session.post(
                self.url,
                data=text,
                headers=headers,
                timeout=ClientTimeout(total=self.deadline),
                max_redirects=MOST_REDIRECTS + 1,
            ) as response:
                return _receipt(response)
        except TimeoutError:
            return Receipt(ok=False, reason="http_timeout")
        except TooManyRedirects:
            return Receipt(ok=False, reason="too_many_redirects")
        except ClientError:
            return Receipt(ok=False, reason="connection_failed")

    def _headers(self, body: str, content_type: str) -> dict[str, str]:
        stamp = str(int(self.clock().timestamp()))
        digest = hmac.new(
            self.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
        ).hexdigest()
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }


def _read(status: int, content_type: str, text: str) -> Answer:
    if status != 200:  # noqa: PLR2004 - Slack takes nothing else
        return Answer(FAILED)
    if content_type != "application/json" or not text.strip():
        return Answer(body=text.strip())
    try:
        return Answer(body=json.loads(text))
    except ValueError:
        return Answer(FAILED)


def _receipt(response: ClientResponse) -> Receipt:
    if response.ok:
        return Receipt(ok=True)
    no_retry = response.headers.get("X-Slack-No-Retry") == "1"
    return Receipt(ok=False, reason="http_error", no_retry=no_retry)
