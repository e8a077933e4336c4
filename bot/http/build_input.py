"""The body of `POST /api/v1/builds`: a build that a program reports."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.http.body import JsonBody, read_body
from handlers.build import Build, Change

MOST_CHANGES = 500

_LINE = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"
_DIGEST = r"[A-Za-z0-9][A-Za-z0-9:+._-]{0,199}"
_URL = r"https?://[^\s<>|\x00-\x1f\x7f\ud800-\udfff]{1,1990}"


def _null_if_empty(value: object) -> object:
    return None if value == "" else value


def _empty_if_null(value: object) -> object:
    return "" if value is None else value


Stored = Annotated[str, Field(pattern=r"\A[^\ud800-\udfff]*\Z")]
"""Text without half of a surrogate pair: JSON can contain that, but no database can store it."""

Needed = BeforeValidator(_null_if_empty)
Optional = BeforeValidator(_empty_if_null)


class ChangeBody(BaseModel):
    """A change of a build; long texts are cut, and other fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, regex_engine="python-re")

    sha: Stored
    author: Stored
    title: Stored

    def change(self) -> Change:
        """Return the change."""
        return Change(self.sha[:64], self.author[:200], self.title[:500])


class BuildBody(JsonBody):
    """A build."""

    sentences: ClassVar[dict[str, str]] = {
        "list_type": "{field} must be a list.",
        "too_long": f"{{field}} holds more than {MOST_CHANGES} entries.",
        "model_type": "A change is an object with sha, author and title.",
    }

    service: Annotated[str, Needed] = Field(
        pattern=rf"\A{_LINE}\Z", description="name a service of shiproom.yml"
    )
    version: Annotated[str, Needed] = Field(
        pattern=rf"\A{_VERSION}\Z", description="write letters, digits and . _ + - (at most 100)"
    )
    sha: Annotated[str, Needed] = Field(
        pattern=r"\A[0-9a-f]{7,64}\Z",
        description="write the commit's hash, 7 to 64 hexadecimal digits in lower case",
    )
    branch: Annotated[str, Needed] = Field(
        pattern=rf"\A{_LINE}\Z", description="name the branch that was built (at most 200 characters)"
    )
    url: Annotated[str, Optional] = Field(
        default="", pattern=rf"\A(?:{_URL})?\Z", description="write an http(s) address"
    )
    digest: Annotated[str, Optional] = Field(
        default="",
        pattern=rf"\A(?:{_DIGEST})?\Z",
        description="write the artifact's digest, such as sha256:...",
    )
    changes: list[ChangeBody] | None = Field(default=None, max_length=MOST_CHANGES)


def read_build(body: Any, ready_at: datetime) -> Build:  # noqa: ANN401 - anything can come in
    """Read a build.

    Raises BadField for the first field that is wrong.
    """
    read = read_body(BuildBody, body)
    return Build(
        service=read.service,
        version=read.version,
        sha=read.sha,
        branch=read.branch,
        url=read.url,
        digest=read.digest,
        changes=tuple(each.change() for each in read.changes or ()),
        ready_at=ready_at,
    )
