"""What comes from Slack, read into values: who did it comes from the signed payload, never from words."""

from typing import Any

import pytest

from bot.slack.payloads import is_well_formed, read_block_action, read_slash_command, read_view_submission

SENT = {
    "user_id": "U0AMITA",
    "team_id": "T0",
    "channel_id": "C0",
    "response_url": "https://r",
    "trigger_id": "t",
}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("status", "status"),
        ("", ""),
        ("approve r1 as ops for &lt;@U0TIM&gt;", "approve r1 as ops for <@U0TIM>"),
        ("reject r1 &amp;lt; is no bracket", "reject r1 &lt; is no bracket"),
    ],
)
def test_words_are_read_as_they_were_typed(text: str, line: str) -> None:
    typed = read_slash_command({**SENT, "text": text, "user_name": "tim"}, "d1")
    assert typed.line == line
    sender = typed.sender
    assert (sender.user, sender.team, sender.channel, sender.delivery) == ("U0AMITA", "T0", "C0", "d1")


def click(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of Slack's payload
    action = {"action_id": "a", "block_id": "b", "value": "testing r1"}
    return {
        "type": "block_actions",
        "user": {"id": "U0AMITA", "team_id": "T0HOME", "name": "tim"},
        "team": {"id": "T0"},
        "channel": {"id": "C0"},
        "container": {"message_ts": "1.1"},
        "actions": [action],
    } | changes


def test_a_click_is_its_senders_and_names_his_own_workspace() -> None:
    read = read_block_action(click(), "d1")
    assert (read.sender.user, read.sender.team, read.value) == ("U0AMITA", "T0HOME", "testing r1")


def test_a_choice_counts_as_a_click() -> None:
    chosen = {"action_id": "a", "block_id": "b", "selected_option": {"value": "website"}}
    assert read_block_action(click(actions=[chosen]), "").value == "website"


@pytest.mark.parametrize("body", [{}, {"user": None, "view": None, "team": None}])
def test_what_is_missing_is_nobody(body: dict[str, Any]) -> None:
    assert read_view_submission(body, "").sender.user == ""
    assert read_block_action(body, "").sender.user == ""
    assert read_slash_command(body, "").sender.user == ""


@pytest.mark.parametrize(
    ("body", "shaped"),
    [
        (click(), True),
        ({"command": "/release"}, True),
        ({}, True),
        ([], False),
        (7, False),
        (click(actions=[]), False),
        (click(actions=[7]), False),
        (click(actions=[{"action_id": "a"}]), False),
        (click(actions=[{"action_id": 1, "block_id": "b"}]), False),
        (click(actions=[{"action_id": "a", "block_id": "b", "selected_option": "x"}]), False),
        (click(user="U0TIM"), False),
        (click(channel=[1]), False),
        ({"type": "view_submission", "view": {"id": "V1"}}, True),
        ({"type": "view_submission"}, False),
        ({"type": "view_submission", "view": "V1"}, False),
    ],
)
def test_what_slack_never_sends_is_known(body: object, shaped: bool) -> None:
    assert is_well_formed(body) is shaped
