"""bolt's listeners: each id that blocks/ can draw has one, and what has none is answered politely."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from aiohttp.test_utils import make_mocked_request

from bot.blocks import confirmations, forms, replies
from bot.blocks.announcement import announcement
from bot.blocks.block_kit import dialog
from bot.blocks.blocker_form import blocker_form
from bot.blocks.blocker_input import Place
from bot.blocks.bulk import Signable, sign_several_form
from bot.blocks.card import card
from bot.blocks.emergency_form import EmergencyChoice, emergency_form
from bot.blocks.form_input import FORMS
from bot.clock import SystemClock
from bot.health import Health
from bot.local_slack.forms import elements
from bot.settings import Settings
from bot.slack.bolt_app import BoltApp
from bot.slack.listeners import COMMAND, Listeners
from bot.slack.reply import SlackReply
from bot.slack_client.web import SlackWeb
from handlers.actions import COMMANDS
from handlers.outcome import Refusal
from handlers.sign_off_rule import SignOffRule
from tests.bot.blocks.test_forms import BOUND, HELD
from tests.bot.blocks.test_ready import VIEW
from tests.bot.blocks.world import BUILD, DIRECTORY, NAMES, OLD, release, states
from tests.bot.inside import Inside, command, inside
from tests.handlers.urgent import LANE, urgent_plan
from tests.world import CHANNEL

pytestmark = pytest.mark.asyncio(loop_scope="module")

SKIPPED = Refusal("skipped_environment", {"version": "2.4.1", "missing": "staging"})
MESSAGES = [
    *(card(shown) for shown in states().values()),
    announcement(VIEW),
    replies.refused(SKIPPED, NAMES, DIRECTORY),
]
VIEWS = [
    forms.start_form(forms.StartChoices(("shop", "website"), "website", (BUILD, OLD), ("staging",))),
    forms.sign_off_form(release(), SignOffRule("testers", checklist=("Log in",)), BOUND, forms.Signing()),
    forms.reason_form("Reject r42", "reject r42", BOUND, "Reason"),
    confirmations.confirmation_form(dialog("Cancel r42?", "It ends.", "Cancel"), "cancel r42"),
    confirmations.rollback_form(confirmations.RollbackChoice("website", OLD, HELD, NAMES, release())),
    emergency_form(EmergencyChoice(urgent_plan(), BUILD, HELD, NAMES, DIRECTORY), LANE),
    blocker_form([release()], Place(CHANNEL, "1700000000.000100")),
    sign_several_form([Signable(release(), "testers", "approve r42 as testers")], []),
]
BUTTONS = sorted(
    {
        element["action_id"]
        for message in MESSAGES
        for _, element in elements(message.blocks)
        if element["type"] == "button"
    }
)
SELECTS = sorted(
    element["action_id"]
    for view in VIEWS
    for block, element in elements(view["blocks"])
    if block.get("dispatch_action")
)


class Recorder:
    """Stands for the interactions: remembers which of its methods was called."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Callable[[Any], Awaitable[SlackReply]]:
        async def serve(_: Any) -> SlackReply:  # noqa: ANN401 - whatever was read
            self.asked.append(name)
            if name == "on_command":
                raise RuntimeError("a fault of ours")
            return SlackReply(error="No.")

        return serve


class Asking:
    """An edge in front of a recorder, which is asked one request at a time."""

    def __init__(self) -> None:
        settings = Settings("xoxb-1", "secret")
        self.web = SlackWeb("xoxb-1", "http://127.0.0.1:9/", lambda: 0.0)
        self.interactions: Any = Recorder()
        self.in_views: Any = Recorder()
        unused: Any = Recorder()
        listeners = Listeners(self.interactions, self.in_views, unused, unused)
        self._bolt_app = BoltApp(settings, self.web, listeners, Health(SystemClock()))

    async def asks(self, form: dict[str, str]) -> tuple[int, Any, list[str]]:
        """Send a form that the guard has let through: its status, its body, and which methods were called."""
        self.interactions.asked.clear()
        self.in_views.asked.clear()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = make_mocked_request("POST", "/slack/events", headers)
        answer: Any = await self._bolt_app.dispatch(request, urlencode(form).encode(), "")
        return (
            answer.status,
            answer.text,
            [*self.interactions.asked, *(f"clicks.{each}" for each in self.in_views.asked)],
        )

    async def sends(self, kind: str, **fields: object) -> tuple[int, Any, list[str]]:
        """Send the payload of an interaction or an event."""
        return await self.asks({"payload": json.dumps({"type": kind, "user": {"id": "U0TIM"}, **fields})})

    async def clicks(self, action_id: str, **fields: object) -> list[str]:
        """Click, with success and with nothing in the answer."""
        action = {"action_id": action_id, "block_id": "b", "value": "why r1"}
        status, body, asked = await self.sends("block_actions", actions=[action], **fields)
        assert (status, body) == (200, "")
        return asked


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bolt_app() -> AsyncIterator[Asking]:
    asking = Asking()
    yield asking
    await asking.web.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    async with inside(tmp_path_factory.mktemp("bot")) as running:
        yield running


async def test_the_blocks_have_buttons_selects_and_forms() -> None:
    words = {each.partition(":")[0] for each in BUTTONS}
    assert words == {"approve", "cancel", "go", "journey", "reject", "retry", "rollback", "settle", "testing"}
    assert SELECTS == ["choose_service"]
    assert {view["callback_id"] for view in VIEWS} == set(FORMS)


@pytest.mark.parametrize("action_id", [*BUTTONS, *COMMANDS])
async def test_a_button_is_clicked_wherever_it_stands(bolt_app: Asking, action_id: str) -> None:
    assert await bolt_app.clicks(action_id) == ["on_click"]
    assert await bolt_app.clicks(action_id, view={"id": "V1", "type": "home"}) == ["clicks.on_click"]


@pytest.mark.parametrize("action_id", SELECTS)
async def test_a_select_changes_its_form(bolt_app: Asking, action_id: str) -> None:
    assert await bolt_app.clicks(action_id, view={"id": "V1", "type": "modal"}) == ["on_service_chosen"]


@pytest.mark.parametrize("action_id", ["x", "", "filled", "approver", "approve testers", "to approve:x"])
async def test_an_unknown_button_is_of_an_old_card(bolt_app: Asking, action_id: str) -> None:
    assert await bolt_app.clicks(action_id) == ["on_unknown_action"]
    in_view = await bolt_app.clicks(action_id, view={"id": "V1", "type": "home"})
    assert in_view == ["clicks.on_unknown_action"]


@pytest.mark.parametrize("callback_id", [*FORMS, "unknown", ""])
async def test_a_form_is_submitted(bolt_app: Asking, callback_id: str) -> None:
    view = {"type": "modal", "callback_id": callback_id, "blocks": [{"type": "input", "block_id": "note"}]}
    status, body, asked = await bolt_app.sends("view_submission", view=view)
    assert (status, asked) == (200, ["on_submission"])
    assert json.loads(body) == {"response_action": "errors", "errors": {"note": "No."}}


@pytest.mark.parametrize("callback_id", [*FORMS, "unknown"])
async def test_a_closed_form_is_acknowledged(bolt_app: Asking, callback_id: str) -> None:
    assert await bolt_app.sends("view_closed", view={"type": "modal", "callback_id": callback_id}) == (
        200,
        "",
        [],
    )


async def test_an_event_is_acknowledged(bolt_app: Asking) -> None:
    assert await bolt_app.sends("event_callback", event={"type": "app_mention"}) == (200, "", [])


@pytest.mark.parametrize("kind", ["shortcut", "unknown", ""])
async def test_what_nothing_here_leads_to_is_not_found(bolt_app: Asking, kind: str) -> None:
    status, body, asked = await bolt_app.sends(kind, callback_id="x", action_id="x", block_id="b")
    assert (status, json.loads(body), asked) == (404, {"error": "unhandled request"}, [])


@pytest.mark.parametrize("name", [COMMAND, "/ship"])
async def test_a_fault_of_ours_is_logged_without_the_request(
    bolt_app: Asking, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        status, body, asked = await bolt_app.asks(
            {"command": name, "text": "canary-words", "user_id": "U0TIM"}
        )
    assert (status, body, asked) == (500, "", ["on_command"])
    assert "a fault of ours" in caplog.text
    assert "canary-words" not in caplog.text


async def test_an_unknown_button_is_told_to_be_old(bot: Inside) -> None:
    action = {"action_id": "x", "block_id": "b", "value": "lock production now"}
    payload = {
        "type": "block_actions",
        "user": {"id": "U0TIM"},
        "channel": {"id": CHANNEL},
        "actions": [action],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answered = await bot.post("/slack/events", bot.signed(body), body)
    assert (answered.status, answered.body) == (200, b"")
    private = [seen.text for seen in bot.world.person("Tim").sees(CHANNEL) if seen.private]
    assert "old card" in private[-1]
    assert not [row for row in await bot.rows() if row["event"] == "locked"]


async def test_an_unknown_form_says_so(bot: Inside) -> None:
    view = {"type": "modal", "callback_id": "x", "blocks": [{"type": "input", "block_id": "note"}]}
    payload = {"type": "view_submission", "user": {"id": "U0TIM"}, "view": view}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    answered = await bot.post("/slack/events", bot.signed(body), body)
    line = "This form is out of date. Close it and begin again."
    assert answered.status == 200
    assert json.loads(answered.body) == {"response_action": "errors", "errors": {"note": line}}


async def test_a_renamed_command_is_served(bot: Inside) -> None:
    body = command("help").replace(b"%2Frelease", b"%2Fship")
    answered = await bot.post("/slack/events", bot.signed(body), body)
    told = json.loads(answered.body)
    assert (answered.status, told["response_type"]) == (200, "ephemeral")
    assert "/release" in told["text"]
