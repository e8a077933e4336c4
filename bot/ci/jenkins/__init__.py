"""The `jenkins` CI: the jobs of a Jenkins."""

from bot.ci.jenkins.settings import JenkinsSettings
from bot.ci.kind import CiKind
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.jenkins.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=JenkinsSettings,
    connect=_connect,
    needed={"workflow": "the job that deploys, with its folders, like `folder/job`"},
    announces=True,
)
"""The entry of bot/ci/__init__.py."""
