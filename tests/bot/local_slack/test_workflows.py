"""Steps of workflows: what functions.completeSuccess and functions.completeError take, and the event that begins a step."""

import pytest

from bot.local_slack.workflows import STEP_KINDS, Workflows, faults, step_json
from tests.bot.local_slack.calls import refusal, refused
from tests.bot.local_slack.tiny_bot import Client
from tests.local_slack.slack import SlackForTests

SUCCESS, ERROR = "functions.completeSuccess", "functions.completeError"
LIVE = {"outcome": "live", "version": "2.4.1"}


@pytest.mark.parametrize(
    ("outputs", "error"),
    [
        (None, "invalid_arguments"),
        ("no json", "invalid_arguments"),
        (["live"], "invalid_arguments"),
        ({}, "parameter_validation_failed"),
        ({"outcome": "live"}, "parameter_validation_failed"),
        ({**LIVE, "more": "x"}, "parameter_validation_failed"),
        ({**LIVE, "version": 2}, "parameter_validation_failed"),
    ],
)
async def test_outputs_are_those_of_the_definition(
    slack: SlackForTests, client: Client, outputs: object, error: str
) -> None:
    run = slack.workspace.workflows.begin("wait_for_release", {"release": "r1"})
    given = {} if outputs is None else {"outputs": outputs}
    assert await refusal(client, SUCCESS, function_execution_id=run.id, **given) == error
    assert run.open


async def test_what_is_wrong_with_outputs_is_said(slack: SlackForTests, client: Client) -> None:
    run = slack.workspace.workflows.begin("request_release", {})
    answer = await refused(client, SUCCESS, function_execution_id=run.id, outputs={"asked": "yes"})
    assert answer.data["detail"] == "asked is no boolean"


async def test_a_step_ends_once(slack: SlackForTests, client: Client) -> None:
    runs = slack.workspace.workflows
    first, second = (runs.begin("wait_for_release", {"release": "r1"}) for _ in range(2))
    assert (await client.functions_completeSuccess(function_execution_id=first.id, outputs=LIVE))["ok"]
    assert (await client.functions_completeError(function_execution_id=second.id, error="no r1"))["ok"]
    assert (first.outputs, first.error) == (LIVE, "")
    assert (second.outputs, second.error) == (None, "no r1")
    for run in (first, second):
        for method, given in ((SUCCESS, {"outputs": LIVE}), (ERROR, {"error": "x"})):
            answered = await refusal(client, method, function_execution_id=run.id, **given)
            assert answered == "execution_not_in_running_state"


async def test_what_is_missing_is_refused(slack: SlackForTests, client: Client) -> None:
    run = slack.workspace.workflows.begin("wait_for_release", {"release": "r1"})
    assert await refusal(client, ERROR, function_execution_id=run.id) == "invalid_arguments"
    assert await refusal(client, SUCCESS, outputs=LIVE) == "invalid_arguments"
    gone = await refusal(client, SUCCESS, function_execution_id="Fx0GONE", outputs=LIVE)
    assert gone == "function_execution_not_found"


def test_the_event_tells_the_step_and_not_who_started_the_workflow() -> None:
    run = Workflows().begin("wait_for_release", {"release": "r1"})
    event = step_json(run, 1_700_000_000.5)
    assert (event["type"], event["function"]["callback_id"]) == ("function_executed", "wait_for_release")
    assert (event["inputs"], event["function_execution_id"]) == ({"release": "r1"}, run.id)
    assert not {"user", "user_id", "interactor"} & event.keys()


def test_inputs_are_compared_with_their_definition() -> None:
    inputs = STEP_KINDS["request_release"].inputs
    given = {"person": "U0MARA", "service": "website", "environment": "staging"}
    assert faults(inputs, given) == []
    assert faults(inputs, {"person": 1}) == [
        "missing service",
        "missing environment",
        "person is no slack#/types/user_id",
    ]
