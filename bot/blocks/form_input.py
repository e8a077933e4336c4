"""Parses the input of a submitted modal strictly.

Raises ValueError for a view that is not ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from bot.blocks.values import decode
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.events import AnyPrecondition, Precondition

START, SIGN_OFF, WHY, ROLLBACK, CONFIRM = "start", "sign_off", "reason", "rollback", "confirm"
SIGN_SEVERAL, EMERGENCY = "sign_several", "emergency"
SERVICE, BUILD, ENVIRONMENT, NOTE, TICKS, REASON = (
    "service",
    "build",
    "environment",
    "note",
    "ticks",
    "reason",
)
CANCEL_HOLDER = "cancel_holder"
CHOOSE_SERVICE = "choose_service"
"""The action id of the select that Slack sends as soon as another service is chosen."""
LONGEST = 500


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


FormInput: TypeAlias = StartInput | CommandInput | SeveralInput


def read_form(view: Mapping[str, Any]) -> FormInput:
    """Parse a submitted view (the `view` of Slack's payload).

    Raises ValueError if it is not one of our modals, and NothingChosenError for one that had nothing to choose from.
    """
    read = _READERS.get(view.get("callback_id", ""))
    if read is None:
        raise ValueError("not one of our forms")
    try:
        return read(str(view.get("private_metadata", "")), _values(view))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not as our forms are") from error


def _values(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one value of each block; `build:website` is the value of `build`, and each of `ticks:0` its own."""
    blocks = cast("Mapping[str, Mapping[str, Any]]", view["state"]["values"])
    return {_name(block_id): _only(actions) for block_id, actions in blocks.items()}


def _name(block_id: str) -> str:
    name, _, rest = block_id.partition(":")
    return f"{name}:{rest}" if name == TICKS and rest else name


def _only(actions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what Slack sends for an input
    [value] = actions.values()
    return value


def _start(metadata: str, values: dict[str, Any]) -> StartInput:
    service = _chosen(values, SERVICE) or metadata
    environment, version = _chosen(values, ENVIRONMENT), _chosen(values, BUILD)
    if not service or not environment or not version:
        raise NothingChosenError(service)
    return StartInput(service, environment, version, _written(values, NOTE))


def _sign_off(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, Precondition)
    filled = {"ticks": _ticked(values, TICKS), "note": _written(values, NOTE)}
    return CommandInput(line, precondition, filled)


def _reason(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, Precondition)
    return CommandInput(line, precondition, {"reason": _written(values, REASON)})


def _rollback(metadata: str, values: dict[str, Any]) -> CommandInput:
    line, precondition = _bound(metadata, EnvironmentPrecondition)
    cancel_holder = bool(_ticked(values, CANCEL_HOLDER))
    filled: dict[str, object] = {"reason": _written(values, REASON), "cancel_holder": cancel_holder}
    return CommandInput(line, precondition, filled)


def _confirm(metadata: str, _values: dict[str, Any]) -> CommandInput:
    line, precondition = decode(metadata)
    return CommandInput(line, precondition)


def _sign_several(_metadata: str, values: dict[str, Any]) -> SeveralInput:
    ticked = [line for name in values if name.startswith(TICKS) for line in _ticked(values, name)]
    return SeveralInput(tuple(_bound(line, Precondition) for line in ticked), _written(values, NOTE))


def _bound(metadata: str, kind: type[AnyPrecondition]) -> tuple[str, AnyPrecondition]:
    line, precondition = decode(metadata)
    if not isinstance(precondition, kind):
        raise ValueError("not bound to what was shown")  # noqa: TRY004 - as anything else that is not ours
    return line, precondition


def _chosen(values: dict[str, Any], name: str) -> str:
    option = values.get(name, {}).get("selected_option")
    return "" if option is None else _string(option["value"])


def _ticked(values: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_string(option["value"]) for option in values.get(name, {}).get("selected_options") or ())


def _written(values: dict[str, Any], name: str) -> str:
    return " ".join(_string(values.get(name, {}).get("value") or "").split())[:LONGEST]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


_READERS: dict[str, Callable[[str, dict[str, Any]], FormInput]] = {
    START: _start,
    SIGN_OFF: _sign_off,
    WHY: _reason,
    ROLLBACK: _rollback,
    EMERGENCY: _rollback,
    CONFIRM: _confirm,
    SIGN_SEVERAL: _sign_several,
}

FORMS = tuple(_READERS)
"""The callback ids of all modals."""
