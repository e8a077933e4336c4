"""The `jenkins` kind: a Jenkins, and the user whose API token it is spoken to with."""

from collections.abc import Mapping
from pathlib import Path

from bot.policy.kinds.kind import REMOTE_DEPLOY, KindReader, read_remote, read_secret
from bot.policy.section import Section
from bot.policy.words import WORD

_NEEDED = {
    "url": "the address of its start page",
    "user": "the user that starts the jobs",
    "token": "an API token of that user, as `${JENKINS_TOKEN}`",
}


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read `url` (its start page), `user`, `token` and `webhook_secret`."""
    del folder
    section.need(**_NEEDED)
    settings = read_remote(section)
    settings["user"] = section.text("user", WORD)
    settings["token"] = read_secret(section, "token")
    return settings


READER = KindReader(
    read=read,
    deploy=REMOTE_DEPLOY,
    needed={"workflow": "the job that deploys, with its folders, like `folder/job`"},
    announces=True,
)
