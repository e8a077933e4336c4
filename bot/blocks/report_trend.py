"""Says whether it is getting better, measure by measure, beside the periods before."""

from collections.abc import Iterator

from bot.blocks.names import listing, plural, span
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
MOST_COMPARED = 8
_IN_WORDS = {Direction.BETTER: "Better", Direction.WORSE: "Worse", Direction.SAME: "About the same"}


def trend_lines(report: Report) -> Iterator[str]:
    """Return a line for what is better, worse, and the same, with the values before in brackets."""
    found = trends(report)
    if not found:
        yield "That cannot be told yet: the history begins within this period or the one before."
        return
    changed = [each for each in found if each.now or each.before]
    by_direction = {
        direction: [each for each in changed if each.direction is direction] for direction in Direction
    }
    yield _overall(len(by_direction[Direction.BETTER]), len(by_direction[Direction.WORSE]), len(changed))
    for direction, word in _IN_WORDS.items():
        if by_direction[direction]:
            compared = [_compared(each) for each in by_direction[direction]]
            yield f"{word}: {listing(compared, most=MOST_COMPARED)}."
    whole = len(report.compared)
    if whole > 1:
        yield f"In brackets: the middle of the {whole} periods before, each as long."
    else:
        yield "In brackets: the period before."


def _overall(better: int, worse: int, every: int) -> str:
    word = "About as before"
    if better != worse:
        word = "Rather yes" if better > worse else "Rather not"
    are = "is" if better == 1 else "are"
    return f"{word}: of {plural(every, 'measure')} {better} {are} better and {worse} worse."


def _compared(trend: Trend) -> str:
    name = f"waiting for {escape(trend.team, 24)}" if trend.team else _NAMES[trend.measure]
    return f"{name} {_value(trend, trend.now)} ({_value(trend, trend.before)})"


def _value(trend: Trend, value: float) -> str:
    if trend.measure is Measure.DEPLOYED:
        return f"{value:g}"
    if trend.measure is Measure.FAILURES:
        return share(value)
    return hours(int(value)) if trend.measure is Measure.WAITING else span(int(value) // 1_000_000)
