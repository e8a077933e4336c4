"""Makes reports on the services of a policy, with what the policy says of them now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.reports.measures import Period
from bot.reports.periods import before
from bot.reports.reading import read_facts
from bot.reports.report import Report, Rules, report
from handlers.policy import Policy
from storage.codec import micros
from storage.database import Database

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before it nothing was released: a report that is to go further back begins then, as calendars end a few periods earlier."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What is to be reported: from when to when, and which services; None are all that have a history."""

    since: datetime
    until: datetime
    services: tuple[str, ...] | None = None


async def make_report(database: Database, policy: Policy, request: ReportRequest) -> Report:
    """Make a report, beside the periods before it.

    Raises UnreadableError if a row of the history is not what was written.
    """
    since, until = (max(each, BEGINNING) for each in (request.since, request.until))
    period = Period(micros(since), micros(until))
    facts = await read_facts(database, request.services)
    return report(facts, period, before(period, ZoneInfo(policy.time_zone)), rules_of(policy))


def rules_of(policy: Policy) -> Rules:
    """Return what a policy says for reports: services that it does not name any more have the environments of others."""
    protected = {
        (plan.service, each.name)
        for plan in policy.plans.values()
        for each in plan.environments
        if each.protected
    }
    anywhere = {environment for _, environment in protected}

    def counts(service: str, environment: str) -> bool:
        return (service, environment) in protected if service in policy.plans else environment in anywhere

    hours = {name: team.hours for name, team in policy.directory.teams.items() if team.hours is not None}
    return Rules(ZoneInfo(policy.time_zone), counts, hours)
