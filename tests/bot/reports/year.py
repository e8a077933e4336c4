"""A generated year of many services: the rows of their histories, and what really happened, which no row is asked for.

Releases overlap, wait over nights and weekends, fail, are retried, stopped and rolled back; hotfixes come from branches of
their own; people deploy past Shiproom. The rows have the shape of what the product writes; test_as_written.py reads real ones.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from storage.codec import micros
from storage.database import Database
from storage.history import Entry, chain
from storage.tables import HistoryRow, ServiceRow, table

BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
STAGING, PRODUCTION = "staging", "production"
SECOND, MINUTE, HOUR = 1_000_000, 60_000_000, 3_600_000_000
DAY = 24 * HOUR
FILLING = {"reply": "reported", "from": "deploying", "to": "deploying", "effects": ["show_card"]}


@dataclass
class TrueDeployment:
    """An attempt to deploy, as it really went."""

    service: str
    environment: str
    release: int
    kind: str
    version: str
    began: int
    ended: int
    how: str
    branch: str = ""
    position: int = 0
    remedy_since: int | None = None


@dataclass
class TrueWait:
    """A release waited for something; `until` is None if it waits still."""

    service: str
    release: int
    environment: str
    on: str
    since: int
    until: int | None


@dataclass
class TrueEmergency:
    """An emergency, and its review."""

    service: str
    release: int
    at: int
    due: int
    reviewed: int | None


@dataclass
class Truth:
    """All that happened in the year; `ready` are builds: service, branch, position, when they were ready and were told."""

    deployments: list[TrueDeployment] = field(default_factory=list[TrueDeployment])
    waits: list[TrueWait] = field(default_factory=list[TrueWait])
    emergencies: list[TrueEmergency] = field(default_factory=list[TrueEmergency])
    ready: list[tuple[str, str, int, int, int]] = field(default_factory=list[tuple[str, str, int, int, int]])


@dataclass
class Row:
    """A row of a history, before it is chained."""

    at: int
    event: str
    release: int
    body: dict[str, Any]
    outcome: dict[str, Any]


class _Service:
    """Tells the year of one service."""

    def __init__(
        self, name: str, releases: int, random: Random, truth: Truth, numbers: Iterator[int]
    ) -> None:
        self.name, self.random, self.truth, self.numbers = name, random, truth, numbers
        self.rows: list[Row] = []
        self.positions = {"main": 0}
        begins, ends = micros(BEGINS), micros(ENDS)
        for _ in range(releases):
            at = begins + random.randrange(ends - begins)
            random.choices((self.normal, self.outside, self.mended), (90, 4, 6))[0](at)
        self.rows.sort(key=lambda each: each.at)

    def some(self, least: int, most: int) -> int:
        """Give a random stretch of time, to the microsecond."""
        return self.random.randrange(least, most)

    def build(self, at: int, branch: str = "main") -> dict[str, Any]:
        """Report a build that is ready; what comes later in the year has a place further on, as a CI counts."""
        place = (at - micros(BEGINS)) // 1000 if branch == "main" else self.positions.get(branch, 0) + 1
        self.positions[branch] = place
        told = at + self.some(0, MINUTE)
        build = {
            "service": self.name,
            "version": f"{branch}-{place}",
            "sha": f"{place:040x}",
            "branch": branch,
        }
        self.truth.ready.append((self.name, branch, place, at, told))
        ready_at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)
        body = {"build": {**build, "ready_at": ready_at.isoformat()}}
        self.row(told, "build_reported", 0, body, {"reply": "build_ready", "order": 1, "position": place})
        return {**build, "position": place, "told": told}

    def row(self, at: int, event: str, release: int, body: dict[str, Any], outcome: dict[str, Any]) -> None:
        """Write a row."""
        self.rows.append(Row(at, event, release, body, outcome))

    def normal(self, at: int) -> None:
        """Release a build, to which some that nobody released were built before."""
        for _ in range(self.random.randrange(3)):
            self.build(at - self.some(0, 3 * DAY))
        build = self.build(at)
        started = build["told"] + self.some(0, DAY)
        journey = _Journey(self, "normal", "started", build, started)
        ended = journey.deploy(STAGING, started, "succeeded")
        self.to_production(journey, ended)

    def to_production(self, journey: "_Journey", at: int) -> None:
        """Have it signed, and deploy it, perhaps after failures."""
        if self.random.random() < 0.03:
            journey.forget()
            return
        times = sorted(at + self.some(MINUTE, 4 * DAY) for _ in range(3))
        order = self.random.sample(["request", "team:ops", "team:testers"], 3)
        open_ones = ["request", "team:ops", "team:testers"]
        for name, time in zip(order, times, strict=True):
            open_ones.remove(name)
            if open_ones:
                journey.waits(PRODUCTION, time, *open_ones)
        now = times[-1]
        if self.random.random() < 0.3:
            journey.waits(PRODUCTION, now, self.random.choice(["gate:window", "gate:lock", "gate:turn"]))
            now += self.some(MINUTE, 2 * DAY)
        if self.random.random() < 0.05:
            journey.end(now, "rejected")
            return
        self.into_production(journey, now)

    def into_production(self, journey: "_Journey", now: int) -> None:
        """Deploy to production until it succeeds or people give up."""
        while True:
            outcome = self.random.choices(("succeeded", "failed", "stopped", "unsent"), (85, 9, 3, 3))[0]
            now = journey.deploy(PRODUCTION, now, outcome)
            if outcome in {"succeeded", "stopped"}:
                return
            now += self.some(MINUTE, 5 * HOUR)
            if self.random.random() < 0.3:
                journey.end(now, "cancelled")
                return

    def mended(self, at: int) -> None:
        """Roll production back, or mend it in an emergency."""
        emergency = self.random.random() < 0.5
        build = self.build(at, f"hotfix/{self.random.randrange(9)}" if emergency else "main")
        started = build["told"] + self.some(0, HOUR)
        kind = "emergency" if emergency else "rollback"
        journey = _Journey(self, kind, f"{kind}_started", build, started)
        if not emergency:
            journey.deploy(PRODUCTION, started, self.random.choice(["succeeded", "succeeded", "failed"]))
            journey.forget()
            return
        journey.waits(PRODUCTION, started, "team:ops")
        due = started + 3 * DAY
        ended = journey.deploy(PRODUCTION, started + self.some(MINUTE, HOUR), "succeeded", review_due=due)
        reviewed = ended + self.some(HOUR, 9 * DAY) if self.random.random() < 0.8 else None
        self.truth.emergencies.append(TrueEmergency(self.name, journey.number, started, due, reviewed))
        if reviewed is not None:
            self.row(
                reviewed, "reviewed", journey.number, {"actor": "U0TIM"}, {**FILLING, "reply": "reviewed"}
            )

    def outside(self, at: int) -> None:
        """Deploy past Shiproom."""
        ended, how = at + self.some(MINUTE, HOUR), self.random.choice(["succeeded", "succeeded", "failed"])
        until = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=ended)
        run = {"service": self.name, "environment": PRODUCTION, "run": f"{at}#1", "build": {"sha": "f" * 40}}
        if self.random.random() < 0.5:
            self.row(at, "external_run_seen", 0, {**run, "state": "running"}, {"reply": "outside_seen"})
            began = at
        else:
            began = ended
        body = {**run, "state": how, "ended_at": until.isoformat()}
        self.row(ended, "external_run_seen", 0, body, {"reply": "outside_seen"})
        self.truth.deployments.append(
            TrueDeployment(self.name, PRODUCTION, 0, "outside", "fffffff", began, ended, how)
        )


class _Journey:
    """Tells of one release; each row says what it waits for from then on."""

    def __init__(self, service: _Service, kind: str, event: str, build: dict[str, Any], at: int) -> None:
        self.service, self.kind, self.build, self.started = service, kind, build, at
        self.number = next(service.numbers)
        self.since: dict[tuple[str, str], int] = {}
        self.state, self.attempt, self.event = "", 0, event

    def row(self, at: int, environment: str, to: str, names: tuple[str, ...], **more: Any) -> None:  # noqa: ANN401 - JSON
        """Write what it waits for from now on, and note it."""
        waits = {(environment, name) for name in names}
        for key in [key for key in self.since if key not in waits]:
            self._waited(key, self.since.pop(key), at)
        for key in waits:
            self.since.setdefault(key, at)
        outcome = {
            "from": self.state,
            "to": to,
            "step": environment,
            "attempt": self.attempt,
            "effects": ["call"],
        }
        event, self.event = self.event, "signed_off"
        body = {"build": self.build} if event.endswith("started") else {"release": self.number}
        self.service.row(at, event, self.number, body, {**outcome, "waits": sorted(names), **more})
        self.state = to

    def _waited(self, key: tuple[str, str], since: int, until: int) -> None:
        wait = TrueWait(self.service.name, self.number, *key, since, until)
        self.service.truth.waits.append(wait)

    def waits(self, environment: str, at: int, *names: str) -> None:
        """Wait for something from now on."""
        self.row(at, environment, "waiting", names)

    def end(self, at: int, state: str) -> None:
        """End without going live."""
        self.row(at, PRODUCTION, state, ())

    def deploy(self, environment: str, at: int, outcome: str, *, review_due: int = 0) -> int:
        """Deploy, with all the rows that a run leaves; return when it ended."""
        self.attempt += 1
        self.row(at, environment, "deploying", ("deployment",))
        for seconds in range(4):
            self.service.row(at + seconds * SECOND, "run_reported", self.number, {"run_id": "1"}, FILLING)
        ended = at + self.service.some(MINUTE, HOUR)
        ending = {"environment": environment, "attempt": self.attempt, "outcome": outcome}
        due = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=review_due)
        more = {"attempt_ended": ending} | ({"review_due": due.isoformat()} if review_due else {})
        after: tuple[str, ...] = ("decision",) if outcome in {"failed", "unsent"} else ()
        goes_on = environment == STAGING or bool(after)
        if environment == STAGING:
            after = ("request", "team:ops", "team:testers")
        over = "cancelled" if outcome == "stopped" else "done"
        to = ("waiting" if environment == STAGING else "failed") if goes_on else over
        self.row(ended, PRODUCTION if environment == STAGING else environment, to, after, **more)
        self._deployed(environment, at, ended, outcome)
        return ended

    def _deployed(self, environment: str, began: int, ended: int, outcome: str) -> None:
        if outcome == "unsent":
            return
        build, service = self.build, self.service
        found = TrueDeployment(
            service.name, environment, self.number, self.kind, build["version"], began, ended, outcome
        )
        found.branch, found.position = build["branch"], build["position"]
        found.remedy_since = self.started if self.kind in {"rollback", "emergency"} else None
        service.truth.deployments.append(found)

    def forget(self) -> None:
        """Note what it waits for still."""
        for key, since in self.since.items():
            self.service.truth.waits.append(TrueWait(self.service.name, self.number, *key, since, None))


def tell(services: int, releases: int, seed: int) -> tuple[dict[str, list[Row]], Truth]:
    """Tell a year: the rows of each service in the order of time, and the truth."""
    truth, random = Truth(), Random(seed)
    numbers = iter(range(1, 10**9))
    told: dict[str, list[Row]] = {}
    for number in range(services):
        name = f"service-{number:02}"
        told[name] = _Service(name, releases, random, truth, numbers).rows
    return told, truth


async def write(database: Database, told: dict[str, list[Row]]) -> int:
    """Write the rows, chained as the product chains them; return how many there are."""
    for service, rows in told.items():
        await database.write(partial(_write, service=service, rows=rows))
    return sum(map(len, told.values()))


def _write(connection: Connection, service: str, rows: list[Row]) -> None:
    digest, lines = "", list[dict[str, Any]]()
    for number, row in enumerate(rows, 1):
        outcome = json.dumps(row.outcome, separators=(",", ":"), sort_keys=True)
        entry = Entry(row.at, "U0AMITA", row.event, row.release, json.dumps(row.body), {})
        digest = chain(digest, service, number, entry, outcome)
        told = {"actor": entry.actor, "event": entry.event, "release": entry.release, "body": entry.body}
        lines.append(
            {"service": service, "row": number, "at": row.at, **told, "outcome": outcome, "hash": digest}
        )
    connection.execute(insert(table(HistoryRow)), lines)
    head = {"service": service, "body": "{}", "chain_row": len(rows), "chain_hash": digest}
    connection.execute(insert(table(ServiceRow)), head)
