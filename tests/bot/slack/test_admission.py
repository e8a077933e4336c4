"""Which payloads are read at all: what has Slack's shape, names a person and is for the bot's own installation."""

import json
import logging
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from bot.local_slack.model import UserGroup
from bot.local_slack.workspace import Workspace
from bot.slack.admission import ELSEWHERE, MISSHAPEN, UNHANDLED, Rejection, admit
from bot.slack_client.web import Identity
from tests.bot.inside import Answered, Inside, inside
from tests.profile import size
from tests.world import CHANNEL, HOME_TEAM, POLICY

HERE = Identity("T0HOME", "U0BOT", "B0BOT")
IN_ORGANIZATION = Identity("T0HOME", "U0BOT", "B0BOT", "E0CORP")
FOR_ORGANIZATION = Identity("E0CORP", "U0BOT", "B0BOT", "E0CORP")


def click(**changes: object) -> dict[str, Any]:
    action = {"action_id": "a", "block_id": "b", "value": "testing r1"}
    return {"type": "block_actions", "user": {"id": "U0AMITA"}, "actions": [action]} | changes


def form(**changes: object) -> dict[str, Any]:
    return {"type": "view_submission", "user": {"id": "U0AMITA"}, "view": {"id": "V1"}} | changes


def typed(**changes: object) -> dict[str, Any]:
    return {"command": "/release", "text": "status", "user_id": "U0AMITA"} | changes


def why(body: object, identity: Identity | None = HERE) -> Rejection | None:
    """Give why a body is not read; None if it is."""
    read = admit(body, identity)
    return read if isinstance(read, Rejection) else None


@pytest.mark.parametrize(
    ("body", "rejection"),
    [
        (click(), None),
        (form(), None),
        (typed(), None),
        ({"type": "view_closed", "user": {"id": "W0A"}, "view": {}}, None),
        ({"type": "event_callback", "event": {"type": "app_mention"}}, None),
        ({"type": "url_verification", "challenge": "c"}, None),
        ({"type": "url_verification", "challenge": 7}, MISSHAPEN),
        ({}, UNHANDLED),
        ({"type": "workflow_step_edit", "workflow_step": 7}, UNHANDLED),
        ({"type": {}}, MISSHAPEN),
        ({"type": None, "command": "/release"}, MISSHAPEN),
        ([], MISSHAPEN),
        (7, MISSHAPEN),
        (None, MISSHAPEN),
        ({"type": "event_callback", "event": None}, MISSHAPEN),
        (click(actions=[]), MISSHAPEN),
        (click(actions=[7]), MISSHAPEN),
        (click(actions=[{"action_id": "a"}]), MISSHAPEN),
        (click(actions=[{"action_id": 1, "block_id": "b"}]), MISSHAPEN),
        (click(actions=[{"action_id": "a", "block_id": "b", "selected_option": "x"}]), MISSHAPEN),
        (click(user="U0TIM"), MISSHAPEN),
        (click(channel=[1]), MISSHAPEN),
        (click(view="V1"), MISSHAPEN),
        (form(view=None), MISSHAPEN),
        (form(view="V1"), MISSHAPEN),
        (form(view={"blocks": ["input"]}), MISSHAPEN),
        (form(view={"state": {"values": {"note": {"note": 7}}}}), MISSHAPEN),
        (typed(text=["status"]), MISSHAPEN),
    ],
)
def test_what_slack_never_sends_is_known(body: object, rejection: Rejection | None) -> None:
    assert why(body) == rejection


@pytest.mark.parametrize(
    "user", ["shiproom", "", "U", "u0amita", "U0AMITA\n", "U0 AMITA", "T0HOME", "U0ÄMITA", 7, None]
)
def test_a_person_has_the_id_of_a_person(user: object) -> None:
    """Shiproom's own name is the actor of what the clock and CIs caused, and may do what they may."""
    for body in (click(user={"id": user}), form(user={"id": user}), typed(user_id=user)):
        assert why(body) == MISSHAPEN


def test_only_what_is_read_goes_further() -> None:
    """Bolt reads more than this bot does, and relies on its shape."""
    sent = click(
        authorizations=7, event="x", message=[], enterprise={"id": None}, user={"id": "U0A", "name": 7}
    )
    assert admit(sent, HERE) == {
        "type": "block_actions",
        "user": {"id": "U0A"},
        "enterprise": {},
        "actions": [{"action_id": "a", "block_id": "b", "value": "testing r1"}],
    }


OURS, OTHER, ORGANIZATION = {"id": "T0HOME"}, {"id": "T0EVIL"}, {"id": "E0CORP"}


@pytest.mark.parametrize(
    ("identity", "body", "here"),
    [
        (HERE, click(team=OURS), True),
        (HERE, click(team=OTHER), False),
        (HERE, click(team=None, enterprise=ORGANIZATION), False),
        (HERE, click(team=OURS, enterprise=ORGANIZATION), True),
        (HERE, click(team=OTHER, enterprise=None, is_enterprise_install=True), False),
        (HERE, form(team=OTHER), False),
        (HERE, typed(team_id="T0HOME"), True),
        (HERE, typed(team_id="T0EVIL"), False),
        # A person of another workspace in a shared channel: users.info says who they are.
        (HERE, click(team=OURS, user={"id": "U0THEM", "team_id": "T0EVIL"}), True),
        (HERE, form(team=OTHER, view={"app_installed_team_id": "T0HOME"}), True),
        (HERE, form(team=OURS, view={"app_installed_team_id": "T0EVIL"}), False),
        (IN_ORGANIZATION, click(team=OURS, enterprise=ORGANIZATION), True),
        (IN_ORGANIZATION, click(team=OURS, user={"id": "W0A", "team_id": "E0CORP"}), True),
        (IN_ORGANIZATION, click(team=OURS, enterprise={"id": "E0EVIL"}), False),
        (IN_ORGANIZATION, form(team={"id": "T0HOME", "enterprise_id": "E0EVIL"}), False),
        (IN_ORGANIZATION, click(team=OTHER, enterprise=ORGANIZATION), False),
        (
            IN_ORGANIZATION,
            typed(team_id="T0EVIL", enterprise_id="E0CORP", is_enterprise_install="false"),
            False,
        ),
        (FOR_ORGANIZATION, click(team=None, enterprise=ORGANIZATION, is_enterprise_install=True), True),
        (FOR_ORGANIZATION, click(team=OTHER, enterprise=ORGANIZATION, is_enterprise_install=True), True),
        (FOR_ORGANIZATION, typed(team_id="T0A", enterprise_id="E0CORP", is_enterprise_install="true"), True),
        (FOR_ORGANIZATION, form(team=OTHER, view={"app_installed_team_id": "E0CORP"}), True),
        (FOR_ORGANIZATION, click(team=None, enterprise={"id": "E0EVIL"}, is_enterprise_install=True), False),
        (FOR_ORGANIZATION, typed(team_id="T0A", enterprise_id="E0EVIL", is_enterprise_install="true"), False),
    ],
)
def test_a_payload_is_for_the_installation_that_it_names(
    identity: Identity, body: dict[str, Any], here: bool
) -> None:
    assert why(body, identity) == (None if here else ELSEWHERE)
    assert why(body, None) is None


# At the bot's own door.

GROUP = UserGroup("S0OPS", "ops", ("U0IRWIN",))


def furnish(workspace: Workspace) -> None:
    workspace.put_group(GROUP)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    policy = POLICY.replace("ops: {members: [U0TIM]}", "ops: {members: [U0TIM], usergroup: S0OPS}")
    async with inside(tmp_path_factory.mktemp("bot"), policy, furnish=furnish) as running:
        yield running


async def sends(bot: Inside, payload: dict[str, Any]) -> Answered:
    fields = payload if "command" in payload else {"payload": json.dumps(payload)}
    body = urlencode(fields).encode()
    return await bot.post("/slack/events", bot.signed(body), body)


def presses(line: str, who: str, **changes: object) -> dict[str, Any]:
    """Give the payload of a click on a button with this command line."""
    action = {"action_id": line.partition(" ")[0], "block_id": "b", "type": "button", "value": line}
    return {
        "type": "block_actions",
        "user": {"id": who, "username": "x", "team_id": HOME_TEAM},
        "team": {"id": HOME_TEAM, "domain": "home"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "releases"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": CHANNEL},
        "trigger_id": "1.2.3",
        "actions": [action],
    } | changes


async def locked(bot: Inside, reason: str) -> bool:
    rows = [row for row in await bot.rows() if row["event"] == "locked" and "refused" not in row["outcome"]]
    return any(row["body"]["reason"] == reason for row in rows)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("team", ["E0CORP", "T0SECOND"])
async def test_the_workspace_of_a_person_in_a_payload_decides_nothing(bot: Inside, team: str) -> None:
    """In Enterprise Grid it is the organization's or another one of theirs; users.info says that they are members here."""
    user = {"id": "U0IRWIN", "team_id": team}
    assert (await sends(bot, presses(f"lock staging by {team}", "U0IRWIN", user=user))).status == 200
    assert await locked(bot, f"by {team}")


@pytest.mark.asyncio(loop_scope="module")
async def test_somebody_of_another_workspace_is_refused_with_the_reason(bot: Inside) -> None:
    """Slack Connect: the app's workspace in `team`, their own in `user.team_id`."""
    stranger = {"id": "U0STRANGER", "team_id": "T0OTHER"}
    await sends(bot, presses("lock staging stranger", "U0STRANGER", user=stranger))
    await bot.world.person("Stranger").until_sees(CHANNEL, "no accounts of other workspaces")
    claimed = {"id": "U0STRANGER", "team_id": HOME_TEAM}
    await sends(bot, presses("lock staging stranger", "U0STRANGER", user=claimed))
    assert not await locked(bot, "stranger")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("payload", "status"),
    [
        (presses("lock production evil", "shiproom"), 400),
        (presses("lock production evil", "U0TIM", team={"id": "T0EVIL"}), 403),
        (presses("lock production evil", "U0TIM", team=None, enterprise={"id": "E0EVIL"}), 403),
        (typed(text="lock production evil", user_id="shiproom", team_id=HOME_TEAM), 400),
        (typed(text="lock production evil", user_id="U0TIM", team_id="T0EVIL"), 403),
    ],
)
async def test_what_is_not_ours_does_nothing(bot: Inside, payload: dict[str, Any], status: int) -> None:
    before = await bot.rows()
    assert (await sends(bot, payload)).status == status
    assert await bot.rows() == before


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "view", [None, {"id": "V1", "callback_id": "rollback"}, {"callback_id": "start"}, {"id": "V1"}]
)
async def test_a_service_is_chosen_in_the_start_form_only(bot: Inside, view: dict[str, Any] | None) -> None:
    option = {"action_id": "choose_service", "block_id": "service", "selected_option": {"value": "website"}}
    answered = await sends(bot, presses("x", "U0TIM", actions=[option], view=view))
    assert (answered.status, answered.body) == (200, b"")
    assert not [call for call in bot.world.slack.calls if call[0] == "views.update"]


ENVELOPES: list[tuple[str, dict[str, Any]]] = [
    ("interactive", presses("lock production evil", "shiproom")),
    ("interactive", presses("lock production evil", "U0TIM", team={"id": "T0EVIL"})),
    ("interactive", presses("lock production evil", "U0TIM", actions=7)),
    ("slash_commands", typed(text="lock production evil", user_id="U0TIM", team_id="T0EVIL")),
    ("events_api", {"type": "event_callback", "event": None}),
    ("interactive", {"type": {}}),
]


async def test_an_envelope_that_is_not_ours_is_acknowledged_and_does_nothing(tmp_path: Path) -> None:
    """Slack would send it again otherwise."""
    async with inside(tmp_path, socket_mode=True) as bot:
        before, sockets = await bot.rows(), bot.world.slack.sockets
        for kind, payload in ENVELOPES:
            answer = await sockets.deliver(
                {"type": kind, "accepts_response_payload": True, "payload": payload}
            )
            assert (answer.error, answer.body or "") == ("", "")
        assert await bot.rows() == before
        assert "is locked" in await bot.world.says("Tim", "lock production fine")


MUTANTS = size(300, 1_000, 5_000)
WRONG: list[Any] = [None, 7, -1.5, True, "", "x", "E0X", [], [7], [[]], {}, {"id": {}}, {"type": []}]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """List where each part of a payload stands."""
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
    elif isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
    for key, part in items:
        yield (*path, key)
        yield from places(part, (*path, key))


def mutated(payload: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Take some parts out of a payload, or put something else in their place."""
    mutant = deepcopy(payload)
    for _ in range(chance.choice((1, 1, 2, 4))):
        *way, last = chance.choice([*places(mutant)] or [("type",)])
        inner: Any = mutant
        for key in way:
            inner = inner[key]
        if chance.random() < 0.25:
            del inner[last]
        else:
            inner[last] = deepcopy(chance.choice(WRONG))
    return mutant


def submits(callback_id: str, metadata: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - of Slack's payload
    view = {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "app_installed_team_id": HOME_TEAM,
        "blocks": [{"type": "section", "block_id": "t"}, {"type": "input", "block_id": "note"}],
        "state": {"values": {name: {name: {"type": "x", **value}} for name, value in values.items()}},
    }
    return {**presses("x", "U0GUEST"), "type": "view_submission", "view": view}


NOTE = {"value": "fine"}
CHOSEN = {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": "staging"}}
PAYLOADS = [
    presses(
        "lock production mutant", "U0GUEST", authorizations=[{"team_id": HOME_TEAM, "enterprise_id": None}]
    ),
    presses("x", "U0GUEST", view=submits("start", "website")["view"])
    | {"actions": [{"action_id": "choose_service", "block_id": "service", **CHOSEN}]},
    submits("start", "website", environment=CHOSEN, build=CHOSEN, note=NOTE),
    submits(
        "sign_off", "approve r1 as ops #production/1/ab12cd34ef56", note=NOTE, ticks={"selected_options": []}
    ),
    submits("rollback", "rollback website to production", reason=NOTE),
    submits("reason", "reject r1 #production/1/ab12cd34ef56", reason=NOTE),
    submits("start", "website") | {"type": "view_closed", "is_cleared": False},
    {
        "type": "event_callback",
        "team_id": HOME_TEAM,
        "event": {"type": "message", "user": "U0GUEST", "channel": CHANNEL, "message": {"user": "U0GUEST"}},
        "authorizations": [{"team_id": HOME_TEAM, "enterprise_id": None, "is_enterprise_install": False}],
        "is_ext_shared_channel": True,
    },
    {"type": "shortcut", "callback_id": "x", "user": {"id": "U0GUEST"}, "team": {"id": HOME_TEAM}},
    {"type": "message_action", "callback_id": "x", "message": {"user": "U0GUEST"}, "user": {"id": "U0GUEST"}},
    {"type": "workflow_step_edit", "callback_id": "x", "workflow_step": {"workflow_id": "1"}},
    {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "", "user": {"id": "U0GUEST"}},
]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_misshapen_payload_is_no_fault_of_ours(bot: Inside, caplog: pytest.LogCaptureFixture) -> None:
    """Signed nonsense was answered with 500 and a traceback, once for ten such bodies."""
    chance = random.Random(15)
    changes = [row for row in await bot.rows() if "refused" not in row["outcome"]]
    for number in range(MUTANTS):
        payload = mutated(PAYLOADS[number % len(PAYLOADS)], chance)
        body = json.dumps(payload).encode()
        headers = [("Content-Type", "application/json"), *bot.signed(body)[1:]]
        if number % 2:
            body = urlencode({"payload": json.dumps(payload)}).encode()
            headers = bot.signed(body)
        answered = await bot.post("/slack/events", headers, body)
        assert 200 <= answered.status < 500, payload
    assert [row for row in await bot.rows() if "refused" not in row["outcome"]] == changes
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
