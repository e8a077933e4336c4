"""Who counts as a full member: every combination of what Slack says of an account, and how old it may be."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.local_slack.model import User, UserGroup
from bot.local_slack.workspace import Workspace
from bot.membership_cache import read_member
from handlers.people import AccountStatus, Eligibility
from tests.bot.inside import Inside, command, inside, settings_of
from tests.local_slack.fault_injection import ALWAYS, InjectedFault
from tests.virtual_clock import ManualClock, VirtualClock, run_virtually
from tests.world import HOME_TEAM, POLICY, World

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FLAGS = (
    "deleted",
    "is_bot",
    "is_workflow_bot",
    "is_stranger",
    "is_restricted",
    "is_ultra_restricted",
    "is_invited_user",
)


@pytest.mark.parametrize("team", [HOME_TEAM, "T0OTHER"])
@pytest.mark.parametrize("flags", [*product((False, True), repeat=len(FLAGS))])
def test_only_a_plain_account_of_this_workspace_is_full(flags: tuple[bool, ...], team: str) -> None:
    """All 2^8 shapes: nothing but the one without any flag is let in."""
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
        ({"id": "W1", "deleted": False, "team_id": "E1", "enterprise_user": "E1"}, AccountStatus.FOREIGN),
        (
            {"id": "W1", "deleted": False, "team_id": "E1", "enterprise_user": {"teams": None}},
            AccountStatus.FOREIGN,
        ),
        ({"id": "U0ANY", "team_id": HOME_TEAM, "is_invited_user": True}, AccountStatus.INVITED),
    ],
)
def test_a_shape_that_is_not_understood_is_not_full(
    user: dict[str, Any], account_status: AccountStatus
) -> None:
    assert read_member(user, HOME_TEAM, NOW).account_status is account_status


@pytest.mark.parametrize(
    ("enterprise", "account_status"),
    [("E0CORP", AccountStatus.FULL), ("E0ELSE", AccountStatus.FOREIGN)],
)
def test_an_app_of_a_whole_organization_counts_its_members(
    enterprise: str, account_status: AccountStatus
) -> None:
    belongs = {"enterprise_id": enterprise, "teams": ["T0ANY"]}
    user = {"id": "W1", "deleted": False, "team_id": "T0ANY", "enterprise_user": belongs}
    assert read_member(user, "E0CORP", NOW).account_status is account_status


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
    async with asyncio.timeout(20):
        while group not in bot.app.freshness.membership().groups:
            await membership_cache.refresh([], [group])
    assert bot.app.freshness.membership().groups[group].members == frozenset()


async def test_a_clock_that_was_set_back_makes_slack_be_asked_again(bot: Inside) -> None:
    """Slack said it in what is now the future: who was deactivated since must not count for the hour until then."""
    membership_cache, workspace = bot.app.freshness.membership_cache, bot.world.slack.workspace
    await membership_cache.refresh(["U0TIM", "U0IRWIN"], ["S0OPS"])
    workspace.put_user(replace(workspace.users["U0TIM"], deleted=True))
    workspace.put_group(UserGroup("S0OPS", "ops", ()))
    bot.clock.ahead -= timedelta(hours=1)
    assert (answer(bot, "U0TIM"), answer(bot, "U0IRWIN")) == (Eligibility.UNKNOWN, Eligibility.UNKNOWN)
    assert "no guests" in await bot.world.says("Tim", "lock production now")
    assert answer(bot, "U0IRWIN") is Eligibility.NOT_IN_TEAM
    bot.clock.ahead -= timedelta(hours=1)
    await membership_cache.load()
    assert answer(bot, "U0TIM") is Eligibility.UNKNOWN
    await membership_cache.refresh(["U0TIM"], [])
    assert answer(bot, "U0TIM") is Eligibility.NOT_FULL_MEMBER


async def test_what_was_known_for_one_decision_stays_as_it_was(bot: Inside) -> None:
    membership_cache = bot.app.freshness.membership_cache
    before = bot.app.freshness.membership()
    await membership_cache.refresh(["U0IRWIN"], ["S0OPS"])
    assert ("U0IRWIN" in before.members, before.groups) == (False, {})


@pytest.mark.parametrize("error", ["token_revoked", "missing_scope", "account_inactive"])
async def test_a_refusal_that_is_about_the_bot_says_nothing_of_a_person(bot: Inside, error: str) -> None:
    """An answer that the token is revoked once made everybody an account of another workspace."""
    bot.world.slack.faults.add(InjectedFault("users.info", "error", code=error, times=ALWAYS))
    bot.world.slack.faults.add(InjectedFault("usergroups.users.list", "error", code=error, times=ALWAYS))
    said = await bot.world.says("Irwin", "lock production now")
    assert "Slack cannot be asked now" in said
    assert error in said, "people are told why"
    bot.world.slack.faults.clear()
    assert "is locked" in await bot.world.says("Irwin", "lock production now")


async def test_a_group_that_cannot_be_read_is_not_an_empty_one(
    bot: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    scope = "usergroups:read"
    fault = InjectedFault("usergroups.users.list", "error", code="missing_scope", times=ALWAYS, needed=scope)
    bot.world.slack.faults.add(fault)
    said = await bot.world.says("Irwin", "whoami")
    assert "You are in no team" not in said
    assert "Whether you are in ops is not known: Slack cannot be asked now." in said
    assert "give the app the scope usergroups:read under OAuth & Permissions" in said
    assert scope in await bot.world.says("Irwin", "lock production now")
    assert [each.name for each in bot.app.health.silent()] == ["Slack usergroups.users.list"]
    assert caplog.text.count(scope) == 1
    bot.world.slack.faults.clear()
    assert "is locked" in await bot.world.says("Irwin", "lock production now")
    assert bot.app.health.silent() == ()


MEMBERS = [f"U0M{number:03}" for number in range(300)]


def many(workspace: Workspace) -> None:
    for user in MEMBERS:
        workspace.put_user(User(user, f"Member {user}"))


def looked_up(bot: Inside) -> int:
    return sum(1 for method, _, _ in bot.world.slack.calls if method == "users.info")


def test_names_are_learned_behind_those_who_act(tmp_path: Path) -> None:
    """For a minute after each start 300 lookups stood before everybody's command, and most names were never learned."""
    policy = POLICY.replace("testers: {members: [", f"testers: {{members: [{', '.join(MEMBERS)}, ")

    async def story() -> None:
        async with inside(tmp_path, policy, clock=VirtualClock(), furnish=many) as bot:
            for user in MEMBERS[:40]:
                said = await typed(bot, "status", user)
                assert "Nothing waits and nothing runs" in said
            await asyncio.sleep(45 * 60)
            assert set(MEMBERS) <= bot.app.freshness.names().keys()
            calls = bot.world.slack.calls
            assert [each for each in calls if each[2].get("error") == "ratelimited"] == []
            assert len(MEMBERS) <= looked_up(bot) <= len(MEMBERS) + 50
        async with inside(tmp_path, policy, clock=VirtualClock(), furnish=many) as bot:
            await asyncio.sleep(5 * 60)
            assert looked_up(bot) == 0, "what is known is not asked for again"

    run_virtually(story())


UNIDENTIFIED = {
    "an error": InjectedFault("auth.test", "error", code="internal_error", times=ALWAYS),
    "no answer": InjectedFault("auth.test", "status", 503, times=ALWAYS),
    "no JSON": InjectedFault("auth.test", "body", code="busy", times=ALWAYS),
    "half an answer": InjectedFault(
        "auth.test", "body", code='{"ok": true, "user_id": "U0BOT"}', times=ALWAYS
    ),
}


@asynccontextmanager
async def unidentified(folder: Path, fault: InjectedFault) -> AsyncGenerator[Inside]:
    """Run a bot that Slack has not told yet who it is."""
    policy = POLICY.replace("ops: {members: [U0TIM]}", "ops: {members: [U0TIM, U0STRANGER]}")
    clock = ManualClock()
    async with World(folder, f"sqlite:///{folder / 'shiproom.db'}", policy=policy) as world:
        world.slack.faults.add(replace(fault))
        app = App(settings_of(world), world.environment(), clock)
        await app.start()
        try:
            yield Inside(app, world, clock)
        finally:
            await app.stop()


@pytest.mark.parametrize("fault", UNIDENTIFIED.values(), ids=list(UNIDENTIFIED))
async def test_before_the_bot_knows_its_workspace_nobody_is_a_member(
    tmp_path: Path, fault: InjectedFault
) -> None:
    """People of another workspace signed and production went; users.info alone cannot tell whose members they are."""
    async with unidentified(tmp_path, fault) as bot:
        assert await bot.app.readiness.ready(without_slack=False) == "Slack has not identified the bot yet"
        for user in ("U0TIM", "U0STRANGER"):
            for words in ("lock production now", "status", "why r1", "history"):
                said = await typed(bot, words, user)
                assert "Slack cannot be asked now" in said, words
                assert "full member" not in said
            assert "Slack cannot be asked now" in await typed(bot, "", user), "the form lists builds"
            assert "Slack has yet to confirm" in await typed(bot, "whoami", user)
        locks = [row["outcome"] for row in await bot.rows() if row["event"] == "locked"]
        assert len(locks) == len([each for each in locks if "refused" in each]) == 2
        bot.world.slack.faults.clear()
        await bot.until(lambda: bot.app.freshness.names().get("U0TIM") == "Tim")
        assert "is locked" in await typed(bot, "lock production now", "U0TIM")
        assert "no guests and no accounts of other workspaces" in await typed(bot, "status", "U0STRANGER")


async def typed(bot: Inside, words: str, user: str) -> str:
    """Send a slash command as Slack signs it, also for those of whom Slack would take none, and give the answer."""
    body = command(words, user)
    answered = await bot.post("/slack/events", bot.signed(body), body)
    return answered.body.decode()
