"""What goes through the door of a service: builds heard of late, and what was deployed from outside."""

from dataclasses import replace
from functools import partial

import pytest

from handlers.build import Build
from handlers.events import BuildReported, OutsideSeen, WatchBegan
from handlers.outcome import Refusal
from storage import audit, builds, grounds
from storage.database import Database
from tests.handlers.making import NOW, SERVICE
from tests.storage import doors
from tests.storage.doors import enter

STRANGE = Build(SERVICE, "fffffff", "f" * 40, "main")
SEEN = OutsideSeen(SERVICE, "production", "77#1", "succeeded", STRANGE, "mara-dev", "https://ci/77")


async def test_a_build_that_was_heard_of_late_is_kept_and_not_announced(opened: Database) -> None:
    late = await enter(opened, BuildReported(doors.build(1), announced=False))
    newest = await enter(opened, BuildReported(doors.build(2)))
    assert (late.result.code, late.effects) == ("build_ready", ())
    assert newest.effects == ("Announce",)
    kept = await opened.read(partial(builds.newest, service=SERVICE, most=9))
    assert [each.version for each in kept] == [doors.build(2).version, doors.build(1).version]


async def test_a_deployment_from_outside_is_live_and_on_record(opened: Database) -> None:
    await enter(opened, WatchBegan(SERVICE, "production", ("76#1",)))
    told = await enter(opened, SEEN)
    assert (told.result.code, told.effects) == ("outside_seen", ("Proclaim",))
    known, _ = await opened.read(partial(grounds.read, service=SERVICE))
    live = known["production"].live
    assert live is not None
    assert (live.build.sha, live.release, live.since) == ("f" * 40, 0, NOW)
    assert known["production"].watched_since == NOW
    head = told.head
    again = await enter(opened, SEEN)
    assert (again.result.code, again.head) == ("nothing_new", None)
    old = await enter(opened, replace(SEEN, run="76#1"))
    assert old.result.code == "nothing_new"
    checked = await opened.read(audit.verify)
    assert checked.findings == ()
    assert str(head) in checked.heads


@pytest.mark.parametrize("known", [True, False])
async def test_a_commit_that_was_built_is_named_by_its_build(opened: Database, known: bool) -> None:
    build = doors.build(3)
    if known:
        await enter(opened, BuildReported(build))
    told = await enter(opened, replace(SEEN, build=replace(STRANGE, sha=build.sha)))
    assert told.effects == (("Proclaim", "Announce") if known else ("Proclaim",))
    ground, _ = await opened.read(partial(grounds.read, service=SERVICE))
    live = ground["production"].live
    assert live is not None
    assert live.build.version == (build.version if known else "fffffff")


@pytest.mark.parametrize("event", [replace(SEEN, service="shop"), replace(SEEN, environment="mars")])
async def test_nothing_is_known_of_other_places(opened: Database, event: OutsideSeen) -> None:
    told = await enter(opened, event)
    assert isinstance(told.result, Refusal)
    assert told.head is None
