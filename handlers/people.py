"""People, teams and membership: who may do what.

Teams and persons are as the policy names them, account status is as Slack reports it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from handlers.absence import Absence
from handlers.hours import Hours

FRESH = timedelta(seconds=60)
"""How old a fact from Slack may be when it counts for a sign-off or a grant."""

SHIPROOM = "shiproom"
"""The actor of what the clock, a CI or an earlier decision caused."""


_PREFIX = "token:"


def token_actor(name: str) -> str:
    """Return the actor of what is done with an API token; no account of Slack is called like that."""
    return _PREFIX + name


def token_name(actor: str) -> str:
    """Return the name of the API token that acted; empty if a person did."""
    return actor.removeprefix(_PREFIX) if actor.startswith(_PREFIX) else ""


class AccountStatus(StrEnum):
    """The status of an account in the workspace.

    Derived from Slack's users.info: deleted, is_bot, is_restricted, is_invited_user, team_id.
    """

    FULL = "full"
    GUEST = "guest"
    INVITED = "invited"
    FOREIGN = "foreign"
    BOT = "bot"
    DELETED = "deleted"


class Eligibility(StrEnum):
    """Whether a person counts for a team now; UNKNOWN never counts as a yes."""

    YES = "yes"
    NOT_IN_TEAM = "not_in_team"
    NOT_FULL_MEMBER = "not_full_member"
    UNKNOWN = "standing_unknown"


@dataclass(frozen=True, slots=True)
class Member:
    """An account's status and time zone, and when Slack reported them."""

    account_status: AccountStatus
    as_of: datetime
    name: str = ""
    tz: str = ""


NOBODY = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a Slack user group, and when Slack reported them.

    `seen` is when Slack showed each account in it last, also of those who left; under NOBODY, when it was empty last.
    """

    members: frozenset[str]
    as_of: datetime
    seen: Mapping[str, datetime] = field(default_factory=dict[str, datetime])


@dataclass(frozen=True, slots=True)
class Team:
    """A team of the policy: named members, a Slack user group, or both; `hours` are when its people work, if it says so.

    `stand_ins` may sign for members who are away, `fallback` counts while nobody is in the user group, and what was signed by
    somebody in the group counts for `handover` seconds after they left it.
    """

    name: str
    members: tuple[str, ...] = ()
    usergroup: str = ""
    hours: Hours | None = None
    stand_ins: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    handover: int = 0

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody whom the policy names for the team."""
        return (*self.members, *self.stand_ins, *self.fallback)


@dataclass(frozen=True, slots=True)
class Person:
    """One human being behind several names."""

    name: str
    slack: tuple[str, ...] = ()
    github: str = ""
    email: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What a commit may call them."""
        return (self.email, self.github, self.name)


@dataclass(frozen=True, slots=True)
class Directory:
    """Teams and persons as of now, and the policy's time zone; a change here never voids what was decided."""

    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])
    people: tuple[Person, ...] = ()
    zone: tzinfo = UTC

    def person_of(self, user: str) -> str:
        """Return the main Slack id of a person, which is the same for all of their ids."""
        for person in self.people:
            if user in person.slack:
                return person.slack[0]
        return user

    def person_of_author(self, author: str) -> str | None:
        """Find the Slack id of a commit author; None if nobody is known.

        They are known by e-mail address, GitHub login or name; `Name <email>` is how git writes a person.
        """
        for key in author_keys(author):
            for person in self.people:
                if person.slack and key in (each.casefold() for each in person.names):
                    return person.slack[0]
        return None


def author_keys(author: str) -> tuple[str, ...]:
    """Return by what an author may be known: the address and the login that may stand in it, else the login or the name.

    Beside an address a name proves nothing: anybody can write any. Source of the hidden address: GitHub's docs, "Setting your
    commit email address" (`ID+LOGIN@users.noreply.github.com`).
    """
    written = author.strip().casefold()
    if not written.endswith(">") or "<" not in written:
        return (written,) if written else ()
    address = written.rpartition("<")[2].removesuffix(">").strip()
    login = address.removesuffix(_HIDDEN).rpartition("+")[2] if address.endswith(_HIDDEN) else ""
    return tuple(key for key in (address, login) if key)


_HIDDEN = "@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Membership:
    """The directory, with what Slack last reported about accounts and user groups, and who is away for one service."""

    directory: Directory
    members: Mapping[str, Member] = field(default_factory=dict[str, Member])
    groups: Mapping[str, Group] = field(default_factory=dict[str, Group])
    absences: Mapping[str, Absence] = field(default_factory=dict[str, Absence])

    def absence_of(self, user: str, now: datetime) -> Absence | None:
        """Return the absence of a person who is away now; None if they are not."""
        person = self.directory.person_of(user)
        away = (each for each in self.absences.values() if each.lasts(now))
        return next((each for each in away if self.directory.person_of(each.user) == person), None)

    def is_away(self, user: str, now: datetime) -> bool:
        """Return whether a person is away now."""
        return self.absence_of(user, now) is not None

    def people_of(self, team_name: str) -> tuple[str, ...]:
        """Return everybody who counts for a team, as far as is known: members, and who is in its group or instead of it."""
        team = self.directory.teams.get(team_name)
        if team is None:
            return ()
        group = self.groups.get(team.usergroup)
        there = (sorted(group.members) or team.fallback) if group is not None else ()
        return tuple(dict.fromkeys((*team.members, *there)))

    def knows_all_of(self, team_name: str) -> bool:
        """Return whether Slack ever said who is in a team's user group, if it has one."""
        team = self.directory.teams.get(team_name)
        return team is None or not team.usergroup or team.usergroup in self.groups

    def account_status(self, user: str, now: datetime) -> Eligibility:
        """Return whether an account is a full member of the workspace now."""
        member = self.members.get(user)
        if member is None or not _counts(member.as_of, now):
            return Eligibility.UNKNOWN
        return Eligibility.YES if member.account_status is AccountStatus.FULL else Eligibility.NOT_FULL_MEMBER

    def eligible(self, user: str, team_name: str, now: datetime) -> Eligibility:
        """Return whether an account is a full member and in the team now."""
        account_status = self.account_status(user, now)
        if account_status is Eligibility.NOT_FULL_MEMBER:
            return account_status
        belongs = self.belongs(user, team_name, now)
        if belongs is not Eligibility.YES:
            return belongs
        return account_status

    def eligible_in_any(self, user: str, teams: Iterable[str], now: datetime) -> Eligibility:
        """Return whether an account counts for one of several teams.

        UNKNOWN only if no team says yes.
        """
        found = [self.eligible(user, team, now) for team in teams]
        for wanted in (Eligibility.YES, Eligibility.UNKNOWN, Eligibility.NOT_FULL_MEMBER):
            if wanted in found:
                return wanted
        return Eligibility.NOT_IN_TEAM

    def belongs(self, user: str, team_name: str, now: datetime) -> Eligibility:
        """Return whether an account is in a team now, whatever its status."""
        team = self.directory.teams.get(team_name)
        if team is None:
            return Eligibility.NOT_IN_TEAM
        if user in team.members:
            return Eligibility.YES
        if not team.usergroup:
            return Eligibility.NOT_IN_TEAM
        group = self.groups.get(team.usergroup)
        if group is None or not _counts(group.as_of, now):
            return Eligibility.UNKNOWN
        return Eligibility.YES if user in (group.members or team.fallback) else Eligibility.NOT_IN_TEAM


def _counts(as_of: datetime, now: datetime) -> bool:
    """Return whether a fact may count: neither too old nor from the future, as it is when the clock was set back."""
    return now - FRESH <= as_of <= now
