"""Events of a service: builds reported late, and deployments from outside."""

from dataclasses import replace
from functools import partial

import pytest

from handlers.build import Build
from handlers.events import BuildReported, ExternalRunSeen, ExternalWatchStarted
from handlers.outcome import Refusal
from storage import audit, builds, environments
from storage.database import Database
from tests.handlers.builders import NOW, SERVICE
from tests.storage import transactions
from tests.storage.transactions import apply_event

STRANGE = Build(SERVICE, "fffffff", "f" * 40, "main")
SEEN = ExternalRunSeen(SERVICE, "production", "77#1", "succeeded", STRANGE, "mara-dev", "https://ci/77")


async def test_a_build_that_was_reported_late_is_kept_and_not_announced(opened: Database) -> None:
    late = await apply_event(opened, BuildReported(transactions.build(1), announced=False))
    newest = await apply_event(opened, BuildReported(transactions.build(2)))
    assert (late.result.code, late.effects) == ("build_ready", ())
    assert newest.effects == ("announce",)
    kept = await opened.read(partial(builds.newest, service=SERVICE, most=9))
    assert [each.version for each in kept] == [transactions.build(2).version, transactions.build(1).version]


async def test_a_deployment_from_outside_is_live_and_on_record(opened: Database) -> None:
    await apply_event(opened, ExternalWatchStarted(SERVICE, "production", ("76#1",)))
    outcome = await apply_event(opened, SEEN)
    following = ("post_to_channel", "announce", "notify_open", "compare_builds")
    assert (outcome.result.code, outcome.effects) == ("outside_seen", following)
    known, _ = await opened.read(partial(environments.read, service=SERVICE))
    live = known["production"].live
    assert live is not None
    assert (live.build.sha, live.release, live.since) == ("f" * 40, 0, NOW)
    assert known["production"].watched_since == NOW
    head = outcome.head
    again = await apply_event(opened, SEEN)
    assert (again.result.code, again.head) == ("nothing_new", None)
    old = await apply_event(opened, replace(SEEN, run="76#1"))
    assert old.result.code == "nothing_new"
    checked = await opened.read(audit.verify)
    assert checked.findings == ()
    assert str(head) in checked.heads


@pytest.mark.parametrize("known", [True, False])
async def test_a_commit_that_was_built_is_named_by_its_build(opened: Database, known: bool) -> None:
    build = transactions.build(3)
    if known:
        await apply_event(opened, BuildReported(build))
    outcome = await apply_event(opened, replace(SEEN, build=replace(STRANGE, sha=build.sha)))
    assert outcome.effects == ("post_to_channel", "announce", "notify_open", "compare_builds")
    environment_state, _ = await opened.read(partial(environments.read, service=SERVICE))
    live = environment_state["production"].live
    assert live is not None
    assert live.build.version == (build.version if known else "fffffff")


@pytest.mark.parametrize("event", [replace(SEEN, service="shop"), replace(SEEN, environment="mars")])
async def test_nothing_is_known_of_other_places(opened: Database, event: ExternalRunSeen) -> None:
    outcome = await apply_event(opened, event)
    assert isinstance(outcome.result, Refusal)
    assert outcome.head is None
