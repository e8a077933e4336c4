"""The `local` CI: commands on the bot's own machine."""

from bot.ci.kind import CiKind
from bot.ci.local.provider import connect
from bot.ci.local.settings import LocalSettings

KIND = CiKind(
    settings=LocalSettings,
    connect=connect,
    deploy=frozenset({"command"}),
    needed={"command": "what is to be run, like `[./deploy.sh, staging]`"},
    single_machine=True,
)
"""The entry of bot/ci/__init__.py."""
