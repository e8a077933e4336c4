"""Has the report of a week posted once, whichever replica does it."""

from datetime import datetime

from sqlalchemy import Connection

from handlers.effects import PostReport
from handlers.policy import Reporting, WeeklyReport
from storage import deliveries, effects


def post_once(connection: Connection, to: Reporting, report: WeeklyReport, now: datetime) -> bool:
    """Post a report unless that was done; return whether it was not.

    What makes it once is a delivery, which is kept for 30 days: nobody asks for a report that was due so long ago.
    """
    if not deliveries.claim(connection, f"report {to.channel} {report.due.isoformat()}", now):
        return False
    effects.add(connection, (PostReport(to.channel, report.since, report.until),), now)
    return True
