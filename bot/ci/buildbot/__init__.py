"""The `buildbot` CI: a Buildbot master, through its REST API and its force schedulers."""

from bot.ci.buildbot.settings import BuildbotSettings
from bot.ci.kind import CiKind
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.buildbot.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=BuildbotSettings,
    connect=_connect,
    needed={"workflow": "the name of the force scheduler that deploys"},
    announces=True,
)
"""The entry of bot/ci/__init__.py."""
