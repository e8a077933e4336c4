"""The `buildbot` CI: a Buildbot master, through its REST API and its force schedulers."""

from bot.ci.buildbot.provider import connect
from bot.ci.buildbot.settings import BuildbotSettings
from bot.ci.kind import CiKind

KIND = CiKind(
    settings=BuildbotSettings,
    connect=connect,
    needed={"workflow": "the name of the force scheduler that deploys"},
    announces=True,
)
"""The entry of bot/ci/__init__.py."""
