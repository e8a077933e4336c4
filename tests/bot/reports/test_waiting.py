"""Where releases waited: which of many waits are named, and what of them counts."""

import pytest

from bot.reports.facts import ServiceFacts
from bot.reports.measures import Period
from bot.reports.waiting import Waited, longest, waited
from bot.reports.waits import STILL
from bot.reports.working_time import WorkingTime
from handlers.hours import Hours
from tests.bot.reports.test_year import ZONE

DAY = 86_400_000_000
PERIOD = Period(10 * DAY, 20 * DAY)
WORKING: dict[str, WorkingTime] = dict.fromkeys(
    ("team:ops", "team:testers"), WorkingTime(Hours(), ZONE, 0, PERIOD.until)
)

Told = tuple[str, str, int, float, float]


def facts(service: str, *told: Told) -> ServiceFacts:
    """Make facts of waits: the environment, for what, the release, and the days from when until when."""
    found = ServiceFacts(service)
    for environment, on, release, since, until in told:
        ends = STILL if until == STILL else int(until * DAY)
        found.waits[environment, on].add(release, int(since * DAY), ends)
        found.versions[release] = f"1.{release}"
    return found


@pytest.mark.parametrize(
    ("told", "named"),
    [
        pytest.param([], [], id="none"),
        pytest.param([("prod", "team:ops", 1, 5, 10)], [], id="over when the period begins"),
        pytest.param([("prod", "team:ops", 1, 20, 21)], [], id="begun when it has ended"),
        pytest.param([("prod", "team:ops", 1, 12, 12)], [], id="no time at all"),
        pytest.param([("prod", "team:ops", 1, 5, 11)], [(1, "prod", 6)], id="whole, though begun before"),
        pytest.param([("prod", "team:ops", 1, 15, 30)], [(1, "prod", 5)], id="as far as the period goes"),
        pytest.param([("prod", "team:ops", 1, 15, STILL)], [(1, "prod", 5)], id="still waiting"),
        pytest.param(
            [("prod", "team:ops", release, 12, 13) for release in (7, 3, 6, 2, 5, 4)],
            [(release, "prod", 1) for release in (2, 3, 4, 5, 6)],
            id="of equal ones the oldest releases",
        ),
        pytest.param(
            [
                *(("prod", "team:ops", release, 11, 11 + release) for release in range(1, 8)),
                ("test", "team:testers", 1, 11, 19),
                ("prod", "team:testers", 2, 11, 17),
            ],
            [(1, "test", 8), (7, "prod", 7), (2, "prod", 6), (6, "prod", 6), (5, "prod", 5)],
            id="each release once in each environment, with its longest",
        ),
    ],
)
def test_the_longest_waits_are_named(told: list[Told], named: list[tuple[int, str, float]]) -> None:
    found = longest([facts("shop"), facts("website", *told)], PERIOD, WORKING)
    assert [(each.span.release, each.span.environment, each.clock / DAY) for each in found] == named
    assert {(each.span.service, each.span.version) for each in found} == {
        ("website", f"1.{release}") for release, _, _ in named
    }


def test_what_was_waited_for_just_as_long_is_named_with_it() -> None:
    told = facts(
        "website",
        ("prod", "team:testers", 1, 12, 15),
        ("prod", "team:ops", 1, 12, STILL),
        ("prod", "team:ops", 2, 12, 25),
        ("prod", "team:testers", 2, 12, STILL),
    )
    found = longest([told], PERIOD, WORKING)
    assert [(each.span.release, each.on, each.open) for each in found] == [
        (1, ("team:ops",), True),
        (2, ("team:ops", "team:testers"), True),
    ]


def test_only_what_lies_in_the_period_counts() -> None:
    first = facts("shop", ("prod", "team:ops", 1, 5, 11), ("test", "team:ops", 1, 12, 13))
    other = facts("website", ("prod", "team:ops", 2, 19, STILL), ("prod", "team:testers", 2, 1, 10))
    (found,) = waited([first, other], PERIOD, WORKING)
    assert found == Waited("team:ops", 3 * DAY, found.working, 2)
    assert found.working == WORKING["team:ops"].between(10 * DAY, 11 * DAY) + sum(
        WORKING["team:ops"].between(day * DAY, (day + 1) * DAY) for day in (12, 19)
    )
