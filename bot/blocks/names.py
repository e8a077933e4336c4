"""Renders people, times, durations, lists and counts."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from bot.blocks.text import escape
from handlers.people import SHIPROOM, Directory, token_name

OBVIOUS = timedelta(days=180)
"""How far away a day of another year is at most that is named without its year; Slack leaves it out as long."""
DATED = "\u200b{date_short_pretty} {time}"
"""How Slack writes a time with its day; without the space of no width before it "today" begins with a capital letter."""

LONGEST_NAME = 30
MOST_NAMED = 4
MOST_ON_CALL = 8
"""How many are in a user group at most whose members are named; a larger one appears by its team's name."""

_USER = re.compile(r"[UW][A-Z0-9]{1,30}\Z")
_RELEASE = re.compile(r"r\d")
_GROUP = re.compile(r"S[A-Z0-9]{1,30}\Z")


@dataclass(frozen=True, slots=True)
class Names:
    """Renders people and times, by display names, time zone and the present time.

    `users` are display names by Slack id, `zone` is the policy's, `now` is when the message is rendered. `empty` are the Slack
    user groups that nobody is in now, and `groups` who is in the others. With `in_reader_zone`, for mrkdwn only, each time is
    shown in the zone of whoever reads it. With `with_years` each day has its year, as where `now` is no present time. `away`
    are accounts of people who are away, each with the end of that. `workspace` is the address of the Slack workspace, if known.
    """

    users: Mapping[str, str]
    zone: tzinfo
    now: datetime
    empty: frozenset[str] = frozenset()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    in_reader_zone: bool = False
    with_years: bool = False
    away: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    workspace: str = ""

    def user(self, user: str) -> str:
        """Return a person's name without notifying them.

        An unknown id becomes a mention, anything else escaped text.
        """
        if user == SHIPROOM:
            return "Shiproom"
        if token := token_name(user):
            return escape(token, LONGEST_NAME)
        name = self.users.get(user, "")
        return escape(name, LONGEST_NAME) or mention(user)

    def each_once(self, users: Iterable[str]) -> list[str]:
        """Return the names of people; whoever has several accounts is named once."""
        return list(dict.fromkeys(self.user(each) for each in users))

    def clock(self, at: datetime) -> str:
        """Return a time as 10:07, or with its date if that is not today's.

        That is 3 Nov 10:07, and in another year 3 Nov 2024 10:07.
        """
        return self.when(at) if self.in_reader_zone else self._plain(at)

    def for_reader(self) -> "Names":
        """Return names that show times in the zone of whoever reads them: for mrkdwn, never for plain text or code."""
        return replace(self, in_reader_zone=True)

    def in_policy_zone(self) -> "Names":
        """Return names that show times in the policy's zone, as plain text."""
        return replace(self, in_reader_zone=False)

    def when(self, at: datetime) -> str:
        """Return a time as Slack's own token for mrkdwn: everybody sees it in their zone and their way of writing times.

        Where Slack cannot show it, it reads as `clock` does (docs.slack.dev/messaging/formatting-message-text, "Date
        formatting").
        """
        same_day = at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()
        form = "{time}" if same_day else DATED
        return f"<!date^{int(at.timestamp())}^{form}|{self._plain(at)}>"

    def _plain(self, at: datetime) -> str:
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        time = f"{local:%H:%M}"
        if local.date() == today.date():
            return time
        day = f"{local.day} {local:%b}"
        year = self.with_years or local.year != today.year
        return f"{day} {local.year} {time}" if year else f"{day} {time}"

    def dated(self, at: datetime) -> str:
        """Return a time as `when` does, with its day: for what is read on other days too."""
        return f"<!date^{int(at.timestamp())}^{DATED}|{self._plain(at)}>"

    def on_day(self, at: datetime) -> str:
        """Return a time with its day, as Mon 30 Nov 09:00; for readers in their own zone, with the date.

        It has its year, as Sun 14 Dec 2036 00:00, if that is another one and the day is far away.
        """
        if self.in_reader_zone:
            return self.dated(at)
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        year = self.with_years or (local.year != today.year and abs(at - self.now) > OBVIOUS)
        return f"{local:%a} {local.day} {local:%b} {f'{local.year} ' if year else ''}{local:%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return a time in full, as Mon 30 Nov 2026 09:00 CET: it repeats what was understood of a typed one."""
        local = at.astimezone(self.zone)
        return f"{local:%a} {local.day} {local:%b} {local.year} {local:%H:%M %Z}"

    def second(self, at: datetime) -> str:
        """Return a time to the second, for searching a log."""
        return f"{self._plain(at)}:{at.astimezone(self.zone):%S}"

    def members(
        self,
        directory: Directory,
        teams: Iterable[str],
        excluded: AbstractSet[str] = frozenset[str](),
        instead: Iterable[str] = (),
    ) -> str:
        """Return the people of teams joined by "or", without those `excluded`, and with those who stand in for some.

        Who is away is named, with until when, only if nobody is there. Who is in a small Slack user group is named if all are
        known by name; else it appears by its team's name. One that nobody is in is named only if there is nobody else; whom the
        policy names instead of it is.
        """
        named = tuple(teams)
        there = self.everybody(directory, named, excluded | self.away.keys(), instead)
        return there or self.everybody(directory, named, excluded)

    def everybody(
        self,
        directory: Directory,
        teams: Iterable[str],
        excluded: AbstractSet[str] = frozenset[str](),
        instead: Iterable[str] = (),
    ) -> str:
        """Return the people of teams as `members` does, with until when those are away who are."""
        people: list[str] = []
        deserted: list[str] = []
        for name in dict.fromkeys(teams):
            team = directory.teams.get(name)
            people += self._each(team.members, excluded) if team is not None else []
            called = self._on_call(team.usergroup, excluded) if team is not None else []
            if team is not None and team.usergroup in self.empty and team.fallback:
                people += self._each(team.fallback, excluded)
            elif team is not None and team.usergroup in self.empty:
                deserted.append(f"@{escape(name, LONGEST_NAME)}")
            elif called:
                people += called
            elif team is None and name[:1].isupper():  # an account: names of teams have small letters
                people += self._each((name,), excluded)
            elif team is None or team.usergroup or not team.members:
                people.append(f"anyone in {escape(name, LONGEST_NAME)}")
        people += [self.user(each) for each in instead]
        if deserted and not people:
            return f"nobody (add somebody to {listing(deserted, 'or')} in Slack)"
        return listing(list(dict.fromkeys(people)), "or")

    def _each(self, users: Iterable[str], excluded: AbstractSet[str]) -> list[str]:
        return [self._there(each) for each in users if each not in excluded]

    def _there(self, user: str) -> str:
        until = self.away.get(user)
        return self.user(user) if until is None else f"{self.user(user)} (away until {self.clock(until)})"

    def _on_call(self, group: str, excluded: AbstractSet[str]) -> list[str]:
        """Return the names of who is in a small user group; nothing if one of them is not known by name."""
        there = self.groups.get(group, frozenset())
        if len(there) > MOST_ON_CALL or not all(self.users.get(each) for each in there):
            return []
        return self._each(sorted(there), excluded)


def mention(user: str) -> str:
    """Return a mention of a user; anything but a user id becomes escaped text."""
    return f"<@{user}>" if _USER.match(user) else escape(user, LONGEST_NAME)


def mention_group(group: str) -> str:
    """Return a mention of a Slack user group; empty for anything but a group id."""
    return f"<!subteam^{group}>" if _GROUP.match(group) else ""


def listing(items: list[str], last: str = "and", most: int = MOST_NAMED) -> str:
    """Join items as in "a, b and c".

    If there are more than `most`, the last ones are counted as "3 more".
    """
    if len(items) > most:
        items = [*items[: most - 1], f"{len(items) - most + 1} more"]
    if len(items) < 2:  # noqa: PLR2004 - one needs no joining
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capital(text: str) -> str:
    """Return text that begins a line: its first letter is a capital one; the number of a release stays as it is."""
    return text if _RELEASE.match(text) else text[:1].upper() + text[1:]


def ordinal(number: int) -> str:
    """Return a place or a count of tries: first, second, third, 4th."""
    few = ("", "first", "second", "third")
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 // 10 != 1 else 0, "th")
    return few[number] if 0 < number < len(few) else f"{number}{suffix}"


def place_in_line(number: str) -> str:
    """Return a place in the queue of an environment in words; nobody is before the first."""
    return f"{'next' if number == '1' else ordinal(int(number))} in line"


def span(seconds: float | timedelta) -> str:
    """Return a duration as 40s, 2m 40s, 1h 5m or 2d 3h: two units at most."""
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    rest, parts = max(total, 0), list[str]()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        amount, rest = divmod(rest, size)
        if amount or (parts and unit != "s") or (unit == "s" and not parts):
            parts.append(f"{amount}{unit}")
    units = [part for part in parts[:2] if not part.startswith("0") or len(parts) == 1]
    return " ".join(units)


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: 1 change, 3 changes."""
    return f"{count} {one if count == 1 else many or one + 's'}"
