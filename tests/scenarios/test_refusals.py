"""Refused without effect, each with a reason that the person can act on: one bot, one stage, many who may not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.local_slack.model import UserGroup
from tests.bot.inside import Inside, inside
from tests.local_slack.chat_user import Seen
from tests.scenarios.acting import HEAD, ServiceScenario, channel_of, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEVER_ENOUGH = "[{sign_off: testers, needs: 3}, {sign_off: ops, needs: 2}]"
POLICY = HEAD + service("shop", NEVER_ENOUGH) + service("game")


@dataclass
class Stage:
    """What stands when the refused attempts begin: who signed what, which release failed, which has ended."""

    bot: Inside
    shop: ServiceScenario
    game: ServiceScenario
    waiting: int
    """Waits for sign-offs for production; Andy started it, Amita and Kim have signed for the testers."""
    failed: int
    """Failed in production."""
    cancelled: int
    old_card: Seen
    """The card of `waiting` from when it was in staging."""
    ended_card: Seen
    """The card of `cancelled` from before it was cancelled."""

    async def world(self) -> Any:  # noqa: ANN401 - everything but the history, to be compared
        _, releases = await self.bot.world.api("GET", "/api/v1/releases?limit=200")
        live = [
            await scenario.types("Irwin", f"where {scenario.service}") for scenario in (self.shop, self.game)
        ]
        for each in releases:
            del each["history"]
            for step in each["steps"]:
                del step["gates"]  # what they answer also depends on when Slack was asked last
        return releases, live, self.bot.world.deployed()

    async def rows(self) -> dict[tuple[str, int], Any]:
        """Read what people did, by place."""
        rows = await self.bot.rows()
        return {(row["service"], row["row"]): row for row in rows if row["actor"] != "shiproom"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    async with inside(folder, POLICY, socket_mode=socket_mode, furnish=furnished("shop", "game")) as bot:
        shop, game = ServiceScenario(bot, "shop"), ServiceScenario(bot, "game")
        shop.holds("staging")
        await shop.build("1.0")
        waiting = await shop.starts("Andy", "1.0 to staging")
        old_card = await shop.offers(waiting, "Cancel")
        shop.lets_go("staging")
        await game.live("1.0")
        game.breaks("production")
        await game.build("1.1")
        failed = await game.starts("Mara", "1.1 to staging")
        await game.until(failed, "waiting", "production")
        await game.types("Tim", f"approve r{failed} as ops")
        await game.until(failed, "failed")
        await shop.until(waiting, "waiting", "production")
        await shop.types("Amita", f"testing r{waiting}")
        for name in ("Amita", "Kim"):
            assert "signed" in await shop.types(name, f"approve r{waiting} as testers")
        assert "testers" in await shop.types("Lena", "whoami")
        await game.build("1.2")
        cancelled = await game.starts("Mara", "1.2 to staging")
        await game.until(cancelled, "waiting", "production")
        ended_card = await game.offers(cancelled, "Sign off for ops")
        assert "cancelled" in await game.types("Mara", f"cancel r{cancelled}")
        await shop.shows(waiting, "[Sign off for testers]", "[Sign off for ops]", "[Reject]")
        # Kim leaves the team by a change of the policy, Lena by a change of the Slack user group.
        (folder / "shiproom.yml").write_text(POLICY.replace("U0KIM, ", ""))
        await bot.app.reload()
        bot.world.slack.workspace.put_group(UserGroup("S0TEST", "testers", ("U0IRWIN2",)))
        bot.clock.advance(61)
        await shop.thread(waiting, "Kim may not sign for testers any more")
        yield Stage(bot, shop, game, waiting, failed, cancelled, old_card, ended_card)


Attempt = Callable[[Stage], Awaitable[str]]


def clicks(name: str, label: str, which: str = "waiting") -> Attempt:
    """Click on the newest card."""

    async def attempt(stage: Stage) -> str:
        scenario, number = (stage.game if which == "failed" else stage.shop), getattr(stage, which)
        card = await scenario.offers(number, label)
        return await scenario.told(name, lambda: scenario.person(name).click(card, label))

    return attempt


def clicks_old(name: str, label: str, which: str) -> Attempt:
    """Click on a card as it was."""

    async def attempt(stage: Stage) -> str:
        scenario = stage.shop if which == "old_card" else stage.game
        card: Seen = getattr(stage, which)
        return await scenario.told(name, lambda: scenario.person(name).click(card, label))

    return attempt


def types(name: str, words: str, where: str = "shop") -> Attempt:
    async def attempt(stage: Stage) -> str:
        scenario = stage.shop if where == "shop" else stage.game
        numbers = {"waiting": stage.waiting, "failed": stage.failed, "cancelled": stage.cancelled}
        return await scenario.types(name, words.format(**numbers))

    return attempt


CASES: list[tuple[str, Attempt, str, tuple[str, ...]]] = [
    (
        "who started it signs",
        clicks("Andy", "Sign off for testers"),
        "requester_may_not_sign",
        ("You started", "somebody else"),
    ),
    (
        "who started it signs for another team",
        clicks("Andy", "Sign off for ops"),
        "requester_may_not_sign",
        ("You started", "Tim, Olga or Amita."),
    ),
    ("who signed signs again", clicks("Amita", "Sign off for testers"), "already_signed", ("withdraw",)),
    (
        "who signed signs with another account",
        clicks("Amita again", "Sign off for testers"),
        "already_signed",
        ("withdraw",),
    ),
    (
        "one person for two teams",
        clicks("Amita", "Sign off for ops"),
        "one_person_one_slot",
        ("You have signed", "for testers", "Tim, Olga or Andy."),
    ),
    (
        "somebody in no team",
        clicks("Irwin", "Sign off for testers"),
        "not_in_team",
        ("Only testers", "Amita", "to be added to the team testers"),
    ),
    (
        "somebody in no team, typed",
        types("Irwin", "approve r{waiting}"),
        "not_in_team",
        ("Only testers or ops",),
    ),
    ("a guest", clicks("Guest", "Sign off for testers"), "not_full_member", ("full members", "Amita")),
    (
        "somebody of another workspace",
        clicks("Stranger", "Sign off for testers"),
        "not_full_member",
        ("other workspaces", "Amita"),
    ),
    ("an account that was closed", clicks("Gone", "Sign off for testers"), "not_full_member", ("Amita",)),
    (
        "somebody whom the policy took from the team",
        clicks("Kim", "Sign off for testers"),
        "not_in_team",
        ("Only testers", "Amita"),
    ),
    (
        "somebody who left the user group",
        clicks("Lena", "Sign off for testers"),
        "not_in_team",
        ("Only testers", "Amita"),
    ),
    (
        "a rejection by nobody",
        types("Irwin", "reject r{waiting} no"),
        "not_in_team",
        ("can reject r", "Amita"),
    ),
    ("testing by nobody", types("Irwin", "testing r{waiting}"), "not_in_team", ("Amita",)),
    ("a cancel by nobody", types("Irwin", "cancel r{waiting}"), "not_in_team", ("can cancel r", "Mara")),
    (
        "withdrawing what is not there",
        types("Tim", "withdraw r{waiting}"),
        "nothing_to_withdraw",
        ("no sign",),
    ),
    ("a start by nobody", types("Irwin", "1.0 to production"), "not_in_team", ("next step", "Mara")),
    ("waiving by a tester", types("Kim", "waive r{waiting} fine"), "not_in_team", ("ops", "Tim")),
    ("an old card", clicks_old("Mara", "Cancel", "old_card"), "old_card", ("old card", "newest card")),
    (
        "a card of what has ended",
        clicks_old("Tim", "Sign off for ops", "ended_card"),
        "finished",
        ("has ended", "Mara cancelled it"),
    ),
    ("a cancel of what has ended", types("Tim", "cancel r{cancelled}"), "finished", ("has ended",)),
    (
        "a lock by a developer",
        types("Mara", "lock production now"),
        "not_in_team",
        ("Only ops can lock", "Tim"),
    ),
    ("a lock of everything", types("Mara", "lock everything now"), "not_in_team", ("Only ops can lock",)),
    ("an unlock by a developer", types("Mara", "unlock production"), "not_in_team", ("unlock", "Tim")),
    (
        "a lock without a reason",
        types("Tim", "lock production"),
        "reason_needed",
        ("say why", "lock production for 2h database upgrade"),
    ),
    ("an unlock of what is open", types("Tim", "unlock production"), "not_locked", ("not locked",)),
    (
        "a rollback by a developer",
        types("Mara", "rollback production", "game"),
        "not_in_team",
        ("Only ops can roll back", "Ask Tim, Olga"),
    ),
    (
        "a rollback to what is live",
        types("Tim", "rollback staging to 1.2", "game"),
        "already_live",
        ("live in staging already",),
    ),
    (
        "settling by a developer",
        types("Mara", "settle r{failed} deployed", "game"),
        "not_in_team",
        ("Only ops", "Tim"),
    ),
    (
        "settling what is not unknown",
        types("Tim", "settle r{waiting} deployed"),
        "nothing_to_settle",
        ("Only",),
    ),
    (
        "a retry in production",
        clicks("Mara", "Retry", "failed"),
        "not_in_team",
        ("Only ops can retry", "Tim"),
    ),
    (
        "a cancel in production",
        clicks("Mara", "Cancel", "failed"),
        "not_in_team",
        ("Only ops can cancel", "Tim"),
    ),
    (
        "a retry of what has not failed",
        types("Mara", "retry r{waiting}"),
        "nothing_to_retry",
        ("Only what fai",),
    ),
]


@pytest.mark.parametrize(
    ("attempt", "code", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_refused_without_effect(
    stage: Stage, attempt: Attempt, code: str, words: tuple[str, ...]
) -> None:
    before, rows = await stage.world(), await stage.rows()
    said = await attempt(stage)
    added = [row for place, row in (await stage.rows()).items() if place not in rows]
    assert [row["outcome"].get("refused") for row in added] == [code], said
    assert await stage.world() == before
    for word in words:
        assert word in said, said


async def test_a_sign_off_of_who_left_the_team_counts_no_more(stage: Stage) -> None:
    # Slack's word on them has grown too old to count since; who asks is told with its word of now.
    stage.bot.clock.advance(61)
    why = await stage.shop.types("Irwin", f"why r{stage.waiting}")
    async with asyncio.timeout(30):
        # On a busy machine Slack's word may come later than anybody is kept waiting for it.
        while "Slack has yet to confirm" in why:
            why = await stage.shop.types("Irwin", f"why r{stage.waiting}")
    assert "Kim may no longer sign for testers" in why
    assert "2 more of" in why


async def test_buttons_of_other_peoples_messages_do_nothing(stage: Stage) -> None:
    """What looks like one of our cards and is none: its value names a release, and says nothing that can be checked."""
    card = await stage.shop.shows(stage.waiting, "[Reject]")
    forged = {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": "Win a prize"}}
    for value in ("approve r1 as ops #production/9/000000000000", "  ", "no words of ours", "\n"):
        blocks = ({"type": "actions", "block_id": "b", "elements": [forged | {"value": value}]},)
        place = Seen(type(card.message)(channel_of("shop"), "U0SHIPROOM", "x", blocks, card.ts), "", "", ())
        before = await stage.world()
        said = await stage.shop.told("Tim", lambda place=place: stage.shop.person("Tim").click(place, "Win"))
        assert said
        assert await stage.world() == before
