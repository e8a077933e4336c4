"""Names that people type with a command, through the bot: what is named is what is meant, and nothing else is offered."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = {name: service(name) for name in ("front", "rear", "hall", "yard")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    folder, policy = tmp_path_factory.mktemp("bot"), HEAD + "".join(SERVICES.values())
    async with inside(folder, policy, socket_mode=socket_mode, furnish=furnished(*SERVICES)) as running:
        yield running


async def form(scenario: ServiceScenario, line: str) -> str:
    """Return what the form says that a line opens, or else the answer; the form is closed again."""
    said, tim = await scenario.types("Tim", line), scenario.person("Tim")
    if tim.modal is None:
        return said
    shown = tim.reads_modal().replace("*", "")
    await tim.close(tim.modal, everything=True)
    return shown


async def test_a_rollback_is_of_the_service_and_to_the_build_that_are_named(bot: Inside) -> None:
    front, rear = ServiceScenario(bot, "front"), ServiceScenario(bot, "rear")
    first = await front.live("1.0")
    await front.live("1.1")
    second = await rear.live("2.0")
    await rear.live("2.1")
    for line in ("production of rear", "production in rear", "production von rear", "rear/production"):
        assert "production of rear goes from 2.1" in await form(front, f"rollback {line}"), line
    for line in (f"front to r{first}", f"production r{first}", "production 1.0", "production auf 1.0"):
        assert "production of front goes from 1.1" in (shown := await form(front, f"rollback {line}")), line
        assert "back to 1.0 (" in shown, line
    refused = {
        "front and rear production": "rear would be a second service",
        "production of front and rear": "rear would be a second service",
        "staging and production": "production would be a second environment",
        "production rear is down": "rear is a service",
        "production 0.9": "0.9 never succeeded in production",
        "production 0.9 is broken": "0.9 never succeeded in production",
        f"production to r{second}": f"r{second} is no release of front",
        "checkout is broken": "Did you mean /release rollback production checkout is broken?",
    }
    for line, said in refused.items():
        assert said in await form(front, f"rollback {line}"), line
    assert f"r{second} is no release of front" in await rear.types("Mara", f"front@r{second} to production")


async def test_a_lock_is_of_the_service_that_is_named(bot: Inside) -> None:
    front = ServiceScenario(bot, "front")
    for line in ("production of rear 2h db", "production in rear 2h db"):
        assert "production of rear is locked until" in await front.types("Tim", f"lock {line}")
        assert "locked" not in await front.types("Tim", "where front")
        assert "production of rear is open again" in await front.types("Tim", "unlock production of rear")
    before = len(await bot.rows())
    for line in (
        "lock production rear 2h db",
        "lock everything of rear 2h",
        "unlock front and rear production",
    ):
        await front.types("Tim", line)
    assert len(await bot.rows()) == before, "nothing was done"


async def test_no_release_but_the_one_that_is_named_is_offered(bot: Inside) -> None:
    hall, yard = ServiceScenario(bot, "hall"), ServiceScenario(bot, "yard")
    await hall.build("1.3")
    signs = await hall.starts("Mara", "staging")
    await hall.until(signs, "waiting", "production")
    await hall.types("Amita", f"testing r{signs}")
    await hall.build("1.4")
    waits = await hall.starts("Mara", "staging")
    await yard.build("5.0")
    other = await yard.starts("Mara", "staging")
    await yard.until(other, "waiting", "production")
    offered = {
        "approve 1.3": [f"Sign off r{signs}"],
        "approve 1.3 looks good": [f"Sign off r{signs}"],
        "approve 1.4": [],
        "approve production": [f"Sign off r{signs}"],
        f"approve production r{signs}": [f"Sign off r{signs}"],
        f"approve staging r{signs}": [],
        "approve yard": [f"Sign off r{other}"],
        f"approve hall r{other}": [],
        f"approve not r{signs}": [],
        f"approve https://ci.example.org/r{waits}": [],
        "reject 1.3 login": [f"Reject r{signs}"],
        "cancel 1.4": [f"Cancel r{waits}"],
        "cancel 1.9": [],
        "cancel staging": [],
        "cancel 1.4 and 1.3": [f"Cancel r{waits}", f"Cancel r{signs}"],
        f"testing done r{waits}": [],
        "cancel rollback": [],
        "cancel the lock": [],
        f"stop testing r{waits}": [],
        "lgtm 1.3": [f"Sign off r{signs}"],
    }
    before = len(await bot.rows())
    shown: dict[str, list[str]] = {}
    for line in offered:
        await hall.types("Tim", line)
        shown[line] = list(hall.private("Tim")[-1].buttons)
    assert shown == offered
    assert "No open release of hall is 1.9." in await hall.types("Tim", "cancel 1.9")
    assert f"/release approve r{signs} as ops fine" in await hall.types("Tim", "approve 1.3 as ops fine")
    for line in (
        f"cancel r{signs} and r{waits}",
        f"cancel r{signs}, r{waits}",
        f"approve r{signs} as ops and testers",
    ):
        assert "would be a second" in await hall.types("Tim", line)
    assert len(await bot.rows()) == before, "nothing was done"


async def test_a_build_goes_where_it_is_sent_in_any_order(bot: Inside) -> None:
    yard = ServiceScenario(bot, "yard")
    await yard.build("6.0")
    for line in ("staging 6.0", "6.0 auf staging", "yard 6.0 staging", "deploy 6.0 nach staging"):
        assert "Did you mean /release 6.0 to staging?" in await yard.types("Mara", line), line
        assert yard.private("Mara")[-1].buttons == ("Release to staging",)
    assert "Did you mean /release newest to staging?" in await yard.types("Mara", "main to staging")
    assert "Which build?" in await yard.types("Mara", "main to production")
    await yard.starts("Mara", "yard latest to staging")
