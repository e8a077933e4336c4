"""Sends slash commands, clicks and modals to the bot, and applies its answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.local_slack.block_kit import view_errors
from bot.local_slack.forms import STATELESS, InputValue, chosen, complaints, elements
from bot.local_slack.lists import LongLists
from bot.local_slack.model import SLACKBOT, ChatMessage, Json, View
from bot.local_slack.payloads import (
    UsedElement,
    command_form,
    interaction,
    message_actions,
    message_shortcut,
    view_actions,
)
from bot.local_slack.responses import answer_command
from bot.local_slack.serializers import view_json
from bot.local_slack.transport import Acknowledgement, Transport
from bot.local_slack.triggers import Triggers
from bot.local_slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
FilledInputs = Mapping[str, Mapping[str, InputValue]]


@dataclass(frozen=True, slots=True)
class Click:
    """A use of a button or an input in a message, modal or Home; `typed` is its value."""

    user: str
    place: ChatMessage | View
    block_id: str
    action_id: str
    typed: InputValue = None


@dataclass(slots=True)
class InteractionSender:
    """Sends interactions to the bot through the current transport."""

    workspace: Workspace
    triggers: Triggers
    transport: Callable[[], Transport]
    address: Callable[[], str]
    commands: frozenset[str] = frozenset({"/release"})
    shortcuts: Mapping[str, str] = field(default_factory=lambda: {"report_blocker": "Report a blocker"})
    lists: LongLists = field(init=False)

    def __post_init__(self) -> None:
        """Ask for the options of long lists on the same way."""
        self.lists = LongLists(self.workspace, self.transport)

    async def command(
        self, user: str, channel: str, line: str, thread_ts: str | None = None
    ) -> Acknowledgement:
        """Send a slash command, typed as a whole line, unless Slack answers it itself."""
        name, _, words = line.strip().partition(" ")
        if thread_ts:
            self._note(user, channel, f"`{name}` is not supported in threads. Sorry!", thread_ts)
            return Acknowledgement("not_supported_in_threads")
        if name not in self.commands or self.workspace.users[user].team_id != self.workspace.team_id:
            self._note(user, channel, f"`{name}` is not a valid command.")
            return Acknowledgement("invalid_command")
        form = command_form(
            self.workspace, self.workspace.users[user], channel, (name, escaped(words.strip()))
        )
        answer = await self.transport().send("slash_commands", form | self._trigger_fields(user, channel))
        shown = answer.error or answer_command(self.workspace, user, channel, answer.body)
        if shown:
            self._note(user, channel, f'`{name}` failed with the error "{shown}"')
        return Acknowledgement(shown, answer.body)

    async def shortcut(self, user: str, message: ChatMessage, callback_id: str) -> Acknowledgement:
        """Use an entry of a message's menu; users of other workspaces have none (docs.slack.dev/apis/slack-connect)."""
        sender = self.workspace.users[user]
        if callback_id not in self.shortcuts or sender.team_id != self.workspace.team_id:
            return Acknowledgement("invalid_shortcut")
        payload = interaction(self.workspace, sender, "message_action")
        payload |= message_shortcut(self.workspace, message, callback_id)
        payload |= self._trigger_fields(user, message.channel)
        answer = await self.transport().send("interactive", payload)
        if answer.error:
            note = f'"{self.shortcuts[callback_id]}" failed with the error "{answer.error}"'
            self._note(user, message.channel, note, message.thread_ts)
        return answer

    async def click(self, click: Click) -> Acknowledgement:
        """Send a click or a choice; raises KeyError for an unknown element."""
        action = self._action(click)
        if isinstance(click.place, View):
            return await self._click_in_view(click.place, click, action)
        message = click.place
        payload = interaction(self.workspace, self.workspace.users[click.user], "block_actions")
        payload |= message_actions(self.workspace, message, action)
        answer = await self.transport().send(
            "interactive", payload | self._trigger_fields(click.user, message.channel, message.ts)
        )
        if answer.error:
            note = f'"{_label(action)}" failed with the error "{answer.error}"'
            self._note(click.user, message.channel, note, message.thread_ts)
        return answer

    def open_home(self, user: str) -> Json:
        """Show a user the app's Home, and return the event that tells the bot so; `view` is what it shows already."""
        workspace = self.workspace
        shown, channel = workspace.homes.of(user), workspace.direct(workspace.bot.id, user)
        event = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home"}
        event["event_ts"] = f"{workspace.clock().timestamp():.6f}"
        return event | ({"view": view_json(workspace, shown)} if shown else {})

    async def submit(self, view: View, filled: FilledInputs) -> Acknowledgement:
        """Submit a modal, unless Slack itself refuses its values."""
        view = self.fill(view, filled)
        missing = complaints(view.blocks, view.values)
        if missing:
            self.workspace.modals.refuse(view, missing)
            return Acknowledgement("incomplete")
        payload = interaction(self.workspace, self.workspace.users[view.user], "view_submission")
        payload |= {"view": view_json(self.workspace, view), "response_urls": []}
        payload["trigger_id"] = self.triggers.new_trigger_id(view.user)
        answer = await self.transport().send("interactive", payload)
        still = self.workspace.modals.find(view.id)
        if still and (answer.error or not self._obey(still, answer.body)):
            self.workspace.modals.refuse(still, {}, TROUBLE)
        return answer

    async def close(self, view: View, *, everything: bool = False) -> Acknowledgement:
        """Close a modal, or with `everything` the whole stack."""
        closed = [view, *reversed(self.workspace.modals.stack(view.user)[:-1])] if everything else [view]
        answer = Acknowledgement()
        for one in closed:
            self.workspace.modals.close(one)
            if one.content.get("notify_on_close"):
                payload = interaction(self.workspace, self.workspace.users[view.user], "view_closed")
                payload |= {"view": view_json(self.workspace, one), "is_cleared": everything}
                answer = await self.transport().send("interactive", payload)
        return answer

    def fill(self, view: View, filled: FilledInputs) -> View:
        """Store the values that a user filled in, by block_id and action_id."""
        values = {block_id: dict(actions) for block_id, actions in view.values.items()}
        for block, element in elements(view.blocks):
            typed = filled.get(block["block_id"], {})
            if element["action_id"] in typed and element["type"] not in STATELESS:
                filled_in = self.lists.choose(view, block, element, typed[element["action_id"]])
                values[block["block_id"]][element["action_id"]] = filled_in
        return self.workspace.modals.fill(view, values)

    async def _click_in_view(self, view: View, click: Click, action: UsedElement) -> Acknowledgement:
        if action.element["type"] not in STATELESS:
            view = self.fill(view, {click.block_id: {click.action_id: click.typed}})
        payload = interaction(self.workspace, self.workspace.users[click.user], "block_actions")
        payload |= view_actions(self.workspace, view, action) | {
            "trigger_id": self.triggers.new_trigger_id(click.user)
        }
        answer = await self.transport().send("interactive", payload)
        still = self.workspace.modals.find(view.id)
        if answer.error and still:
            self.workspace.modals.refuse(still, {}, TROUBLE)
        return answer

    def _action(self, click: Click) -> UsedElement:
        stamp = f"{self.workspace.clock().timestamp():.6f}"
        for block, element in elements(click.place.blocks):
            if (block["block_id"], element["action_id"]) == (click.block_id, click.action_id):
                return UsedElement(block, element, self._chosen(click, block, element), stamp)
        raise KeyError(click.action_id)

    def _chosen(self, click: Click, block: Json, element: Json) -> Json:
        if element["type"] == "button":
            return {}
        if isinstance(click.place, View):
            return self.lists.choose(click.place, block, element, click.typed)
        return chosen(element, click.typed)

    def _obey(self, view: View, body: Json | str) -> bool:
        """Apply the answer to a view_submission; False when Slack would refuse it."""
        if not body:
            self.workspace.modals.close(view)
            return True
        if isinstance(body, str):
            return False
        match body.get("response_action"):
            case "clear":
                self.workspace.modals.clear(view.user)
                return True
            case "errors":
                return self._show_errors(view, body.get("errors", {}))
            case "update" | "push" as action:
                return self._show_view(view, action, body.get("view"))
            case _:
                return False

    def _show_errors(self, view: View, errors: dict[str, str]) -> bool:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not errors or errors.keys() - inputs:
            return False
        self.workspace.modals.refuse(view, errors)
        return True

    def _show_view(self, view: View, action: str, content: Json | None) -> bool:
        if content is None or view_errors(content):
            return False
        if action == "push":
            return self.workspace.modals.push(view.user, content) is not None
        self.workspace.modals.update(view, content)
        return True

    def _trigger_fields(self, user: str, channel: str, message_ts: str | None = None) -> Json:
        name = self.triggers.new_response_url(user, channel, message_ts)
        return {
            "trigger_id": self.triggers.new_trigger_id(user),
            "response_url": f"{self.address()}/response/{name}",
        }

    def _note(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> None:
        """Show one user a message of Slackbot."""
        self.workspace.post(ChatMessage(channel, SLACKBOT.id, text, thread_ts=thread_ts, only_for=user))


def escaped(text: str) -> str:
    """Escape what people type (docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _label(action: UsedElement) -> str:
    """Return the words of what was pressed: a button's own, or those of the option chosen in a menu or list."""
    pressed = action.element if "text" in action.element else action.value.get("selected_option") or {}
    return pressed["text"]["text"] if "text" in pressed else action.element["type"]
