"""Where people are served: words, clicks and forms become wishes, and each is answered within two seconds somehow."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from bot.blocks import replies
from bot.blocks.filled import ReasonFilled, RollbackFilled, SignOffFilled, StartFilled
from bot.blocks.forms import read_form
from bot.blocks.parts import Message
from bot.blocks.text import visible
from bot.blocks.values import decode
from bot.engine import Engine
from bot.slack.deeds import Context, Deeds
from bot.slack.incoming import Answer, Clicked, Sender, Submitted, Typed
from bot.slack.questions import Questions
from bot.slack.shown import Shown
from bot.slack.views import Views
from bot.slack_api.web import SlackWeb
from bot.tasks import Tasks
from handlers.commands import Scene, read_words
from handlers.events import AuthorsWaived, CancelAsked, Rejected, Settled, SignedOff
from handlers.outcome import Refusal
from handlers.plan import Policy
from handlers.wishes import (
    Journey,
    LockWanted,
    Misread,
    Question,
    RollbackWanted,
    StartForm,
    UnlockWanted,
    Wish,
)

log = logging.getLogger("shiproom.desk")

PATIENCE = 2.0
"""How many seconds a person waits before he is told that it is not confirmed yet (G4)."""


class Desk:
    """The desk."""

    def __init__(self, engine: Engine, slack: SlackWeb, views: Views, tasks: Tasks) -> None:
        self._engine = engine
        self._slack = slack
        self._views = views
        self._tasks = tasks
        self._deeds = Deeds(engine, slack, views)
        self._questions = Questions(engine, views)
        self._policy = engine.policy
        self._known_places = _places(engine.policy)

    async def typed(self, typed: Typed) -> Answer:
        """Answer a slash command; also a failure is answered in the body of a 200."""
        wish = read_words(typed.line, self._scene(typed.sender))
        shown = await self._within(typed.sender, self._do(wish, Context(typed.sender)))
        return Answer() if shown.message is None else Answer(_private(shown.message))

    async def clicked(self, clicked: Clicked) -> Answer:
        """Do what a button stands for; only what the card will not show is said."""
        if clicked.view:
            await self._chosen_in_form(clicked)
            return Answer()
        try:
            line, bound = decode(clicked.value)
        except ValueError:
            await self._whisper(clicked.sender, self._old_card())
            return Answer()
        wish = read_words(line, self._scene(clicked.sender))
        shown = await self._within(clicked.sender, self._do(wish, Context(clicked.sender, bound, quiet=True)))
        if shown.message is not None and not shown.done:
            self._tasks.start(self._whisper(clicked.sender, shown.message), "tell who clicked")
        return Answer()

    async def submitted(self, submitted: Submitted) -> Answer:
        """Do what a form stands for; what is refused is said in the form, which stays open."""
        try:
            wish, context = self._read(submitted)
        except ValueError:
            return _errors(submitted.view, "This form is not known any more. Close it and begin again.")
        shown = await self._within(submitted.sender, self._do(wish, context))
        if shown.error:
            return _errors(submitted.view, visible(shown.error))
        return Answer()

    def _read(self, submitted: Submitted) -> tuple[Wish | Misread, Context]:
        sender = submitted.sender
        match read_form(submitted.view):
            case StartFilled(service, environment, version, note):
                return Journey(service, environment, sender.user, version, note), Context(sender, filled=True)
            case SignOffFilled(line, bound, ticks, note):
                wish = read_words(line, self._scene(sender))
                if isinstance(wish, SignedOff):
                    wish = replace(wish, ticks=ticks, note=note)
                return wish, Context(sender, bound, filled=True)
            case ReasonFilled(line, bound, reason):
                wish = read_words(line, self._scene(sender))
                if isinstance(wish, Rejected | Settled | CancelAsked | AuthorsWaived):
                    wish = replace(wish, reason=reason)
                return wish, Context(sender, bound, filled=True)
            case RollbackFilled(line, bound, reason, cancel_holder):
                wish = read_words(line, self._scene(sender))
                if isinstance(wish, RollbackWanted):
                    wish = replace(wish, reason=reason)
                return wish, Context(sender, bound, filled=True, cancel_holder=cancel_holder)

    def _scene(self, sender: Sender) -> Scene:
        if self._policy is not self._engine.policy:
            self._policy = self._engine.policy
            self._known_places = _places(self._policy)
        services, channels = self._known_places
        return Scene(sender.user, services, channels.get(sender.channel, ""))

    async def _do(self, wish: Wish | Misread, context: Context) -> Shown:  # noqa: PLR0911 - one per kind of wish
        self._engine.roster.saw(context.sender.user, context.sender.team)
        match wish:
            case Misread():
                said = replies.misread(wish)
                return Shown(said, error=said.text)
            case Question():
                return Shown(await self._questions.answer(wish))
            case StartForm():
                return await self._deeds.start_form(wish, context)
            case Journey():
                return await self._deeds.journey(wish, context)
            case RollbackWanted():
                return await self._deeds.rollback(wish, context)
            case LockWanted() | UnlockWanted():
                return await self._deeds.lock(wish, context)
            case _:
                return await self._deeds.deed(wish, context)

    async def _within(self, sender: Sender, work: Coroutine[Any, Any, Shown]) -> Shown:
        """Wait a while; what takes longer goes on, and its outcome follows."""
        task = self._tasks.start(self._safely(work), "serve")
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result()
        self._tasks.start(self._follow_up(sender, task), "tell the outcome")
        late = replies.not_confirmed_yet()
        return Shown(late, error=late.text)

    async def _safely(self, work: Coroutine[Any, Any, Shown]) -> Shown:
        try:
            return await work
        except Exception:
            reference = self._engine.clock.new_id()[:8]
            log.exception("reference %s", reference)
            said = replies.broken(reference)
            return Shown(said, error=said.text)

    async def _follow_up(self, sender: Sender, task: "asyncio.Task[Shown]") -> None:
        shown = await task
        if shown.message is not None:
            await self._whisper(sender, shown.message)

    async def _whisper(self, sender: Sender, message: Message) -> None:
        """Tell one person, through the address that came with his request, else in the channel for his eyes only."""
        body = {**_private(message), "replace_original": False}
        if sender.response_url and await self._slack.respond(sender.response_url, body):
            return
        if sender.channel:
            ephemeral = {
                "channel": sender.channel,
                "user": sender.user,
                "text": message.text,
                "blocks": message.blocks,
            }
            await self._slack.call("chat.postEphemeral", ephemeral)

    def _old_card(self) -> Message:
        refusal = Refusal("old_card", {"release": "", "now": "", "state": ""})
        return replies.refused(refusal, self._views.names(), self._engine.policy.directory)

    async def _chosen_in_form(self, clicked: Clicked) -> None:
        """Another service was chosen in the form: its builds and environments follow."""
        if clicked.value not in self._engine.policy.plans:
            return
        view = await self._deeds.choices(clicked.value)
        body = {"view_id": clicked.view.get("id"), "hash": clicked.view.get("hash"), "view": view}
        await self._slack.call("views.update", body)


def _places(policy: Policy) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Give services with their environments, and for each channel the one service that it means."""
    plans = policy.plans
    services = {name: tuple(each.name for each in plan.environments) for name, plan in plans.items()}
    channels = [plan.channel for plan in plans.values()]
    here = {plan.channel: name for name, plan in plans.items() if channels.count(plan.channel) == 1}
    return services, here


def _private(message: Message) -> dict[str, Any]:
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


def _errors(view: dict[str, Any], line: str) -> Answer:
    """An error hangs on an input block; every form of ours has one."""
    blocks: list[dict[str, Any]] = view.get("blocks") or []
    inputs = [str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"]
    if not inputs:
        return Answer({"response_action": "clear"})
    return Answer({"response_action": "errors", "errors": {inputs[-1]: line[:2000]}})
