"""The `generic` CI: any CI with an HTTP API, described by its requests in the policy."""

from bot.ci.generic.settings import GenericSettings
from bot.ci.kind import CiKind
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.generic.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=GenericSettings,
    connect=_connect,
)
"""The entry of bot/ci/__init__.py."""
