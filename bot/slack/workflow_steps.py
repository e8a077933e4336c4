"""Reads the steps of a workflow that Workflow Builder runs: *Request a release* and *Wait for a release*.

Slack says which step begins with which inputs. It does not say who started the workflow: the input `person` is what the author
of the workflow put there, and may name anybody. So nothing is started in that person's name; they get a button.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.engine import Engine
from bot.schema.words import USER
from bot.slack.events import SlackEvent
from handlers.command_parsing import release_number
from handlers.effects import Effect
from handlers.typed_words import bare
from handlers.workflow_steps import AskToStart, AwaitRelease, EndStep

REQUEST, WAIT = "request_release", "wait_for_release"
"""The callback ids in manifest-workflow.yml."""

_EXECUTION = re.compile(r"[A-Za-z0-9]{1,64}\Z")
NO_PERSON = "Nobody was asked: the step's input Person is not a person."
NO_RELEASE = "The step's input Release is not the number of a release, such as r42."
UNKNOWN_STEP = "This Shiproom does not know the step: take it out of the workflow, and add it again."


class WorkflowSteps:
    """Turns the beginning of a step into what is to be done about it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def effects(self, event: SlackEvent) -> Sequence[Effect]:
        """Return what is to be done about a step; nothing for one without an id, which could not be ended."""
        function: Mapping[str, Any] = event.fields.get("function") or {}
        execution = str(event.fields.get("function_execution_id") or "")
        if not _EXECUTION.match(execution):
            return ()
        inputs: Mapping[str, str] = event.fields.get("inputs") or {}
        return (read_step(str(function.get("callback_id") or ""), inputs, execution),)

    async def begin(self, event: SlackEvent) -> None:
        """Have the effects performed that were saved with a step."""
        del event
        for wake in self._engine.decision_listeners:
            wake()


def read_step(callback: str, inputs: Mapping[str, str], execution: str) -> Effect:
    """Return what a step asks for; one that cannot be read ends with the reason."""
    given = {name: " ".join(text.split()) for name, text in inputs.items()}
    if callback == REQUEST:
        person = given.get("person", "")
        if USER.pattern is None or not USER.pattern.fullmatch(person):
            return EndStep(execution, error=NO_PERSON)
        service, environment = (bare(given.get(name, "")) for name in ("service", "environment"))
        return AskToStart(person, service, environment, given.get("version", ""), execution)
    if callback == WAIT:
        named = bare(given.get("release", ""))
        number = release_number(named) or release_number(f"r{named}")
        if not number:
            return EndStep(execution, error=NO_RELEASE)
        return AwaitRelease(number, bare(given.get("environment", "")), execution)
    return EndStep(execution, error=UNKNOWN_STEP)
