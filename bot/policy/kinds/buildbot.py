"""The `buildbot` kind: a Buildbot of one's own, its user, and the secret that its webhooks show."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.policy.kinds.kind import REMOTE_DEPLOY, KindReader, read_remote, read_secret
from bot.policy.section import Section
from bot.policy.words import Shape

_USER = Shape("the name of a user, without a colon", re.compile(r"[^\s:]+"))
"""A colon ends the name in basic auth (RFC 7617)."""

_BOTH = {"user": "who forces builds", "password": "the user's password, as `${BUILDBOT_PASSWORD}`"}


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read `url` (its pages), `user` and `password` (both or none), `poll` and `webhook_secret`."""
    del folder
    section.need(url="where its pages are, like `https://buildbot.example.org`")
    if "user" in section or "password" in section:
        section.need(**_BOTH)
    settings = read_remote(section)
    settings["user"] = section.text("user", _USER)
    settings["password"] = read_secret(section, "password")
    return settings


READER = KindReader(
    read=read,
    deploy=REMOTE_DEPLOY,
    needed={"workflow": "the name of the force scheduler that deploys"},
    announces=True,
)
