"""Keeps Slack's facts about people fresh.

Slack is asked before an event is decided, and again if an answer is missing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.blocks.names import MOST_ON_CALL
from bot.clock import Clock
from bot.membership_cache import MembershipCache
from bot.tasks import Tasks
from handlers.events import BuildReported, Event, StartsRelease
from handlers.outcome import Refusal
from handlers.people import FRESH, Eligibility, Membership
from handlers.plan import Plan
from handlers.policy import Policy
from handlers.release import Release
from handlers.reports import Reevaluated
from handlers.step import StepState

CACHED_RELEASES = 1000

Handle = Callable[[Event], Awaitable[Any]]


class Freshness:
    """Refreshes Slack's facts about the people who count for a decision.

    A reload replaces the policy.
    """

    def __init__(self, membership_cache: MembershipCache, clock: Clock, tasks: Tasks, policy: Policy) -> None:
        self.membership_cache = membership_cache
        self._clock = clock
        self._tasks = tasks
        self._policy = policy
        self._signers: dict[int, tuple[str, ...]] = {}

    def use_policy(self, policy: Policy) -> None:
        """Replace the policy in force."""
        self._policy = policy

    def membership(self) -> Membership:
        """Return what is known about people now."""
        return self.membership_cache.membership(self._policy.directory)

    def names(self) -> dict[str, str]:
        """Return display names by account."""
        return self.membership_cache.names(self._policy.directory)

    @property
    def workspace(self) -> str:
        """The address of the Slack workspace; empty until Slack has named it."""
        return self.membership_cache.workspace_address

    def explained(self, refusal: Refusal) -> Refusal:
        """Return a refusal with why Slack cannot be asked, if it is one because of what is not known."""
        trouble = self.membership_cache.trouble() if refusal.code == Eligibility.UNKNOWN.value else ""
        return replace(refusal, values={**refusal.values, "trouble": trouble}) if trouble else refusal

    def user_groups(self) -> dict[str, frozenset[str]]:
        """Return who is in each user group, as Slack said last."""
        return {name: group.members for name, group in self.membership().groups.items()}

    async def refresh_person(self, user: str, *, groups: bool = True) -> None:
        """Ask Slack about a person, and if `groups` about all user groups that count."""
        await self.membership_cache.refresh([user], self._groups() if groups else ())

    async def learn_who_is_on_call(self) -> None:
        """Ask Slack once for the names of who is in small user groups: a person asks, and messages name them."""
        small = (there for there in self.user_groups().values() if len(there) <= MOST_ON_CALL)
        nameless = {each for there in small for each in there if not self.membership_cache.knows(each)}
        await self.membership_cache.refresh(sorted(nameless)[:MOST_ON_CALL], ())

    async def before_event(self, event: Event) -> None:
        """Ask Slack about the people that an event depends on.

        These are its sender, earlier signers and the service's teams.
        """
        users = {getattr(event, "actor", ""), *self._signers.get(getattr(event, "release", 0), ())}
        starting = isinstance(event, StartsRelease | BuildReported)
        plan = self._policy.plans.get(event.build.service) if starting else None
        await self.membership_cache.refresh(users, self._groups(plan))

    def after_event(self, event: Event, release: Release, handle: Handle) -> None:
        """Remember who signed.

        If Slack has yet to confirm one of them, ask now instead of in 30 s.
        """
        self._remember(release)
        if not isinstance(event, Reevaluated) and self._unconfirmed(release):
            self._tasks.start(self._refresh_and_reevaluate(release, handle), f"reevaluate r{release.number}")

    async def refresh_release(self, release: Release) -> None:
        """Ask Slack about all teams that count for the current step, and its signers.

        Spent sign-offs are included: they count again when a run claims what was sent on them.
        """
        self._remember(release)
        signed = {each.user for each in release.step.sign_offs if each.verdict == "yes"}
        await self.membership_cache.refresh(signed, self._groups(self._policy.plans.get(release.service)))

    async def refresh_signers(self, release: Release) -> bool:
        """Ask Slack about signers and user groups whose facts are out of date, before a release is shown.

        Return whether any were.
        A release that waits only for people is not reevaluated, so these facts can grow old meanwhile.
        """
        due = self._unconfirmed(release) or self._stale_groups(release)
        if due:
            await self.refresh_release(release)
        return due

    def _groups(self, plan: Plan | None = None) -> set[str]:
        """Return the user groups that count: those of one plan's teams, or of all teams."""
        teams = self._policy.directory.teams
        if plan is None:
            return {team.usergroup for team in teams.values()}
        counted = {team for each in plan.environments for team in each.teams}
        names = {*plan.starters, *plan.operators, *plan.waiving.by, *counted}
        return {teams[name].usergroup for name in names if name in teams}

    def _remember(self, release: Release) -> None:
        """Cache who signed, for the next event to ask about.

        A lost entry costs one more reevaluation.
        """
        if len(self._signers) > CACHED_RELEASES:
            self._signers.clear()
        self._signers[release.number] = tuple({signed.user for signed in release.step.unspent})

    def _unconfirmed(self, release: Release) -> bool:
        """Return whether Slack's facts about a signer are missing, or too old to count."""
        membership, now = self.membership(), self._clock.now()
        return release.step.state is StepState.WAITING and any(
            membership.eligible(each.user, each.team, now) is Eligibility.UNKNOWN
            for each in release.step.unspent
        )

    def _stale_groups(self, release: Release) -> bool:
        """Return whether a user group that signs for the waiting step was asked for too long ago to be shown."""
        teams, known, now = self._policy.directory.teams, self.membership().groups, self._clock.now()
        groups = {teams[rule.team].usergroup for rule in release.rules(release.step) if rule.team in teams}
        shown = [known.get(group) for group in groups if group]
        return release.step.state is StepState.WAITING and any(
            group is None or not now - FRESH <= group.as_of <= now for group in shown
        )

    async def _refresh_and_reevaluate(self, release: Release, handle: Handle) -> None:
        await self.refresh_release(release)
        await handle(Reevaluated(release.number))
