"""The body of `POST /api/v1/builds`: a build that a program reports."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from bot.http.body import BadField, JsonBody, Widened, read_body, whole
from handlers.actions import RESERVED
from handlers.build import Build, Change
from handlers.command_parsing import release_number

MOST_CHANGES = 500
MOST_NUMBER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

API = "api"
"""What numbers of builds are counted by that come in a body."""


_LINE = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"
_DIGEST = r"[A-Za-z0-9][A-Za-z0-9:+._-]{0,199}"
_URL = r"https?://[^\s<>|\x00-\x1f\x7f\ud800-\udfff]{1,1990}"


def _null_if_empty(value: object) -> object:
    return None if value == "" else value


def _empty_if_null(value: object) -> object:
    return "" if value is None else value


EXAMPLE: dict[str, JsonValue] = {
    "service": "website",
    "version": "2.4.1",
    "branch": "main",
    "sha": "4be1c9d0c2f1e5a8b7d6934e0f1a2b3c4d5e6f70",
    "url": "https://ci.example.org/builds/77",
    "changes": [{"sha": "4be1c9d", "author": "Mara", "title": "Faster leaderboard"}],
}


def _any_text(schema: dict[str, Any]) -> None:
    """Publish no pattern: that JSON has no half characters goes without saying, and many readers cannot express it."""
    del schema["pattern"]


def _something(schema: dict[str, Any]) -> None:
    schema["pattern"] = r"\S"


Stored = Annotated[str, Field(pattern=r"\A[^\ud800-\udfff]*\Z", json_schema_extra=_any_text)]
"""Text without half of a surrogate pair: JSON can contain that, but no database can store it."""

Filled = Annotated[
    str, Field(pattern=r"\A(?=[^\ud800-\udfff]*\S)[^\ud800-\udfff]*\Z", json_schema_extra=_something)
]
"""Such text with something to see in it: an author or a commit without a name would hide who wrote a build."""

Needed = BeforeValidator(_null_if_empty)
Optional = BeforeValidator(_empty_if_null)
OrNull = Widened({"type": "null"})


class ChangeBody(BaseModel):
    """A change of a build; long texts are cut, and other fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, regex_engine="python-re")

    sha: Filled
    author: Filled
    title: Stored

    def change(self) -> Change:
        """Return the change."""
        return Change(self.sha.strip()[:64], self.author.strip()[:200], self.title[:500])


class BuildBody(JsonBody):
    """A build."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    sentences: ClassVar[dict[str, str]] = {
        "list_type": "{field} must be a list.",
        "too_long": f"{{field}} holds more than {MOST_CHANGES} entries.",
        "model_type": "A change is an object with sha, author and title.",
        "string_pattern_mismatch": "{field} must be text, and neither a change's sha nor its author may be empty.",
        "greater_than_equal": "{field} must be a number of 1 or more.",
        "less_than_equal": "{field} is too large.",
        "int_type": "{field} must be a number of 1 or more.",
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
    url: Annotated[str, Optional, OrNull] = Field(
        default="", pattern=rf"\A(?:{_URL})?\Z", description="write an http(s) address"
    )
    digest: Annotated[str, Optional, OrNull] = Field(
        default="",
        pattern=rf"\A(?:{_DIGEST})?\Z",
        description="write the artifact's digest, such as sha256:...",
    )
    number: Annotated[int, Field(ge=1, le=MOST_NUMBER), BeforeValidator(whole)] | None = Field(
        default=None, json_schema_extra={"description": "orders the builds of a branch; else arrival does"}
    )
    contains: list[Annotated[str, Field(pattern=rf"\A{_VERSION}\Z")]] | None = Field(
        default=None,
        max_length=MOST_CHANGES,
        json_schema_extra={"description": "versions of other branches that the build is said to contain"},
    )
    changes: list[ChangeBody] | None = Field(
        default=None,
        max_length=MOST_CHANGES,
        json_schema_extra={"description": "since the build before it in its branch; null if nobody tells"},
    )


def read_build(body: Any, ready_at: datetime) -> Build:  # noqa: ANN401 - anything can come in
    """Read a build; without `changes` nobody has told them, which is not the same as none.

    Raises BadField for the first field that is wrong.
    """
    read = read_body(BuildBody, body)
    if release_number(read.version) or read.version.lower() in RESERVED:
        sentence = (
            f"The version {read.version} means something else in commands: choose another, such as 2.4.1."
        )
        raise BadField("version", sentence)
    return Build(
        service=read.service,
        version=read.version,
        sha=read.sha,
        branch=read.branch,
        url=read.url,
        digest=read.digest,
        number=read.number or 0,
        numbered_by=API if read.number else "",
        contains=tuple(read.contains or ()),
        changes=None if read.changes is None else tuple(each.change() for each in read.changes),
        ready_at=ready_at,
    )
