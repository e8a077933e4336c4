"""Checks the answer to what Slack asks for a long list.

docs.slack.dev/reference/interaction-payloads/block_suggestion-payload: `options` or `option_groups`, at most 100.
"""

from typing import Any

from bot.local_slack.block_kit import GROUP, PLAIN_OPTION
from bot.local_slack.rules import array, object_with

MOST = 100
ANSWER = object_with({"options": array(PLAIN_OPTION, 0, MOST), "option_groups": array(GROUP, 0, MOST)})


def option_errors(answer: Any) -> list[str]:  # noqa: ANN401 - what an app answers can be anything
    """List what Slack would refuse; none for an answer that it shows."""
    found = [str(error) for error in ANSWER(answer, "")]
    return found or ([] if len(answer) == 1 else ["needs either options or option_groups"])
