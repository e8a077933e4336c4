"""Reads typed lines in short, so that a table can hold hundreds of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from handlers.actions import read_command
from handlers.actions.emergency import EmergencyRequest
from handlers.actions.lock import LockRequest
from handlers.actions.rollback import RollbackRequest
from handlers.command_parsing import CommandContext
from handlers.events import ReleaseAction
from handlers.known_builds import Known
from handlers.promotion import StartOrPromote
from handlers.requests import (
    AbsenceRequest,
    Follow,
    Query,
    Request,
    Several,
    SignSeveralForm,
    StartForm,
    UsageError,
)
from handlers.suggestions import explained
from tests.handlers.builders import TIM

SATURDAY = datetime(2026, 11, 28, 9, tzinfo=UTC)
HERE = CommandContext(TIM, {"website": ("staging", "production")}, "website", SATURDAY)
NOWHERE = CommandContext(
    TIM, {"cart": ("staging", "production"), "search": ("staging", "production")}, "", SATURDAY
)
BESIDE = CommandContext(
    TIM,
    {**HERE.services, **NOWHERE.services},
    "website",
    SATURDAY,
    teams=("testers", "ops"),
)
KNOWN = Known(
    (4,), (("website", "1.0.4"), ("website", "1.0.3-RC1")), (("website", "main"), ("cart", "trunk"))
)
ELSEWHERE = "@"
"""Begins a line that is typed where no service is meant."""
AMONG_OTHERS = "~"
"""Begins a line that is typed in website's channel, where there are other services; how it is read ends with the service."""


def reading(line: str) -> str:
    """Return how a line is read: what it asks for, or after a question mark what is asked back."""
    context = {ELSEWHERE: NOWHERE, AMONG_OTHERS: BESIDE}.get(line[:1], HERE)
    typed = line.removeprefix(ELSEWHERE).removeprefix(AMONG_OTHERS)
    request = read_command(typed, context)
    if isinstance(request, UsageError):
        return _asked_back(explained(request, typed, context, KNOWN))
    service = getattr(request, "service", "") if context is BESIDE else ""
    return f"{in_short(request)} {f'[{service}]' if service else ''}".strip()


def _asked_back(wrong: UsageError) -> str:
    about = f"{wrong.code} {wrong.word}".strip()
    if wrong.code in {"not_yet", "instead"}:
        return f"? {about} ({' '.join(wrong.choices)})"
    return f"? {about} => {wrong.meant[0]}" if wrong.meant else f"? {about}"


def in_short(request: Request) -> str:
    """Return a request in a few words."""
    say = next((say for kind, say in _SAID.items() if isinstance(request, kind)), _other)
    return " ".join(say(request).split())


def _started(request: StartOrPromote) -> str:
    at = f" at {request.at:%a %Y-%m-%d %H:%M}" if request.at is not None else ""
    return f"{request.service} {request.token or 'newest'} to {request.environment}{at}"


def _locked(request: Any) -> str:  # noqa: ANN401 - found by its type
    until = f"{request.until:%a %d %H:%M}" if request.until else "no end"
    return f"lock {' and '.join(request.environments)} ({until}) {request.reason}"


def _action(event: Any) -> str:  # noqa: ANN401 - found by its type
    told = (getattr(event, name, "") for name in ("team", "note", "reason", "deployed"))
    return " ".join([event.event_name, f"r{event.release}", *(str(each) for each in told if each)])


def _other(request: Any) -> str:  # noqa: ANN401 - found by its type
    return f"{type(request).__name__} {' and '.join(request.environments)}"


def _absence(request: Any) -> str:  # noqa: ANN401 - found by its type
    until = f"away until {request.until:%a %d %H:%M}" if hasattr(request, "until") else "back"
    return f"{until} {f'for {request.whom}' if request.whom else ''}"


_SAID: dict[type, Callable[[Any], str]] = {
    Several: lambda request: " + ".join(in_short(part) for part in request.parts),
    SignSeveralForm: lambda request: f"tick {request.team}",
    StartForm: lambda _: "form",
    Follow: lambda request: f"follow {'on' if request.follows else 'off'}",
    Query: lambda request: f"read {request.kind} {f'r{request.release}' if request.release else ''}",
    StartOrPromote: _started,
    RollbackRequest: lambda request: (
        f"rollback {request.service} {request.environment} {request.version} {request.reason}"
    ),
    EmergencyRequest: lambda request: (
        f"emergency {request.service} {request.token} to {request.environment}: {request.reason}"
    ),
    LockRequest: _locked,
    AbsenceRequest: _absence,
    ReleaseAction: _action,
}
