"""What a process saw committed is missed where a database comes back without it, until an operator has settled that."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from handlers import events
from handlers.actions.lock import Locked
from handlers.environments import Loss
from handlers.outcome import Refusal
from handlers.reports import SendRequested
from handlers.step import StepState
from storage import losses, transaction
from storage.confirmed import BehindError, ConfirmedHeads
from storage.database import Database
from storage.history import Head
from storage.incoming import IncomingEvent, Outcome
from storage.opening import open_database
from tests.handlers.builders import ANDY, NOW, SERVICE, TIM
from tests.storage.transactions import build, context

_ids = count()


@dataclass
class Process:
    """A replica of the bot, as far as it remembers what it saw committed."""

    confirmed: ConfirmedHeads = field(default_factory=ConfirmedHeads)

    async def apply(self, database: Database, event: events.Event, at: datetime = NOW) -> Outcome:
        incoming = IncomingEvent(f"id {next(_ids)}", event, at)
        known = replace(context(), confirmed=self.confirmed)
        outcome = await database.write(partial(transaction.apply_event, incoming=incoming, context=known))
        if outcome.head is not None:
            self.confirmed.learn(outcome.head, at)
        return outcome

    async def lock(self, database: Database, reason: str, at: datetime = NOW) -> Outcome:
        """Do something that is one row of the history."""
        return await self.apply(database, Locked(SERVICE, ("staging",), TIM, reason), at)


class Servers:
    """Databases, each of which begins as a copy of another."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._stack = stack

    async def primary(self) -> Database:
        return await self._opened("primary")

    async def behind(self, primary: Database, name: str) -> Database:
        """Return a server that has what the primary has now, and nothing that follows."""
        await primary.read(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint").all())
        shutil.copy(self._path("primary"), self._path(name))
        return await self._opened(name)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    async def _opened(self, name: str) -> Database:
        database = await open_database(f"sqlite:///{self._path(name)}", alone=False)
        self._stack.push_async_callback(database.close)
        return database


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Servers]:
    async with AsyncExitStack() as stack:
        yield Servers(tmp_path, stack)


def settled(reason: str = "nothing runs") -> events.LossSettled:
    return events.LossSettled(SERVICE, (), TIM, reason)


@pytest.mark.parametrize("since", [0, 1, 2], ids=["shorter", "as long", "longer"])
async def test_what_was_confirmed_is_missed_however_long_the_other_chain_is(
    servers: Servers, since: int
) -> None:
    primary, ours, another = await servers.primary(), Process(), Process()
    await ours.lock(primary, "one")
    standby = await servers.behind(primary, "standby")
    lost = await ours.lock(primary, "two")
    assert lost.head is not None
    for number in range(since):
        await another.lock(standby, f"of another timeline {number}")
    with pytest.raises(BehindError) as raised:
        await ours.lock(standby, "three")
    assert raised.value.loss == Loss(f"2:{lost.head.hash[:12]}", 1 + since)
    assert raised.value.refusal.values["service"] == SERVICE
    # The other process never saw what is lost.
    await another.lock(standby, "goes on")


async def test_what_others_wrote_after_it_is_no_loss(servers: Servers) -> None:
    primary, ours, another = await servers.primary(), Process(), Process()
    await ours.lock(primary, "one")
    for number in range(3):
        await another.lock(primary, f"another's {number}")
    await primary.read(ours.confirmed.look)
    assert ours.confirmed.behind == {}
    await ours.lock(primary, "two")


async def test_a_look_finds_it_and_finds_that_it_is_there_again(servers: Servers) -> None:
    primary, ours = await servers.primary(), Process()
    await ours.lock(primary, "one")
    standby = await servers.behind(primary, "standby")
    await ours.lock(primary, "two")
    await standby.read(ours.confirmed.look)
    assert list(ours.confirmed.behind) == [SERVICE]
    assert ours.confirmed.sentences()[0].startswith("website is at row 1, and row 2:")
    await primary.read(ours.confirmed.look)
    assert ours.confirmed.behind == {}


async def test_one_word_covers_what_every_process_remembers_until_then(servers: Servers) -> None:
    primary, ours, another = await servers.primary(), Process(), Process()
    await ours.lock(primary, "one")
    standby = await servers.behind(primary, "standby")
    await another.lock(primary, "two")
    await ours.lock(primary, "three")
    outcome = await ours.apply(standby, settled(), NOW + timedelta(seconds=5))
    assert outcome.result.code == "loss_settled"
    await ours.lock(standby, "four", NOW + timedelta(seconds=6))
    await another.lock(standby, "five", NOW + timedelta(seconds=7))
    assert (await ours.apply(standby, settled())).result == Refusal("nothing_lost", {"service": SERVICE})


async def test_a_word_covers_nothing_that_is_confirmed_after_it(servers: Servers) -> None:
    primary, ours, another = await servers.primary(), Process(), Process()
    await ours.lock(primary, "zero")
    older = await servers.behind(primary, "older")
    await ours.lock(primary, "one")
    await another.lock(primary, "two")
    await ours.apply(older, settled(), NOW + timedelta(seconds=5))
    await another.lock(older, "three", NOW + timedelta(seconds=6))
    # Another server has the word, and lacks a row that was confirmed after it.
    remembered = ConfirmedHeads()
    remembered.learn(Head(SERVICE, 9, "f" * 64), NOW + timedelta(seconds=7))
    with pytest.raises(BehindError):
        await Process(remembered).lock(older, "four", NOW + timedelta(seconds=8))


async def test_what_may_have_been_sent_is_searched_for_and_never_sent_again(servers: Servers) -> None:
    primary, ours = await servers.primary(), Process()
    reported = await ours.apply(primary, events.BuildReported(build()))
    started = await ours.apply(primary, events.Started(reported.build, "staging", ANDY, (ANDY,)))
    release = started.release
    assert release is not None
    assert release.step.intent is not None
    standby = await servers.behind(primary, "standby")
    send = SendRequested(release.number, release.step.intent.correlation)
    assert (await ours.apply(primary, send)).result.code == "send"
    with pytest.raises(BehindError):
        await ours.apply(standby, send)
    word = await ours.apply(standby, settled(), NOW + timedelta(seconds=5))
    assert word.result.code == "loss_settled"
    again = await ours.apply(standby, send, NOW + timedelta(seconds=6))
    assert again.result.code != "send"
    assert again.release is not None
    assert again.release.step.state is StepState.UNKNOWN


async def test_nothing_is_settled_of_a_service_that_there_is_not(servers: Servers) -> None:
    word = replace(settled(), service="unknown")
    outcome = await Process().apply(await servers.primary(), word)
    assert outcome.result == Refusal("unknown_service", {"service": "unknown"})


async def test_people_are_told_once(servers: Servers) -> None:
    primary = await servers.primary()
    for _ in range(2):
        told = partial(losses.tell, service=SERVICE, loss=Loss("2:c0ffee", 1), now=NOW)
        await primary.write(told)
    rows = await primary.read(
        lambda connection: connection.exec_driver_sql("SELECT kind FROM effect").scalars().all()
    )
    assert rows == ["post_to_channel"]
