"""Judges a race: the history must be an allowed one, and the end and both contenders' answers must match it."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from handlers.outcome import Refusal
from handlers.release import Release
from storage import audit
from storage.database import Connection
from storage.history import HistoryLine, newest
from storage.incoming import Outcome
from storage.reading import ReleaseFilter, recent
from storage.tables import EffectRow, GrantedRow, table
from tests.races.harness import Race, RaceRunner

QUIET = frozenset({"nothing_new", "already_there", "already_asked"})
"""Codes of answers that change nothing and so leave no row."""

_granted, _effect = table(GrantedRow), table(EffectRow)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and how often each order of codes occurred."""

    wrong: list[str]
    orders: Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trace:
    """The result of a race: the codes of its history in order, its releases, its grants and triggers."""

    order: tuple[str, ...]
    releases: list[Release]
    grants: int
    triggers: int


def judge(connection: Connection, runner: RaceRunner) -> Verdict:
    """Judge all lanes, and verify the audit as a whole."""
    wrong: list[str] = []
    orders: Counter[tuple[str, ...]] = Counter()
    traces = _traces(connection, runner)
    for lane in runner.lanes:
        trace = traces[lane.service]
        orders[trace.order] += 1
        faults = _faults(runner.race, trace, runner.outcomes[lane.number])
        wrong += [f"{lane.service}: {fault} after {trace.order}" for fault in faults]
    wrong += [str(problem) for problem in audit.verify(connection).findings]
    return Verdict(wrong, orders)


def _traces(connection: Connection, runner: RaceRunner) -> dict[str, Trace]:
    found: defaultdict[str, list[Release]] = defaultdict(list)
    for release in recent(connection, ReleaseFilter(limit=2 * len(runner.lanes) + 1)):
        found[release.service].append(release)
    grants = _count(
        connection, select(_granted.c.release, func.count()).where(_granted.c.correlation.not_like("before%"))
    )
    triggers = _count(connection, select(_effect.c.release, func.count()).where(_effect.c.kind == "trigger"))
    traces: dict[str, Trace] = {}
    for lane in runner.lanes:
        lines = newest(connection, lane.service, 20)[::-1][_prepared(runner.race) :]
        own = found[lane.service]
        numbers = [release.number for release in own]
        traces[lane.service] = Trace(
            tuple(_code(line) for line in lines),
            own,
            sum(grants.get(number, 0) for number in numbers),
            sum(triggers.get(number, 0) for number in numbers),
        )
    return traces


def _prepared(race: Race) -> int:
    """Return how many rows of the history stood there before the race."""
    return int(race.prepared or race.lies) + int(race.second is not None)


def _count(connection: Connection, counting: Select[int, int]) -> dict[int, int]:
    rows = connection.execute(counting.group_by(counting.selected_columns.release)).all()
    return {row[0]: row[1] for row in rows}


def _code(line: HistoryLine) -> str:
    return str(line.outcome.get("refused") or line.outcome["reply"])


def _faults(race: Race, trace: Trace, told: list[Outcome]) -> list[str]:
    """Return what is wrong: the last code of the history decides the end, and no answer may contradict it."""
    faults: list[str] = []
    if trace.order not in race.ends:
        faults.append("this may not happen")
    ends = race.ends.get(trace.order)
    release, *beside = sorted(trace.releases, key=lambda each: each.state.value != ends)
    if [each.state.value for each in beside] != ([race.beside] if race.second is not None else []):
        return [*faults, f"there are {len(trace.releases)} releases"]
    if release.state.value != ends:
        faults.append(f"it is {release.state.value}")
    answers = sorted(outcome.result.code for outcome in told if outcome.result.code not in QUIET)
    if answers != sorted(trace.order):
        faults.append(f"people were told {answers}")
    if any(isinstance(outcome.result, Refusal) and outcome.effects for outcome in told):
        faults.append("a refusal had effects")
    known = {each.number for each in trace.releases}
    if {outcome.release.number for outcome in told if outcome.release is not None} - known:
        faults.append("somebody was told of another release")
    return faults + _deployment_faults(trace, release)


def _deployment_faults(trace: Trace, release: Release) -> list[str]:
    """Return what is wrong with grants: at most one, with one trigger, and sign-offs spent exactly if it was sent."""
    faults: list[str] = []
    if trace.grants > 1 or trace.grants != trace.triggers:
        faults.append(f"{trace.grants} grants, {trace.triggers} triggers")
    sent = trace.order.count("send")
    spent = [each.spent for each in release.step.sign_offs if each.verdict == "yes"]
    if sent > trace.grants or any(each != bool(sent) for each in spent):
        faults.append("its sign-offs do not fit what was sent")
    return faults
