"""Reads and writes `.env`: what is missing stands in it as a comment, with the place to get it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.settings import TOKENS

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]+")
_TOP = """\
# The environment of Shiproom. It holds secrets: keep it out of source control.
# In a shell:     set -a; . ./.env; set +a
# Under systemd:  EnvironmentFile=, with the path of this file
"""
_BEFORE = "# From the file that was here before."


def slack_secrets(*, http: bool) -> dict[str, str]:
    """Return the variables that Slack gives, each with the place to get it."""
    places = {
        name: f"{called[0].upper()}{called[1:]} ({prefix}...) of your Slack app: {place}"
        for name, (prefix, called, place) in TOKENS.items()
    }
    if not http:
        return {**places, "SLACK_APP_TOKEN": f"{places['SLACK_APP_TOKEN']}, with the scope connections:write"}
    signing = "The signing secret of your Slack app: Basic Information, App Credentials"
    return {"SLACK_BOT_TOKEN": places["SLACK_BOT_TOKEN"], "SLACK_SIGNING_SECRET": signing}


def read_environment(path: Path) -> dict[str, str]:
    """Return what a file like this one sets, as it is written there; nothing if there is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found = (_LINE.match(line) for line in lines if not line.lstrip().startswith("#"))
    return {line[1]: line[2] for line in found if line is not None}


def environment_text(places: Mapping[str, str], values: Mapping[str, str], before: Mapping[str, str]) -> str:
    """Return the text of the file.

    `places` are the variables that it needs, each with the place to get it; `before` is what an older file set, as it is
    written there: what is not one of these is kept.
    """
    kept = {name: value for name, value in before.items() if name not in places}
    return "\n".join([_TOP, *_wanted(places, values), *_kept(kept)]) + "\n"


def _wanted(places: Mapping[str, str], values: Mapping[str, str]) -> Iterator[str]:
    for name, place in places.items():
        value = values.get(name, "")
        if value and can_be_written(value):
            yield f"# {place}"
            yield f"{name}={_quoted(value)}"
        else:
            yield f"# Missing. {place}"
            yield f"# {name}="
        yield ""


def _kept(before: Mapping[str, str]) -> Iterator[str]:
    if before:
        yield _BEFORE
        yield from (f"{name}={written}" for name, written in before.items())


def can_be_written(value: str) -> bool:
    """Return whether a value means the same to a shell and to systemd: in single quotes everything but these does."""
    return value.isprintable() and not set(value) & {"'", "\\"}


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f"'{value}'"


def unquoted(written: str) -> str:
    """Return a value without the quotes that it is written in."""
    quoted = len(written) > 1 and written[0] == written[-1] and written[0] in "\"'"
    return written[1:-1] if quoted else written
