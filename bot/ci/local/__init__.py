"""The `local` CI: commands on the bot's own machine."""

from bot.ci.kind import CiKind
from bot.ci.local.commands import missing_command
from bot.ci.local.settings import LocalSettings
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.local.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=LocalSettings,
    connect=_connect,
    deploy=frozenset({"command"}),
    needed={"command": "what is to be run, like `[./deploy.sh, staging]`"},
    single_machine=True,
    absent=missing_command,
)
"""The entry of bot/ci/__init__.py."""
