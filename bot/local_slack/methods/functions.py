"""The functions.* methods: an app tells how a step of a workflow ended, once.

docs.slack.dev/reference/methods/functions.completeSuccess and functions.completeError.
"""

from typing import cast

from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json
from bot.local_slack.workflows import STEP_KINDS, StepRun, faults


def complete_success(call: Call) -> Json:
    """functions.completeSuccess: the outputs have to be those of the step's definition."""
    outputs = call.structure("outputs", "invalid_arguments")
    if not isinstance(outputs, dict):
        raise ApiError("invalid_arguments")
    run, given = _open_run(call), cast("Json", outputs)
    wrong = faults(STEP_KINDS[run.kind].outputs, given)
    if wrong:
        raise ApiError("parameter_validation_failed", details={"detail": "; ".join(wrong)})
    run.outputs = given
    return {}


def complete_error(call: Call) -> Json:
    """functions.completeError: the error is shown to people."""
    error = call.needed("error")
    _open_run(call).error = error
    return {}


def _open_run(call: Call) -> StepRun:
    run = call.workspace.workflows.runs.get(call.needed("function_execution_id"))
    if run is None:
        raise ApiError("function_execution_not_found")
    if not run.open:
        raise ApiError("execution_not_in_running_state")
    return run


FUNCTIONS = {
    "functions.completeError": Method(complete_error),
    "functions.completeSuccess": Method(complete_success),
}
