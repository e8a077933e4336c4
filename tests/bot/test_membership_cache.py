"""Who counts as a full member: every combination of what Slack says of an account, and how old it may be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack.model import UserGroup
from bot.membership_cache import read_member
from handlers.people import AccountStatus, Eligibility
from tests.bot.inside import Inside, inside
from tests.local_slack.fault_injection import InjectedFault
from tests.world import HOME_TEAM, POLICY

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FLAGS = ("deleted", "is_bot", "is_workflow_bot", "is_stranger", "is_restricted", "is_ultra_restricted")


@pytest.mark.parametrize("team", [HOME_TEAM, "T0OTHER"])
@pytest.mark.parametrize("flags", [*product((False, True), repeat=len(FLAGS))])
def test_only_a_plain_account_of_this_workspace_is_full(flags: tuple[bool, ...], team: str) -> None:
    """All 2^7 shapes: nothing but the one without any flag is let in."""
    user = {"id": "U0ANY", "team_id": team, **dict(zip(FLAGS, flags, strict=True))}
    full = read_member(user, HOME_TEAM, NOW).account_status is AccountStatus.FULL
    assert full is (team == HOME_TEAM and not any(flags))


@pytest.mark.parametrize(
    ("user", "account_status"),
    [
        ({}, AccountStatus.FOREIGN),
        ({"id": "U0ANY"}, AccountStatus.FOREIGN),
        ({"deleted": False, "team_id": HOME_TEAM}, AccountStatus.FOREIGN),
        ({"id": "U0ANY", "team_id": HOME_TEAM}, AccountStatus.FULL),
        ({"id": "U0ANY", "deleted": None, "team_id": HOME_TEAM}, AccountStatus.DELETED),
        ({"id": "U0ANY", "deleted": "false", "team_id": HOME_TEAM}, AccountStatus.DELETED),
        ({"id": "USLACKBOT", "deleted": False, "team_id": HOME_TEAM}, AccountStatus.BOT),
        ({"id": "W1", "deleted": False, "team_id": "T0ELSE"}, AccountStatus.FOREIGN),
        (
            {"id": "W1", "deleted": False, "team_id": "E1", "enterprise_user": {"teams": [HOME_TEAM]}},
            AccountStatus.FULL,
        ),
        (
            {"id": "W1", "deleted": False, "team_id": "E1", "enterprise_user": {"teams": ["T0ELSE"]}},
            AccountStatus.FOREIGN,
        ),
    ],
)
def test_a_shape_that_is_not_understood_is_not_full(
    user: dict[str, Any], account_status: AccountStatus
) -> None:
    assert read_member(user, HOME_TEAM, NOW).account_status is account_status


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Inside]:
    policy = POLICY.replace("ops: {members: [U0TIM]}", "ops: {members: [U0TIM], usergroup: S0OPS}")
    async with inside(tmp_path, policy) as running:
        running.world.slack.workspace.put_group(UserGroup("S0OPS", "ops", ("U0IRWIN",)))
        yield running


def answer(bot: Inside, user: str) -> Eligibility:
    return bot.app.freshness.membership().eligible(user, "ops", bot.clock.now())


async def test_an_answer_counts_for_a_minute_and_never_longer(bot: Inside) -> None:
    membership_cache, slack = bot.app.freshness.membership_cache, bot.world.slack
    assert answer(bot, "U0TIM") is Eligibility.UNKNOWN
    await membership_cache.refresh(["U0TIM", "U0IRWIN"], ["S0OPS"])
    assert (answer(bot, "U0TIM"), answer(bot, "U0IRWIN")) == (Eligibility.YES, Eligibility.YES)
    slack.workspace.put_group(UserGroup("S0OPS", "ops", ()))
    slack.faults.add(InjectedFault("*", "status", 503, times=1_000))
    bot.clock.advance(59)
    await membership_cache.refresh(["U0TIM", "U0IRWIN"], ["S0OPS"])
    assert answer(bot, "U0IRWIN") is Eligibility.YES
    bot.clock.advance(2)
    await membership_cache.refresh(["U0TIM", "U0IRWIN"], ["S0OPS"])
    assert (answer(bot, "U0TIM"), answer(bot, "U0IRWIN")) == (Eligibility.UNKNOWN, Eligibility.UNKNOWN)
    slack.faults.clear()
    await membership_cache.refresh(["U0TIM", "U0IRWIN"], ["S0OPS"])
    assert (answer(bot, "U0TIM"), answer(bot, "U0IRWIN")) == (Eligibility.YES, Eligibility.NOT_IN_TEAM)


async def test_while_slack_is_silent_nobody_counts_and_nothing_happens(bot: Inside) -> None:
    bot.world.slack.faults.add(InjectedFault("users.info", "status", 503, times=1_000))
    said = await bot.world.says("Tim", "lock production now")
    assert "unknown counts as no. Nothing was changed" in said
    bot.world.slack.faults.clear()
    assert "is locked" in await bot.world.says("Tim", "lock production now")


@pytest.mark.parametrize("group", ["S0GONE", "S0OTHER"])
async def test_a_group_that_is_not_there_has_nobody_in_it(bot: Inside, group: str) -> None:
    membership_cache = bot.app.freshness.membership_cache
    await membership_cache.refresh([], [group])
    assert bot.app.freshness.membership().groups[group].members == frozenset()
