"""The races: what each contender does, and every order that the history may show afterwards."""

from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.lock import Locked
from handlers.actions.reject import Rejected
from handlers.actions.withdraw import Withdrawn
from handlers.events import Event, Started
from handlers.reports import NewerRequested
from handlers.sign_off_rule import SignOffRule
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, MARA, OLGA_TOO, TIM, TOM
from tests.races.harness import NEWER, RUNS, Lane, Race

THIRD = RUNS // 3 + 1
"""Three races are about two last sign-offs: together they are run as often as each of the others."""

OPS_ONLY = builders.production(gates=(SignOffRule("ops"),))


def tim_signs(lane: Lane) -> Event:
    return SignedOff(lane.number, TIM, "ops")


def second_op_signs(lane: Lane) -> Event:
    return SignedOff(lane.number, OLGA_TOO, "ops")


def amita_signs(lane: Lane) -> Event:
    return SignedOff(lane.number, AMITA, "testers")


def tim_cancels(lane: Lane) -> Event:
    return CancelRequested(lane.number, TIM, "not today")


def tom_rejects(lane: Lane) -> Event:
    return Rejected(lane.number, TOM, "log-in is broken")


def amita_withdraws(lane: Lane) -> Event:
    return Withdrawn(lane.number, AMITA)


def second_op_locks(lane: Lane) -> Event:
    return Locked(lane.service, ("production",), OLGA_TOO, "incident")


def tim_locks(lane: Lane) -> Event:
    return Locked(lane.service, ("production",), TIM, "upgrade")


def newer_is_requested(lane: Lane) -> Event:
    return NewerRequested(lane.number, "staging", by=NEWER)


def andy_starts(lane: Lane) -> Event:
    return Started(lane.release.build, "staging", ANDY, (ANDY,))


def mara_starts(lane: Lane) -> Event:
    return Started(lane.release.build, "staging", MARA, (MARA,))


def mara_wants_production(lane: Lane) -> Event:
    return Started(lane.release.build, "production", MARA, (MARA,))


ONE_GRANT = {("signed", "send", "not_waiting"): "deploying", ("signed", "not_waiting", "send"): "deploying"}

RACES = (
    Race(
        "cancel",
        tim_signs,
        tim_cancels,
        {
            ("signed", "send", "cancelling"): "cancelling",
            ("signed", "cancelled", "finished"): "cancelled",
            ("cancelled", "finished"): "cancelled",
        },
    ),
    Race("reject", tim_signs, tom_rejects, {**ONE_GRANT, ("rejected", "finished"): "rejected"}),
    Race("withdraw", tim_signs, amita_withdraws, {**ONE_GRANT, ("withdrawn", "signed"): "waiting"}),
    Race(
        "lock",
        tim_signs,
        second_op_locks,
        {
            ("locked", "signed"): "waiting",
            ("signed", "locked", "grant_void"): "waiting",
            ("signed", "send", "locked"): "deploying",
        },
    ),
    Race("two-locks", tim_locks, second_op_locks, {("locked", "locked"): "waiting"}, runs=THIRD),
    Race(
        "newer",
        tim_signs,
        newer_is_requested,
        {("signed", "send"): "deploying", ("superseded", "finished"): "superseded"},
        signed=(),
        production=OPS_ONLY,
    ),
    Race("two-ops", tim_signs, second_op_signs, ONE_GRANT, runs=THIRD),
    Race("same-person", tim_signs, tim_signs, ONE_GRANT, runs=THIRD),
    Race("both-needed", tim_signs, amita_signs, {("signed", "signed", "send"): "deploying"}, (), runs=THIRD),
    Race("two-starts", andy_starts, mara_starts, {("started", "send"): "deploying"}, prepared=False),
    Race(
        "lies-there",
        andy_starts,
        mara_wants_production,
        {("goes_on",): "waiting", ("goes_on", "asked"): "waiting"},
        prepared=False,
        lies=True,
        runs=THIRD,
    ),
)
