"""Steps of workflows: nobody acts by being named in one, and what is waited for ends once; over both transports."""

from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from bot.local_slack.workflows import StepRun, step_json
from bot.slack.admission import Rejection, admit
from bot.slack.events import read_event
from bot.slack.workflow_steps import NO_PERSON, NO_RELEASE, UNKNOWN_STEP, read_step
from bot.slack_client.web import Identity
from handlers.effects import Effect
from handlers.workflow_steps import AskToStart, AwaitRelease, EndStep
from storage import effects, taken_events
from tests.bot.inside import Inside
from tests.local_slack.chat_user import Seen
from tests.world import CHANNEL

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARAS = {"person": "U0MARA", "service": "website", "environment": "staging"}


@pytest.mark.parametrize(
    ("callback", "inputs", "effect"),
    [
        ("request_release", MARAS, AskToStart("U0MARA", "website", "staging", "", "Fx1")),
        (
            "request_release",
            {**MARAS, "service": " Website ", "version": "2.4.1 \n"},
            AskToStart("U0MARA", "website", "staging", "2.4.1", "Fx1"),
        ),
        ("request_release", {}, EndStep("Fx1", error=NO_PERSON)),
        ("request_release", {**MARAS, "person": "mara"}, EndStep("Fx1", error=NO_PERSON)),
        ("request_release", {**MARAS, "person": "<@U0MARA>"}, EndStep("Fx1", error=NO_PERSON)),
        ("wait_for_release", {"release": "r42"}, AwaitRelease(42, "", "Fx1")),
        (
            "wait_for_release",
            {"release": " R42 ", "environment": "Staging"},
            AwaitRelease(42, "staging", "Fx1"),
        ),
        ("wait_for_release", {"release": "42"}, AwaitRelease(42, "", "Fx1")),
        ("wait_for_release", {"release": "website"}, EndStep("Fx1", error=NO_RELEASE)),
        ("wait_for_release", {}, EndStep("Fx1", error=NO_RELEASE)),
        ("approve_release", MARAS, EndStep("Fx1", error=UNKNOWN_STEP)),
    ],
)
async def test_what_a_step_asks_for(callback: str, inputs: dict[str, str], effect: Effect) -> None:
    assert read_step(callback, inputs, "Fx1") == effect


async def test_of_the_event_only_names_and_texts_are_read() -> None:
    run = StepRun(
        "Fx1", "request_release", {**MARAS, "version": 7, "note": "x" * 4000, "user": {"id": "U0TIM"}}
    )
    body = {"type": "event_callback", "event_id": "Ev1", "event": step_json(run, 1.0)}
    admitted = admit(body, Identity("T0HOME", "U0BOT", "B0BOT"))
    assert not isinstance(admitted, Rejection)
    event = read_event(admitted)
    assert event is not None
    assert event.user == ""
    assert event.fields["inputs"] == {**MARAS, "note": "x" * 300}
    assert "xwfp" not in str(admitted)
    assert read_event({**admitted, "event_id": ""}) is None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(bot: Inside) -> Inside:
    """Have a build ready."""
    await bot.world.build("2.4.0")
    return bot


async def began(bot: Inside, kind: str, inputs: dict[str, Any]) -> StepRun:
    """Have a workflow come to a step."""
    slack = bot.world.slack
    run = slack.workspace.workflows.begin(kind, inputs)
    receipts = await slack.events.tell(step_json(run, bot.clock.now().timestamp()))
    assert [each.ok for each in receipts] == [True]
    return run


async def ended(bot: Inside, kind: str, inputs: dict[str, Any]) -> StepRun:
    run = await began(bot, kind, inputs)
    await bot.until(lambda: not run.open)
    return run


def told(bot: Inside, user: str) -> list[Seen]:
    """List what the bot told a person directly."""
    slack = bot.world.slack
    return slack.person(user).sees(slack.workspace.direct(slack.workspace.bot.id, user).id)


async def releases(bot: Inside) -> list[dict[str, Any]]:
    _, found = await bot.world.api("GET", "/api/v1/releases?service=website&limit=20")
    return found


async def standing(bot: Inside) -> list[dict[str, Any]]:
    """Return where each release stands, without its history: what is refused is noted there."""
    return [{**each, "history": []} for each in await releases(bot)]


async def test_whoever_is_named_gets_a_button_and_nothing_starts_before_they_press_it(bot: Inside) -> None:
    await bot.world.build("2.4.1")
    before = await releases(bot)
    run = await ended(bot, "request_release", {**MARAS, "version": "2.4.1"})
    assert (run.outputs, run.error) == ({"asked": True, "version": "2.4.1"}, "")
    assert await releases(bot) == before
    asked = told(bot, "U0MARA")[-1]
    assert asked.buttons == ("Start website 2.4.1 to staging",)
    assert "Nothing is started until you press the button" in asked.text
    pressed = await bot.world.person("Mara").press(asked, "Start website 2.4.1 to staging")
    assert pressed.confirm is not None
    assert "in your name" in pressed.confirm.text
    (started, *rest) = await releases(bot)
    assert rest == before
    assert (started["requester"], started["build"]["version"]) == ("U0MARA", "2.4.1")
    known = {"asked": True, "version": "2.4.1", "release": f"r{started['number']}"}
    again = await ended(bot, "request_release", {**MARAS, "environment": "production", "version": "2.4.1"})
    assert again.outputs == known
    await bot.world.until(started["number"], "succeeded", "staging")


async def test_without_a_version_it_is_the_newest_build(bot: Inside) -> None:
    await bot.world.build("2.4.2")
    run = await ended(bot, "request_release", MARAS)
    assert run.outputs == {"asked": True, "version": "2.4.2"}
    await bot.world.build("2.4.3")
    assert told(bot, "U0MARA")[-1].buttons == ("Start website 2.4.2 to staging",)


async def test_who_presses_has_the_rights_that_they_have(bot: Inside) -> None:
    run = await ended(bot, "request_release", {**MARAS, "person": "U0IRWIN"})
    assert run.outputs is not None
    before = await standing(bot)
    irwin = bot.world.person("Irwin")
    asked = told(bot, "U0IRWIN")[-1]
    await irwin.press(asked, "Start website")
    await bot.until(lambda: told(bot, "U0IRWIN")[-1].ts != asked.ts)
    assert "developers" in told(bot, "U0IRWIN")[-1].text
    assert await standing(bot) == before


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"person": "U0GUEST"}, "Only full members"),
        ({"person": "U0STRANGER"}, "Only full members"),
        ({"person": "U0SHIPROOM"}, "Only full members"),
        ({"person": "mara"}, NO_PERSON),
        ({"service": "nothing"}, "There is no environment staging of a service nothing."),
        ({"environment": "moon"}, "There is no environment moon of a service website."),
        (
            {"service": "website to production"},
            "There is no environment staging of a service website to production.",
        ),
        ({"version": "9.9.9"}, "9.9.9"),
        ({"version": "2.4.1 to production"}, "2.4.1 to production"),
        ({"version": "r999"}, "There is no release r999."),
    ],
)
async def test_what_nobody_could_start_fails_and_asks_nobody(
    bot: Inside, changed: dict[str, str], error: str
) -> None:
    before, given = await releases(bot), {**MARAS, "person": "U0TIM", **changed}
    run = await ended(bot, "request_release", given)
    assert error in run.error
    assert told(bot, "U0TIM") == []
    assert await releases(bot) == before


async def test_a_step_waits_until_the_release_is_live_or_has_ended(bot: Inside) -> None:
    world = bot.world
    hold = world.directory / "deploy" / "hold-staging"
    hold.touch()
    await world.build("2.5.0")
    await world.person("Tim").command("/release", "2.5.0 to staging", CHANNEL)
    number = (await releases(bot))[0]["number"]
    await world.until(number, "running", "staging")
    staging, production = [
        await began(bot, "wait_for_release", {"release": f"r{number}", "environment": where})
        for where in ("staging", "")
    ]
    missing = await ended(bot, "wait_for_release", {"release": "r999"})
    assert missing.error == "There is no release r999."
    nowhere = await ended(bot, "wait_for_release", {"release": f"r{number}", "environment": "moon"})
    assert nowhere.error == f"r{number} does not go to moon."
    assert staging.open
    hold.unlink()
    await bot.until(lambda: not staging.open)
    assert staging.outputs == {"outcome": "live", "version": "2.5.0"}
    assert production.open
    await world.person("Tim").command("/release", f"cancel r{number} wrong build", CHANNEL)
    await bot.until(lambda: not production.open)
    assert production.outputs == {"outcome": "ended", "version": "2.5.0"}
    late = await ended(bot, "wait_for_release", {"release": str(number), "environment": "staging"})
    assert late.outputs == staging.outputs


async def test_an_event_that_comes_twice_asks_once(bot: Inside) -> None:
    slack = bot.world.slack
    before = len(told(bot, "U0MARA"))
    run = await ended(bot, "request_release", MARAS)
    slack.events.delivered -= 1
    await slack.events.tell(step_json(run, 1.0))
    other = await ended(bot, "request_release", MARAS)
    assert other.outputs == run.outputs
    assert len(told(bot, "U0MARA")) == before + 2


async def test_a_step_that_is_over_is_left_alone(bot: Inside) -> None:
    run = await began(bot, "wait_for_release", {"release": "r999"})
    run.error = "the workflow was stopped"
    again = partial(effects.add, effects=(EndStep(run.id, error="again"),), now=bot.clock.now())
    await bot.app.engine.database.write(again)
    bot.app.wake()
    gone = await bot.app.engine.database.write(
        partial(
            taken_events.take_once,
            delivery="event:x",
            to_do=(EndStep("FxGONE", error="x"),),
            now=bot.clock.now(),
        )
    )
    assert gone
    bot.app.wake()
    slack = bot.world.slack
    await bot.until(lambda: any(call[1]["function_execution_id"] == "FxGONE" for call in ends(bot)))
    assert run.error == "the workflow was stopped"
    assert {call[2]["error"] for call in ends(bot) if not call[2]["ok"]} <= {
        "execution_not_in_running_state",
        "function_execution_not_found",
    }
    assert slack.refused == []


def ends(bot: Inside) -> list[tuple[str, Any, Any]]:
    return [call for call in bot.world.slack.calls if call[0].startswith("functions.")]
