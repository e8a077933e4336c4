"""The operations on calendars: other windows, freezes, planned starts, and the clock at openings and when it is set."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import events
from handlers.actions.at import PlannedStartCancelled
from handlers.calendar import Calendar, Freeze, Window
from tests.handlers import builders
from tests.handlers.life.draw import Draw, Operation
from tests.handlers.life.world import World

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset(range(5))
EASTER = frozenset({datetime(2026, 4, day, tzinfo=UTC).date() for day in (3, 6)})
WINDOWS: tuple[tuple[Window, ...], ...] = (
    (),
    (Window(WORKDAYS, time(9), time(16)),),
    (Window(WORKDAYS, time(9), time(17), time(16, 30), not_on_holidays=True),),
    (Window(frozenset(range(7)), time(22), time(3)), Window(WORKDAYS, time(10), time(12, 30))),
    (Window(frozenset({6}), time(2, 15), time(2, 45)), Window(frozenset({1, 3}), time(11), time(15))),
    (Window(frozenset(range(7)), time(0), time(0)),),
)
CLOCK_CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
)


def _place(world: World, draw: Draw) -> str:
    """Pick an environment, mostly the last."""
    every = world.plan.environments
    return every[-1 if draw.at % 4 else 0].name


def _calendar(world: World, place: str) -> Calendar:
    known = datetime(2027, 1, 1, tzinfo=UTC).date()
    return world.calendars.get(place) or Calendar(BERLIN, holidays=EASTER, known_until=known, rule="easter")


def load_windows(world: World, draw: Draw) -> None:
    """Reload the policy with other windows, mostly ones that are open or none."""
    place = _place(world, draw)
    world.calendars[place] = replace(_calendar(world, place), windows=WINDOWS[draw.how % len(WINDOWS)])
    world.reevaluate_all()


def declare_freeze(world: World, draw: Draw) -> None:
    """Reload the policy with a freeze that begins now, soon or tomorrow."""
    place = _place(world, draw)
    begins = world.now + timedelta(minutes=(0, 0, 0, 5, 90, 600, 1500)[draw.how])
    begins -= timedelta(minutes=begins.minute % 15, seconds=begins.second, microseconds=begins.microsecond)
    freeze = Freeze(f"freeze {draw.at}", begins, begins + timedelta(hours=1 + draw.at), "sale")
    known = _calendar(world, place)
    world.calendars[place] = replace(known, freezes=(*known.freezes[-1:], freeze))
    world.reevaluate_all()


def end_freezes(world: World, _draw: Draw) -> None:
    """Reload the policy without freezes."""
    for place, known in world.calendars.items():
        world.calendars[place] = replace(known, freezes=())
    world.reevaluate_all()


def open_again(world: World, draw: Draw) -> None:
    """Reload the policy without windows and freezes."""
    world.calendars.clear()
    end_freezes(world, draw)


def to_opening(world: World, draw: Draw) -> None:
    """Let time pass until just before, or until, something opens that is closed, with everything swept."""
    opens = (each.starts_at(world.now) for each in world.calendars.values())
    at = min((each for each in opens if each is not None and each > world.now), default=None)
    if at is not None:
        world.now = max(world.now, at - timedelta(seconds=(0, 0, 0, 1, 60)[draw.how % 5]))
        world.sweep()


def to_clock_change(world: World, draw: Draw) -> None:
    """Let time pass until about the next night in which clocks are set, now and then."""
    minutes = (-50, -20, 0, 10, 30, 50, 70)[draw.how]
    if draw.at % 4:
        return
    at = next((each for each in CLOCK_CHANGES if each + timedelta(minutes=minutes) > world.now), None)
    if at is not None:
        world.now = at + timedelta(minutes=minutes)
        world.sweep()


def to_weekend(world: World, draw: Draw) -> None:
    """Let time pass until Saturday, now and then."""
    if draw.at % 3 == 0:
        noon = world.now.replace(hour=draw.how * 3, minute=0, second=0)
        world.now = max(world.now, noon + timedelta(days=(5 - world.now.weekday()) % 7))
        world.sweep()


def plan_start(world: World, draw: Draw) -> None:
    """Ask for a step at a time, in most cases one that comes soon."""
    opened = world.open_releases()
    if opened:
        release = opened[draw.at % len(opened)]
        place = release.steps[-1].environment if draw.how % 3 == 1 else release.step.environment
        at = world.now + timedelta(minutes=(-5, 1, 10, 45, 300, 1440, 2880)[draw.how])
        world.deliver(events.StepRequested(release.number, draw.able, place, at))


def start_planned(world: World, draw: Draw) -> None:
    """Start a build at a time."""
    at = world.now + timedelta(minutes=10 * draw.how)
    where = world.plan.environments[0].name
    world.deliver(events.Started(world.builds[-1], where, draw.able, (draw.able,), at=at))


def cancel_plan(world: World, draw: Draw) -> None:
    """Cancel a planned start."""
    for release in world.open_releases():
        if release.step.starts_at is not None:
            actor = builders.TIM if draw.how else draw.who
            world.deliver(PlannedStartCancelled(release.number, actor))


CALENDAR: dict[str, Operation] = {
    "load_windows": load_windows,
    "load_windows_again": load_windows,
    "declare_freeze": declare_freeze,
    "end_freezes": end_freezes,
    "open_again": open_again,
    "to_opening": to_opening,
    "to_opening_again": to_opening,
    "to_clock_change": to_clock_change,
    "to_weekend": to_weekend,
    "plan_start": plan_start,
    "plan_start_again": plan_start,
    "start_planned": start_planned,
    "cancel_plan": cancel_plan,
}
