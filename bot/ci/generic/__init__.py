"""The `generic` CI: any CI with an HTTP API, described by its requests in the policy."""

from bot.ci.generic.provider import connect
from bot.ci.generic.settings import GenericSettings
from bot.ci.kind import CiKind

KIND = CiKind(
    settings=GenericSettings,
    connect=connect,
)
"""The entry of bot/ci/__init__.py."""
