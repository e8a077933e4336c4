"""The `gitlab` CI: pipelines of gitlab.com or of a self-managed GitLab."""

from bot.ci.gitlab.settings import GitLabSettings
from bot.ci.kind import CiKind
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.gitlab.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=GitLabSettings,
    connect=_connect,
    announces=True,
    compares=True,
    repository="the project's path, like `group/project`",
)
"""The entry of bot/ci/__init__.py."""
