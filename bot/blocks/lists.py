"""Answers to questions: what is going on and why, what is live where, builds, history, who you are, and the words there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.names import Names, listing, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.parts import Message, message
from bot.blocks.text import escape, quoted
from bot.blocks.waits import standing, wait_lines
from bot.blocks.words.happenings import HAPPENINGS
from handlers.build import Build
from handlers.commands import COMMANDS
from handlers.gates.verdict import Reason
from handlers.ground import Ground
from handlers.people import Directory, Eligibility
from handlers.plan import Plan
from handlers.release import Release


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of the history: `event` as the history names it, `outcome` a code, `refused` whether nothing happened."""

    at: datetime
    actor: str
    release: int
    event: str
    outcome: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class WhoView:
    """What is known of somebody: the standing of the account, and of each team whether he is in it now."""

    user: str
    standing: Eligibility
    teams: Mapping[str, Eligibility]
    plans: tuple[Plan, ...] = ()


def status(
    releases: Sequence[tuple[Release, Sequence[Reason]]], names: Names, directory: Directory
) -> Message:
    """Show the open releases and what each waits for."""
    lines: list[str] = []
    for release, reasons in releases:
        lines += [standing(release), *wait_lines(release, reasons, names, directory)]
    head = plural(len(releases), "release") + " under way" if releases else "Nothing is going on."
    return message(head, *paragraphs(lines or [head]))


def why(release: Release, reasons: Sequence[Reason], names: Names, directory: Directory) -> Message:
    """List everything that one release waits for."""
    lines = wait_lines(release, reasons, names, directory)
    rest = [] if lines else ["It waits for nothing: it has ended."]
    head = f"r{release.number} waits for:" if lines else f"r{release.number} waits for nothing"
    return message(head, *paragraphs([standing(release), *lines, *rest]))


def where(plan: Plan, grounds: Mapping[str, Ground], names: Names) -> Message:
    """Show for each environment what is live, who holds it, who stands in line, and whether it is locked."""
    lines = [
        _ground(each.name, grounds.get(each.name) or Ground(each.name), names) for each in plan.environments
    ]
    return message(f"What is live of {escape(plan.service, 40)}", *paragraphs(lines))


def _ground(name: str, ground: Ground, names: Names) -> str:
    live, lock = ground.live, ground.locked(names.now)
    parts = ["nothing yet"]
    if live is not None:
        since = names.clock(live.since)
        parts = [f"{escape(live.build.version, 24)} since {since} (r{live.release})"]
    if ground.failed:
        parts.append("the last deployment failed")
    parts.append(f"held by r{ground.holder}" if ground.holder else "free")
    if ground.line:
        parts.append("in line: " + listing([f"r{entry.release}" for entry in ground.line]))
    if lock is not None:
        ends = f" until {names.clock(lock.until)}" if lock.until is not None else ""
        parts.append(f"locked by {names.user(lock.by)}{ends} {quoted(lock.reason)}".rstrip())
    return f"*{escape(name, 24)}*: {', '.join(parts)}"


def builds(newest: Sequence[Build], names: Names) -> Message:
    """List builds, newest first."""
    head = "The newest builds" if newest else "There is no build yet."
    return message(head, *paragraphs([_build(each, names) for each in newest] or [head]))


def _build(build: Build, names: Names) -> str:
    ready = f" · {names.clock(build.ready_at)}" if build.ready_at is not None else ""
    named = f"{escape(build.service, 24)} {escape(build.version, 40)}"
    return f"*{named}* · {escape(build.branch, 40)} {escape(build.sha[:7], 7)}{ready}"


def history(rows: Sequence[HistoryRow], names: Names) -> Message:
    """List what happened last, newest first, refusals too."""
    head = "What happened last" if rows else "Nothing has happened yet."
    return message(head, *paragraphs([_row(row, names) for row in rows] or [head]))


def _row(row: HistoryRow, names: Names) -> str:
    what = HAPPENINGS.get(row.event, escape(row.event, 40))
    which = f" r{row.release}" if row.release else ""
    end = f" (refused: {escape(row.outcome.replace('_', ' '), 40)})" if row.refused else ""
    return f"{names.clock(row.at)}{which} {names.user(row.actor)}: {what}{end}"


def whoami(view: WhoView, names: Names) -> Message:
    """Show somebody his account, his teams, and what they let him do."""
    account = {
        Eligibility.YES: "a full member of this workspace",
        Eligibility.NOT_FULL_MEMBER: "no full member of this workspace, so you can only look",
    }.get(view.standing, "an account that Slack has yet to confirm, so nothing counts right now")
    own = [name for name, answer in view.teams.items() if answer is Eligibility.YES]
    unsure = [name for name, answer in view.teams.items() if answer is Eligibility.UNKNOWN]
    lines = [f"You are {names.user(view.user)} ({escape(view.user, 40)}), {account}."]
    lines.append(f"Your teams: {_all(own)}." if own else "You are in no team of shiproom.yml.")
    if unsure:
        lines.append(f"Not confirmed by Slack right now: {_all(unsure)}.")
    lines += [_rights(plan, frozenset(own)) for plan in view.plans]
    return message("Who you are and what you may do", *paragraphs(lines))


def _rights(plan: Plan, own: frozenset[str]) -> str:
    may: list[str] = []
    if own & {*plan.starters, *plan.operators}:
        may.append("start releases and ask for next steps")
    signs = [
        f"{escape(each.name, 24)} as {escape(rule.team, 24)}"
        for each in plan.environments
        for rule in each.gates
        if rule.team in own
    ]
    if signs:
        may.append("sign off for " + _all(signs))
    if own & set(plan.operators):
        may.append("roll back, lock, settle, and cancel or retry anywhere")
    return f"*{escape(plan.service, 24)}*: you may {'; '.join(may or ['look'])}."


def _all(items: list[str]) -> str:
    return listing([escape(each, 60) for each in items], most=20)


def help() -> Message:  # noqa: A001 - the word is the command
    """Show every word of `/release`, how it is written and what it does."""
    lines = [f"`/release {command.usage[0]}`  {escape(command.summary)}" for command in COMMANDS.values()]
    return message("The words of /release", *paragraphs(["`/release`  open a form", *lines]))
