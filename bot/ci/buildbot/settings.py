"""The settings of `buildbot`: a Buildbot master, its user and its webhook secret."""

import re
from typing import Annotated

from pydantic import ConfigDict, Field

from bot.ci.settings import RemoteSettings, RootUrl, Secret
from bot.schema.fields import text
from bot.schema.section import SectionContext
from bot.schema.words import TextFormat

_USER = TextFormat("the name of a user, without a colon", re.compile(r"[^\s:]+"))
"""A colon ends the name in basic auth (RFC 7617)."""


class BuildbotSettings(RemoteSettings):
    """Where its pages are, and the user that forces builds.

    The user and the password are set both or neither.
    """

    model_config = ConfigDict(
        json_schema_extra={"dependentRequired": {"user": ["password"], "password": ["user"]}}
    )

    url: RootUrl = Field(description="where its pages are, like `https://buildbot.example.org`")
    user: Annotated[str, text(_USER)] = Field(default="", description="who forces builds")
    password: Secret = Field(default="", description="the user's password, as `${BUILDBOT_PASSWORD}`")

    def check(self, context: SectionContext) -> None:
        """Report a user without a password, or a password without a user."""
        if self.has("user") or self.has("password"):
            self.need("user", "who forces builds", context.diagnostics)
            self.need("password", "the user's password, as `${BUILDBOT_PASSWORD}`", context.diagnostics)
