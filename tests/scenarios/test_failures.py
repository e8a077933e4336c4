"""CiEffects that fail, run out of time or are lost: what people see, what they can do, and what never leaks."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEPLOY_KEY = "key-that-deploys-0815"
SERVICES = {
    "fails": service("fails"),
    "leaks": service("leaks"),
    "slow": service("slow", timeout="1s"),
    "mends": service("mends"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    policy = HEAD + "".join(SERVICES.values())
    folder, rooms = tmp_path_factory.mktemp("bot"), furnished(*SERVICES)
    async with inside(
        folder, policy, socket_mode=socket_mode, furnish=rooms, DEPLOY_KEY=DEPLOY_KEY
    ) as running:
        yield running


async def test_what_fails_says_why_and_is_tried_again(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "fails")
    await scenario.live("1.0")
    scenario.breaks("production")
    await scenario.build("1.1")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    shown = await scenario.until(number, "failed")
    production = shown["steps"][1]
    assert (production["state"], production["attempt"], production["run"]["state"]) == ("failed", 1, "failed")
    card = await scenario.shows(number, "failed in production", '"502 from web-3" (exit 1)', "[Retry]")
    assert "Production may be part 1.1, part 1.0" in card.text
    assert card.push.startswith(f"Decide on r{number} fails 1.1")
    assert set(card.buttons) == {"Roll back to 1.0", "Retry"}
    assert card.menu == ("It was deployed", "It was not deployed", "Cancel", "Why?")
    assert "502 from web-3" in await scenario.thread(number, "deploying 1.1 to fails-production")
    rung = await scenario.says(f"Decide on r{number}")
    assert rung.message.reply_broadcast
    assert "@Tim" in rung.text
    decides = f"`/release rollback production`, `/release retry r{number}`, `/release cancel r{number}` or "
    for typed in ("mine", "status"):
        assert f"decide on production: {decides}`/release settle r{number}`" in await scenario.types(
            "Tim", typed
        )
    assert "can roll back (/release rollback production), retry or cancel it" in await scenario.types(
        "Mara", f"why r{number}"
    )
    assert "decide on production" not in await scenario.types("Mara", "status")
    again = await scenario.types("Mara", "staging again")
    assert f"r{number} of 1.1 failed in production" in again
    assert "Tim" in again
    assert "/release cancel" not in again
    assert "Tim" in await scenario.types("Tim", "staging again")
    scenario.mends("production")
    pressed = await scenario.press("Tim", "Retry", number)
    assert pressed.confirm is not None
    assert "The sign-offs it had count again" in pressed.confirm.text
    done = await scenario.until(number, "done")
    assert done["steps"][1]["attempt"] == 2
    runs = [line for line in bot.world.deployed("production") if f" r{number} " in line]
    assert len(runs) == 2


async def test_a_failed_release_is_rolled_back_from_its_card(bot: Inside) -> None:
    scenario, tim = ServiceScenario(bot, "mends"), ServiceScenario(bot, "mends").person("Tim")
    await scenario.live("1.0")
    scenario.breaks("production")
    await scenario.build("1.1")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "failed")
    scenario.mends("production")
    await scenario.press("Tim", "Roll back to 1.0", number)
    await bot.until(lambda: tim.modal is not None)
    assert f"r{number}, which holds production, ends" in tim.reads_modal()
    await tim.fill(tim.modal, {"Reason": "checkout is broken"}).submit()
    await scenario.until(number, "cancelled")
    back = (await bot.world.api("GET", "/api/v1/releases?service=mends"))[1][0]
    assert (back["kind"], back["build"]["version"]) == ("rollback", "1.0")
    await scenario.until(back["number"], "done")
    assert "production: 1.0" in (await scenario.types("Irwin", "where")).replace("*", "")


async def test_secrets_in_the_output_reach_nobody(bot: Inside, caplog: pytest.LogCaptureFixture) -> None:
    scenario = ServiceScenario(bot, "leaks")
    words = (
        f"cannot log in with {DEPLOY_KEY}\n<!channel> `*look*` \x1b[31mred\x1b[0m\n"
        "Authorization: Bearer abcdefghijklmnop\ntoken=xoxb-1-secret https://u:hunter22@host/x\nthe last words"
    )
    scenario.breaks("staging", words)
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "failed")
    log = await scenario.thread(number, "The end of the log")
    assert "cannot log in with [redacted]" in log
    assert "the last words" in log
    assert "the last words" in (await scenario.shows(number, "failed in staging")).text
    seen = " ".join(
        f"{message.text} {message.blocks} {message.metadata}"
        for message in bot.world.slack.workspace.messages(scenario.channel, "U0MARA")
    )
    kept = "".join(str(row) for row in await bot.rows())
    for secret in (DEPLOY_KEY, "abcdefghijklmnop", "xoxb-1-secret", "hunter22", "\x1b", "<!channel>"):
        assert secret not in seen
        assert secret not in caplog.text
    assert DEPLOY_KEY not in kept
    assert DEPLOY_KEY not in str(await scenario.release(number))


async def test_what_takes_too_long_is_stopped(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "slow")
    scenario.holds("staging")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    shown = await scenario.until(number, "failed")
    assert shown["steps"][0]["run"]["state"] in {"timed_out", "failed", "cancelled"}
    assert "ran out of time in staging" in (await scenario.shows(number, "ran out of time")).text
    assert "ran into its time limit" in (await scenario.says(f"Decide on r{number}")).text
    scenario.lets_go("staging")
    assert "once more" in await scenario.types("Mara", f"retry r{number}")
    await scenario.until(number, "waiting", "production")
