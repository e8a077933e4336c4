"""Calls of the Web API that Slack refuses, made with slack_sdk's client."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.bot.local_slack.tiny_bot import Client


async def refused(client: Client, method: str, **arguments: object) -> Client:
    """Call a method that Slack refuses, and return its answer."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return getattr(caught.value, "response")  # noqa: B009 - it has no type


async def refusal(client: Client, method: str, **arguments: object) -> str:
    """Call a method that Slack refuses, and return its error."""
    return str((await refused(client, method, **arguments)).data["error"])
