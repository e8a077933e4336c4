"""The `gitlab` CI: pipelines of gitlab.com or of a self-managed GitLab."""

from bot.ci.gitlab.provider import connect
from bot.ci.gitlab.settings import GitLabSettings
from bot.ci.kind import CiKind

KIND = CiKind(
    settings=GitLabSettings,
    connect=connect,
    announces=True,
    compares=True,
    repository="the project's path, like `group/project`",
)
"""The entry of bot/ci/__init__.py."""
