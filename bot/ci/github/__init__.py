"""The `github` CI: GitHub Actions of github.com or of an Enterprise Server."""

from bot.ci.github.provider import connect
from bot.ci.github.settings import GitHubSettings
from bot.ci.kind import REMOTE_DEPLOY, CiKind

KIND = CiKind(
    settings=GitHubSettings,
    connect=connect,
    deploy=REMOTE_DEPLOY | {"job"},
    needed={"workflow": "the name of the workflow's file, like `deploy.yml`"},
    announces=True,
    compares=True,
    repository="its repository on GitHub, like `owner/name`",
)
"""The entry of bot/ci/__init__.py."""
