"""Parses the input of the modal that makes a message a reason to reject or to hold a release."""

from dataclasses import dataclass
from typing import Any

from bot.blocks.input_values import chosen, written
from bot.blocks.values import decode
from handlers.events import AnyPrecondition

REPORT_BLOCKER = "report_blocker"
"""The callback id of the shortcut in the manifest, and of the modal that it opens."""
CHOOSE_RELEASE = "choose_release"
"""The action id with which Slack asks for releases that fit."""
RELEASE, WHAT, REASON = "release", "what", "reason"
ACTIONS = ("reject", "hold")


@dataclass(frozen=True, slots=True)
class Place:
    """The message that is reported: its channel, its timestamp and that of its thread, and the release of it, if any."""

    channel: str
    ts: str
    thread: str = ""
    own: int = 0


@dataclass(frozen=True, slots=True)
class BlockerInput:
    """What was filled in: the command line, bound to what was shown, and a reason, if one was typed."""

    line: str
    precondition: AnyPrecondition | None
    reason: str
    place: Place


def metadata_of(place: Place) -> str:
    """Return what the modal keeps of the message."""
    return f"{place.channel} {place.ts} {place.thread or '-'} {place.own}"


def read_place(metadata: str) -> Place:
    """Return the message that a modal is about; ValueError if it says none."""
    channel, ts, thread, own = metadata.split(" ")
    return Place(channel, ts, thread.replace("-", ""), int(own))


def read_blocker(metadata: str, values: dict[str, Any]) -> BlockerInput:
    """Return the input of the modal; ValueError if it is not as it was rendered."""
    line, precondition = decode(chosen(values, RELEASE))
    what = chosen(values, WHAT)
    if what not in ACTIONS:
        raise ValueError("neither rejected nor held")
    return BlockerInput(f"{what} {line}", precondition, written(values, REASON), read_place(metadata))
