"""Drives the local Slack as one of its users: types, clicks, fills in, reads."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.local_slack.events import EventsApi, Receipt
from bot.local_slack.forms import InputValue, elements
from bot.local_slack.interactions import Click, InteractionSender, escaped
from bot.local_slack.model import Channel, ChatMessage, Json, User, View
from bot.local_slack.server import LocalSlack
from bot.local_slack.transport import Acknowledgement
from bot.local_slack.workspace import Workspace
from tests.local_slack.plain_text import labels, menu_labels, read_blocks, read_message, read_text, read_view


@dataclass(frozen=True, slots=True)
class Confirm:
    """The confirmation dialog of a button."""

    title: str
    text: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The outcome of a click: the dialog, whether the bot got it, and the error."""

    confirm: Confirm | None
    delivered: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a user saw it: its words, notification text, buttons, and what stands in its menus."""

    message: ChatMessage
    text: str
    push: str
    buttons: tuple[str, ...]
    menu: tuple[str, ...] = ()

    @property
    def ts(self) -> str:
        """Return the ts of the message."""
        return self.message.ts

    @property
    def private(self) -> bool:
        """Tell whether only this user sees it."""
        return self.message.only_for is not None


@dataclass(slots=True)
class ChatUser:
    """One user with Slack open."""

    workspace: Workspace
    interactions: InteractionSender
    user: User
    events: EventsApi

    async def opens_home(self) -> list[Receipt]:
        """Open the app's Home; return how the bot took the event."""
        return await self.events.tell(self.interactions.open_home(self.user.id))

    @property
    def home(self) -> View | None:
        """Return what the app's Home shows."""
        return self.workspace.homes.of(self.user.id)

    def reads_home(self) -> str:
        """Return the text of the app's Home, or nothing when nothing was published."""
        return read_blocks(self.workspace, self.home.blocks) if self.home else ""

    async def until_home(self, words: str, *, gone: bool = False, within: float = 5.0) -> str:
        """Wait until the app's Home has these words, or no more; raises TimeoutError."""
        changed = asyncio.Event()
        leave = self.workspace.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(within):
                while not self.home or (words in self.reads_home() + str(self.home)) is gone:
                    changed.clear()
                    await changed.wait()
        finally:
            leave()
        return self.reads_home()

    async def until_modal(self, words: str, within: float = 5.0) -> View:
        """Wait for a modal with these words; raises TimeoutError."""
        changed = asyncio.Event()
        leave = self.workspace.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(within):
                while self.modal is None or words not in self.reads_modal():
                    changed.clear()
                    await changed.wait()
        finally:
            leave()
        return self.modal

    async def command(
        self, name: str, words: str, channel: str, thread: str | None = None
    ) -> Acknowledgement:
        """Type a slash command into a channel."""
        return await self.interactions.command(self.user.id, channel, f"{name} {words}", thread)

    def says(self, channel: str, text: str, thread: str | None = None) -> ChatMessage:
        """Post a message."""
        return self.workspace.post(ChatMessage(channel, self.user.id, escaped(text), thread_ts=thread))

    async def click(self, place: Seen | ChatMessage | View, label: str, *, confirm: bool = True) -> Pressed:
        """Press the button or the entry of a menu whose action_id or value is `label`, or whose text starts with it.

        `confirm=False` declines the confirmation dialog.
        """
        shown = place.message if isinstance(place, Seen) else place
        block, element, chosen = _pressable(shown, label)
        asked = _question(self.workspace, element)
        if asked and not confirm:
            return Pressed(asked, delivered=False)
        answer = await self.interactions.click(
            Click(self.user.id, shown, block["block_id"], element["action_id"], chosen)
        )
        return Pressed(asked, delivered=True, error=answer.error)

    async def suggested(self, view: View, block_id: str, typed: str) -> list[str]:
        """Type into a long list, and return the labels of the options that are shown."""
        _, element = _input(view, block_id)
        found = await self.interactions.lists.ask(view, block_id, element["action_id"], typed)
        return [option["text"]["text"] for option in found]

    async def uses_shortcut(self, place: Seen | ChatMessage, name: str = "report_blocker") -> Acknowledgement:
        """Use an entry of the menu of a message."""
        shown = place.message if isinstance(place, Seen) else place
        return await self.interactions.shortcut(self.user.id, shown, name)

    def mentions(self, channel: str, words: str, thread: str | None = None) -> ChatMessage:
        """Post a message that begins with a mention of the bot."""
        text = f"<@{self.workspace.bot.id}> {escaped(words)}"
        return self.workspace.post(ChatMessage(channel, self.user.id, text, thread_ts=thread))

    async def press(self, place: Seen, label: str) -> Pressed:
        """Press a button or an entry of a menu, and answer yes in the modal that an entry asks in."""
        before = self.modal
        pressed = await self.click(place, label)
        asked = self.modal
        if asked is None or asked is before or asked.content["callback_id"] != "confirm":
            return pressed
        question = Confirm(asked.content["title"]["text"], self.reads_modal(), "", "")
        await self.fill(asked, {}).submit()
        return replace(pressed, confirm=question)

    async def choose(
        self, place: Seen | ChatMessage | View, label: str, typed: InputValue
    ) -> Acknowledgement:
        """Use an element that reports at once: select, checkboxes, dispatching input."""
        shown = place.message if isinstance(place, Seen) else place
        block, element = _input(shown, label)
        return await self.interactions.click(
            Click(self.user.id, shown, block["block_id"], element["action_id"], typed)
        )

    def fill(self, view: View | None, values: Mapping[str, InputValue]) -> "Form":
        """Fill in a modal; inputs are named by id or by the start of their label."""
        if view is None:
            raise LookupError(f"{self.user.name} has no modal open")
        form = Form(self.interactions, view)
        for label, typed in values.items():
            block, element = _input(view, label)
            form.filled.setdefault(block["block_id"], {})[element["action_id"]] = typed
        return form

    def delete(self, seen: Seen) -> None:
        """Delete a message, as a workspace's admin may with any."""
        self.workspace.delete(seen.message)

    async def close(self, view: View, *, everything: bool = False) -> Acknowledgement:
        """Close a modal, or with `everything` the whole stack."""
        return await self.interactions.close(view, everything=everything)

    @property
    def modal(self) -> View | None:
        """Return the modal on top."""
        return self.workspace.modals.top(self.user.id)

    def reads_modal(self) -> str:
        """Return the text of the modal on top, or nothing when none is open."""
        return read_view(self.workspace, self.modal) if self.modal else ""

    def sees(self, channel: str, thread: str | None = None) -> list[Seen]:
        """List what this user sees in a channel or thread, oldest first."""
        if self.user.id not in self.workspace.channels[channel].members:
            return []
        said = self.workspace.messages(channel, self.user.id)
        if thread:
            return [self._look(one) for one in said if thread in {one.ts, one.thread_ts}]
        return [self._look(one) for one in said if one.thread_ts is None or one.reply_broadcast]

    def direct(self) -> Channel:
        """Return the direct messages between the bot and this user."""
        return self.workspace.direct(self.workspace.bot.id, self.user.id)

    async def until_sees(
        self, channel: str, words: str, *, thread: str | None = None, within: float = 30.0
    ) -> Seen:
        """Wait for a message with these words, as a channel takes one a second, others first; raises TimeoutError."""
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

    def _look(self, message: ChatMessage) -> Seen:
        read = read_message(self.workspace, message)
        push = read_text(self.workspace, message.text)
        return Seen(message, read, push, tuple(labels(message.blocks)), tuple(menu_labels(message.blocks)))


def chat_user(slack: LocalSlack, name: str) -> ChatUser:
    """Return the user with this name or id; raises KeyError."""
    for user in slack.workspace.users.values():
        if name in {user.id, user.name}:
            return ChatUser(slack.workspace, slack.interactions, user, slack.events)
    raise KeyError(name)


@dataclass(slots=True)
class Form:
    """A modal that is filled in and not submitted yet."""

    interactions: InteractionSender
    view: View
    filled: dict[str, dict[str, InputValue]] = field(default_factory=dict[str, dict[str, InputValue]])

    async def submit(self) -> Acknowledgement:
        """Submit it; the error is `incomplete` when Slack itself refuses it."""
        current = self.interactions.workspace.modals.find(self.view.id)
        return await self.interactions.submit(current or replace(self.view), self.filled)


def _pressable(place: ChatMessage | View, label: str) -> tuple[Json, Json, str | None]:
    """Find a button, or the entry of a menu with its value."""
    for block, element in elements(place.blocks):
        if element["type"] == "button" and (
            element["action_id"] == label or element["text"]["text"].startswith(label)
        ):
            return block, element, None
        for option in element["options"] if element["type"] == "overflow" else ():
            if option["value"] == label or option["text"]["text"].startswith(label):
                return block, element, option["value"]
    raise LookupError(f"no button {label!r}, only {labels(place.blocks)} and {menu_labels(place.blocks)}")


def _input(place: ChatMessage | View, label: str) -> tuple[Json, Json]:
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
