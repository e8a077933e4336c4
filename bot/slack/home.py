"""Reads what the app's Home shows, of everybody at once, and renders it for each who looks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.blocks.block_kit import View
from bot.blocks.home import Everywhere, Links, everywhere, home_view, not_for_you
from bot.blocks.query_words import QueryResult
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.queries import Queries
from handlers.people import Eligibility, Membership
from storage import messages
from storage.database import Connection

SHOWN_FOR = timedelta(minutes=15)
"""How old Slack's facts about people may be to decide what they see; a click is decided by fresh ones."""

ASKED_AFTER = timedelta(minutes=10)
CARD_WITHIN = timedelta(minutes=1)
MOST_ASKED = 20
"""How many people Slack is asked about in one round: clicks need the same calls."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What all Homes show a part of: what was read, what is the same for everybody, and who is who."""

    found: QueryResult
    shared: Everywhere
    membership: Membership
    at: datetime

    def of(self, user: str) -> View | None:
        """Return the Home of a person; None while it is unknown whether they may read."""
        status = self.membership.account_status(user, self.at)
        if status is Eligibility.UNKNOWN:
            return None
        if status is not Eligibility.YES:
            return not_for_you()
        teams = {
            name: self.membership.eligible(user, name, self.at) for name in self.membership.directory.teams
        }
        query = replace(self.found.query, actor=user)
        return home_view(replace(self.found, query=query, account_status=status, teams=teams), self.shared)

    @property
    def awaits_cards(self) -> bool:
        """Whether a release has just begun whose card is not posted yet: that is no decision, and wakes nobody."""
        newest = self.at - CARD_WITHIN
        releases = (view.release for view in self.found.releases)
        return any(each.created_at > newest and each.number not in self.shared.links for each in releases)

    def may_read(self, user: str) -> bool:
        """Return whether a person is a full member."""
        return self.membership.account_status(user, self.at) is Eligibility.YES


class HomeReader:
    """Reads an `Overview`; `workspace` is the address of the workspace, under which messages have theirs."""

    def __init__(self, engine: Engine, freshness: Freshness, queries: Queries) -> None:
        self._engine = engine
        self._freshness = freshness
        self._queries = queries
        self.workspace = ""

    async def read(self, users: Iterable[str]) -> Overview:
        """Read everything, with what Slack says of those who look."""
        await self._ask_about(list(users))
        found = await self._queries.overview()
        numbers = {view.release.number for view in found.releases}
        numbers |= {each.number for service in found.services for each in service.ends}
        numbers |= {
            state.holder
            for service in found.services
            for state in service.environments.values()
            if state.holder
        }
        links = await self._engine.database.read(partial(_links, numbers=numbers, workspace=self.workspace))
        now = self._engine.clock.now()
        return Overview(found, everywhere(found, links), as_shown(self._freshness.membership(), now), now)

    async def _ask_about(self, users: list[str]) -> None:
        """Ask Slack about people and user groups of which it has said nothing for long."""
        membership, before = self._freshness.membership(), self._engine.clock.now() - ASKED_AFTER
        groups = {team.usergroup for team in membership.directory.teams.values() if team.usergroup}
        old_users = [
            each for each in users if (known := membership.members.get(each)) is None or known.as_of < before
        ]
        old_groups = [
            each for each in groups if (known := membership.groups.get(each)) is None or known.as_of < before
        ]
        await self._freshness.membership_cache.refresh(old_users[:MOST_ASKED], old_groups)


def as_shown(membership: Membership, now: datetime) -> Membership:
    """Return a membership whose facts count for SHOWN_FOR, as if each of them was new."""
    oldest = now - SHOWN_FOR
    members = {
        user: replace(each, as_of=now)
        for user, each in membership.members.items()
        if oldest <= each.as_of <= now
    }
    groups = {
        name: replace(each, as_of=now)
        for name, each in membership.groups.items()
        if oldest <= each.as_of <= now
    }
    return replace(membership, members=members, groups=groups)


def _links(connection: Connection, numbers: Iterable[int], workspace: str) -> Links:
    """Return the addresses of cards, as Slack makes them of a message's channel and time."""
    found = ((number, messages.find(connection, f"card:{number}")) for number in numbers)
    return {
        number: f"{workspace}archives/{card.channel}/p{card.ts.replace('.', '')}"
        for number, card in found
        if card is not None and workspace
    }
