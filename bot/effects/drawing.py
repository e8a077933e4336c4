"""What a message of the bot is, and where it belongs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.blocks.block_kit import Message
from bot.slack_client.rate_limiter import Rank
from storage.messages import Posted

Render = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class PostLocation:
    """The channel that a message is posted to, what goes first there, and the message whose thread it belongs to, if any."""

    channel: str
    anchor: Posted | None = None
    broadcast: bool = False
    rank: Rank = Rank.LINE


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message that follows the saved state: its key, what people call it, and the channel where it belongs now."""

    key: str
    name: str
    channel: str
    render: Render
    rank: Rank = Rank.CARD
