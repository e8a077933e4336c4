"""Transactions of events: what comes twice is answered once, and whatever is saved is saved together."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handlers import events
from handlers.actions.approve import SignedOff
from handlers.actions.lock import Locked
from handlers.actions.rollback import RollbackStarted
from handlers.build import Change
from handlers.environments import EnvironmentState
from handlers.lineage import Authorship
from handlers.outcome import Refusal
from handlers.people import SHIPROOM
from handlers.reports import Reevaluated, RunReported, SendAccepted, SendRequested
from handlers.sign_off_rule import SignOffRule
from storage import audit, deliveries, environments, history, policies, reading, transaction
from storage.codec import with_fingerprint
from storage.database import Connection, Database
from storage.incoming import Context, IncomingEvent
from storage.reading import ReadContext, ReleaseFilter
from storage.tables import DeliveryRow, EffectRow, HistoryRow, table
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, TIM
from tests.storage import transactions
from tests.storage.transactions import apply_event

SERVICE = builders.SERVICE


async def count(database: Database, row: type[HistoryRow] | type[EffectRow] | type[DeliveryRow]) -> int:
    counting = select(func.count()).select_from(table(row))
    return await database.read(lambda connection: connection.execute(counting).scalar_one())


async def test_same_delivery_fifty_times_at_once_has_one_effect_and_one_answer(opened: Database) -> None:
    number = await transactions.ship(opened)
    before = await count(opened, HistoryRow), await count(opened, EffectRow)
    signed = SignedOff(number, TIM, "ops")
    outcomes = await asyncio.gather(*(apply_event(opened, signed, delivery="click 1") for _ in range(50)))
    assert {outcome.result.code for outcome in outcomes} == {"signed"}
    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert {outcome.release.number for outcome in outcomes if outcome.release is not None} == {number}
    assert await count(opened, HistoryRow) == before[0] + 1
    again = await apply_event(opened, signed, delivery="click 2")
    assert isinstance(again.result, Refusal)
    assert (await apply_event(opened, signed, delivery="click 2")).result == again.result
    assert await count(opened, DeliveryRow) == 2
    assert (await opened.read(audit.verify)).findings == ()


async def test_same_start_at_once_is_one_release(opened: Database) -> None:
    reported = await apply_event(opened, events.BuildReported(transactions.build()))
    started = events.Started(reported.build, "staging", ANDY, (ANDY,))
    outcomes = await asyncio.gather(*(apply_event(opened, started, delivery=f"start {n}") for n in range(20)))
    assert {outcome.release.number for outcome in outcomes if outcome.release is not None} == {1}
    assert sorted({outcome.result.code for outcome in outcomes}) == ["already_there", "started"]


async def test_an_automatic_start_asks_nothing_of_what_a_person_started(opened: Database) -> None:
    reported = await apply_event(opened, events.BuildReported(transactions.build()))
    started = await apply_event(opened, events.Started(reported.build, "staging", ANDY, (ANDY,)))
    rows = await count(opened, HistoryRow)
    itself = events.Started(reported.build, "staging", SHIPROOM, (), automatic=True)
    outcome = await apply_event(opened, itself)
    assert started.release is not None
    assert outcome.release is not None
    assert (outcome.result.code, outcome.effects) == ("nothing_new", ())
    assert outcome.release.number == started.release.number
    assert await count(opened, HistoryRow) == rows


async def test_deliveries_are_forgotten_after_a_while(opened: Database) -> None:
    await apply_event(opened, Reevaluated(404), delivery="old")
    await opened.write(partial(deliveries.prune, before=builders.NOW))
    assert (await opened.read(partial(deliveries.find, delivery="old"))) is not None
    await opened.write(partial(deliveries.prune, before=builders.later(seconds=1)))
    assert (await opened.read(partial(deliveries.find, delivery="old"))) is None


async def test_what_fails_leaves_nothing(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await transactions.ship(opened)
    before = await opened.read(audit.verify)

    def fail(*_: object) -> None:
        message = "at the last moment"
        raise RuntimeError(message)

    monkeypatch.setattr(deliveries, "remember", fail)
    with pytest.raises(RuntimeError, match="at the last moment"):
        await apply_event(opened, SignedOff(number, TIM, "ops"), delivery="click")
    monkeypatch.undo()
    assert await opened.read(audit.verify) == before
    assert (
        await apply_event(opened, SignedOff(number, TIM, "ops"), delivery="click")
    ).result.code == "signed"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Reevaluated(404), "no_such_release"),
        (
            events.Started(transactions.build(service="nowhere"), "staging", ANDY, (ANDY,)),
            "unknown_environment",
        ),
        (events.Started(transactions.build(), "moon", ANDY, (ANDY,)), "unknown_environment"),
        (Locked("nowhere", ("staging",), TIM, "why"), "unknown_service"),
        (events.BuildReported(transactions.build(service="nowhere")), "unknown_service"),
    ],
)
async def test_what_nobody_knows_is_refused_without_a_row(
    opened: Database, event: events.Event, code: str
) -> None:
    assert (await apply_event(opened, event)).result.code == code
    assert await count(opened, HistoryRow) == 0


async def test_refused_change_has_a_row_and_uses_up_no_number(opened: Database) -> None:
    reported = await apply_event(opened, events.BuildReported(transactions.build()))
    refused = await apply_event(opened, events.Started(reported.build, "staging", AMITA, (AMITA,)))
    assert isinstance(refused.result, Refusal)
    (line, _) = await opened.read(partial(history.newest, service=SERVICE, most=9))
    assert (line.release, line.outcome["refused"]) == (0, "not_in_team")
    assert await transactions.ship(opened, 2) == 1
    locked = await apply_event(opened, Locked(SERVICE, ("staging",), ANDY, "mine"))
    assert isinstance(locked.result, Refusal)


async def test_build_is_known_by_its_version_and_cannot_change(opened: Database) -> None:
    reported = [await apply_event(opened, events.BuildReported(transactions.build())) for _ in range(2)]
    assert [outcome.result.code for outcome in reported] == ["build_ready", "build_known"]
    other = events.BuildReported(replace(transactions.build(), digest="sha256:other"))
    assert (await apply_event(opened, other)).result.code == "build_differs"
    assert await count(opened, HistoryRow) == 1


async def test_second_holder_cannot_be_saved(opened: Database) -> None:
    def hold(connection: Connection, number: int) -> None:
        environment_state, head = environments.lock(connection, SERVICE)
        assert environment_state == {}
        held = {"staging": EnvironmentState("staging", holder=number)}
        environments.save(connection, head, environments.change(connection, SERVICE, {}, held, 0)[0])

    await opened.write(partial(hold, number=1))

    def second(connection: Connection) -> None:
        # As a fault in the code above would, which takes the environment for free.
        _, head = environments.lock(connection, SERVICE)
        held = {"staging": EnvironmentState("staging", holder=2)}
        environments.save(connection, head, environments.change(connection, SERVICE, {}, held, 0)[0])

    with pytest.raises(IntegrityError):
        await opened.write(second)
    environment_state, _ = await opened.read(partial(environments.read, service=SERVICE))
    assert environment_state["staging"].holder == 1
    assert await opened.read(partial(environments.read, service="none")) == ({}, history.Head("none"))


async def test_one_chain_per_service_has_no_gap(opened: Database) -> None:
    await asyncio.gather(
        *(
            transactions.ship(opened, order, service=service)
            for order in (1, 2, 3)
            for service in ("website", "shop")
        )
    )
    found = await opened.read(audit.verify)
    assert found.findings == ()
    assert found.releases == 6


async def test_policy_is_one_row_for_each_service_it_is_new_for(opened: Database) -> None:
    take = partial(
        policies.record_policy, policy=transactions.context("a", "b").policy, by="shiproom", at=builders.NOW
    )
    # Two replicas that start together read the same file.
    taken = await asyncio.gather(*(opened.write(take) for _ in range(4)))
    assert sorted(each for services in taken for each in services) == ["a", "b"]
    assert await opened.write(take) == []
    assert await count(opened, HistoryRow) == 2
    assert (await opened.read(audit.verify)).findings == ()


async def test_snapshot_and_lists_show_what_was_saved(opened: Database) -> None:
    number = await transactions.ship(opened)
    context = ReadContext(builders.membership())
    snapshot = await opened.read(partial(reading.snapshot, number=number, context=context, with_history=True))
    assert snapshot is not None
    assert snapshot.release.step.environment == "production"
    assert [line.event for line in snapshot.history][:2] == ["started", "send_requested"]
    assert snapshot.head == (await opened.read(partial(environments.read, service=SERVICE)))[1]
    assert await opened.read(partial(reading.snapshot, number=99, context=context)) is None
    plan = transactions.context().policy.plans[SERVICE]
    service = await opened.read(
        partial(reading.service, plan=plan, parts=reading.ServiceParts(builds=2, history=3))
    )
    assert [each.number for each in service.releases] == [number]
    assert (len(service.history), len(service.builds)) == (3, 1)
    resolution_context = await opened.read(
        partial(reading.resolution_context, plan=plan, environment="staging", token="2.1.0")
    )
    assert [build.version for build in resolution_context.builds] == ["2.1.0"]
    assert [build.version for build in resolution_context.successes] == ["2.1.0"]
    lists = [
        ReleaseFilter(),
        ReleaseFilter(SERVICE),
        ReleaseFilter(state="waiting"),
        ReleaseFilter("shop"),
        ReleaseFilter(state="done"),
    ]
    found = [len(await opened.read(partial(reading.recent, wanted=wanted))) for wanted in lists]
    assert found == [1, 1, 1, 0, 0]


async def test_rollback_goes_to_what_succeeded_there(opened: Database) -> None:
    await transactions.ship(opened)
    second = await transactions.ship(opened, 2)
    target = builders.build(1)
    refused = await apply_event(opened, RollbackStarted(target, "production", TIM, "broken"))
    assert refused.result.code == "never_succeeded_there"
    back = await apply_event(opened, RollbackStarted(target, "staging", TIM, "broken"))
    assert back.result.code in {"rollback_started", "already_live"}
    assert second > 1


async def test_authors_since_what_is_live_are_gathered_for_gates_that_ask(opened: Database) -> None:
    asks = builders.production(gates=(SignOffRule("ops", authors_may_sign=False),))
    plan = with_fingerprint(builders.plan(builders.STAGING, asks))
    known = transactions.context()
    context = Context(replace(known.policy, plans={SERVICE: plan}), known.membership, known.capabilities)
    change = Change("c0ffee", "mara-dev", "Faster")
    built = replace(transactions.build(), changes=(change,))
    reported = await apply_event(opened, events.BuildReported(built), known=context)
    started = await apply_event(
        opened, events.Started(reported.build, "staging", ANDY, (ANDY,)), known=context
    )
    assert started.release is not None
    intent = started.release.step.intent
    assert intent is not None
    await apply_event(opened, SendRequested(1, intent.correlation), known=context)
    await apply_event(opened, SendAccepted(1, intent.correlation, "run"), known=context)
    await apply_event(opened, RunReported(1, intent.correlation, "run", "succeeded"), known=context)
    reevaluated = await apply_event(opened, Reevaluated(1), known=context)
    assert reevaluated.facts is not None
    assert reevaluated.facts.authorship == {"production": Authorship(("mara-dev",), (), ("mara-dev",))}


async def test_event_without_delivery_is_not_remembered(opened: Database) -> None:
    incoming = IncomingEvent("id", Reevaluated(1), builders.NOW)
    await opened.write(partial(transaction.apply_event, incoming=incoming, context=transactions.context()))
    assert await count(opened, DeliveryRow) == 0
