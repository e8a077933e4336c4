"""Has the report of the week posted when it is due, as `report:` in the policy says."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.engine import Engine
from handlers.policy import Reporting, WeeklyReport
from storage import weekly_reports
from storage.database import write_again

LATEST = timedelta(days=1)
"""How late a report is posted at most, after a stop or a change of the policy: the next one is not far then."""


class ReportPosts:
    """Has each report posted once; which one was last is remembered, so that most rounds ask the database nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = dict[Reporting, WeeklyReport]()

    async def post_if_due(self) -> datetime | None:
        """Have the report posted that is due; return when the next one is, None if the policy wants none.

        Raises DatabaseUnavailableError.
        """
        policy, now = self._engine.policy, self._engine.clock.now()
        if policy.reporting is None:
            return None
        zone, to = ZoneInfo(policy.time_zone), policy.reporting
        report = to.last(now, zone)
        if self._seen.get(to) != report:
            if now - report.due < LATEST:
                post = partial(weekly_reports.post_once, to=to, report=report, now=now)
                if await write_again(self._engine.database, post):
                    for wake in self._engine.decision_listeners:
                        wake()
            self._seen = {to: report}
        return to.following(report, zone)
