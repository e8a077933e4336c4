"""Whether it is getting better: beside the middle of the periods before that the history tells whole."""

from typing import Any

import pytest

from bot.reports.trend import Direction, Measure, Trend, trends
from tests.bot.reports.made import HOUR, WEEK, earlier, made, measured, waited

BETTER, SAME, WORSE = Direction.BETTER, Direction.SAME, Direction.WORSE


def direction(now: dict[str, Any], before: dict[str, Any], measure: Measure) -> Direction | None:
    report = made(total=measured(**now), earlier=(earlier(1, measured(**before)),))
    return next((each.direction for each in trends(report) if each.measure is measure), None)


@pytest.mark.parametrize(
    ("measure", "now", "before", "expected"),
    [
        (Measure.DEPLOYED, {"deployed": 12}, {"deployed": 10}, BETTER),
        (Measure.DEPLOYED, {"deployed": 11}, {"deployed": 10}, SAME),
        (Measure.DEPLOYED, {"deployed": 9}, {"deployed": 10}, SAME),
        (Measure.DEPLOYED, {"deployed": 8}, {"deployed": 10}, WORSE),
        (Measure.DEPLOYED, {"deployed": 1}, {}, BETTER),
        (Measure.DEPLOYED, {}, {}, SAME),
        (Measure.FAILURES, {"changes": 10, "failed": 1}, {"changes": 10, "failed": 2}, BETTER),
        (Measure.FAILURES, {"changes": 10, "failed": 3}, {"changes": 10, "failed": 2}, WORSE),
        (Measure.FAILURES, {"changes": 4}, {"changes": 9}, SAME),
        (Measure.FAILURES, {"changes": 4}, {}, None),
        (Measure.LEAD_TIME, {"lead_time": 2 * HOUR}, {"lead_time": 3 * HOUR}, BETTER),
        (Measure.LEAD_TIME, {"lead_time": 4 * HOUR}, {"lead_time": 3 * HOUR}, WORSE),
        (Measure.LEAD_TIME, {}, {"lead_time": 3 * HOUR}, None),
        (Measure.RESTORE, {"restore": HOUR}, {"restore": HOUR}, SAME),
        (Measure.RESTORE, {"restore": 2 * HOUR}, {"restore": HOUR}, WORSE),
    ],
)
def test_better_same_or_worse(
    measure: Measure, now: dict[str, Any], before: dict[str, Any], expected: Direction | None
) -> None:
    assert direction(now, before, measure) is expected


def test_it_is_compared_to_the_middle_of_what_was_measured() -> None:
    lead = (None, 2 * HOUR, 100 * HOUR, 3 * HOUR)
    before = tuple(earlier(4 - at, measured(lead_time=each, deployed=at)) for at, each in enumerate(lead))
    found = trends(made(total=measured(lead_time=3 * HOUR, deployed=9), earlier=before))
    assert found == (
        Trend(Measure.DEPLOYED, 9, 1.5, BETTER),
        Trend(Measure.LEAD_TIME, 3 * HOUR, 3 * HOUR, SAME),
    )


def test_periods_of_which_the_history_tells_a_part_are_left_out() -> None:
    before = (earlier(2, measured(deployed=50)), earlier(1, measured(deployed=5)))
    found = trends(made(earlier=before, known_since=before[0].period.since + 1))
    assert found == (Trend(Measure.DEPLOYED, 0, 5, WORSE),)
    assert trends(made(earlier=before, known_since=before[1].period.since + 1)) == ()
    assert trends(made(earlier=before, known_since=None)) == ()
    assert trends(made(known_since=WEEK.since - HOUR)) == ()


def test_teams_are_compared_by_their_working_hours_also_one_that_was_waited_for_only_once() -> None:
    now = (waited("team:ops", 50, 4), waited("gate:window", 90, 30), waited("team:qa", 9, 9))
    before = (
        earlier(3, measured(), waited("team:ops", 10, 2)),
        earlier(2, measured(), waited("team:ops", 10, 8), waited("team:gone", 4, 4)),
        earlier(1, measured(), waited("team:ops", 10, 6), waited("team:gone", 4, 4)),
    )
    found = [each for each in trends(made(waited=now, earlier=before)) if each.measure is Measure.WAITING]
    assert found == [
        Trend(Measure.WAITING, 0, 4 * HOUR, BETTER, "gone"),
        Trend(Measure.WAITING, 4 * HOUR, 6 * HOUR, BETTER, "ops"),
        Trend(Measure.WAITING, 9 * HOUR, 0, WORSE, "qa"),
    ]
