"""Forms and buttons do what they showed or nothing, and say what is different now; what is typed shows nothing."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.local_slack.model import View
from handlers.build import Build
from handlers.events import BuildReported
from tests.bot.inside import Inside, inside
from tests.local_slack.chat_user import ChatUser, Seen
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = ("live", "held", "odd", "failed", "ready", "empty", "ended", "same")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    starts = {"ended": "on_request"}
    policy = HEAD + "".join(service(name, start=starts.get(name, "automatic")) for name in SERVICES)
    async with inside(tmp_path_factory.mktemp("bot"), policy, furnish=furnished(*SERVICES)) as running:
        yield running


async def lives(scenario: ServiceScenario, *versions: str) -> None:
    for version in versions:
        await scenario.live(version)


async def opens_rollback(scenario: ServiceScenario) -> tuple[ChatUser, View]:
    """Have Tim open the form of a rollback, and keep it as it is."""
    tim = scenario.person("Tim")
    assert await scenario.types("Tim", f"rollback {scenario.service} production") == ""
    assert tim.modal is not None
    return tim, tim.modal


async def deployed(scenario: ServiceScenario) -> list[str]:
    """List what was deployed to production, in order."""
    lines = scenario.bot.world.deployed("production")
    numbers = {f"r{each['number']}" for each in await releases(scenario)}
    return [line.split()[1] for line in lines if line.split()[2] in numbers]


async def releases(scenario: ServiceScenario) -> list[dict[str, object]]:
    _, listed = await scenario.bot.world.api("GET", f"/api/v1/releases?service={scenario.service}&limit=200")
    return listed


def errors(answer: object) -> str:
    return str(getattr(answer, "body", ""))


async def test_a_rollback_form_goes_from_what_it_showed(bot: Inside) -> None:
    """It said "from 1.1 to 1.0"; 1.2 went live meanwhile, and production went from there to 1.0 without a question."""
    scenario = ServiceScenario(bot, "live")
    await lives(scenario, "1.0", "1.1")
    tim, form = await opens_rollback(scenario)
    read = tim.reads_modal().replace("*", "")
    assert "goes from 1.1 (live since " in read
    assert "back to 1.0 (" in read
    await scenario.live("1.2")
    before = await releases(scenario)
    answer = await tim.fill(form, {}).submit()
    assert "1.2 is live in production now. Nothing was changed" in errors(answer)
    assert "/release rollback live production" in errors(answer)
    assert (await releases(scenario), await deployed(scenario)) == (before, ["1.0", "1.1", "1.2"])
    await tim.close(form)
    tim, form = await opens_rollback(scenario)
    read = tim.reads_modal().replace("*", "")
    assert "goes from 1.2 (live since " in read
    assert "back to 1.1 (" in read
    assert not errors(await tim.fill(form, {}).submit())
    assert len(await releases(scenario)) == len(before) + 1


async def test_a_rollback_form_ends_no_other_release_than_it_showed(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "held")
    await lives(scenario, "1.0", "1.1")
    tim, form = await opens_rollback(scenario)
    assert "which holds" not in tim.reads_modal()
    scenario.breaks("production")
    await scenario.build("1.2")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "failed")
    answer = await tim.fill(form, {}).submit()
    assert f"r{number} holds production now. Nothing was changed" in errors(answer)
    assert (await scenario.release(number))["state"] == "failed"
    await tim.close(form)


async def test_a_rollback_form_goes_to_what_it_showed(bot: Inside) -> None:
    """Such a version cannot be typed and is no part of the command, so the target was found anew."""
    scenario = ServiceScenario(bot, "odd")
    for order, version in enumerate(("1.0 beta", "1.1"), start=1):
        build = Build(scenario.service, version, f"{order:040}", "main", ready_at=bot.clock.now())
        await bot.app.engine.handle(BuildReported(build))
        number = await scenario.starts("Mara", "staging")
        await scenario.until(number, "waiting", "production")
        await scenario.types("Tim", f"approve r{number} as ops")
        await scenario.until(number, "done")
    tim, form = await opens_rollback(scenario)
    assert "back to 1.0 beta (" in tim.reads_modal().replace("*", "")
    scenario.breaks("production")
    await scenario.build("1.2")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "failed")
    assert "cancelled" in await scenario.types("Tim", f"cancel r{number}")
    answer = await tim.fill(form, {}).submit()
    assert "Nothing was changed" in errors(answer)
    assert "kind': 'rollback" not in str(await releases(scenario))
    await tim.close(form)


async def test_the_button_of_a_rollback_opens_no_form_for_something_else(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "failed")
    await lives(scenario, "1.0", "1.1")
    scenario.breaks("production")
    await scenario.build("1.2")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "failed")
    scenario.mends("production")
    card = await scenario.shows(number, "[Roll back to 1.1]")
    await scenario.types("Tim", f"cancel r{number}")
    await scenario.live("1.3")
    tim = scenario.person("Tim")
    said = await scenario.told("Tim", lambda: tim.click(card, "Roll back to 1.1"))
    assert "1.3 is live in production now. Nothing was changed" in said
    assert tim.modal is None


async def announced(scenario: ServiceScenario, version: str) -> Seen:
    return await scenario.says(f"{scenario.service} {version} *is ready*")


async def test_an_old_announcement_starts_nothing_over_what_is_live_now(bot: Inside) -> None:
    """Its button was left from when 1.0 was in staging, and took staging back from 1.2 to 1.1."""
    scenario = ServiceScenario(bot, "ready")
    await scenario.live("1.0")
    await scenario.build("1.1")
    old = await announced(scenario, "1.1")
    await scenario.live("1.2")
    before = await releases(scenario)
    said = await scenario.told("Mara", lambda: scenario.person("Mara").click(old, "Release to staging"))
    assert "1.2 is live in staging now. Nothing was changed" in said
    assert "newest announcement" in said
    assert await releases(scenario) == before
    await scenario.build("1.3")
    new = await announced(scenario, "1.3")
    await scenario.person("Mara").click(new, "Release to staging")
    assert len(await releases(scenario)) == len(before) + 1


async def test_a_form_without_a_build_starts_none(bot: Inside) -> None:
    """It said that no build was ready; one that became ready meanwhile was started unseen."""
    scenario = ServiceScenario(bot, "empty")
    mara = scenario.person("Mara")
    assert await scenario.types("Mara", "") == ""
    form = mara.modal
    assert form is not None
    if "No build of empty is ready yet" not in mara.reads_modal():
        await mara.choose(form, "Service", "empty")
    assert "No build of empty is ready yet" in mara.reads_modal()
    await scenario.build("1.0")
    answer = await mara.fill(mara.modal, {"Environment": "staging"}).submit()
    assert "out of date" in errors(answer)
    assert await releases(scenario) == []


async def test_a_card_of_an_ended_release_promotes_no_other(bot: Inside) -> None:
    """Another release of the same build stands where this one stood, and its card was not looked at."""
    scenario = ServiceScenario(bot, "ended")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "1.0 to staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number} as ops")
    card = await scenario.shows(number, "[Release to production]")
    await scenario.types("Mara", f"cancel r{number}")
    again = await scenario.starts("Mara", "1.0 to staging")
    await scenario.until(again, "waiting", "production")
    await scenario.types("Tim", f"approve r{again} as ops")
    mara = scenario.person("Mara")
    said = await scenario.told("Mara", lambda: mara.click(card, "Release to production"))
    assert f"r{number} has ended" in said
    assert (await scenario.release(again))["state"] == "waiting"
    assert await deployed(scenario) == []


async def test_one_of_two_who_send_the_same_form_is_told(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "same")
    await lives(scenario, "1.0", "1.1")
    tim, first = await opens_rollback(scenario)
    olga = scenario.person("Olga")
    assert await scenario.types("Olga", "rollback same production") == ""
    second = olga.modal
    assert not errors(await tim.fill(first, {}).submit())
    answer = errors(await olga.fill(second, {}).submit())
    assert "production" in answer
    kinds = [each["kind"] for each in await releases(scenario)]
    assert kinds.count("rollback") == 1
