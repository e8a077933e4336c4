"""Answers what Slack asks as somebody types into a long list: the likeliest of what can be chosen there."""

import asyncio
import logging

from bot.blocks.block_kit import Option
from bot.blocks.blocker_input import CHOOSE_RELEASE, read_place
from bot.blocks.form_input import CHOOSE_SERVICE
from bot.blocks.forms import service_options
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.open_releases import OpenReleases
from bot.slack.payloads import Suggestion
from handlers.likeliest import Choice, likeliest
from handlers.people import Eligibility
from handlers.plan import unique

log = logging.getLogger("shiproom.slack")

ANSWER_WITHIN = 2.0
"""Seconds; Slack waits for 3, and shows an empty list then (docs.slack.dev, block_suggestion payload)."""


class Suggestions:
    """Finds what fits, in what is saved; only full members are told."""

    def __init__(self, engine: Engine, freshness: Freshness, open_releases: OpenReleases) -> None:
        self._engine = engine
        self._freshness = freshness
        self._open_releases = open_releases

    async def options(self, asked: Suggestion) -> list[Option]:
        """Return at most as many options as Slack takes; none if that cannot be said in time."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._found(asked)
        except Exception as error:  # noqa: BLE001 - whatever it is, the list stays empty and can be asked for again
            log.warning("a list stays empty: %s", error or type(error).__name__)
            return []

    async def _found(self, asked: Suggestion) -> list[Option]:
        user = asked.sender.user
        await self._freshness.refresh_person(user, groups=False)
        membership, now = self._freshness.membership(), self._engine.clock.now()
        if membership.account_status(user, now) is not Eligibility.YES:
            return []
        if asked.action == CHOOSE_SERVICE:
            return self._services(asked.typed, user)
        if asked.action == CHOOSE_RELEASE:
            place = read_place(asked.metadata)
            return await self._open_releases.fitting(asked.typed, place.channel, place.own)
        return []

    def _services(self, typed: str, user: str) -> list[Option]:
        """Return the services that fit; those that the person may start come first among equals."""
        membership, now = self._freshness.membership(), self._engine.clock.now()
        choices = [
            Choice(plan.service, plan.service, near=may is Eligibility.YES)
            for plan in self._engine.policy.plans.values()
            for may in [membership.eligible_in_any(user, unique(plan.starters + plan.operators), now)]
        ]
        return service_options([each.value for each in likeliest(typed, choices)])
