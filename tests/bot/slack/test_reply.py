"""What a person is answered: one body for each kind of request."""

from typing import Any

import pytest

from bot.blocks.block_kit import message, notice, section
from bot.slack.payloads import BlockAction, Sender, SlashCommand, ViewSubmission
from bot.slack.reply import NOTHING_TO_SAY, SlackReply, failure_reply

SENDER = Sender("U0TIM", "T0")
WORDS = message("r1 &lt;is&gt; locked", section("r1 &lt;is&gt; locked"))
DONE, REFUSED, UNKNOWN = SlackReply(WORDS, done=True), failure_reply(WORDS), SlackReply(error="Not known.")
PRIVATE = {"response_type": "ephemeral", "text": WORDS.text, "blocks": WORDS.blocks}
FORM = {
    "blocks": [{"type": "input", "block_id": "a"}, {"type": "input", "block_id": "b"}, {"type": "section"}]
}
TOLD = {
    "response_action": "update",
    "view": notice("Nothing was done", [section("r1 &lt;is&gt; locked")]),
}
"""What takes the place of a form that has no input for an error."""


def errors(line: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {"b": line}}


@pytest.mark.parametrize(
    ("reply", "to", "body"),
    [
        (NOTHING_TO_SAY, SlashCommand(SENDER, "approve r1"), None),
        (DONE, SlashCommand(SENDER, "lock staging now"), PRIVATE),
        (REFUSED, SlashCommand(SENDER, "lock staging now"), PRIVATE),
        (NOTHING_TO_SAY, BlockAction(SENDER, "approve:ops", "approve r1"), None),
        (DONE, BlockAction(SENDER, "approve:ops", "approve r1"), None),
        (REFUSED, BlockAction(SENDER, "approve:ops", "approve r1"), None),
        (NOTHING_TO_SAY, ViewSubmission(SENDER, FORM), None),
        (DONE, ViewSubmission(SENDER, FORM), None),
        (REFUSED, ViewSubmission(SENDER, FORM), errors("r1 <is> locked")),
        (UNKNOWN, ViewSubmission(SENDER, FORM), errors("Not known.")),
        (SlackReply(error="x" * 3000), ViewSubmission(SENDER, FORM), errors("x" * 2000)),
        (REFUSED, ViewSubmission(SENDER, {"blocks": [{"type": "section"}]}), TOLD),
        (REFUSED, ViewSubmission(SENDER, {}), TOLD),
    ],
)
def test_the_body_of_an_answer(
    reply: SlackReply, to: SlashCommand | BlockAction | ViewSubmission, body: dict[str, Any] | None
) -> None:
    assert reply.ack_body(to) == body


def test_more_lines_stand_below_a_reply() -> None:
    both = DONE.with_lines(["Left as it is: payments."])
    assert both.message is not None
    assert (both.message.text, len(both.message.blocks)) == (WORDS.text, 2)
    assert DONE.with_lines([]) is DONE
    assert NOTHING_TO_SAY.with_lines(["Left as it is: payments."]) is NOTHING_TO_SAY
