"""Answers to questions: what is going on and why, what is live where, builds, history, who you are, and the words there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.blocks.card_view import CardView
from bot.blocks.headline import headline
from bot.blocks.names import Names, listing, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.parts import Message, message
from bot.blocks.text import escape, quoted
from bot.blocks.waits import in_short, wait_lines
from handlers.build import Build
from handlers.commands import COMMANDS
from handlers.ground import Ground
from handlers.people import Eligibility
from handlers.plan import Plan


@dataclass(frozen=True, slots=True)
class WhoView:
    """What is known of somebody: the standing of the account, and of each team whether he is in it now."""

    user: str
    standing: Eligibility
    teams: Mapping[str, Eligibility]
    plans: tuple[Plan, ...] = ()


def status(releases: Sequence[CardView]) -> Message:
    """Show the open releases, one line each: where it is, and in short what it waits for."""
    head = plural(len(releases), "release") + " under way" if releases else "Nothing is going on."
    return message(head, *paragraphs([_status(view) for view in releases] or [head]))


def _status(view: CardView) -> str:
    waits = in_short(view.waiting, view.names, view.directory)
    return headline(view) + (f": {waits}" if waits else "")


def why(releases: Sequence[CardView]) -> Message:
    """List everything that releases wait for, with who can clear it."""
    numbers = listing([f"r{view.release.number}" for view in releases])
    head = (
        f"What {numbers} {'waits' if len(releases) == 1 else 'wait'} for"
        if numbers
        else "Nothing is going on."
    )
    lines = [line for view in releases for line in _why(view)]
    return message(head, *paragraphs(lines or [head]))


def _why(view: CardView) -> list[str]:
    lines = [f"• {line}" for line in wait_lines(view.waiting, view.names, view.directory)]
    return [headline(view), *(lines or ["It waits for nothing: it has ended."])]


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
        by = f"r{live.release}" if live.release else "from outside"
        parts = [f"{escape(live.build.version, 24)} since {since} ({by})"]
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
