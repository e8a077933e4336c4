"""The public names of events, which are stored in the history."""

import re
import sys
from collections.abc import Iterator

import pytest

from handlers import events
from handlers.actions import ENVIRONMENT_RULES
from handlers.record import RECORD
from tests.handlers.builders import ANDY, build

ROOTS: tuple[type[object], ...] = (
    events.ReleaseEvent,
    events.StartsRelease,
    events.EnvironmentEvent,
    events.BuildReported,
    events.CommitsCompared,
    events.ExternalWatchStarted,
    events.ExternalRunSeen,
)


def descendants(of: type[object]) -> Iterator[type[object]]:
    """Yield a class and its subclasses. A dataclass with slots appears twice: the decorator replaces the class."""
    yield of
    for each in of.__subclasses__():
        yield from descendants(each)


NAMED = {
    each: str(each.__dict__["event_name"])
    for root in ROOTS
    for each in descendants(root)
    if getattr(sys.modules[each.__module__], each.__name__) is each and "event_name" in each.__dict__
}


def test_no_two_events_have_one_name() -> None:
    assert len(set(NAMED.values())) == len(NAMED)


@pytest.mark.parametrize("name", sorted(NAMED.values()))
def test_a_name_is_in_snake_case(name: str) -> None:
    assert re.fullmatch("[a-z]+(_[a-z]+)*", name)


def test_every_event_with_a_rule_has_a_name() -> None:
    assert {*RECORD, *ENVIRONMENT_RULES} <= set(NAMED)


def test_a_release_that_starts_was_requested_by_its_actor() -> None:
    started = events.StartsRelease(build(), "staging", ANDY)
    assert started.release_requesters() == (ANDY,)
    assert started.release_note() == ""
