"""Types for answering queries: what is read, and how it is rendered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.blocks.block_kit import Message
from bot.blocks.card_view import CardView
from bot.blocks.names import Names
from bot.reports.report import Report
from handlers.absence import Absence
from handlers.build import Build
from handlers.calendar import Calendar
from handlers.environments import EnvironmentState
from handlers.people import Directory, Eligibility
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import Query


@dataclass(frozen=True, slots=True)
class QueryReads:
    """What has to be read for a query.

    `releases` are read as cards, `services` with so many `builds`, so many releases that ended last (`ends`), or with their
    history. `people` asks Slack about the person's teams too. `everywhere` reads all services, wherever it was asked. Accounts
    that are not full members of the workspace get answers only to queries that are `for_anybody`. Of a build its open releases
    are read, or, with `newest_of_build`, its newest one, whether or not it has ended. A `report` is made of the
    period of the query.
    """

    releases: bool = False
    services: bool = False
    builds: int = 0
    ends: int = 0
    history: bool = False
    people: bool = False
    everywhere: bool = False
    for_anybody: bool = False
    newest_of_build: bool = False
    report: bool = False


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A row of the history as it is shown.

    `event` is its name in the history, `refused` the code of a refusal or "". `lasted` is how long a deployment that ended
    took, and how long a sign-off was waited for.
    Of `values` the sentences use actor, environment, state (of a run or a step), version, team, by, reason, deployed.
    """

    at: datetime
    actor: str
    release: int
    event: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: str = ""
    service: str = ""
    lasted: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service as queries show it: its environments, builds, history, open releases and those that ended last.

    `of_build` are the releases of its `builds`, newest first; `absences` are by account, over or not; `calendars` are those
    of its environments as of now.
    """

    plan: Plan
    environments: Mapping[str, EnvironmentState]
    builds: tuple[Build, ...] = ()
    history: tuple[HistoryItem, ...] = ()
    open_releases: tuple[Release, ...] = ()
    ends: tuple[Release, ...] = ()
    of_build: tuple[Release, ...] = ()
    absences: Mapping[str, Absence] = field(default_factory=dict[str, Absence])
    calendars: Mapping[str, Calendar] = field(default_factory=dict[str, Calendar])


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What was read for a query, as its `QueryReads` ask for.

    `teams` are the teams of the policy, each with whether the person is in it now; `trouble` is why Slack cannot be asked.
    """

    query: Query
    names: Names
    releases: tuple[CardView, ...] = ()
    services: tuple[ServiceView, ...] = ()
    account_status: Eligibility = Eligibility.UNKNOWN
    teams: Mapping[str, Eligibility] = field(default_factory=dict[str, Eligibility])
    trouble: str = ""
    directory: Directory = field(default_factory=Directory)
    report: Report | None = None

    @property
    def own_teams(self) -> tuple[str, ...]:
        """The teams that the person is in now."""
        return tuple(name for name, belongs in self.teams.items() if belongs is Eligibility.YES)

    def view_of(self, number: int) -> CardView | None:
        """Find a release among those that were read as cards."""
        return next((view for view in self.releases if view.release.number == number), None)


@dataclass(frozen=True, slots=True)
class QueryWords:
    """What has to be read for a query, and the function that renders its answer."""

    answer: Callable[[QueryResult], Message]
    reads: QueryReads = field(default_factory=QueryReads)
