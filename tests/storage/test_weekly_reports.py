"""The report of a week is posted once, whichever replica does it."""

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from handlers.effects import PostReport
from handlers.policy import Reporting, WeeklyReport
from storage import weekly_reports
from storage.codec import loads
from storage.database import Database, write_again
from storage.tables import EffectRow, table
from tests.handlers.builders import NOW

WEEK = timedelta(days=7)
TO = Reporting("C0SHIP", 0, NOW.time())
REPORT = WeeklyReport(NOW, NOW - WEEK, NOW - timedelta(hours=10))


def posts(connection: Connection) -> list[PostReport]:
    effect = table(EffectRow)
    wanted = effect.select().where(effect.c.kind == "post_report").order_by(effect.c.id)
    return [loads(PostReport, row.body) for row in connection.execute(wanted)]


async def posted(database: Database, to: Reporting = TO, report: WeeklyReport = REPORT) -> bool:
    post = partial(weekly_reports.post_once, to=to, report=report, now=report.due)
    return await write_again(database, post)


async def test_of_six_replicas_one_posts(opened: Database) -> None:
    assert sorted(await asyncio.gather(*(posted(opened) for _ in range(6)))) == [*[False] * 5, True]
    assert await opened.read(posts) == [PostReport("C0SHIP", REPORT.since, REPORT.until)]


async def test_each_week_and_each_channel_has_its_own(opened: Database) -> None:
    following = WeeklyReport(REPORT.due + WEEK, REPORT.since + WEEK, REPORT.until + WEEK)
    elsewhere = Reporting("C0OTHER", TO.weekday, TO.at)
    assert await posted(opened)
    assert await posted(opened, report=following)
    assert await posted(opened, to=elsewhere)
    assert not await posted(opened, report=following)
    assert [(each.channel, each.since) for each in await opened.read(posts)] == [
        ("C0SHIP", REPORT.since),
        ("C0SHIP", following.since),
        ("C0OTHER", REPORT.since),
    ]
