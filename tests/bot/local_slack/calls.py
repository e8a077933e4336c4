"""Calls of the Web API that are refused, as slack_sdk's own client hears it."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.bot.local_slack.tiny_bot import Client


async def refused(client: Client, method: str, **arguments: object) -> Client:
    """Call a method that Slack refuses, and give its answer."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return getattr(caught.value, "response")  # noqa: B009 - it has no type


async def refusal(client: Client, method: str, **arguments: object) -> str:
    """Call a method that Slack refuses, and give its word for why."""
    return str((await refused(client, method, **arguments)).data["error"])
