"""The `github` CI: GitHub Actions of github.com or of an Enterprise Server."""

from bot.ci.github.settings import GitHubSettings
from bot.ci.kind import REMOTE_DEPLOY, CiKind
from bot.ci.provider import Provider, ProviderContext
from handlers.policy import Connection


def _connect(connection: Connection, context: ProviderContext) -> Provider:
    # A policy names one or two kinds; the others need not be read.
    from bot.ci.github.provider import connect  # noqa: PLC0415 - the reason stands above

    return connect(connection, context)


KIND = CiKind(
    settings=GitHubSettings,
    connect=_connect,
    deploy=REMOTE_DEPLOY | {"job"},
    needed={"workflow": "the name of the workflow's file, like `deploy.yml`"},
    announces=True,
    compares=True,
    repository="its repository on GitHub, like `owner/name`",
)
"""The entry of bot/ci/__init__.py."""
