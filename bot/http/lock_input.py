"""The body of `POST /api/v1/locks`: a lock that a program wants."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from bot.http.body import BadField, JsonBody, read_body
from bot.http.build_input import Needed, Optional, OrNull

_LINE = r"[^\x00-\x1f\x7f\ud800-\udfff]"
_URL = r"https?://[^\s<>|\"`\\^{}\x00-\x1f\x7f-\uffff]{1,990}"

EXAMPLE: dict[str, JsonValue] = {
    "service": "website",
    "key": "INC-7",
    "reason": "checkout is down",
    "url": "https://incidents.example.org/7",
    "until": "2027-01-04T08:00:00+01:00",
}


class LockBody(JsonBody):
    """A lock of a service, or of everything."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [EXAMPLE],
            "anyOf": [
                {
                    "required": ["service"],
                    "properties": {
                        "service": {"type": "string", "minLength": 1},
                        "everything": {"enum": [False, None]},
                    },
                },
                {
                    "required": ["everything"],
                    "properties": {
                        "service": {"enum": ["", None]},
                        "everything": {"const": True},
                        "environment": {"enum": ["", None]},
                    },
                },
            ],
        }
    )

    sentences: ClassVar[dict[str, str]] = {"bool_type": "{field} must be true or false."}

    service: Annotated[str, Optional, OrNull] = Field(
        default="", pattern=rf"\A{_LINE}{{0,200}}\Z", description="name a service of shiproom.yml"
    )
    everything: bool | None = Field(
        default=None, description="write true, or leave it out and name a service"
    )
    environment: Annotated[str, Optional, OrNull] = Field(
        default="", pattern=rf"\A{_LINE}{{0,200}}\Z", description="name an environment of the service"
    )
    reason: Annotated[str, Needed] = Field(
        pattern=rf"\A(?=.*\S){_LINE}{{1,500}}\Z",
        description="say why on one line of at most 500 characters",
        json_schema_extra={"pattern": rf"\A{_LINE}{{1,500}}\Z", "allOf": [{"pattern": r"\S"}]},
    )
    url: Annotated[str, Optional, OrNull] = Field(
        default="", pattern=rf"\A(?:{_URL})?\Z", description="write an http(s) address"
    )
    until: Annotated[str, Optional, OrNull] = Field(
        default="",
        description="write a time with its zone, such as 2027-01-04T08:00:00+01:00",
        json_schema_extra={"anyOf": [{"format": "date-time"}, {"const": ""}]},
    )
    key: Annotated[str, Needed] = Field(
        pattern=rf"\A{_LINE}{{1,100}}\Z",
        description="name the lock, such as the incident's number (at most 100 characters)",
    )


def read_lock(body: Any, now: datetime) -> tuple[LockBody, datetime | None]:  # noqa: ANN401 - anything can come in
    """Read a lock and its end.

    Raises BadField for the first field that is wrong.
    """
    read = read_body(LockBody, body)
    if read.everything and read.service:
        raise BadField("everything", "Name either a service or everything, not both.")
    if not read.everything and not read.service:
        raise BadField(
            "service", "The field service is missing: name a service of shiproom.yml, or everything: true."
        )
    if read.everything and read.environment:
        raise BadField("environment", "With everything no environment can be named: name a service for that.")
    return read, _until(read.until, now)


def _until(text: str, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        until = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        until = None
    if until is None:
        wanted = "write a time with its zone, such as 2027-01-04T08:00:00+01:00, or leave it out for no end"
        raise BadField("until", f"The field until is not understood: {wanted}.")
    if until <= now:
        raise BadField("until", "The time in until is past: a lock ends later than now.")
    return until
