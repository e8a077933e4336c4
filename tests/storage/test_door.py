"""The door: what comes twice is answered once, whatever is saved is saved together, and each service has one chain."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handlers import events
from handlers.build import Change
from handlers.ground import Ground
from handlers.outcome import Refusal
from handlers.plan import SignOffRule
from storage import audit, deliveries, door, grounds, history, policies, reading
from storage.arrival import Arrival, World
from storage.database import Connection, Database
from storage.reading import Outside, Wanted
from storage.tables import DeliveryRow, EffectRow, HistoryRow, table
from tests.handlers import making
from tests.handlers.making import AMITA, ANDY, TIM
from tests.storage import doors
from tests.storage.doors import enter

SERVICE = making.SERVICE


async def count(database: Database, row: type[HistoryRow] | type[EffectRow] | type[DeliveryRow]) -> int:
    counting = select(func.count()).select_from(table(row))
    return await database.read(lambda connection: connection.execute(counting).scalar_one())


async def test_same_delivery_fifty_times_at_once_has_one_effect_and_one_answer(opened: Database) -> None:
    number = await doors.ship(opened)
    before = await count(opened, HistoryRow), await count(opened, EffectRow)
    signed = events.SignedOff(number, TIM, "ops")
    outcomes = await asyncio.gather(*(enter(opened, signed, delivery="click 1") for _ in range(50)))
    assert {outcome.result.code for outcome in outcomes} == {"signed"}
    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert {outcome.release.number for outcome in outcomes if outcome.release is not None} == {number}
    assert await count(opened, HistoryRow) == before[0] + 1
    again = await enter(opened, signed, delivery="click 2")
    assert isinstance(again.result, Refusal)
    assert (await enter(opened, signed, delivery="click 2")).result == again.result
    assert await count(opened, DeliveryRow) == 2
    assert (await opened.read(audit.verify)).findings == ()


async def test_same_start_at_once_is_one_release(opened: Database) -> None:
    reported = await enter(opened, events.BuildReported(doors.build()))
    started = events.Started(reported.build, "staging", ANDY, (ANDY,))
    outcomes = await asyncio.gather(*(enter(opened, started, delivery=f"start {n}") for n in range(20)))
    assert {outcome.release.number for outcome in outcomes if outcome.release is not None} == {1}
    assert sorted({outcome.result.code for outcome in outcomes}) == ["already_there", "started"]


async def test_deliveries_are_forgotten_after_a_while(opened: Database) -> None:
    await enter(opened, events.Looked(404), delivery="old")
    await opened.write(partial(deliveries.prune, before=making.NOW))
    assert (await opened.read(partial(deliveries.find, delivery="old"))) is not None
    await opened.write(partial(deliveries.prune, before=making.later(seconds=1)))
    assert (await opened.read(partial(deliveries.find, delivery="old"))) is None


async def test_what_fails_leaves_nothing(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await doors.ship(opened)
    before = await opened.read(audit.verify)

    def fail(*_: object) -> None:
        message = "at the last moment"
        raise RuntimeError(message)

    monkeypatch.setattr(deliveries, "remember", fail)
    with pytest.raises(RuntimeError, match="at the last moment"):
        await enter(opened, events.SignedOff(number, TIM, "ops"), delivery="click")
    monkeypatch.undo()
    assert await opened.read(audit.verify) == before
    assert (
        await enter(opened, events.SignedOff(number, TIM, "ops"), delivery="click")
    ).result.code == "signed"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (events.Looked(404), "no_such_release"),
        (events.Started(doors.build(service="nowhere"), "staging", ANDY, (ANDY,)), "unknown_environment"),
        (events.Started(doors.build(), "moon", ANDY, (ANDY,)), "unknown_environment"),
        (events.LockAsked("nowhere", ("staging",), TIM, "why"), "unknown_service"),
        (events.BuildReported(doors.build(service="nowhere")), "unknown_service"),
    ],
)
async def test_what_nobody_knows_is_refused_without_a_row(
    opened: Database, event: events.Event, code: str
) -> None:
    assert (await enter(opened, event)).result.code == code
    assert await count(opened, HistoryRow) == 0


async def test_refused_change_has_a_row_and_uses_up_no_number(opened: Database) -> None:
    reported = await enter(opened, events.BuildReported(doors.build()))
    refused = await enter(opened, events.Started(reported.build, "staging", AMITA, (AMITA,)))
    assert isinstance(refused.result, Refusal)
    (line, _) = await opened.read(partial(history.newest, service=SERVICE, most=9))
    assert (line.release, line.outcome["refused"]) == (0, "not_in_team")
    assert await doors.ship(opened, 2) == 1
    locked = await enter(opened, events.LockAsked(SERVICE, ("staging",), ANDY, "mine"))
    assert isinstance(locked.result, Refusal)


async def test_build_is_known_by_its_version_and_cannot_change(opened: Database) -> None:
    told = [await enter(opened, events.BuildReported(doors.build())) for _ in range(2)]
    assert [outcome.result.code for outcome in told] == ["build_ready", "build_known"]
    other = events.BuildReported(replace(doors.build(), digest="sha256:other"))
    assert (await enter(opened, other)).result.code == "build_differs"
    assert await count(opened, HistoryRow) == 1


async def test_second_holder_cannot_be_saved(opened: Database) -> None:
    def hold(connection: Connection, number: int) -> None:
        ground, head = grounds.lock(connection, SERVICE)
        assert ground == {}
        grounds.save(connection, head, {}, {"staging": Ground("staging", holder=number)}, 0)

    await opened.write(partial(hold, number=1))

    def second(connection: Connection) -> None:
        # As a fault in the code above would, which takes the environment for free.
        _, head = grounds.lock(connection, SERVICE)
        grounds.save(connection, head, {}, {"staging": Ground("staging", holder=2)}, 0)

    with pytest.raises(IntegrityError):
        await opened.write(second)
    ground, _ = await opened.read(partial(grounds.read, service=SERVICE))
    assert ground["staging"].holder == 1
    assert await opened.read(partial(grounds.read, service="none")) == ({}, history.Head("none"))


async def test_one_chain_per_service_has_no_gap(opened: Database) -> None:
    await asyncio.gather(
        *(
            doors.ship(opened, order, service=service)
            for order in (1, 2, 3)
            for service in ("website", "shop")
        )
    )
    found = await opened.read(audit.verify)
    assert found.findings == ()
    assert found.releases == 6


async def test_policy_is_one_row_for_each_service_it_is_new_for(opened: Database) -> None:
    take = partial(policies.take, policy=doors.world("a", "b").policy, by="shiproom", at=making.NOW)
    # Two replicas that start together read the same file.
    taken = await asyncio.gather(*(opened.write(take) for _ in range(4)))
    assert sorted(each for services in taken for each in services) == ["a", "b"]
    assert await opened.write(take) == []
    assert await count(opened, HistoryRow) == 2
    assert (await opened.read(audit.verify)).findings == ()


async def test_picture_and_lists_show_what_was_saved(opened: Database) -> None:
    number = await doors.ship(opened)
    outside = Outside(making.roll())
    picture = await opened.read(partial(reading.picture, number=number, outside=outside, with_history=True))
    assert picture is not None
    assert picture.release.step.environment == "production"
    assert [line.event for line in picture.history][:2] == ["Started", "SendWanted"]
    assert picture.head == (await opened.read(partial(grounds.read, service=SERVICE)))[1]
    assert await opened.read(partial(reading.picture, number=99, outside=outside)) is None
    plan = doors.world().policy.plans[SERVICE]
    service = await opened.read(partial(reading.service, plan=plan, rows=3, newest=2))
    assert [each.number for each in service.releases] == [number]
    assert (len(service.history), len(service.builds)) == (3, 1)
    ledger = await opened.read(partial(reading.ledger, plan=plan, environment="staging", token="2.1.0"))
    assert [build.version for build in ledger.builds] == ["2.1.0"]
    assert [build.version for build in ledger.successes] == ["2.1.0"]
    lists = [Wanted(), Wanted(SERVICE), Wanted(state="waiting"), Wanted("shop"), Wanted(state="done")]
    found = [len(await opened.read(partial(reading.recent, wanted=wanted))) for wanted in lists]
    assert found == [1, 1, 1, 0, 0]


async def test_rollback_goes_to_what_succeeded_there(opened: Database) -> None:
    await doors.ship(opened)
    second = await doors.ship(opened, 2)
    target = making.build(1)
    refused = await enter(opened, events.RollbackStarted(target, "production", TIM, "broken"))
    assert refused.result.code == "never_succeeded_there"
    back = await enter(opened, events.RollbackStarted(target, "staging", TIM, "broken"))
    assert back.result.code in {"rollback_started", "already_live"}
    assert second > 1


async def test_authors_since_what_is_live_are_gathered_for_gates_that_ask(opened: Database) -> None:
    plan = making.plan(
        making.STAGING,
        making.production(gates=(SignOffRule("ops", authors_may_sign=False),)),
        fingerprint="asks for authors",
    )
    known = doors.world()
    world = World(replace(known.policy, plans={SERVICE: plan}), known.roll, known.capabilities)
    change = Change("c0ffee", "mara-dev", "Faster")
    built = replace(doors.build(), changes=(change,))
    reported = await enter(opened, events.BuildReported(built), known=world)
    started = await enter(opened, events.Started(reported.build, "staging", ANDY, (ANDY,)), known=world)
    assert started.release is not None
    intent = started.release.step.intent
    assert intent is not None
    await enter(opened, events.SendWanted(1, intent.correlation), known=world)
    await enter(opened, events.SendAccepted(1, intent.correlation, "run"), known=world)
    await enter(opened, events.RunReported(1, intent.correlation, "run", "succeeded"), known=world)
    looked = await enter(opened, events.Looked(1), known=world)
    assert looked.facts is not None
    assert looked.facts.authors == {"production": ("mara-dev",)}


async def test_arrival_without_delivery_is_not_remembered(opened: Database) -> None:
    arrival = Arrival("id", events.Looked(1), making.NOW)
    await opened.write(partial(door.enter, arrival=arrival, world=doors.world()))
    assert await count(opened, DeliveryRow) == 0
