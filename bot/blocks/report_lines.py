"""The lines of a report: what went live, where releases waited, and whether it is getting better."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks.names import Names, listing, plural, span
from bot.blocks.report_trend import trend_lines
from bot.blocks.report_values import hours, share, waited_for
from bot.blocks.text import escape
from bot.reports.facts import Deployment, Emergency, Kind
from bot.reports.report import Report
from bot.reports.waiting import LongWait, Waited
from handlers.attempt_endings import AttemptOutcome
from handlers.wait import TEAM
from storage.codec import moment

MOST_SERVICES = 12
MOST_OF_A_SERVICE = 5
MOST_OTHER_WAITS = 4
MOST_EMERGENCIES = 8
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report: its heading and its lines."""

    heading: str
    lines: tuple[str, ...]


def heading(report: Report, names: Names) -> str:
    """Return what is reported, and of which time, as plain text."""
    which = f" of {escape(report.services[0], 40)}" if len(report.services) == 1 else ""
    return f"Releases{which}, {period_words(report, names)}"


def period_words(report: Report, names: Names) -> str:
    """Return from when to when a report goes: whole days are named without a time."""
    since, until = moment(report.period.since), moment(report.period.until)
    first, last = (each.astimezone(names.zone) for each in (since, until))
    if any((each.hour, each.minute, each.second) != (0, 0, 0) for each in (first, last)):
        plain = names.in_policy_zone()
        return f"{plain.on_day(since)} to {plain.on_day(until)}"
    last = (last.replace(tzinfo=None) - _DAY).replace(tzinfo=names.zone)
    if first.date() == last.date():
        return f"{_day(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{_day(first)}{year} to {_day(last)} {last.year}"


def _day(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"


def parts(report: Report, names: Names) -> list[Part]:
    """Return the parts of a report; what it has nothing to tell of is left out."""
    found = (
        Part("In short", tuple(_measured(report))),
        Part("Is it getting better?", tuple(trend_lines(report))),
        Part("What was deployed", tuple(_went_live(report, names))),
        Part("Where releases waited", tuple(_waits(report))),
        Part("The longest waits", tuple(_longest_waits(report, names))),
        Part("Not the usual way", tuple(_unusual(report, names))),
    )
    return [each for each in found if each.lines]


def _measured(report: Report) -> Iterator[str]:
    total = report.total
    yield f"{plural(total.deployed, 'change')} went live."
    if total.failure_rate is not None:
        of = f"{total.failed} of {plural(total.changes, 'change')}"
        yield f"{of} failed or were taken back: {share(total.failure_rate)}."
    if total.lead_time is not None:
        ready = "The build was" if total.builds == 1 else f"Half of the {total.builds} builds were"
        yield f"{ready} live within {_span(total.lead_time)} of being ready."
    if total.restore is not None:
        mended = "One failure was" if total.restored == 1 else f"{total.restored} failures were"
        half = "" if total.restored == 1 else ", half of them"
        yield f"{mended} put right{half} within {_span(total.restore)}."
    if total.failed and not total.broken:
        yield "Nothing that failed in that time is still broken."
    if total.broken:
        yield f"{plural(total.broken, 'failure')} of that time {'is' if total.broken == 1 else 'are'} not put right yet."


def _went_live(report: Report, names: Names) -> Iterator[str]:
    by_service: dict[str, list[Deployment]] = defaultdict(list)
    for each in report.deployments:
        if each.how is AttemptOutcome.SUCCEEDED:
            by_service[each.service].append(each)
    most_first = sorted(by_service.items(), key=lambda found: (-len(found[1]), found[0]))
    several_places = len({each.environment for each in report.deployments}) > 1
    for service, found in most_first[:MOST_SERVICES]:
        shown = [_deployed(each, names, several_places=several_places) for each in found[-MOST_OF_A_SERVICE:]]
        before = len(found) - len(shown)
        more = f" ({plural(before, 'deployment')} before)" if before else ""
        yield f"{escape(service, 40)}{more}: {', '.join(shown)}"
    left = most_first[MOST_SERVICES:]
    if left:
        count = sum(len(found) for _, found in left)
        yield f"and {plural(count, 'deployment')} of {plural(len(left), 'more service')}"


_KINDS = {Kind.ROLLBACK: "rollback to ", Kind.EMERGENCY: "emergency "}


def _deployed(found: Deployment, names: Names, *, several_places: bool) -> str:
    where = f" to {escape(found.environment, 24)}" if several_places else ""
    how = f"r{found.release}" if found.release else "from outside"
    return f"{_KINDS.get(found.kind, '')}{escape(found.version, 30)}{where} {_at(found.ended, names)} ({how})"


def _waits(report: Report) -> Iterator[str]:
    teams = sorted(
        (each for each in report.waited if each.on.startswith(TEAM)),
        key=lambda each: (-each.working, -each.clock, each.on),
    )
    others = [each for each in report.waited if not each.on.startswith(TEAM)]
    if teams and teams[0].working:
        most = escape(teams[0].on.removeprefix(TEAM), 24)
        yield f"Of all teams, releases waited longest for {most}, in working hours."
    if report.waited:
        yield "Times are sums over releases, within that time; a release that waits for two at once counts for both:"
    yield from (_waited(each) for each in (*teams, *others[:MOST_OTHER_WAITS]))


def _waited(found: Waited) -> str:
    clock, count = span(_seconds(found.clock)), plural(found.releases, "release")
    return f"{waited_for(found.on)}: {hours(found.working)} in working hours, {clock} on the clock, {count}"


def _longest_waits(report: Report, names: Names) -> Iterator[str]:
    if any(each.span.since < report.period.since for each in report.longest):
        yield "Counted whole, from before that time too:"
    yield from (_longest(each, names) for each in report.longest)


def _longest(found: LongWait, names: Names) -> str:
    one = found.span
    title = (
        f"r{one.release} {escape(one.service, 24)} {escape(one.version, 30)} to {escape(one.environment, 24)}"
    )
    on = listing([waited_for(each) for each in found.on]) + (" at once" if len(found.on) > 1 else "")
    team = one.on.removeprefix(TEAM) if one.on.startswith(TEAM) else ""
    worked = f" ({hours(found.working)} in working hours of {escape(team, 24)})" if team else ""
    until = "still waiting" if found.open else f"until {_at(one.since + found.clock, names)}"
    return f"{title}: {span(_seconds(found.clock))} for {on}{worked}, {until}"


def _unusual(report: Report, names: Names) -> Iterator[str]:
    total = report.total
    counts = [plural(total.rollbacks, "rollback")] if total.rollbacks else []
    counts += [plural(total.emergencies, "emergency", "emergencies")] if total.emergencies else []
    counts += [f"{plural(total.outside, 'deployment')} from outside Shiproom"] if total.outside else []
    counts += [f"{plural(total.stopped, 'deployment')} stopped"] if total.stopped else []
    if counts:
        yield f"{listing(counts)}."
    before = [each for each in report.owed if each not in report.emergencies]
    lines = [
        f"Emergency {_of(each)}{_alone(each)}: {_reviewed(each, report, names)}"
        for each in report.emergencies
    ]
    lines += [f"Emergency {_of(each)}, from before: {_reviewed(each, report, names)}" for each in before]
    yield from lines[:MOST_EMERGENCIES]
    left = [*report.emergencies, *before][MOST_EMERGENCIES:]
    if left:
        owed = sum(each in report.owed for each in left)
        count = "all" if owed == len(left) else f"{owed} of them"
        rest = f", {count} with a review owed" if owed else ""
        yield f"and {plural(len(left), 'more emergency', 'more emergencies')}{rest}"


def _alone(found: Emergency) -> str:
    return ", signed by an operator alone" if found.alone else ""


def _of(found: Emergency) -> str:
    return f"r{found.release} {escape(found.service, 24)} {escape(found.version, 30)}"


def _reviewed(found: Emergency, report: Report, names: Names) -> str:
    if found.reviewed_at is not None:
        return f"reviewed {_at(found.reviewed_at, names)}"
    if found.review_due is None:
        return "needs no review"
    due = _at(found.review_due, names)
    if found.review_due < report.period.until:
        return f"its review is overdue since {due}"
    return f"its review is owed, by {due}"


def _at(time: int, names: Names) -> str:
    return names.on_day(moment(time))


def _span(time: int) -> str:
    return span(_seconds(time))


def _seconds(time: int) -> int:
    return time // 1_000_000
