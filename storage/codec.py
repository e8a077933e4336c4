"""Converts the frozen dataclasses of handlers/ to JSON and back.

Reading is strict enough to reject another shape.
"""

import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from handlers.effects import Effect, Notify, effect_name
from handlers.gate import GateSettings
from handlers.gates import NAMES, SETTINGS
from handlers.plan import Plan
from handlers.release import Release

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(time: datetime) -> int:
    """Convert a time in any zone to microseconds since 1970, UTC."""
    return micros_of(time - EPOCH)


def micros_of(span: timedelta) -> int:
    """Convert a span of time to microseconds."""
    return span // _MICROSECOND


def moment(count: int) -> datetime:
    """Convert microseconds since 1970 to a time in UTC."""
    return EPOCH + timedelta(microseconds=count)


@cache
def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return the cached reader and writer of a class."""
    return TypeAdapter(kind)


def dumps(value: Any) -> str:  # noqa: ANN401 - any frozen value of handlers/
    """Serialize a value as JSON, leaving out fields that have their defaults."""
    kind = cast("type[Any]", type(value))
    return adapter(kind).dump_json(value, exclude_defaults=True).decode()


class UnreadableError(ValueError):
    """A saved row cannot be read: `place` says which, `reason` why, as part of a sentence for people."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@contextmanager
def reading(place: str) -> Generator[None]:
    """Turn whatever goes wrong while a saved value is parsed into an UnreadableError."""
    try:
        yield
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:  # ValidationError is a ValueError
        raise UnreadableError(place, "what is saved of it cannot be read") from error


def loads(kind: type[T], text: str) -> T:
    """Parse a value of a class from JSON.

    Raises UnreadableError.
    """
    try:
        return adapter(kind).validate_json(text)
    except ValueError as error:
        raise UnreadableError(kind.__name__.lower(), "what is saved of it cannot be read") from error


_release = TypeAdapter(Release)


def dump_release(release: Release) -> str:
    """Serialize a release without its plan, which is stored once per fingerprint."""
    return _release.dump_json(release, exclude={"plan", "revision"}, exclude_defaults=True).decode()


def load_release(text: str, plan: Plan, revision: int) -> Release:
    """Parse a release and join it with its plan.

    Raises UnreadableError.
    """
    with reading("release"):
        fields: dict[str, Any] = json.loads(text)
        return _release.validate_python({**fields, "plan": plan, "revision": revision})


def dump_plan(plan: Plan) -> str:
    """Serialize a plan as JSON, without its fingerprint, which is the digest of this text.

    Each gate's settings stand beside the gate's name, by which they are parsed again.
    """
    fields: dict[str, Any] = json.loads(dumps(plan))
    fields.pop("fingerprint", None)
    for environment, written in zip(plan.environments, fields.get("environments", ()), strict=True):
        written.update(_named(gates=environment.gates, rollback_gates=environment.rollback_gates))
        if environment.emergency is not None:
            written["emergency"].update(_named(gates=environment.emergency.gates))
    return json.dumps(fields, separators=(",", ":"), sort_keys=True)


def _named(**gates: tuple[GateSettings, ...]) -> dict[str, Any]:
    """Return the gates under each key that has any, with their names."""
    return {
        key: [{"gate": NAMES[type(gate)], **json.loads(dumps(gate))} for gate in found]
        for key, found in gates.items()
        if found
    }


def plan_fingerprint(text: str) -> str:
    """Return the fingerprint of a plan's text: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def with_fingerprint(plan: Plan) -> Plan:
    """Return a plan with its fingerprint."""
    return replace(plan, fingerprint=plan_fingerprint(dump_plan(plan)))


def load_plan(text: str, fingerprint: str) -> Plan:
    """Parse a plan from JSON.

    Raises UnreadableError.
    """
    with reading("plan"):
        fields: dict[str, Any] = {**json.loads(text), "fingerprint": fingerprint}
        for environment in fields.get("environments", ()):
            for written in filter(None, (environment, environment.get("emergency"))):
                for key in ("gates", "rollback_gates"):
                    if key in written:
                        written[key] = tuple(_gate_settings(gate) for gate in written[key])
        return adapter(Plan).validate_python(fields)


def _gate_settings(fields: dict[str, Any]) -> GateSettings:
    name = fields.pop("gate")
    return adapter(SETTINGS[name]).validate_python(fields)


def effect_kind(effect: Effect) -> str:
    """Return an effect's public name; a Notify's includes the name of its event.

    The event's name is needed to parse it.
    """
    name = effect_name(effect)
    return f"{name}:{effect.event.event_name}" if isinstance(effect, Notify) else name


def dump_effect(effect: Effect) -> str:
    """Serialize an effect as JSON."""
    return dumps(effect.event if isinstance(effect, Notify) else effect)
