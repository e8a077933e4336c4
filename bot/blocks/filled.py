"""What was filled into a modal, read strictly: a view that is none of ours raises ValueError."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from bot.blocks.parts import FILLED
from bot.blocks.values import decode
from handlers.events import Bound

START, SIGN_OFF, WHY, ROLLBACK = "start", "sign_off", "reason", "rollback"
SERVICE, BUILD, ENVIRONMENT, NOTE, TICKS, REASON = (
    "service",
    "build",
    "environment",
    "note",
    "ticks",
    "reason",
)
CANCEL_HOLDER = "cancel_holder"
LONGEST = 500


@dataclass(frozen=True, slots=True)
class StartFilled:
    """A release to start; without a version the newest build is meant."""

    service: str
    environment: str
    version: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignOffFilled:
    """A sign-off: the command line it stands for, what it was drawn for, what was ticked."""

    line: str
    bound: Bound | None
    ticks: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReasonFilled:
    """A command line that wanted a reason, and the reason."""

    line: str
    bound: Bound | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RollbackFilled:
    """A confirmed rollback, and whether what is in flight there is to be cancelled first."""

    line: str
    bound: Bound | None
    reason: str = ""
    cancel_holder: bool = False


Filled: TypeAlias = StartFilled | SignOffFilled | ReasonFilled | RollbackFilled


def read_form(view: Mapping[str, Any]) -> Filled:
    """Read a submitted view (the `view` of Slack's payload); ValueError if it is not one of our forms."""
    read = _READERS.get(view.get("callback_id", ""))
    if read is None:
        raise ValueError("not one of our forms")
    try:
        return read(str(view.get("private_metadata", "")), _values(view))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not as our forms are") from error


def _values(view: Mapping[str, Any]) -> dict[str, Any]:
    """Give each block's one value; `build:website` is the value of `build`."""
    blocks = cast("Mapping[str, Mapping[str, Any]]", view["state"]["values"])
    return {block_id.partition(":")[0]: actions[FILLED] for block_id, actions in blocks.items()}


def _start(metadata: str, values: dict[str, Any]) -> StartFilled:
    service = _chosen(values, SERVICE) or metadata
    environment = _chosen(values, ENVIRONMENT)
    if not service or not environment:
        raise ValueError("no service or no environment was chosen")
    return StartFilled(service, environment, _chosen(values, BUILD), _written(values, NOTE))


def _sign_off(metadata: str, values: dict[str, Any]) -> SignOffFilled:
    line, bound = decode(metadata)
    return SignOffFilled(line, bound, _ticked(values, TICKS), _written(values, NOTE))


def _reason(metadata: str, values: dict[str, Any]) -> ReasonFilled:
    line, bound = decode(metadata)
    return ReasonFilled(line, bound, _written(values, REASON))


def _rollback(metadata: str, values: dict[str, Any]) -> RollbackFilled:
    line, bound = decode(metadata)
    return RollbackFilled(line, bound, _written(values, REASON), bool(_ticked(values, CANCEL_HOLDER)))


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


_READERS: dict[str, Callable[[str, dict[str, Any]], Filled]] = {
    START: _start,
    SIGN_OFF: _sign_off,
    WHY: _reason,
    ROLLBACK: _rollback,
}
