"""Caches what Slack says of accounts and user groups; an answer counts for at most 60 s."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, cast

from bot.clock import Clock
from bot.slack_client.results import CallRejected, CallSucceeded
from bot.slack_client.web import Identity, SlackWeb
from handlers.people import FRESH, AccountStatus, Directory, Group, Member, Membership
from storage import facts
from storage.database import Database

REFRESH_AFTER = FRESH * 0.7
"""An answer is requested again some time before it is too old to count."""

NO_ACCOUNT = frozenset({"user_not_found", "user_not_visible"})
NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})
"""Slack's errors that say something of an account or a group (Slack's docs, users.info and usergroups.users.list).

Any other error, such as token_revoked or missing_scope, says something of the bot: the account or group stays unknown.
"""

PATIENCE = 1.5
"""How many seconds a click waits for Slack to say who clicked.

Somebody not known by then has no rights.
"""


class MembershipCache:
    """The accounts and user groups that Slack was asked about."""

    def __init__(self, slack: SlackWeb, database: Database, clock: Clock) -> None:
        self._slack = slack
        self._database = database
        self._clock = clock
        self._team = ""
        self.workspace_address = ""
        self._members: dict[str, Member] = {}
        self._groups: dict[str, Group] = {}
        self._asking: dict[str, asyncio.Future[None]] = {}

    async def load(self) -> None:
        """Load the answers from before a restart.

        Those that are still fresh count, and names can be used at any age.
        """
        self._members, self._groups = await self._database.read(lambda connection: facts.load(connection, 0))

    def set_identity(self, identity: Identity) -> None:
        """Set the workspace, or the organization that the bot is installed in, whose full members count."""
        self._team, self.workspace_address = identity.team, identity.url

    def membership(self, directory: Directory) -> Membership:
        """Return what is known now; before the workspace is known, no account is.

        What is returned never changes: an answer that comes later is not part of it.
        """
        return Membership(directory, self._members if self._team else {}, self._groups)

    def names(self, directory: Directory) -> dict[str, str]:
        """Return display names by account."""
        known = {user: member.name for user, member in self._members.items() if member.name}
        named = {user: person.name for person in directory.people for user in person.slack}
        return {**known, **named}

    def knows(self, user: str) -> bool:
        """Return whether Slack was ever asked about an account, or never can be."""
        return user in self._members or not _is_account(user)

    def trouble(self) -> str:
        """Return why Slack cannot be asked about people now, in words; empty if nothing is known to be in the way."""
        return self._slack.refusals.words("users.info", "usergroups.users.list")

    async def refresh(self, users: Iterable[str], groups: Iterable[str]) -> None:
        """Request what is missing or nearly too old, all at once, within PATIENCE."""
        wanted = [
            self._ask(f"member:{user}", partial(self._ask_member, user))
            for user in users
            if self._team and _is_account(user) and self._is_due(self._members.get(user))
        ]
        wanted += [
            self._ask(f"group:{name}", partial(self._ask_group, name))
            for name in groups
            if name and self._is_due(self._groups.get(name))
        ]
        if wanted:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await asyncio.gather(*wanted)

    def _is_due(self, known: Member | Group | None) -> bool:
        """Return whether to ask: nothing is known, it is old, or the clock was set back since."""
        now = self._clock.now()
        return known is None or not now - REFRESH_AFTER <= known.as_of <= now

    async def _ask(self, key: str, question: Callable[[], Awaitable[None]]) -> None:
        """Send a request once, however many callers wait for the same answer.

        What is answered is as of when it was asked: it may have changed by the time the answer arrives.
        """
        under_way = self._asking.get(key)
        if under_way is not None:
            await asyncio.shield(under_way)
            return
        self._asking[key] = asyncio.get_running_loop().create_future()
        try:
            await question()
        finally:
            self._asking.pop(key).set_result(None)

    async def _ask_member(self, user: str) -> None:
        now = self._clock.now()
        result = await self._slack.call("users.info", {"user": user}, read=True)
        if isinstance(result, CallSucceeded):
            member = read_member(result.answer["user"], self._team, now)
        elif isinstance(result, CallRejected) and result.error in NO_ACCOUNT:
            member = Member(AccountStatus.FOREIGN, now)
        else:
            return
        self._members = {**self._members, user: member}
        await self._database.write(lambda connection: facts.save(connection, {user: member}, {}))

    async def _ask_group(self, name: str) -> None:
        now = self._clock.now()
        result = await self._slack.call("usergroups.users.list", {"usergroup": name}, read=True)
        if isinstance(result, CallRejected) and result.error in NO_GROUP:
            # Nobody saw it empty: what was signed instead of it is not handed over.
            self._groups = {**self._groups, name: Group(frozenset(), now)}
        if not isinstance(result, CallSucceeded):
            return
        there = frozenset(map(str, result.answer["users"]))
        group = await self._database.write(partial(facts.save_group, name=name, there=there, now=now))
        self._groups = {**self._groups, name: group}


def _is_account(user: str) -> bool:
    return user[:1] in {"U", "W"}


def read_member(user: dict[str, Any], team: str, now: datetime) -> Member:
    """Read Slack's user object; one that is not understood is not a full member."""
    profile = _object(user.get("profile"))
    names = (profile.get("display_name"), user.get("real_name"), user.get("name"))
    name = next((each for each in names if each and isinstance(each, str)), "")
    zone = user.get("tz")
    return Member(_account_status(user, team), now, name, zone if isinstance(zone, str) else "")


def _account_status(user: dict[str, Any], team: str) -> AccountStatus:
    """Return an account's status; the first one that applies is what people are told.

    Slack sometimes leaves `deleted` out if it is false; an object with neither it nor a workspace is not an account.
    """
    if not user.get("id") or not {"deleted", "team_id"} & user.keys():
        return AccountStatus.FOREIGN
    if user.get("deleted", False) is not False:
        return AccountStatus.DELETED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return AccountStatus.BOT
    if user.get("is_stranger") or not _is_here(user, team):
        return AccountStatus.FOREIGN
    if user.get("is_invited_user"):
        return AccountStatus.INVITED
    restricted = user.get("is_restricted") or user.get("is_ultra_restricted")
    return AccountStatus.GUEST if restricted else AccountStatus.FULL


def _is_here(user: dict[str, Any], team: str) -> bool:
    """Return whether an account is of the workspace.

    A member of an Enterprise Grid has a user object that lists the workspaces that they are in, and names the organization
    (Slack's docs, user object). An app that is installed for a whole organization has that as its workspace.
    """
    if user.get("team_id") in (team, None):
        return True
    enterprise = _object(user.get("enterprise_user"))
    teams = enterprise.get("teams")
    return team == enterprise.get("enterprise_id") or (
        isinstance(teams, list) and team in cast("list[object]", teams)
    )


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
