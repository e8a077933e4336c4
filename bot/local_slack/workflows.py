"""Workflows that came to a step of the app: which runs are open, the event that begins one, and how each ended.

docs.slack.dev/reference/events/function_executed. The event names no person who started the workflow; an input that is a
person is whatever the author of the workflow put there.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from bot.local_slack.model import APP_ID, Json

STEP_STARTED = "function_executed"

STRING, BOOLEAN, PERSON = "string", "boolean", "slack#/types/user_id"
_TYPES: dict[str, type] = {STRING: str, BOOLEAN: bool, PERSON: str}


class Parameter(NamedTuple):
    """An input or an output of a step."""

    type: str
    required: bool = False


class StepKind(NamedTuple):
    """A step that the app offers."""

    inputs: dict[str, Parameter]
    outputs: dict[str, Parameter]


STEP_KINDS = {
    "request_release": StepKind(
        {
            "person": Parameter(PERSON, required=True),
            "service": Parameter(STRING, required=True),
            "environment": Parameter(STRING, required=True),
            "version": Parameter(STRING),
        },
        {
            "asked": Parameter(BOOLEAN, required=True),
            "version": Parameter(STRING),
            "release": Parameter(STRING),
        },
    ),
    "wait_for_release": StepKind(
        {"release": Parameter(STRING, required=True), "environment": Parameter(STRING)},
        {"outcome": Parameter(STRING, required=True), "version": Parameter(STRING, required=True)},
    ),
}
"""What manifest-workflow.yml offers; a test holds the two together."""


@dataclass(slots=True)
class StepRun:
    """One run of a step; it is open until it has outputs or an error."""

    id: str
    kind: str
    inputs: Json
    outputs: Json | None = None
    error: str = ""

    @property
    def open(self) -> bool:
        """Tell whether the workflow still waits for the step."""
        return self.outputs is None and not self.error


@dataclass(slots=True)
class Workflows:
    """The runs of steps, by their ids."""

    runs: dict[str, StepRun] = field(default_factory=dict[str, StepRun])
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def begin(self, kind: str, inputs: Json) -> StepRun:
        """Begin a step, as a workflow that came to it does."""
        run = StepRun(f"Fx{next(self._ids):010d}", kind, inputs)
        self.runs[run.id] = run
        return run


def faults(parameters: dict[str, Parameter], given: Json) -> list[str]:
    """List what is wrong with inputs or outputs, by their definition."""
    unknown = [f"unknown parameter {name}" for name in given if name not in parameters]
    missing = [f"missing {name}" for name, each in parameters.items() if each.required and name not in given]
    wrong = [
        f"{name} is no {each.type}"
        for name, each in parameters.items()
        if name in given and type(given[name]) is not _TYPES[each.type]
    ]
    return [*unknown, *missing, *wrong]


def step_json(run: StepRun, time: float) -> Json:
    """Return the event that begins a step."""
    kind = STEP_KINDS.get(run.kind, StepKind({}, {}))
    return {
        "type": STEP_STARTED,
        "function": {
            "id": f"Fn{run.kind.upper()}",
            "callback_id": run.kind,
            "title": run.kind,
            "description": "",
            "type": "app",
            "input_parameters": _described(kind.inputs),
            "output_parameters": _described(kind.outputs),
            "app_id": APP_ID,
            "date_created": int(time),
            "date_updated": int(time),
            "date_deleted": 0,
        },
        "inputs": run.inputs,
        "function_execution_id": run.id,
        "workflow_execution_id": f"Wx{run.id[2:]}",
        "event_ts": f"{time:.6f}",
        "bot_access_token": f"xwfp-{run.id}",
    }


def _described(parameters: dict[str, Parameter]) -> list[Json]:
    return [
        {"type": each.type, "name": name, "title": name, "description": "", "is_required": each.required}
        for name, each in parameters.items()
    ]
