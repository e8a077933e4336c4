"""Parses the input of a submitted modal strictly.

Raises ValueError for a view that is not ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.blocks.blocker_input import REPORT_BLOCKER, BlockerInput, read_blocker
from bot.blocks.input_values import TICKS, chosen, only_values, ticked, written
from bot.blocks.values import decode
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.events import AnyPrecondition, Precondition

START, SIGN_OFF, WHY, ROLLBACK, CONFIRM = "start", "sign_off", "reason", "rollback", "confirm"
SIGN_SEVERAL, EMERGENCY = "sign_several", "emergency"
SERVICE, BUILD, ENVIRONMENT, NOTE, REASON = "service", "build", "environment", "note", "reason"
CANCEL_HOLDER = "cancel_holder"
CHOOSE_SERVICE = "choose_service"
"""The action id of the select that Slack sends as soon as another service is chosen."""


class NothingChosenError(ValueError):
    """A modal to start a release was sent without all that it needs, as for `service` it had nothing to choose from."""

    def __init__(self, service: str) -> None:
        super().__init__("no service, build or environment was chosen")
        self.service = service


@dataclass(frozen=True, slots=True)
class StartInput:
    """Input of the modal that starts a release; the version is of a build that it showed."""

    service: str
    environment: str
    version: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CommandInput:
    """Input of a modal that stands for a command line, bound to what it showed, if it showed something that can change.

    `values` are keyed by the request's field names.
    """

    line: str
    precondition: AnyPrecondition | None
    values: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class SeveralInput:
    """Input of the modal that signs several releases: the bound lines that were ticked, and one note for all."""

    lines: tuple[tuple[str, AnyPrecondition], ...]
    note: str = ""


FormInput: TypeAlias = StartInput | CommandInput | SeveralInput | BlockerInput


def read_form(view: Mapping[str, Any]) -> FormInput:
    """Parse a submitted view (the `view` of Slack's payload).

    Raises ValueError if it is not one of our modals, and NothingChosenError for one that had nothing to choose from.
    """
    read = _READERS.get(view.get("callback_id", ""))
    if read is None:
        raise ValueError("not one of our forms")
    try:
        return read(str(view.get("private_metadata", "")), only_values(view))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not as our forms are") from error


def _start(metadata: str, values: dict[str, Any]) -> StartInput:
    service = chosen(values, SERVICE) or metadata
    environment, version = chosen(values, ENVIRONMENT), chosen(values, BUILD)
    if not service or not environment or not version:
        raise NothingChosenError(service)
    return StartInput(service, environment, version, written(values, NOTE))


def _sign_off(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, Precondition)
    filled = {"ticks": ticked(values, TICKS), "note": written(values, NOTE)}
    return CommandInput(line, precondition, filled)


def _reason(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, Precondition)
    return CommandInput(line, precondition, {"reason": written(values, REASON)})


def _rollback(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, EnvironmentPrecondition)
    cancel_holder = bool(ticked(values, CANCEL_HOLDER))
    filled: dict[str, object] = {"reason": written(values, REASON), "cancel_holder": cancel_holder}
    return CommandInput(line, precondition, filled)


def _confirm(metadata: str, _values: dict[str, Any]) -> CommandInput:
    line, precondition = decode(metadata)
    return CommandInput(line, precondition)


def _sign_several(_metadata: str, values: dict[str, Any]) -> SeveralInput:
    lines = [line for name in values if name.startswith(TICKS) for line in ticked(values, name)]
    return SeveralInput(tuple(_bound(line, Precondition) for line in lines), written(values, NOTE))


def _bound(metadata: str, kind: type[AnyPrecondition]) -> tuple[str, AnyPrecondition]:
    line, precondition = decode(metadata)
    if not isinstance(precondition, kind):
        raise ValueError("not bound to what was shown")  # noqa: TRY004 - as anything else that is not ours
    return line, precondition


_READERS: dict[str, Callable[[str, dict[str, Any]], FormInput]] = {
    START: _start,
    SIGN_OFF: _sign_off,
    WHY: _reason,
    ROLLBACK: _rollback,
    EMERGENCY: _rollback,
    CONFIRM: _confirm,
    SIGN_SEVERAL: _sign_several,
    REPORT_BLOCKER: read_blocker,
}

FORMS = tuple(_READERS)
"""The callback ids of all modals."""
