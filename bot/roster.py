"""What Slack says of accounts and user groups, asked before it is needed and at most 60 s old when it counts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.slack_api.web import Never, Said, SlackWeb
from handlers.people import FRESH, Directory, Group, Member, Roll, Standing
from storage import facts
from storage.database import Database

REFRESH_AFTER = FRESH * 0.7
"""An answer is asked for anew a while before it is too old to count."""

PATIENCE = 1.5
"""How many seconds a click waits for Slack to say who clicked; what is not known by then is not a yes."""


class Roster:
    """The accounts and user groups that were asked about."""

    def __init__(self, slack: SlackWeb, database: Database, clock: Clock) -> None:
        self._slack = slack
        self._database = database
        self._clock = clock
        self._team = ""
        self._members: dict[str, Member] = {}
        self._groups: dict[str, Group] = {}
        self._asking: dict[str, asyncio.Future[None]] = {}

    async def load(self) -> None:
        """Take what was said before a restart: what is still fresh counts, older names are names all the same."""
        self._members, self._groups = await self._database.read(lambda connection: facts.load(connection, 0))

    def belongs_to(self, team: str) -> None:
        """Name the workspace whose full members count."""
        self._team = team

    def saw(self, user: str, team: str) -> None:
        """Take note of the workspace that a signed payload names for somebody: from another one he is foreign."""
        known = self._members.get(user)
        if (
            team
            and self._team
            and team != self._team
            and (known is None or known.standing is not Standing.FULL)
        ):
            self._members[user] = Member(Standing.FOREIGN, self._clock.now())

    def roll(self, directory: Directory) -> Roll:
        """Give what is known now."""
        return Roll(directory, self._members, self._groups)

    def names(self, directory: Directory) -> dict[str, str]:
        """Give display names by account."""
        known = {user: member.name for user, member in self._members.items() if member.name}
        named = {user: person.name for person in directory.people for user in person.slack}
        return {**known, **named}

    async def fresh(self, users: Iterable[str], groups: Iterable[str]) -> None:
        """Ask for what is missing or nearly too old, all at once, for a limited time."""
        old = self._clock.now() - REFRESH_AFTER
        wanted = [
            self._ask(f"member:{user}", self._ask_member(user)) for user in users if self._is_old(user, old)
        ]
        wanted += [
            self._ask(f"group:{name}", self._ask_group(name))
            for name in groups
            if name and ((known := self._groups.get(name)) is None or known.as_of < old)
        ]
        if wanted:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await asyncio.gather(*wanted)

    def _is_old(self, user: str, old: datetime) -> bool:
        known = self._members.get(user)
        return _is_account(user) and (known is None or known.as_of < old)

    async def _ask(self, key: str, question: Awaitable[None]) -> None:
        """Ask once, however many wait for the same answer."""
        under_way = self._asking.get(key)
        if under_way is not None:
            _forget(question)
            await asyncio.shield(under_way)
            return
        self._asking[key] = asyncio.get_running_loop().create_future()
        try:
            await question
        finally:
            self._asking.pop(key).set_result(None)

    async def _ask_member(self, user: str) -> None:
        called = await self._slack.call("users.info", {"user": user}, read=True)
        if isinstance(called, Never):
            self._members[user] = Member(Standing.FOREIGN, self._clock.now())
        if not isinstance(called, Said):
            return
        member = read_member(called.answer.get("user", {}), self._team, self._clock.now())
        self._members[user] = member
        await self._database.write(lambda connection: facts.save(connection, {user: member}, {}))

    async def _ask_group(self, name: str) -> None:
        called = await self._slack.call("usergroups.users.list", {"usergroup": name}, read=True)
        if isinstance(called, Never):
            self._groups[name] = Group(frozenset(), self._clock.now())
        if not isinstance(called, Said):
            return
        group = Group(frozenset(map(str, called.answer.get("users", []))), self._clock.now())
        self._groups[name] = group
        await self._database.write(lambda connection: facts.save(connection, {}, {name: group}))


def _is_account(user: str) -> bool:
    return user[:1] in {"U", "W"}


def _forget(question: Awaitable[None]) -> None:
    close: Callable[[], None] | None = getattr(question, "close", None)
    if close is not None:
        close()


def read_member(user: dict[str, Any], team: str, now: datetime) -> Member:
    """Read Slack's user object; a shape that is not understood is not a full member."""
    profile: dict[str, Any] = user.get("profile") or {}
    name = str(profile.get("display_name") or user.get("real_name") or user.get("name") or "")
    return Member(_standing(user, team), now, name)


def _standing(user: dict[str, Any], team: str) -> Standing:
    """Order matters: the first that is true is what people are told.

    Slack leaves `deleted` away now and then where it is false; an object with neither it nor a workspace is no account.
    """
    if not user.get("id") or not {"deleted", "team_id"} & user.keys():
        return Standing.FOREIGN
    if user.get("deleted", False) is not False:
        return Standing.DELETED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Standing.BOT
    if user.get("is_stranger") or (
        team and user.get("team_id") not in {team, None} and not _in_grid(user, team)
    ):
        return Standing.FOREIGN
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.FULL


def _in_grid(user: dict[str, Any], team: str) -> bool:
    """A member of an Enterprise Grid lists the workspaces that he is in (Slack's docs, user object)."""
    enterprise: dict[str, Any] = user.get("enterprise_user") or {}
    return team in enterprise.get("teams", [])
