"""What was open in a backup ends, nothing is decided before an operator's word, and the history still holds."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from handlers import events
from handlers.environments import RunTold
from handlers.outcome import Refusal
from handlers.policy import Policy
from handlers.reports import RunReported
from storage import audit, environments, policies, release_numbers, releases
from storage.confirmed import BehindError, ConfirmedHeads
from storage.database import Database
from storage.history import Head
from storage.incoming import Context, Outcome
from storage.restoring import RestoreSummary, after_restore
from tests.handlers.builders import ANDY, NOW, SERVICE, TIM, later
from tests.storage.transactions import apply_event, build, context, ship, story

RESTORED_AT = NOW + timedelta(hours=1)
BACKUP_AT = NOW - timedelta(days=10)
SKIPPED = 1000 + 10 * 24 * 60 + 60
"""A thousand numbers, and one for each minute that the backup is old."""


async def restore(database: Database) -> RestoreSummary:
    return await database.write(
        lambda connection: after_restore(connection, RESTORED_AT, BACKUP_AT, "operator")
    )


async def started(database: Database, **fields: object) -> Context:
    """Return what a process knows that starts now."""
    confirmed = ConfirmedHeads()
    await database.read(confirmed.look_for_restore)
    return replace(context(), confirmed=confirmed, **fields)


async def findings(database: Database) -> list[str]:
    found = await database.read(partial(audit.verify, anchors=(), now=later(hours=2)))
    return [str(each) for each in found.findings]


def word(*live: tuple[str, str]) -> events.LossSettled:
    return events.LossSettled(SERVICE, (), TIM, "", live)


async def settle(database: Database, known: Context, *live: tuple[str, str]) -> Outcome:
    return await apply_event(database, word(*live), known=known)


async def test_everything_open_ends_and_the_history_holds(opened: Database) -> None:
    await story(opened)
    assert await findings(opened) == []
    before = await opened.read(releases.open_everywhere)
    last = await opened.write(release_numbers.next_number) - 1
    summary = await restore(opened)
    assert before
    assert summary.ended == tuple(number for number, _ in sorted(before, key=lambda each: (each[1], each[0])))
    assert await opened.read(releases.open_everywhere) == []
    assert summary.next_release == last + 1 + SKIPPED
    assert await findings(opened) == []
    # Once more, as when the first one was of the wrong file.
    again = await restore(opened)
    assert (again.ended, again.next_release) == ((), last + 1 + 2 * SKIPPED)
    assert await findings(opened) == []


async def column(database: Database, statement: str) -> list[str]:
    return await database.read(lambda connection: list(connection.exec_driver_sql(statement).scalars().all()))


async def test_nothing_that_was_to_be_done_is_done(opened: Database) -> None:
    await story(opened)
    pending = await column(opened, "SELECT id FROM effect WHERE done_at IS NULL")
    summary = await restore(opened)
    called_off = await column(opened, "SELECT id FROM effect WHERE failure LIKE 'not performed%'")
    assert pending
    assert (sorted(called_off), summary.called_off) == (sorted(pending), len(pending))
    left = await column(opened, "SELECT kind FROM effect WHERE done_at IS NULL")
    assert not {"trigger", "stop_run", "call", "direct_message"} & set(left)


@pytest.mark.parametrize("how", ["DELETE FROM counter", "UPDATE counter SET value = 1"])
async def test_the_restore_cannot_be_hidden(opened: Database, how: str) -> None:
    await story(opened)
    await restore(opened)
    await opened.write(lambda connection: connection.exec_driver_sql(f"{how} WHERE name = 'restored'"))
    assert [each for each in await findings(opened) if each.startswith("counter restored")]


async def test_nothing_is_decided_before_an_operator_has_named_what_is_live(opened: Database) -> None:
    number = await ship(opened)
    await restore(opened)
    known = await started(opened)
    assert known.confirmed.behind.keys() == {SERVICE}
    assert known.confirmed.sentences()[0].startswith("website was restored from a backup of ")
    for event in (
        events.BuildReported(build(2)),
        events.Started(build(1), "staging", ANDY, (ANDY,)),
        RunReported(number, "none", "77", "succeeded"),
    ):
        with pytest.raises(BehindError) as raised:
            await apply_event(opened, event, known=known)
        assert raised.value.refusal.values["backup"] == BACKUP_AT.isoformat()
    told = {SERVICE: {"staging": RunTold("9.9", "c" * 40, "77")}}
    asked = await settle(opened, replace(known, told=told))
    assert isinstance(asked.result, Refusal)
    assert (asked.result.code, asked.result.values["offered"]) == (
        "live_needed",
        "settle website lost staging=9.9 production=nothing",
    )
    done = await settle(opened, replace(known, told=told), ("staging", "9.9"), ("production", "c" * 7))
    assert done.result.code == "loss_settled"
    states, _ = await opened.read(partial(environments.read, service=SERVICE))
    staging, production = states["staging"].live, states["production"].live
    assert staging is not None
    assert production is not None
    assert (staging.build.version, staging.build.sha, staging.release) == ("9.9", "c" * 40, 0)
    assert (production.build.version, production.build.sha) == ("ccccccc", "ccccccc")
    # Other processes find it out as well, those that start later too.
    another = await started(opened)
    assert another.confirmed.behind == {}
    assert another.confirmed.restored == {SERVICE}
    assert (
        await apply_event(opened, events.BuildReported(build(2)), known=known)
    ).result.code == "build_ready"
    assert known.confirmed.behind == {}
    after = await apply_event(opened, events.Started(build(2), "staging", ANDY, (ANDY,)), known=known)
    assert after.release is not None
    assert after.release.number > SKIPPED
    assert await findings(opened) == []


async def test_a_look_finds_the_word_of_another_process(opened: Database) -> None:
    await ship(opened)
    await restore(opened)
    ours, another = await started(opened), await started(opened)
    assert (
        await settle(opened, another, ("staging", build(1).version), ("production", ""))
    ).result.code == "loss_settled"
    await opened.read(ours.confirmed.look)
    assert ours.confirmed.behind == {}


@pytest.mark.parametrize(
    ("typed", "version", "commit"),
    [
        ("{version}", "{version}", "{sha}"),
        ("{sha}", "{version}", "{sha}"),
        ("v{version}", "{version}", "{sha}"),
    ],
)
async def test_what_is_named_is_a_known_build_if_there_is_one(
    opened: Database, typed: str, version: str, commit: str
) -> None:
    await ship(opened)
    await restore(opened)
    values = {"version": build(1).version, "sha": build(1).sha}
    live = (("staging", typed.format(**values)), ("production", ""))
    await settle(opened, await started(opened), *live)
    states, _ = await opened.read(partial(environments.read, service=SERVICE))
    found = states["staging"].live
    assert found is not None
    assert (found.build.version, found.build.sha) == (version.format(**values), commit.format(**values))


async def test_what_nobody_knows_or_the_ci_denies_needs_a_reason(opened: Database) -> None:
    await ship(opened)
    await restore(opened)
    known = await started(opened)
    denied = replace(known, told={SERVICE: {"staging": RunTold("9.9", "c" * 40, "77")}})
    for context_now, live in ((known, "7.7"), (denied, build(1).version), (replace(known, told={}), "7.7")):
        asked = await settle(opened, context_now, ("staging", live), ("production", ""))
        assert asked.result.code == "live_needed"
    named = replace(word(("staging", "7.7"), ("production", "")), reason="it was built since")
    assert (await apply_event(opened, named, known=denied)).result.code == "loss_settled"
    states, _ = await opened.read(partial(environments.read, service=SERVICE))
    assert states["staging"].live is not None
    assert (states["staging"].live.build.version, states["staging"].live.build.sha) == ("7.7", "")


async def test_a_loss_that_was_settled_is_no_word_about_the_restore(opened: Database) -> None:
    await ship(opened)
    await restore(opened)
    before = ConfirmedHeads()
    before.learn(Head(SERVICE, 9999, "f" * 64), NOW)
    looked = replace(context(), confirmed=before)
    assert (
        await apply_event(opened, replace(word(), reason="looked"), known=looked)
    ).result.code == "loss_settled"
    assert (await started(opened)).confirmed.behind.keys() == {SERVICE}


def policy_of(known: Context, number: int, *services: str) -> Policy:
    return replace(context(*services).policy, number=number, text=f"policy {number}", fingerprint=f"{number}")


async def load(database: Database, policy: Policy, removed: tuple[str, ...] = ()) -> None:
    following = policies.Following(removed)
    await database.write(
        lambda connection: policies.record_policy(
            connection, policy, "shiproom", later(minutes=61), following
        )
    )


async def test_a_service_of_the_first_policy_after_it_is_held_and_a_later_one_is_new(
    opened: Database,
) -> None:
    await story(opened)
    await restore(opened)
    number = await opened.read(policies.number_in_force)
    assert number > 1000
    known = await started(opened)
    await load(opened, policy_of(known, number + 1, SERVICE, "shop", "cart"))
    known = replace(await started(opened), policy=policy_of(known, number + 1, SERVICE, "shop", "cart"))
    assert known.confirmed.behind.keys() == {SERVICE, "shop", "cart"}
    with pytest.raises(BehindError):
        await apply_event(opened, events.BuildReported(build(1, "cart")), known=known)
    everything = replace(word(("staging", ""), ("production", "")), service="cart")
    assert (await apply_event(opened, everything, known=known)).result.code == "loss_settled"
    reported = await apply_event(opened, events.BuildReported(build(1, "cart")), known=known)
    assert reported.result.code == "build_ready"
    await load(opened, policy_of(known, number + 2, SERVICE, "shop", "cart", "game"))
    known = replace(known, policy=policy_of(known, number + 2, SERVICE, "shop", "cart", "game"))
    assert (
        await apply_event(opened, events.BuildReported(build(1, "game")), known=known)
    ).result.code == "build_ready"
    assert await findings(opened) == []


async def test_a_process_that_knows_an_older_policy_decides_nothing(opened: Database) -> None:
    await story(opened)
    number = await opened.read(policies.number_in_force)
    before = replace(context(SERVICE, "shop"), policy=policy_of(context(), number, SERVICE, "shop"))
    await restore(opened)
    for event in (events.BuildReported(build(9)), word(("staging", "1"))):
        with pytest.raises(policies.PolicyBehindError):
            await apply_event(opened, event, known=before)


async def test_a_service_that_left_the_policy_is_not_held(opened: Database) -> None:
    await story(opened)
    number = await opened.read(policies.number_in_force)
    await load(opened, policy_of(context(), number + 1, SERVICE), removed=("shop",))
    summary = await restore(opened)
    assert summary.services == (SERVICE,)
    assert await opened.read(releases.open_everywhere) == []
    assert (await started(opened)).confirmed.behind.keys() == {SERVICE}
    assert await findings(opened) == []


async def test_what_is_lost_of_a_service_concerns_nobody_without_it(opened: Database) -> None:
    await story(opened)
    await restore(opened)
    known = await started(opened)
    known.confirmed.services = {"shop"}
    assert known.confirmed.behind.keys() == {"shop"}


async def test_an_empty_database_needs_no_word(opened: Database) -> None:
    assert await restore(opened) == RestoreSummary((), (), 0, 1)
    assert (await started(opened)).confirmed.restored == frozenset()
