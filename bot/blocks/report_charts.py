"""The two charts of a report: what went live, and where releases waited, period by period; its text says the same."""

from datetime import tzinfo

from bot.blocks.block_kit import Block
from bot.blocks.charts import Chart, Series, chart_blocks
from bot.reports.measures import Period
from bot.reports.report import Report
from bot.reports.waiting import Waited
from handlers.wait import TEAM
from storage.codec import moment

_HOUR = 3_600_000_000


def report_charts(report: Report, zone: tzinfo) -> list[Block]:
    """Return the charts of a report beside the periods before it that the history tells whole."""
    whole = report.compared
    labels = tuple(_label(each, zone) for each in (*(one.period for one in whole), report.period))
    deployed = [*(each.measures.deployed for each in whole), report.total.deployed]
    waited = [_by_team(each) for each in (*(one.waited for one in whole), report.waited)]
    teams = sorted(
        {team for each in waited for team in each}, key=lambda team: (-waited[-1].get(team, 0), team)
    )
    along = "beginning"
    return chart_blocks(
        Chart(
            "Changes that went live",
            labels,
            (Series("changes", tuple(map(float, deployed))),) if any(deployed) else (),
            unit="changes",
            along=along,
        ),
        Chart(
            "Waiting for teams, in their working hours",
            labels,
            tuple(Series(team, tuple(each.get(team, 0) / _HOUR for each in waited)) for team in teams),
            unit="hours",
            along=along,
        ),
    )


def _label(period: Period, zone: tzinfo) -> str:
    at = moment(period.since).astimezone(zone)
    return f"{at.day} {at:%b %Y}"


def _by_team(waited: tuple[Waited, ...]) -> dict[str, int]:
    return {each.on.removeprefix(TEAM): each.working for each in waited if each.on.startswith(TEAM)}
