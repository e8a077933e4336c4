"""What people do, brought to the bot; what the bot answers, brought to the people; and Slack's errors
between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.local_slack.block_kit import view_faults
from bot.local_slack.forms import Typed, chosen, complaints, elements
from bot.local_slack.model import SLACKBOT, Json, Message, View
from bot.local_slack.payloads import Action, command_form, interaction, message_actions, view_actions
from bot.local_slack.responses import answer_command
from bot.local_slack.shapes import view_json
from bot.local_slack.tickets import Tickets
from bot.local_slack.transport import Answer, Transport
from bot.local_slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
Filled = Mapping[str, Mapping[str, Typed]]


@dataclass(frozen=True, slots=True)
class Click:
    """A person uses an element of a message or modal: a button, or an input with what he `typed` or
    ticked.
    """

    user: str
    place: Message | View
    block_id: str
    action_id: str
    typed: Typed = None


@dataclass(slots=True)
class Delivery:
    """Brings slash commands, clicks and modals to the bot through the transport that is in use."""

    workspace: Workspace
    tickets: Tickets
    transport: Callable[[], Transport]
    address: Callable[[], str]
    commands: frozenset[str] = frozenset({"/release"})

    async def command(self, user: str, channel: str, line: str, thread_ts: str | None = None) -> Answer:
        """A slash command, typed as a whole line; what Slack does not pass on it answers itself."""
        name, _, words = line.strip().partition(" ")
        if thread_ts:
            self._note(user, channel, f"`{name}` is not supported in threads. Sorry!", thread_ts)
            return Answer("not_supported_in_threads")
        if name not in self.commands or self.workspace.users[user].team_id != self.workspace.team_id:
            self._note(user, channel, f"`{name}` is not a valid command.")
            return Answer("invalid_command")
        form = command_form(
            self.workspace, self.workspace.users[user], channel, (name, escaped(words.strip()))
        )
        answer = await self.transport().send("slash_commands", form | self._tickets(user, channel))
        shown = answer.error or answer_command(self.workspace, user, channel, answer.body)
        if shown:
            self._note(user, channel, f'`{name}` failed with the error "{shown}"')
        return Answer(shown, answer.body)

    async def click(self, click: Click) -> Answer:
        """A button pressed or a choice made; KeyError when the message has no such element."""
        action = self._action(click)
        if isinstance(click.place, View):
            return await self._click_in_view(click.place, click, action)
        message = click.place
        payload = interaction(self.workspace, self.workspace.users[click.user], "block_actions")
        payload |= message_actions(self.workspace, message, action)
        answer = await self.transport().send(
            "interactive", payload | self._tickets(click.user, message.channel, message.ts)
        )
        if answer.error:
            note = f'"{_label(action.element)}" failed with the error "{answer.error}"'
            self._note(click.user, message.channel, note, message.thread_ts)
        return answer

    async def submit(self, view: View, filled: Filled) -> Answer:
        """A modal sent off; what Slack itself refuses does not reach the bot."""
        view = self.fill(view, filled)
        missing = complaints(view.blocks, view.values)
        if missing:
            self.workspace.views.refuse(view, missing)
            return Answer("incomplete")
        payload = interaction(self.workspace, self.workspace.users[view.user], "view_submission")
        payload |= {"view": view_json(self.workspace, view), "response_urls": []}
        payload["trigger_id"] = self.tickets.trigger(view.user)
        answer = await self.transport().send("interactive", payload)
        still = self.workspace.views.find(view.id)
        if still and (answer.error or not self._obey(still, answer.body)):
            self.workspace.views.refuse(still, {}, TROUBLE)
        return answer

    async def close(self, view: View, *, everything: bool = False) -> Answer:
        """A modal closed by its close button, or the whole stack by the cross (`everything`)."""
        closed = [view, *reversed(self.workspace.views.stack(view.user)[:-1])] if everything else [view]
        answer = Answer()
        for one in closed:
            self.workspace.views.close(one)
            if one.content.get("notify_on_close"):
                payload = interaction(self.workspace, self.workspace.users[view.user], "view_closed")
                payload |= {"view": view_json(self.workspace, one), "is_cleared": everything}
                answer = await self.transport().send("interactive", payload)
        return answer

    def fill(self, view: View, filled: Filled) -> View:
        """Remember what a person filled into a modal, given as he typed it, by block_id and action_id."""
        values = {block_id: dict(actions) for block_id, actions in view.values.items()}
        for block, element in elements(view.blocks):
            typed = filled.get(block["block_id"], {})
            if element["action_id"] in typed and element["type"] != "button":
                values[block["block_id"]][element["action_id"]] = chosen(element, typed[element["action_id"]])
        return self.workspace.views.fill(view, values)

    async def _click_in_view(self, view: View, click: Click, action: Action) -> Answer:
        if action.element["type"] != "button":
            view = self.fill(view, {click.block_id: {click.action_id: click.typed}})
        payload = interaction(self.workspace, self.workspace.users[click.user], "block_actions")
        payload |= view_actions(self.workspace, view, action) | {
            "trigger_id": self.tickets.trigger(click.user)
        }
        answer = await self.transport().send("interactive", payload)
        still = self.workspace.views.find(view.id)
        if answer.error and still:
            self.workspace.views.refuse(still, {}, TROUBLE)
        return answer

    def _action(self, click: Click) -> Action:
        stamp = f"{self.workspace.clock().timestamp():.6f}"
        for block, element in elements(click.place.blocks):
            if (block["block_id"], element["action_id"]) == (click.block_id, click.action_id):
                value = {} if element["type"] == "button" else chosen(element, click.typed)
                return Action(block, element, value, stamp)
        raise KeyError(click.action_id)

    def _obey(self, view: View, body: Json | str) -> bool:
        """Do what the answer to a view_submission says; False when Slack would not take the answer."""
        if not body:
            self.workspace.views.close(view)
            return True
        if isinstance(body, str):
            return False
        match body.get("response_action"):
            case "clear":
                self.workspace.views.clear(view.user)
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
        self.workspace.views.refuse(view, errors)
        return True

    def _show_view(self, view: View, action: str, content: Json | None) -> bool:
        if content is None or view_faults(content):
            return False
        if action == "push":
            return self.workspace.views.push(view.user, content) is not None
        self.workspace.views.update(view, content)
        return True

    def _tickets(self, user: str, channel: str, message_ts: str | None = None) -> Json:
        name = self.tickets.response_url(user, channel, message_ts)
        return {"trigger_id": self.tickets.trigger(user), "response_url": f"{self.address()}/response/{name}"}

    def _note(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> None:
        """What Slack itself tells one person."""
        self.workspace.post(Message(channel, SLACKBOT.id, text, thread_ts=thread_ts, only_for=user))


def escaped(text: str) -> str:
    """What people type, as Slack passes it on (docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _label(element: Json) -> str:
    return element["text"]["text"] if "text" in element else element["type"]
