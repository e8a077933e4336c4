"""Values to JSON and back: the frozen dataclasses of handlers/ as text, read strictly enough to notice a foreign shape."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from handlers.effects import Effect, Tell
from handlers.plan import Plan
from handlers.release import Release

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(time: datetime) -> int:
    """Count the microseconds since 1970 of a time in any zone."""
    return (time - EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """Give the time in UTC of a count of microseconds."""
    return EPOCH + timedelta(microseconds=count)


@cache
def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Give the reader and writer of a class, made once."""
    return TypeAdapter(kind)


def dumps(value: Any) -> str:  # noqa: ANN401 - any frozen value of handlers/
    """Write a value as JSON, leaving out what is at its default."""
    kind = cast("type[Any]", type(value))
    return adapter(kind).dump_json(value, exclude_defaults=True).decode()


def loads(kind: type[T], text: str) -> T:
    """Read a value of a class from JSON."""
    return adapter(kind).validate_json(text)


_release = TypeAdapter(Release)


def dump_release(release: Release) -> str:
    """Write a release without its plan, which is kept once for all releases that share it."""
    return _release.dump_json(release, exclude={"plan", "revision"}, exclude_defaults=True).decode()


def load_release(text: str, plan: Plan, revision: int) -> Release:
    """Read a release and join it with its plan."""
    fields: dict[str, Any] = json.loads(text)
    return _release.validate_python({**fields, "plan": plan, "revision": revision})


def effect_kind(effect: Effect) -> str:
    """Name an effect's class; a told event's class too, since it is read back by it."""
    return f"Tell:{type(effect.event).__name__}" if isinstance(effect, Tell) else type(effect).__name__


def dump_effect(effect: Effect) -> str:
    """Write an effect as JSON."""
    return dumps(effect.event if isinstance(effect, Tell) else effect)
