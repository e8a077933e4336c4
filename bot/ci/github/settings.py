"""The settings of `github`: Actions of github.com or of an Enterprise Server, token and secret."""

import re
from typing import Annotated

from pydantic import Field

from bot.ci.settings import RemoteSettings, RootUrl, Secret
from bot.schema.fields import text
from bot.schema.words import TextFormat

API = "https://api.github.com"

_ISSUER = TextFormat(
    "the address of an issuer of tokens, which begins with https://",
    re.compile(
        r"""(?:https://[^\s/?#@|<>"]+|http://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?)(?:/[^\s?#|<>"]*)?"""
    ),
)


class GitHubSettings(RemoteSettings):
    """The API's address, its token, and the issuer of its runs' tokens.

    The API of an Enterprise Server is at https://HOST/api/v3 (GitHub Enterprise Server's docs, "Getting started with the
    REST API"). Without `url` it is github.com's; an issuer that is not set follows from `url`.
    """

    url: RootUrl = Field(default=API, description="the address of its API; github.com's by default")
    token: Secret = Field(
        description="a token that may read and write Actions and read Contents, as `${GITHUB_TOKEN}`"
    )
    oidc_issuer: Annotated[str, text(_ISSUER)] = Field(
        default="", description="the issuer of its runs' tokens, if it does not follow from `url`"
    )
