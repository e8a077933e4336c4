"""The settings of `gitlab`: gitlab.com or a self-managed GitLab, token and secret."""

import re

from pydantic import Field

from bot.ci.settings import RemoteSettings, RootUrl, Secret
from bot.schema.fields import Url
from bot.schema.section import SectionContext

_SIGNING = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,4}={0,2})")
"""A signing token: the prefix, then its key in base64."""


class GitLabSettings(RemoteSettings):
    """The address of its pages, its token, and the issuer of its jobs' tokens.

    Without `url` it is gitlab.com.
    """

    url: RootUrl = Field(
        default="https://gitlab.com", description="where its pages are; gitlab.com by default"
    )
    token: Secret = Field(description="an access token with the scope `api`, as `${GITLAB_TOKEN}`")
    oidc_issuer: Url = Field(default="", description="the issuer of its jobs' tokens, if it is not at `url`")

    def check(self, context: SectionContext) -> None:
        """Report a signing token that is incomplete."""
        if self.webhook_secret.startswith("whsec_") and not _SIGNING.fullmatch(self.webhook_secret):
            message = "the signing token is incomplete: copy all of it, from `whsec_` on"
            context.diagnostics.error(self.value_position("webhook_secret"), message)
