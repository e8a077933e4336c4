"""Fills a database as a busy team would have it: open releases that wait for sign-offs, and a long history behind them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from bot.policy import read_policy
from handlers.build import Build
from handlers.people import AccountStatus, Member
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.rights import current_precondition
from handlers.step import Step, StepState
from storage import builds, environments, facts, messages, release_numbers, releases
from storage.codec import dump_release, micros
from storage.database import Database
from storage.history import Entry, Head, chain
from storage.messages import Posted
from storage.recording import Changes, Locked, record
from storage.tables import HistoryRow, ServiceRow, table

SERVICES = 4
SIGNERS = tuple(f"U0T{number:02}" for number in range(8))

FIRST_TOLD, ROWS_EACH = 1_000_000, 10
"""The number of the first release that the history tells of, and how many rows each has."""

POLICY = """\
version: 1
teams:
  developers: {members: [U0ANDY]}
  testers: {members: [SIGNERS]}
  ops: {members: [U0TIM, U0TOM]}
ci:
  here: {kind: local, directory: .}
services:
"""
SERVICE = """\
  service-NUMBER:
    channel: C0RELEASES
    starters: [developers]
    operators: [ops]
    environments:
      - name: staging
        deploy: {ci: here, command: [/bin/true]}
      - name: production
        gates:
          - {sign_off: testers, needs: 8}
          - {sign_off: ops}
        deploy: {ci: here, command: [/bin/true]}
"""


def write_policy(directory: Path) -> Path:
    """Write the policy of the bench."""
    path = directory / "shiproom.yml"
    services = "".join(SERVICE.replace("NUMBER", str(number)) for number in range(SERVICES))
    path.write_text(POLICY.replace("SIGNERS", ", ".join(SIGNERS)) + services)
    return path


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


async def seed(
    database: Database, path: Path, count: int, environ: Mapping[str, str] | None = None
) -> list[Release]:
    """Make releases that wait for their testers, each with its card in Slack already."""
    policy = read_policy(path, environ or {}).policy
    assert policy is not None
    plans = list(policy.plans.values())

    def fill(connection: Connection) -> list[Release]:
        members = {
            user: Member(AccountStatus.FULL, now(), user) for user in (*SIGNERS, "U0TIM", "U0TOM", "U0ANDY")
        }
        facts.save(connection, members, {})
        return [_release(connection, plans[index % len(plans)], index + 1) for index in range(count)]

    return await database.write(fill)


def _release(connection: Connection, plan: Plan, number: int) -> Release:
    at = now()
    environment_state, head = environments.lock(connection, plan.service)
    build = Build(plan.service, f"1.0.{number}", f"{number:040x}", "main", url="https://ci.example.org/1")
    build = builds.add(connection, build)
    steps = (
        Step("staging", StepState.SUCCEEDED, 1, requested=True, ended_at=at),
        Step("production", StepState.WAITING, 1, waiting_since=at),
    )
    release = Release(number, Kind.NORMAL, build, plan, ("U0ANDY",), at, steps)
    assert release_numbers.next_number(connection) == number
    rows = builds.vouched(build) | releases.insert_release(connection, release, dump_release(release), None)
    entry = Entry(micros(at), "U0ANDY", "started", number, "{}", {"reply": "started"})
    record(connection, Locked(environment_state, head), entry, Changes(rows=rows))
    messages.save(connection, Posted(f"card:{number}", "C0RELEASES", f"{number}.0001", "", at))
    return release


def told_release() -> int:
    """Give the number of a release of which the shortest history tells all rows."""
    return FIRST_TOLD + 3


async def lengthen(database: Database, rows: int) -> None:
    """Put a long history behind every service, chained as the product chains it."""
    for number in range(SERVICES):
        service = f"service-{number}"
        head = Head(service)
        for lines in _batches(_history(service, rows // SERVICES), 20_000):
            await database.write(partial(_insert, lines=lines))
            head = Head(service, lines[-1]["row"], lines[-1]["hash"])
        await database.write(partial(_head, head=head))


def _insert(connection: Connection, lines: list[dict[str, Any]]) -> None:
    connection.execute(insert(table(HistoryRow)), lines)


def _head(connection: Connection, head: Head) -> None:
    row = table(ServiceRow)
    connection.execute(row.delete().where(row.c.service == head.service))
    values = {"service": head.service, "body": "{}", "chain_row": head.row, "chain_hash": head.hash}
    connection.execute(insert(row), values)


def _history(service: str, rows: int) -> Iterator[dict[str, Any]]:
    digest, began = "", now() - timedelta(days=300)
    outcome = json.dumps({"reply": "signed", "from": "waiting", "to": "waiting", "digest": "0" * 64})
    for row in range(1, rows + 1):
        at = micros(began + timedelta(seconds=row))
        entry = Entry(at, "U0AMITA", "signed_off", FIRST_TOLD + row // ROWS_EACH, '{"team":"testers"}', {})
        digest = chain(digest, service, row, entry, outcome)
        yield {
            "service": service,
            "row": row,
            "at": at,
            "actor": entry.actor,
            "event": entry.event,
            "release": entry.release,
            "body": entry.body,
            "outcome": outcome,
            "hash": digest,
        }


def _batches(lines: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(lines, size)):
        yield batch


def click(release: Release, user: str, card: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the payload of a click on `Sign off for testers`, with the message that it was on, as Slack sends it."""
    precondition = current_precondition(release)
    drawn_for = f"{precondition.environment}/{precondition.attempt}/{precondition.fingerprint}"
    value = f"approve r{release.number} as testers #{drawn_for}"
    return {
        "type": "block_actions",
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": "T0LOCAL"},
        "api_app_id": "A0",
        "token": "unused",
        "container": {"type": "message", "message_ts": f"{release.number}.0001", "channel_id": "C0RELEASES"},
        "trigger_id": "1.2.3",
        "team": {"id": "T0LOCAL", "domain": "local"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C0RELEASES", "name": "releases"},
        "message": {
            "type": "message",
            "user": "U0BOT",
            "ts": f"{release.number}.0001",
            "text": "card",
            "blocks": card,
        },
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/unused",
        "actions": [
            {
                "action_id": "approve:testers",
                "block_id": "b1",
                "text": {"type": "plain_text", "text": "Sign off for testers"},
                "value": value,
                "type": "button",
                "action_ts": "1700000000.0001",
            }
        ],
    }
