"""Events: only what a person caused just now, each once, over both transports and in two replicas."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.slack.admission import Rejection, admit
from bot.slack.events import SlackEvent, SlackEvents, read_event
from bot.slack_client.web import Identity
from bot.tasks import Tasks
from storage.database import DatabaseUnavailableError
from tests.bot.inside import Inside, inside

OPENED = {"type": "app_home_opened", "user": "U0AMITA", "tab": "home", "channel": "D0A"}


def body(event_id: str = "Ev1", **fields: object) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": event_id, "event": OPENED | fields}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (body(), True),
        (body(user="W0AMITA"), True),
        (body(thread_ts="1.2"), True),
        (body(""), False),
        (body(user=""), False),
        (body(user=None), False),
        (body(user={"id": "U0AMITA"}), False),
        (body(user="shiproom"), False),
        (body(bot_id="B0OTHER"), False),
        (body(bot_profile={"id": "B0OTHER"}), False),
        (body(subtype="message_changed"), False),
        (body(subtype="bot_message"), False),
        (body(edited={"user": "U0AMITA", "ts": "1.2"}), False),
    ],
)
def test_only_what_a_person_caused_is_read(said: dict[str, Any], *, read: bool) -> None:
    admitted = admit(said, Identity("T0HOME", "U0BOT", "B0BOT"))
    assert not isinstance(admitted, Rejection)
    event = read_event(admitted)
    assert (event is not None) == read
    if event is not None:
        assert (event.kind, event.fields["tab"]) == ("app_home_opened", "home")


class Heard:
    """What was carried out, by event id."""

    def __init__(self) -> None:
        self.events: list[SlackEvent] = []

    async def __call__(self, event: SlackEvent) -> None:
        self.events.append(event)


@pytest.fixture(params=[False, True], ids=["http", "socket mode"])
async def bot(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path, socket_mode=request.param) as running:
        running.world.slack.events.subscribed = frozenset({"app_home_opened"})
        yield running


def events_of(app: App) -> SlackEvents:
    return app.surfaces.events


async def test_an_event_is_carried_out_once(bot: Inside) -> None:
    heard, slack = Heard(), bot.world.slack
    events_of(bot.app).on("app_home_opened", heard)
    first = await slack.events.tell(OPENED)
    slack.events.delivered -= 1
    again = await slack.events.tell(OPENED)
    other = await slack.events.tell(OPENED)
    assert [receipt.ok for receipt in (*first, *again, *other)] == [True] * 3
    await bot.until(lambda: len(heard.events) >= 2)
    assert len({event.id for event in heard.events}) == len(heard.events) == 2


async def test_it_is_acknowledged_although_the_work_goes_on(bot: Inside) -> None:
    release = asyncio.Event()

    async def slow(_: SlackEvent) -> None:
        await release.wait()

    events_of(bot.app).on("app_home_opened", slow)
    (receipt,) = await bot.world.slack.events.tell(OPENED)
    assert receipt.ok
    release.set()


async def test_what_was_not_stored_comes_again(bot: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, pauses = Heard(), list[float]()
    slack = bot.world.slack
    events_of(bot.app).on("app_home_opened", heard)

    async def away(_: object) -> None:
        raise DatabaseUnavailableError("away")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if seconds:
            monkeypatch.undo()

    slack.deadline, slack.events.sleep = 0.5, sleep
    monkeypatch.setattr(bot.app.engine.database, "write", away)
    receipts = await slack.events.tell(OPENED)
    assert [receipt.ok for receipt in receipts] == [False, False, True]
    assert pauses == [0, 60]
    await bot.until(lambda: len(heard.events) == 1)


async def test_two_replicas_carry_it_out_once(bot: Inside) -> None:
    heard, engine = Heard(), bot.app.engine
    replicas = [SlackEvents(engine.database, engine.clock, Tasks()) for _ in range(2)]
    for each in replicas:
        each.on("app_home_opened", heard)
    await asyncio.gather(*(each.take(body("EvTwice")) for each in replicas for _ in range(3)))
    await bot.until(lambda: bool(heard.events))
    assert len(heard.events) == 1


async def test_what_is_refused_is_not_sent_again(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        events = bot.world.slack.events
        events.subscribed = frozenset({"app_home_opened"})
        bot.world.slack.workspace.team_id = "T0ELSEWHERE"
        (receipt,) = await events.tell(OPENED)
        assert receipt.no_retry
