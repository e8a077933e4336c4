"""Where traces are made: the null tracer, and the one of OpenTelemetry where the environment names a collector.

Nothing of OpenTelemetry is imported before that. Whoever traces asks `tracer()`, and never whether there is one. No span has
a text that a person wrote, an address with what is behind its host, or the message of an error: each may hold a secret.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Value = str | int | bool
Kind = Literal["internal", "server", "client", "consumer"]


@dataclass(frozen=True, slots=True)
class Past:
    """A span that is known only once it is over; `release` is whose trace it belongs to, 0 for none.

    With `root` it is the span that all others of its release hang from. `error` is a code, never a sentence.
    """

    name: str
    since: int
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    release: int = 0
    until: int | None = None
    kind: Kind = "internal"
    error: str = ""
    root: bool = False


class Span:
    """A span that is under way; this one forgets everything."""

    def set(self, name: str, value: Value) -> None:
        """Add an attribute."""

    def fail(self, code: str) -> None:
        """Say that it failed, by a code."""


class Tracer:
    """Makes no traces."""

    enabled = False

    def use_database(self, database: str) -> None:
        """Tell releases of this database from those of others, whose numbers are the same."""

    def stamp(self) -> int:
        """Return the time in nanoseconds, for a span that is known later."""
        return 0

    def span(
        self, name: str, kind: Kind = "internal", *, release: int = 0, since: int = 0
    ) -> AbstractContextManager[Span]:
        """Open a span around what follows: in the trace of a release, or in the one that is under way, or in a new one."""
        del name, kind, release, since
        return _NOTHING

    def call(self, name: str) -> AbstractContextManager[Span]:
        """Open a span around a request to somebody else, if something is being traced."""
        del name
        return _NOTHING

    def current(self) -> Span:
        """Return the span that is under way."""
        return _FORGETS

    def past(self, past: Past) -> None:
        """Record what is over; what is under way in another trace is linked with it."""

    def close(self) -> None:
        """Send what is left, but wait only for a moment."""


_FORGETS = Span()
_NOTHING = nullcontext(_FORGETS)
_tracers: list[Tracer] = [Tracer()]


def tracer() -> Tracer:
    """Return the tracer of this process."""
    return _tracers[-1]


def use(made: Tracer) -> None:
    """Trace with this one from now on."""
    _tracers[:] = [made]


def nanoseconds(at: datetime) -> int:
    """Return a time as spans have it."""
    return int(at.timestamp() * 1_000_000) * 1_000
