"""What comes from Slack, read into values: who did it comes from the signed payload, never from words."""

from typing import Any

import pytest

from bot.slack.payloads import read_block_action, read_slash_command, read_view_submission

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
    assert (sender.user, sender.channel, sender.delivery) == ("U0AMITA", "C0", "d1")


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


def test_a_click_is_its_senders() -> None:
    read = read_block_action(click(), "d1")
    assert (read.sender.user, read.sender.channel, read.value) == ("U0AMITA", "C0", "testing r1")


def test_a_choice_counts_as_a_click() -> None:
    chosen = {"action_id": "a", "block_id": "b", "selected_option": {"value": "website"}}
    assert read_block_action(click(actions=[chosen]), "").value == "website"


@pytest.mark.parametrize("body", [{}, {"user": None, "view": None, "team": None}])
def test_what_is_missing_is_nobody(body: dict[str, Any]) -> None:
    assert read_view_submission(body, "").sender.user == ""
    assert read_block_action(body, "").sender.user == ""
    assert read_slash_command(body, "").sender.user == ""
