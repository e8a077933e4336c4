"""Sends messages that hold newer blocks so that nothing else in them is lost where Slack refuses those.

Slack refuses a whole message for one block that it does not take, and then posts nothing of it. What a newer block shows, the
text beside it says too.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from bot.blocks.block_kit import CHART

log = logging.getLogger("shiproom.slack")

Body: TypeAlias = dict[str, Any]
Answer = TypeVar("Answer")

NEWER = frozenset({CHART})
"""The types of blocks that are younger than what every workspace takes."""

LEFT_OUT_FOR = 86_400.0
"""Seconds for which newer blocks are left out after one was refused."""

REFUSALS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_payload"})
"""Errors with which Slack refuses what a message shows (its docs: chat.postMessage; the last one of incoming webhooks)."""

UNSUPPORTED = "unsupported"
"""How Slack's words begin for a type that it does not take, where it says no more than these."""


class NewerBlocks:
    """Whether the workspace takes newer blocks, as far as this process knows. `now` returns monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left_out_until = 0.0

    async def send(
        self, body: Body, post: Callable[[Body], Awaitable[Answer]], error: Callable[[Answer], str]
    ) -> Answer:
        """Send a message with `post`, and once more without newer blocks if Slack refuses it for what it shows.

        `error` reads Slack's error from an answer; empty if there is none.
        """
        if not has_newer(body):
            return await post(body)
        if self._now() < self._left_out_until:
            return await post(_without_newer(body))
        answer = await post(body)
        refused = error(answer)
        if not _is_refusal(refused):
            return answer
        # Before the repeat: one that Slack puts off is tried again later, and not with what it refused.
        self._left_out_until = self._now() + LEFT_OUT_FOR
        repeated = await post(_without_newer(body))
        if _is_refusal(error(repeated)):
            self._left_out_until = 0.0  # Something else in the message is wrong.
        else:
            log.warning("Slack refuses charts (%s): messages go out without them for a day", refused)
        return repeated


def has_newer(body: Body) -> bool:
    """Return whether a message holds newer blocks."""
    return any(_is_newer(block) for block in body.get("blocks") or ())


def _without_newer(body: Body) -> Body:
    return {**body, "blocks": [block for block in body["blocks"] if not _is_newer(block)]}


def _is_newer(block: Body) -> bool:
    return block.get("type") in NEWER


def _is_refusal(error: str) -> bool:
    return error in REFUSALS or error.startswith(UNSUPPORTED)
