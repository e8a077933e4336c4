"""Whose run a build of Buildbot is, by the reason of its request, its owner and its scheduler."""

import pytest

from bot.ci.buildbot.build import Origins, listed_runs, read_builds

CORRELATION = "0123456789abcdef0123"
REASON = f"A build was forced by 'shiproom': website 2.4.1 to staging [{CORRELATION}]"


def origins(reason: str = REASON, user: str = "shiproom") -> Origins:
    return Origins(user, {5: reason}, frozenset({"force-deploy", "force-by-hand"}))


def build(**properties: str) -> dict[str, object]:
    known = {"shiproom_correlation_id": CORRELATION, "owner": "shiproom", "scheduler": "force-deploy"}
    named = {name: [value, "x"] for name, value in (known | properties).items()}
    return {"buildid": 7, "buildrequestid": 5, "complete": True, "results": 0, "properties": named}


@pytest.mark.parametrize(
    ("found", "properties", "ours"),
    [
        (origins(), {}, True),
        (origins(), {"owner": "shiproom@example.org"}, True),
        (origins(user=""), {"owner": "anonymous"}, True),
        (origins(), {"owner": "mara"}, False),
        (origins(), {"owner": "mara@example.org"}, False),
        (origins("rebuild"), {}, False),
        (origins("A build was forced by 'mara': by hand"), {}, False),
        (origins(f"as in {CORRELATION}"), {}, False),
        (Origins("shiproom", {}, frozenset()), {}, False),
        (origins("[]"), {"shiproom_correlation_id": ""}, False),
    ],
)
def test_whose_run_it_is(found: Origins, properties: dict[str, str], ours: bool) -> None:
    (run,) = listed_runs(read_builds([build(**properties)]), "https://buildbot.example.org", found)
    assert run.correlation == (CORRELATION if ours else "")


@pytest.mark.parametrize(
    ("scheduler", "can"), [("force-deploy", True), ("force-by-hand", True), ("nightly", False), ("", False)]
)
def test_only_what_a_person_forced_may_deploy(scheduler: str, can: bool) -> None:
    (run,) = listed_runs(read_builds([build(scheduler=scheduler)]), "", origins())
    assert run.can_deploy is can


@pytest.mark.parametrize(
    ("properties", "environment"),
    [
        ({"shiproom_environment": "production", "environment": "x"}, "production"),
        ({"environment": "production"}, "production"),
        ({}, ""),
    ],
)
def test_where_it_deployed_to(properties: dict[str, str], environment: str) -> None:
    (run,) = listed_runs(read_builds([build(**properties)]), "", origins())
    assert run.environment == environment
