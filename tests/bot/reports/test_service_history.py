"""What single rows tell: what takes back an earlier one, what came late, and what a report passes over."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.reports.facts import Deployment, ServiceFacts
from bot.reports.reading import read_facts
from bot.reports.service_history import ServiceHistory
from bot.reports.waits import STILL
from handlers.attempt_endings import AttemptOutcome
from storage.codec import UnreadableError
from storage.opening import open_database
from tests import databases
from tests.bot.reports import year

if TYPE_CHECKING:
    from storage.report_rows import ReportRow

BUILD = {"service": "website", "version": "2.4.1", "sha": "a" * 40, "branch": "main", "position": 1}
SUCCEEDED, FAILED, STOPPED = AttemptOutcome.SUCCEEDED, AttemptOutcome.FAILED, AttemptOutcome.STOPPED
Told = tuple[int, str, int, dict[str, Any], dict[str, Any]]


def facts_of(*told: Told) -> ServiceFacts:
    """Read rows: each has a time, an event, a release, a body and an outcome."""
    numbers, history = count(1), ServiceHistory("website")
    rows: list[ReportRow] = [
        (next(numbers), at, event, release, json.dumps(body) if body else "", json.dumps(outcome))
        for at, event, release, body, outcome in told
    ]
    history.read(rows)
    return history.finished()


def started(at: int, release: int = 1, event: str = "started") -> Told:
    return (
        at,
        event,
        release,
        {"build": BUILD},
        {"step": "production", "to": "deploying", "waits": ["deployment"]},
    )


def ended(at: int, outcome: str, release: int = 1, **more: Any) -> Told:  # noqa: ANN401 - JSON
    ending = {"environment": "production", "attempt": 1, "outcome": outcome}
    return (
        at,
        "run_reported",
        release,
        {},
        {"step": "production", "to": "done", "attempt_ended": ending, **more},
    )


def outside(at: int, state: str, ended_at: int) -> Told:
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ended_at)
    run = {
        "environment": "production",
        "run": "77#2",
        "url": "https://ci.example.org/77",
        "build": {"sha": "b" * 40},
    }
    body = {**run, "state": state, **({} if state == "running" else {"ended_at": when.isoformat()})}
    return at, "external_run_seen", 0, body, {"reply": "outside_seen"}


def shown(facts: ServiceFacts) -> list[tuple[int, AttemptOutcome, int, int]]:
    return [(each.release, each.how, each.began, each.ended) for each in facts.deployments]


def one(facts: ServiceFacts) -> Deployment:
    (found,) = facts.deployments
    return found


def test_what_failed_and_was_not_deployed_after_all_is_no_deployment() -> None:
    assert shown(facts_of(started(10), ended(20, "failed"), ended(30, "unsent"))) == []


def test_what_failed_and_was_deployed_after_all_is_one_success_from_its_beginning() -> None:
    facts = facts_of(started(10), ended(20, "failed"), started(25, 2), ended(30, "succeeded"))
    assert shown(facts) == [(1, SUCCEEDED, 10, 30)]
    assert one(facts).known_bad_at is None


def test_what_was_stopped_is_neither_a_success_nor_a_failure() -> None:
    facts = facts_of(started(10), ended(20, "stopped"))
    assert shown(facts) == [(1, STOPPED, 10, 20)]
    assert not one(facts).is_change


def test_a_failure_that_was_taken_back_is_not_what_a_rollback_mends() -> None:
    live, taken_back = ended(20, "succeeded"), (ended(40, "failed", 2), ended(50, "unsent", 2))
    rolled_back = (started(60, 3, "rollback_started"), ended(70, "succeeded", 3))
    facts = facts_of(started(10), live, started(30, 2), *taken_back, *rolled_back)
    assert [(each.release, each.known_bad_at) for each in facts.deployments] == [(1, 60), (3, None)]


def test_what_a_release_waits_for_in_the_next_environment_is_another_wait() -> None:
    at, event, release, body, outcome = started(10)
    on_staging = (at, event, release, body, {**outcome, "step": "staging"})
    facts = facts_of(on_staging, ended(20, "succeeded", waits=["deployment"]))
    found = {on: list(each) for on, each in facts.waits.items()}
    assert found == {("staging", "deployment"): [(1, 10, 20)], ("production", "deployment"): [(1, 20, STILL)]}


def test_a_deployment_from_outside_mends_what_failed_before_it() -> None:
    facts = facts_of(
        started(10), ended(20, "failed"), outside(30, "running", 0), outside(45, "succeeded", 40)
    )
    assert shown(facts) == [(1, FAILED, 10, 20), (0, SUCCEEDED, 30, 40)]
    assert facts.deployments[0].restored_at == 40
    told = facts.deployments[1]
    assert (told.version, told.run, told.url) == ("bbbbbbb", "77", "https://ci.example.org/77")


def test_one_from_outside_that_is_told_late_mends_nothing_that_failed_after_it() -> None:
    facts = facts_of(started(10), ended(20, "failed"), outside(45, "succeeded", 15))
    (failed,) = [each for each in facts.deployments if each.how is FAILED]
    assert (failed.known_bad_at, failed.restored_at) == (20, None)


def test_one_from_outside_that_is_told_late_is_not_what_a_rollback_replaces() -> None:
    rolled_back = (started(50, 2, "rollback_started"), ended(60, "succeeded", 2))
    facts = facts_of(started(10), ended(20, "succeeded"), outside(45, "succeeded", 15), *rolled_back)
    bad = [each.release for each in facts.deployments if each.known_bad_at is not None]
    assert bad == [1]


def test_a_refused_start_and_rows_of_a_release_that_nobody_started_tell_nothing() -> None:
    at, event, release, body, _ = started(10)
    facts = facts_of((at, event, release, body, {"refused": "locked"}), ended(20, "succeeded", waits=[]))
    assert (facts.deployments, facts.waits) == ([], {})


def test_what_a_release_waits_for_still_has_no_end() -> None:
    facts = facts_of(started(10))
    assert {on: list(each) for on, each in facts.waits.items()} == {
        ("production", "deployment"): [(1, 10, STILL)]
    }


def test_an_emergency_that_an_operator_signed_alone_says_so() -> None:
    alone: Told = (
        20,
        "signed_off",
        1,
        {},
        {"reply": "signed_alone", "step": "production", "to": "deploying", "waits": []},
    )
    facts = facts_of(started(10, event="emergency_started"), alone)
    assert facts.emergencies[0].alone


async def test_a_row_that_cannot_be_read_is_named_by_its_service(
    tmp_path: Path, migrated_sqlite: str
) -> None:
    database = await open_database(databases.copied_sqlite(migrated_sqlite, tmp_path), alone=False)
    row = year.Row(10, "started", 1, {}, {})
    try:
        await year.write(database, {"website": [row]})
        with pytest.raises(UnreadableError, match="history of website"):
            await read_facts(database)
    finally:
        await database.close()
