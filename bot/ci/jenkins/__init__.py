"""The `jenkins` CI: the jobs of a Jenkins."""

from bot.ci.jenkins.provider import connect
from bot.ci.jenkins.settings import JenkinsSettings
from bot.ci.kind import CiKind

KIND = CiKind(
    settings=JenkinsSettings,
    connect=connect,
    needed={"workflow": "the job that deploys, with its folders, like `folder/job`"},
    announces=True,
)
"""The entry of bot/ci/__init__.py."""
