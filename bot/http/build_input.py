"""Reads the body of `POST /api/v1/builds`, strictly: what is wrong is named by its field."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from handlers.build import Build, Change

MOST_CHANGES = 500
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\Z")
_SHA = re.compile(r"[0-9a-f]{7,64}\Z")
_DIGEST = re.compile(r"[A-Za-z0-9][A-Za-z0-9:+._-]{0,199}\Z")
_LINE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}\Z")
_URL = re.compile(r"https?://[^\s<>|\x00-\x1f\x7f\ud800-\udfff]{1,1990}\Z")
_HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can spell it, and no database can keep it."""


@dataclass(frozen=True, slots=True)
class BadField(Exception):  # noqa: N818 - it names a field, the sentence says the error
    """A field of the body is wrong."""

    field: str
    sentence: str


_FIELDS: dict[str, tuple[re.Pattern[str], bool, str]] = {
    "service": (_LINE, True, "name a service of shiproom.yml"),
    "version": (_VERSION, True, "write letters, digits and . _ + - (at most 100)"),
    "sha": (_SHA, True, "write the commit's hash, 7 to 64 hexadecimal digits in lower case"),
    "branch": (_LINE, True, "name the branch that was built (at most 200 characters)"),
    "url": (_URL, False, "write an http(s) address"),
    "digest": (_DIGEST, False, "write the artifact's digest, such as sha256:..."),
}


def read_build(body: Any, ready_at: datetime) -> Build:  # noqa: ANN401 - anything can come in
    """Read a build.

    Raises BadField for the first field that is wrong.
    """
    if not isinstance(body, dict):
        raise BadField("", "The body must be a JSON object.")
    fields = cast("dict[str, Any]", body)
    for name in fields:
        if name not in _FIELDS and name != "changes":
            raise BadField(name, f"The field {name} is unknown. Known: {', '.join([*_FIELDS, 'changes'])}.")
    text = {name: _text(fields.get(name), name) for name in _FIELDS}
    return Build(
        service=text["service"],
        version=text["version"],
        sha=text["sha"],
        branch=text["branch"],
        url=text["url"],
        digest=text["digest"],
        changes=_changes(fields.get("changes")),
        ready_at=ready_at,
    )


def _text(value: Any, name: str) -> str:  # noqa: ANN401
    pattern, needed, hint = _FIELDS[name]
    if value is None or value == "":
        if needed:
            raise BadField(name, f"The field {name} is missing: {hint}.")
        return ""
    if not isinstance(value, str) or not pattern.match(value):
        raise BadField(name, f"The field {name} is not understood: {hint}.")
    return value


def _changes(value: Any) -> tuple[Change, ...]:  # noqa: ANN401
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadField("changes", "changes must be a list.")
    items = cast("list[Any]", value)
    if len(items) > MOST_CHANGES:
        raise BadField("changes", f"changes holds more than {MOST_CHANGES} entries.")
    return tuple(_change(item, index) for index, item in enumerate(items))


def _change(item: Any, index: int) -> Change:  # noqa: ANN401
    field = f"changes[{index}]"
    if not isinstance(item, dict):
        raise BadField(field, "A change is an object with sha, author and title.")
    values = cast("dict[str, Any]", item)
    for name in ("sha", "author", "title"):
        value = values.get(name)
        if not isinstance(value, str) or _HALF.search(value):
            raise BadField(f"{field}.{name}", f"{field}.{name} must be text.")
    return Change(values["sha"][:64], values["author"][:200], values["title"][:500])
