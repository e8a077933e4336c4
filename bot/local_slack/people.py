"""A person of the local Slack as a test speaks of him: types, clicks, fills, sees; a scenario reads as
prose.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.local_slack.deliver import Click, Delivery, escaped
from bot.local_slack.forms import Typed, elements
from bot.local_slack.model import Channel, Json, Message, User, View
from bot.local_slack.reading import labels, read_message, read_text, read_view
from bot.local_slack.transport import Answer
from bot.local_slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Confirm:
    """The question that Slack asks before it passes on a click."""

    title: str
    text: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """What came of a click: the question asked, whether it went to the bot, and the error that Slack
    showed.
    """

    confirm: Confirm | None
    delivered: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it stood when somebody looked: its words, its push line, its buttons."""

    message: Message
    text: str
    push: str
    buttons: tuple[str, ...]

    @property
    def ts(self) -> str:
        """The ts of the message."""
        return self.message.ts

    @property
    def private(self) -> bool:
        """Only visible to this person."""
        return self.message.only_for is not None


@dataclass(slots=True)
class Person:
    """One person with Slack open before him."""

    workspace: Workspace
    delivery: Delivery
    user: User

    async def command(self, name: str, words: str, channel: str, thread: str | None = None) -> Answer:
        """Type a slash command into a channel."""
        return await self.delivery.command(self.user.id, channel, f"{name} {words}", thread)

    def says(self, channel: str, text: str, thread: str | None = None) -> Message:
        """Write a message."""
        return self.workspace.post(Message(channel, self.user.id, escaped(text), thread_ts=thread))

    async def click(self, place: Seen | Message | View, label: str, *, confirm: bool = True) -> Pressed:
        """Press the button with this action_id or label's beginning; `confirm=False` says no when asked."""
        shown = place.message if isinstance(place, Seen) else place
        block, element = _button(shown, label)
        asked = _question(self.workspace, element)
        if asked and not confirm:
            return Pressed(asked, delivered=False)
        answer = await self.delivery.click(
            Click(self.user.id, shown, block["block_id"], element["action_id"])
        )
        return Pressed(asked, delivered=True, error=answer.error)

    async def choose(self, place: Seen | Message | View, label: str, typed: Typed) -> Answer:
        """Choose something that tells the bot at once: a select, ticks or a dispatching input."""
        shown = place.message if isinstance(place, Seen) else place
        block, element = _input(shown, label)
        return await self.delivery.click(
            Click(self.user.id, shown, block["block_id"], element["action_id"], typed)
        )

    def fill(self, view: View | None, values: Mapping[str, Typed]) -> "Form":
        """Fill a modal in, inputs named by block_id, action_id or label's beginning; `submit` sends
        it off.
        """
        if view is None:
            raise LookupError(f"{self.user.name} has no modal open")
        form = Form(self.delivery, view)
        for label, typed in values.items():
            block, element = _input(view, label)
            form.filled.setdefault(block["block_id"], {})[element["action_id"]] = typed
        return form

    async def close(self, view: View, *, everything: bool = False) -> Answer:
        """Close a modal, or with `everything` the whole stack."""
        return await self.delivery.close(view, everything=everything)

    @property
    def modal(self) -> View | None:
        """The modal on top."""
        return self.workspace.views.top(self.user.id)

    def reads_modal(self) -> str:
        """What stands in the modal on top, nothing when none is open."""
        return read_view(self.workspace, self.modal) if self.modal else ""

    def sees(self, channel: str, thread: str | None = None) -> list[Seen]:
        """What this person sees in a channel, or in one thread of it, oldest first, ephemeral ones
        included.
        """
        if self.user.id not in self.workspace.channels[channel].members:
            return []
        said = self.workspace.messages(channel, self.user.id)
        if thread:
            return [self._look(one) for one in said if thread in {one.ts, one.thread_ts}]
        return [self._look(one) for one in said if one.thread_ts is None or one.reply_broadcast]

    def direct(self) -> Channel:
        """The direct messages between the bot and this person."""
        return self.workspace.direct(self.workspace.bot.id, self.user.id)

    async def until_sees(
        self, channel: str, words: str, *, thread: str | None = None, within: float = 5.0
    ) -> Seen:
        """The newest message with these words, waited for at most `within` seconds; raises TimeoutError."""
        changed = asyncio.Event()
        leave = self.workspace.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(within):
                while not (found := [one for one in self.sees(channel, thread) if words in one.text]):
                    changed.clear()
                    await changed.wait()
        finally:
            leave()
        return found[-1]

    def _look(self, message: Message) -> Seen:
        read = read_message(self.workspace, message)
        return Seen(message, read, read_text(self.workspace, message.text), tuple(labels(message.blocks)))


@dataclass(slots=True)
class Form:
    """A modal that somebody has filled in and not sent off yet."""

    delivery: Delivery
    view: View
    filled: dict[str, dict[str, Typed]] = field(default_factory=dict[str, dict[str, Typed]])

    async def submit(self) -> Answer:
        """Send it off; the answer's error is `incomplete` when Slack itself refuses it."""
        current = self.delivery.workspace.views.find(self.view.id)
        return await self.delivery.submit(current or replace(self.view), self.filled)


def _button(place: Message | View, label: str) -> tuple[Json, Json]:
    for block, element in elements(place.blocks):
        if element["type"] == "button" and (
            element["action_id"] == label or element["text"]["text"].startswith(label)
        ):
            return block, element
    raise LookupError(f"no button {label!r}, only {labels(place.blocks)}")


def _input(place: Message | View, label: str) -> tuple[Json, Json]:
    for block, element in elements(place.blocks):
        written = (block.get("label") or block.get("text") or {"text": ""})["text"]
        if element["type"] != "button" and (
            label in {block["block_id"], element["action_id"]} or written.startswith(label)
        ):
            return block, element
    raise LookupError(f"no input {label!r}")


def _question(workspace: Workspace, element: Json) -> Confirm | None:
    asked = element.get("confirm")
    if not asked:
        return None
    title, text, yes, no = (asked[part]["text"] for part in ("title", "text", "confirm", "deny"))
    return Confirm(title, read_text(workspace, text), yes, no)
