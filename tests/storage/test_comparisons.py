"""What arrives late of a build: the answer of a CI about two commits, and changes that nobody had told before."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text

from handlers import events
from handlers.build import Build, Change
from handlers.events import BuildReported, CommitsCompared, ExternalRunSeen
from handlers.lineage import Comparison, Relation
from handlers.outcome import Refusal
from handlers.plan import BuildSource
from storage import audit, builds, lineage
from storage.codec import with_fingerprint
from storage.database import Database
from storage.incoming import Context
from tests.handlers import builders
from tests.handlers.builders import ANDY, SERVICE
from tests.storage import transactions
from tests.storage.transactions import apply_event

PLAN = with_fingerprint(builders.plan(builds=BuildSource("main", "hub", "build.yml")))
CHANGES = (Change("c1", "mara-dev", "Faster leaderboard"),)
OTHERS = (Change("c2", "andy-dev", "Nothing of note"),)


def known() -> Context:
    context = transactions.context()
    return replace(context, policy=replace(context.policy, plans={SERVICE: PLAN}))


def made(order: int, branch: str = "main", changes: tuple[Change, ...] | None = None) -> Build:
    return replace(transactions.build(order), branch=branch, changes=changes)


def told(old: Build, new: Build, comparison: Comparison) -> CommitsCompared:
    return CommitsCompared(SERVICE, "hub", old.sha, new.sha, comparison)


async def saved(database: Database, version: str) -> Build:
    found = await database.read(partial(builds.get, service=SERVICE, version=version))
    assert found is not None
    return found


async def holds(database: Database) -> bool:
    return not (await database.read(audit.verify)).findings


@pytest.mark.parametrize("changes", [CHANGES, ()])
async def test_a_known_build_adds_what_was_unknown(opened: Database, changes: tuple[Change, ...]) -> None:
    first = await apply_event(opened, BuildReported(made(1)))
    again = await apply_event(opened, BuildReported(made(1, changes=changes)))
    assert again.result.code == "build_known"
    assert again.effects == ("notify_open", "announce")
    assert again.head is not None
    assert again.head != first.head
    assert again.build is not None
    assert await saved(opened, "2.1.0") == replace(first.build or made(1), changes=changes)
    assert await holds(opened)


@pytest.mark.parametrize("later", [None, (), OTHERS], ids=["untold", "none", "others"])
@pytest.mark.parametrize("before", [CHANGES, ()], ids=["known", "known to be none"])
async def test_what_was_known_never_changes(
    opened: Database, before: tuple[Change, ...], later: tuple[Change, ...] | None
) -> None:
    await apply_event(opened, BuildReported(made(1, changes=before)))
    again = await apply_event(opened, BuildReported(made(1, changes=later)))
    assert (again.result.code, again.effects, again.head) == ("build_known", (), None)
    assert (await saved(opened, "2.1.0")).changes == before


async def test_only_the_changes_of_a_known_build_are_added(opened: Database) -> None:
    first = await apply_event(opened, BuildReported(made(1)))
    other = replace(made(1, "hotfix/x", CHANGES), number=9, url="https://elsewhere", contains=("2.0.0",))
    await apply_event(opened, BuildReported(other))
    assert await saved(opened, "2.1.0") == replace(first.build or made(1), changes=CHANGES)


async def test_another_build_adds_nothing_to_a_known_one(opened: Database) -> None:
    await apply_event(opened, BuildReported(made(1)))
    refused = await apply_event(opened, BuildReported(replace(made(1, changes=CHANGES), sha="f" * 40)))
    assert refused.result.code == "build_differs"
    assert (await saved(opened, "2.1.0")).changes is None


async def test_an_answer_is_kept_on_record_and_has_all_reevaluated(opened: Database) -> None:
    apply = partial(apply_event, opened, known=known())
    old, new = made(1), made(2, "hotfix/x")
    await apply(BuildReported(old))
    await apply(BuildReported(new))
    outcome = await apply(told(old, new, Comparison(contains=True, changes=CHANGES)))
    assert outcome.result.code == "compared"
    assert outcome.effects == ("notify_open", "announce")
    found = await opened.read(
        partial(lineage.comparison, plan=PLAN, old=old.sha, new=new.sha),
    )
    assert found == Comparison(contains=True, changes=CHANGES)
    related = await opened.read(partial(lineage.relation, plan=PLAN, build=new, other=old))
    assert related is Relation.CONTAINS
    assert str(outcome.head) in (await opened.read(audit.verify)).heads
    assert await holds(opened)


async def test_an_answer_that_was_altered_in_the_history_is_found(opened: Database) -> None:
    apply = partial(apply_event, opened, known=known())
    await apply(BuildReported(made(1)))
    await apply(BuildReported(made(2)))
    await apply(told(made(1), made(2), Comparison(contains=True, changes=CHANGES)))
    await opened.write(
        lambda connection: connection.execute(
            text("UPDATE history SET body = replace(body, 'mara-dev', 'tim-dev')")
        )
    )
    assert not await holds(opened)


async def test_an_answer_tells_the_changes_of_builds_that_nobody_had_told(opened: Database) -> None:
    apply = partial(apply_event, opened, known=known())
    for each in (made(1, changes=()), made(2), made(3, changes=OTHERS), made(4, "hotfix/x")):
        await apply(BuildReported(each))
    answer = Comparison(contains=True, changes=CHANGES)
    await apply(told(made(1), made(2), answer))
    assert (await saved(opened, "2.2.0")).changes == CHANGES
    await apply(told(made(2), made(3), answer))
    assert (await saved(opened, "2.3.0")).changes == OTHERS, "known changes stay"
    await apply(told(made(1), made(4), answer))
    assert (await saved(opened, "2.4.0")).changes is None, "2.1.0 is not the build before it in its branch"


async def test_a_cut_answer_completes_no_build(opened: Database) -> None:
    apply = partial(apply_event, opened, known=known())
    for each in (made(1, changes=()), made(2)):
        await apply(BuildReported(each))
    await apply(told(made(1), made(2), Comparison(contains=True, changes=CHANGES, complete=False)))
    assert (await saved(opened, "2.2.0")).changes is None


async def test_an_answer_between_other_builds_completes_no_build(opened: Database) -> None:
    apply = partial(apply_event, opened, known=known())
    for each in (made(1, changes=()), made(2, changes=()), made(3)):
        await apply(BuildReported(each))
    await apply(told(made(1), made(3), Comparison(contains=True, changes=(*CHANGES, *OTHERS))))
    assert (await saved(opened, "2.3.0")).changes is None, "the build before it is 2.2.0"


@pytest.mark.parametrize("contains", [True, False, None])
async def test_what_is_live_or_requested_may_supersede_once_it_contains_the_other(
    opened: Database, contains: bool | None
) -> None:
    apply = partial(apply_event, opened, known=known())
    old, new = made(1, "hotfix/x"), made(2)
    await apply(BuildReported(old))
    holder = await apply(events.Started(old, "staging", ANDY, (ANDY,)))
    assert holder.release is not None
    await apply(BuildReported(new))
    await apply(events.Started(new, "staging", ANDY, (ANDY,)))
    seen = ExternalRunSeen(SERVICE, "production", "7#1", "succeeded", new)
    await apply(seen)
    outcome = await apply(told(old, new, Comparison(contains)))
    requested = ("notify_open",) if contains else ()
    assert outcome.effects == ("notify_open", "announce", *requested)


async def test_nothing_is_kept_of_a_service_that_is_not_in_the_policy(opened: Database) -> None:
    outcome = await apply_event(
        opened, replace(told(made(1), made(2), Comparison(contains=True)), service="shop")
    )
    assert isinstance(outcome.result, Refusal)
    assert outcome.head is None
