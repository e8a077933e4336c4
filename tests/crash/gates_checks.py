"""What must hold at the gates: read from what the CI really ran, from the history, and from what was told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.crash.checks import ALARMS, Expected, Invariants
from tests.crash.gates import KIM, LENA, SERVICES, STOOD, WINDOWED
from tests.crash.gates_stage import CLOSES, OPENS, GatesStage, HistoryRow
from tests.crash.stage import BrokenError

SENT, VOID = "send", "grant_void"
"""What comes of a mark: the request is sent, or the grant is void since a gate has closed."""

_LANDED = {"done", "failed", "waiting"}
STARTED = {"started", "emergency_started"}
ONCE = {"emergency_started", "review_owed", "reviewed", "held", "hold_lifted", "taken", "signed"}
"""What is told of a release once for each time that it was decided."""

EVENTS = {"signed": "signed_off"}
"""The events after which these are told, where they have other names."""

AFTER_THE_END = {"review_owed"}
"""What follows from the end of a release and is no decision of anybody."""


class GatesInvariants(Invariants):
    """Checks what must hold once all chapters are told; `services` says whose release each is."""

    def __init__(self, stage: GatesStage, expected: Expected, services: Mapping[int, str]) -> None:
        super().__init__(stage, expected)
        self._turned = stage
        self._services = services

    def ran(self, number: int) -> list[str]:
        """List the runs that have deployed a release, by their ids."""
        return [line.split()[3] for line in self._turned.deployed() if line.split()[2] == f"r{number}"]

    async def _check_granted(self) -> None:
        """Each release was sent by a grant that nobody had called back, after all sign-offs that it needs."""
        grants = await self._turned.rows("SELECT correlation, release FROM granted")
        for number, service in self._services.items():
            granted = {each[0] for each in grants if each[1] == number}
            must(set(self.ran(number)) <= granted, f"r{number} was deployed without a grant: {granted}")
            rows = [each for each in await self._turned.history(service) if each.release == number]
            signed = await self._signed(number)
            sent = [each.at for each in rows if each.code == SENT]
            must(bool(sent), f"r{number} was deployed and never marked as sent")
            self._check_quorum(number, signed, sent[0])
            _check_stands_apart(number, signed, rows)
            if service == WINDOWED:
                outside = [at for at in sent if CLOSES <= at < OPENS]
                must(not outside, f"r{number} was sent while its window was closed: {outside}")
        self._check_stood_in(await self._turned.history(STOOD))

    def _check_stood_in(self, rows: Sequence[HistoryRow]) -> None:
        """Lena's sign-off was asked for or decided before Kim's return, if it was given.

        Two that are asked for at once may be decided the other way round.
        """
        done = {(row.actor, row.event): (order, row.at) for order, row in enumerate(rows) if not row.refused}
        back, signed = done[KIM, "came_back"], done.get((LENA, "signed_off"))
        first = signed is None or signed[0] < back[0] or signed[1] < back[1]
        must(first, f"Lena signed for Kim, who was back: {signed}, {back}")

    async def _signed(self, number: int) -> list[dict[str, Any]]:
        """List the sign-offs that count."""
        (step,) = (await self._turned.release(number))["steps"]
        return [each for each in step["sign_offs"] if each["verdict"] == "yes"]

    def _check_quorum(self, number: int, signed: Sequence[dict[str, Any]], sent: datetime) -> None:
        teams = Counter(each["team"] for each in signed if datetime.fromisoformat(each["at"]) <= sent)
        must(teams == Counter(self._expected.signed[number]), f"r{number} was sent, signed by {teams}")
        must(len(signed) == teams.total(), f"r{number} was signed again after it was sent: {signed}")

    async def _check_holders(self) -> None:
        """Nothing was sent while something else was under way, by the order of the decisions.

        Their times are of when each was asked for, and two that are asked for at once may be decided the other way round.
        """
        for service in SERVICES:
            flying = 0
            for row in await self._turned.history(service):
                if row.code == SENT:
                    must(flying in {0, row.release}, f"r{row.release} was sent while r{flying} was under way")
                    flying = row.release
                elif row.release == flying and row.to in _LANDED:
                    flying = 0

    async def _check_alarms(self) -> None:
        """Nobody was alarmed but of what its window made void; each decision was told, and once."""
        told, done = Counter(await self.told()), Counter[tuple[int, str]]()
        for service in SERVICES:
            done.update(
                (row.release, row.event) for row in await self._turned.history(service) if not row.refused
            )
        for number in self._services:
            for code in ONCE - AFTER_THE_END:
                said, decided = told[number, code], done[number, EVENTS.get(code, code)]
                must(
                    said == decided, f"{code} of r{number} was decided {decided} times and told {said} times"
                )
        alarms = {each: count for each, count in told.items() if each[1] in ALARMS}
        allowed = {(number, VOID) for number, service in self._services.items() if service == WINDOWED}
        must(
            set(alarms) <= allowed and max(alarms.values(), default=0) <= 1, f"somebody is alarmed: {alarms}"
        )


def _check_stands_apart(number: int, signed: Sequence[dict[str, Any]], rows: Sequence[HistoryRow]) -> None:
    """Nobody whose sign-off counts stood for the release when it was sent."""
    stands = ""
    for row in rows:
        if not row.refused and (row.event in STARTED or row.event == "taken"):
            stands = row.actor
    own = [each for each in signed if each["user"] == stands]
    must(not own, f"{stands} stands for r{number} and has signed it: {own}")


def must(holds: bool, sentence: str) -> None:
    """Raise BrokenError unless something holds."""
    if not holds:
        raise BrokenError(sentence)
