"""Renders the board of environments: one aligned line for a service and environment, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.blocks.block_kit import Block, section
from bot.blocks.calendar_lines import calendar_notes, is_shut
from bot.blocks.names import Names, listing, plural
from bot.blocks.query_words import ServiceView
from bot.blocks.review_lines import review_notes
from bot.blocks.testers import are_testing
from bot.blocks.text import entities, plain, visible
from handlers.environments import EnvironmentState
from handlers.release import Release
from handlers.step import StepState

MOST_SERVICES = 40
WIDEST_NAME, WIDEST_VERSION, LONGEST_LINE, LONGEST_NOTE = 24, 18, 150, 70
MOST_CHARACTERS = 2900


class Rank(IntEnum):
    """How urgent a line of the board is; the most urgent comes first."""

    FAILED = 0
    LOCKED = 1
    TAKEN = 2
    NORMAL = 3


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One environment of a service: what is live, and who or what is there."""

    rank: Rank
    service: str
    environment: str
    version: str
    said: str


def board(services: Sequence[ServiceView], environment: str, names: Names) -> list[Block]:
    """Return the board of services, or of one environment of each; services beyond the limit are counted, worst kept.

    It stands in a block of code, so that it is aligned: times are those of the policy's zone there.
    """
    ranked = sorted(
        services, key=lambda each: min((line.rank for line in lines_of(each, environment, names)), default=3)
    )
    shown = [line for each in ranked[:MOST_SERVICES] for line in lines_of(each, environment, names)]
    blocks = _in_code(_aligned(sorted(shown, key=lambda line: line.rank)))
    if len(ranked) > MOST_SERVICES:
        blocks.append(
            section(f"and {plural(len(ranked) - MOST_SERVICES, 'more service')}: `/release where` and a name")
        )
    return [*blocks, section(f"Times are of {plain(str(names.zone), 60)}.")]


def lines_of(service: ServiceView, environment: str, names: Names) -> list[BoardLine]:
    """Return the lines of a service, in the order of its environments."""
    return [
        _line(service, each.name, service.environments.get(each.name) or EnvironmentState(each.name), names)
        for each in service.plan.environments
        if environment in ("", each.name)
    ]


def _line(service: ServiceView, name: str, state: EnvironmentState, names: Names) -> BoardLine:
    holder = next((each for each in service.open_releases if each.number == state.holder), None)
    locks = state.current_locks(names.now)
    said, rank = (
        [_holder(holder, name, state, names)],
        Rank.TAKEN if state.holder or state.queue else Rank.NORMAL,
    )
    if state.queue:
        said.append("in line: " + listing([f"r{entry.release}" for entry in state.queue]))
    for lock in locks:
        until = f" until {names.clock(lock.until)}" if lock.until is not None else " without an end"
        said.append(f"locked by {visible(names.user(lock.owner))}{until}")
        rank = Rank.LOCKED
    said += [plain(note, LONGEST_NOTE) for note in calendar_notes(service, name, names)]
    if rank is not Rank.LOCKED and is_shut(service, name, names):
        rank = Rank.LOCKED
    said += review_notes(state, names)
    if state.failed or (holder is not None and _is_stuck(holder, name)):
        rank = Rank.FAILED
    live = state.live
    version = "nothing yet" if live is None else live.build.version or live.build.sha[:7]
    return BoardLine(rank, service.plan.service, name, version, " · ".join(filter(None, said)))


def _is_stuck(holder: Release, environment: str) -> bool:
    step = holder.step_in(environment)
    return step is not None and step.state in {StepState.FAILED, StepState.UNKNOWN}


def _holder(holder: Release | None, environment: str, state: EnvironmentState, names: Names) -> str:
    """Return who is there: the release that holds the environment and what it does, else since when what is live is."""
    if holder is None:
        since = f"since {names.clock(state.live.since)}" if state.live is not None else ""
        failed = "the last deployment failed" if state.failed else ""
        held = f"held by r{state.holder}" if state.holder else "free"
        return ", ".join(filter(None, (failed, since, held)))
    return f"r{holder.number} {holder.build.version}: {visible(holder_does(holder, environment, names))}"


def holder_does(holder: Release, environment: str, names: Names) -> str:
    """Return in a few words what a release does in the environment that it holds."""
    step = holder.step_in(environment)
    if step is None or step.state is StepState.SUCCEEDED:
        testing = are_testing(holder.step, names)
        return f"{testing} testing" if testing else f"waits for {holder.step.environment}"
    if step.state is StepState.FAILED:
        at = f" {names.clock(step.ended_at)}" if step.ended_at is not None else ""
        return f"failed{at}"
    return _DOES.get(step.state, "is being deployed")


_DOES = {
    StepState.PENDING: "waits",
    StepState.WAITING: "waits",
    StepState.UNKNOWN: "nobody knows how it ended",
    StepState.CANCELLING: "is being stopped",
}


def _aligned(lines: Sequence[BoardLine]) -> list[str]:
    """Return the lines with their columns aligned, cut to their widths."""
    cells = [
        (
            _cell(each.service, WIDEST_NAME),
            _cell(each.environment, WIDEST_NAME),
            _cell(each.version, WIDEST_VERSION),
        )
        for each in lines
    ]
    widths = [max((len(row[at]) for row in cells), default=0) for at in range(3)]
    padded = (
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)), line.said])
        for row, line in zip(cells, lines, strict=True)
    )
    return [_cell(line, LONGEST_LINE, keep=True).rstrip() for line in padded]


def _cell(text: str, limit: int, *, keep: bool = False) -> str:
    """Return text that cannot end a block of code; `keep` keeps its spaces."""
    safe = text.replace("`", "\u02cb")
    if not keep:
        return plain(safe, limit)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def _in_code(lines: Iterable[str]) -> list[Block]:
    texts: list[str] = [""]
    for line in map(entities, lines):
        if len(texts[-1]) + len(line) + 1 > MOST_CHARACTERS:
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return [section(f"```{text}```") for text in texts if text]
