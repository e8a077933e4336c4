"""`shiproom ids`: asks Slack for ids, and prints them so that they can be pasted into a policy."""

import asyncio
import os
from collections.abc import Sequence

from bot.clock import SystemClock
from bot.commands.output import OK, CommandError, fail, say, tell
from bot.settings import SLACK_API, malformed
from bot.slack_client.directory import KINDS, DirectoryError, Listed, Nearness, WorkspaceDirectory
from bot.slack_client.web import SlackWeb


def ids(words: Sequence[str]) -> int:
    """Print the ids of what fits any of the words; return the exit status.

    Raises CommandError if the token cannot be used.
    """
    token = os.environ.get("SLACK_BOT_TOKEN", "")
    if not token:
        raise CommandError("SLACK_BOT_TOKEN is not set: copy it from your Slack app, OAuth & Permissions.")
    if faults := [each for each in malformed(os.environ) if each.startswith("SLACK_")]:
        raise CommandError("\n".join(faults))
    found, faults = asyncio.run(_ask(token, os.environ.get("SLACK_API_URL") or SLACK_API))
    fitting = [each for each in found if not words or any(_fits(each, word) for word in words)]
    width = max((len(each.id) for each in fitting), default=0)
    for each in fitting:
        say(f"{each.id.ljust(width)}  # {each.title}")
    if faults:
        return fail("\n".join(faults))
    return (
        OK if fitting else fail(f"Nothing in Slack is called {' or '.join(words)}: write less of the name.")
    )


def _fits(listed: Listed, word: str) -> bool:
    return listed.nearness(word) is not Nearness.NOT


async def _ask(token: str, url: str) -> tuple[list[Listed], list[str]]:
    """Ask for all three lists; one that is refused does not keep the others back."""
    slack = SlackWeb(token, url if url.endswith("/") else f"{url}/", SystemClock().monotonic)
    directory = WorkspaceDirectory(
        slack, url, lambda seconds: tell(f"Slack asks to wait {seconds:.0f} s ...")
    )
    found: list[Listed] = []
    faults: dict[str, None] = {}
    try:
        for kind in KINDS:
            try:
                found += await directory.listed(kind)
            except DirectoryError as error:
                faults[str(error)] = None
    finally:
        await slack.close()
    return found, [*faults]
