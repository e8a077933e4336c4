"""Says whether it is getting better, measure by measure, beside the periods before."""

from collections.abc import Iterator

from bot.blocks.names import listing, span
from bot.blocks.report_values import hours, share
from bot.blocks.text import escape
from bot.reports.report import Report
from bot.reports.trend import Direction, Measure, Trend, trends

_NAMES = {
    Measure.DEPLOYED: "changes that went live",
    Measure.FAILURES: "failed or taken back",
    Measure.LEAD_TIME: "from ready to live",
    Measure.RESTORE: "time to put a failure right",
}
_IN_WORDS = {Direction.BETTER: "Better", Direction.WORSE: "Worse", Direction.SAME: "About the same"}
_WHOLE_DAYS = {7: "weeks", 1: "days"}


def trend_lines(report: Report) -> Iterator[str]:
    """Return a line for what is better, worse, and the same, with the values before in brackets."""
    found = trends(report)
    if not found:
        yield "That cannot be told yet: the history begins within this period or the one before."
        return
    for direction, word in _IN_WORDS.items():
        there = [each for each in found if each.direction is direction and (each.now or each.before)]
        if there:
            yield f"{word}: {listing([_compared(each) for each in there], most=8)}."
    count = sum(
        report.known_since is not None and report.known_since <= each.period.since for each in report.earlier
    )
    yield (
        f"In brackets: the middle of the {count} periods before, each as long."
        if count > 1
        else "In brackets: the period before."
    )


def _compared(trend: Trend) -> str:
    name = f"waiting for {escape(trend.team, 24)}" if trend.team else _NAMES[trend.measure]
    return f"{name} {_value(trend, trend.now)} ({_value(trend, trend.before)})"


def _value(trend: Trend, value: float) -> str:
    if trend.measure is Measure.DEPLOYED:
        return f"{value:g}"
    if trend.measure is Measure.FAILURES:
        return share(value)
    return hours(int(value)) if trend.measure is Measure.WAITING else span(int(value) // 1_000_000)
