"""A local Slack with namesakes, a private channel and a user group, and the environment of a newcomer."""

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.local_slack.model import BOT, Channel, User, UserGroup
from bot.local_slack.tokens import Tokens
from bot.local_slack.workspace import Workspace
from tests.local_slack.slack import SlackForTests
from tests.world import APP_TOKEN, BOT_TOKEN, SECRET, installed_scopes

ROOT = Path(__file__).parents[3]
SHIPROOM = (sys.executable, "-m", "bot")
EMAILS = "users:read.email"

ANDY, MARA, AMITA = User("U1ANDY", "Andy"), User("U1MARA", "Mara"), User("U1AMITA", "Amita")
TIM = User("U1TIM", "Tim", email="tim@example.org")
OTHER_TIM = User("U2TIM", "Tim", title="sales", email="other.tim@example.org")
GONE = User("U1GONE", "Irwin", deleted=True)
STRANGER = User("U1STRANGER", "Bert", team_id="T0OTHER")


@asynccontextmanager
async def office_slack(scopes: frozenset[str] | None = None) -> AsyncGenerator[SlackForTests]:
    """Serve it, with the scopes of the manifest unless others are named."""
    workspace = Workspace(lambda: datetime.now(UTC))  # noqa: TID251 - Slack has a clock of its own
    everybody = (ANDY, MARA, AMITA, TIM, OTHER_TIM, GONE, STRANGER)
    for person in everybody:
        workspace.put_user(person)
    workspace.put_channel(Channel("C1RELEASES", "releases", (BOT.id, *(each.id for each in everybody))))
    workspace.put_channel(Channel("C1GENERAL", "general", ("U1ANDY",)))
    workspace.put_channel(Channel("C1OLD", "old-releases", is_archived=True))
    workspace.put_channel(Channel("C1SECRET", "secret", ("U1ANDY",), is_private=True))
    workspace.put_channel(Channel("C1OPS", "ops-room", (BOT.id,), is_private=True))
    workspace.put_group(UserGroup("S1OPS", "ops", ("U1TIM",)))
    slack = SlackForTests(workspace, None, SECRET, BOT_TOKEN, APP_TOKEN)
    slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, installed_scopes() if scopes is None else scopes)
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


def newcomer(slack: SlackForTests | None, **more: str) -> dict[str, str]:
    """Return the environment of somebody who has set nothing yet, but where Slack is."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    place = {"SLACK_API_URL": f"{slack.url}/api/"} if slack else {}
    searched = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**kept, **place, "PYTHONPATH": searched, "TERM": "dumb", **more}
