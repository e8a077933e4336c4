"""A local GitHub's webhooks: signed as GitHub signs them, delivered once, and lost or kept for later as a test says."""

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import aiohttp

from bot.clock import SystemClock


@dataclass(frozen=True)
class Delivery:
    """A delivery as it is sent."""

    headers: dict[str, str]
    body: bytes


def signed(event: str, payload: object, secret: str, body: bytes | None = None) -> Delivery:
    """Make a delivery of a payload, or of a body as it is (GitHub's docs, "Webhook events and payloads")."""
    body = json.dumps(payload, separators=(",", ":")).encode() if body is None else body
    signature = hmac.new(secret.encode(), body, sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/local",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": SystemClock().new_id(),
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    return Delivery(headers, body)


@dataclass
class Hook:
    """Where deliveries go. `losing` drops them; all that were made are kept under `made`, with what was answered."""

    url: str
    secret: str
    losing: bool = False
    made: list[Delivery] = field(default_factory=list[Delivery])
    answers: list[int] = field(default_factory=list[int])

    async def send(self, event: str, payload: dict[str, Any]) -> None:
        """Deliver once: GitHub repeats nothing by itself."""
        delivery = signed(event, payload, self.secret)
        self.made.append(delivery)
        if not self.losing:
            await self.deliver(delivery)

    async def deliver(self, delivery: Delivery) -> None:
        """Deliver, also once more."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.post(self.url, data=delivery.body, headers=delivery.headers) as answer,
            ):
                self.answers.append(answer.status)
        except (aiohttp.ClientError, TimeoutError):
            self.answers.append(0)
