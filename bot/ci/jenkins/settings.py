"""The settings of `jenkins`: a Jenkins, and the user whose API token is used."""

from typing import Annotated

from pydantic import Field

from bot.ci.settings import RemoteSettings, RootUrl, Secret
from bot.schema.fields import one_of, text
from bot.schema.words import WORD


class JenkinsSettings(RemoteSettings):
    """The address of its start page, the user who starts the jobs, and what the result UNSTABLE means."""

    url: RootUrl = Field(description="the address of its start page")
    user: Annotated[str, text(WORD)] = Field(description="the user that starts the jobs")
    token: Secret = Field(description="an API token of that user, as `${JENKINS_TOKEN}`")
    unstable: Annotated[str, one_of(("failed", "succeeded"), "failed")] = Field(
        default="failed", description="what the result UNSTABLE means; failed by default"
    )
