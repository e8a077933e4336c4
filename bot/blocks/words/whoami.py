"""Answers `/release whoami`: a person's account, their teams, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names, listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.text import escape
from handlers.gates.sign_off import sign_off_rules
from handlers.people import Eligibility
from handlers.plan import Plan

TROUBLE = 400
"""Characters of what is known of a trouble with Slack."""


@dataclass(frozen=True, slots=True)
class WhoView:
    """A person's account status, for each team whether they are in it now, and why Slack cannot be asked if it cannot."""

    user: str
    account_status: Eligibility
    teams: Mapping[str, Eligibility]
    plans: tuple[Plan, ...] = ()
    trouble: str = ""


def whoami(view: WhoView, names: Names) -> Message:
    """Return a person's account, their teams, and what they may do."""
    account = {
        Eligibility.YES: "a full member of this workspace",
        Eligibility.NOT_FULL_MEMBER: "no full member of this workspace, so you can only look",
    }.get(view.account_status, "an account that Slack has yet to confirm, so nothing counts right now")
    own = [name for name, answer in view.teams.items() if answer is Eligibility.YES]
    unsure = [name for name, answer in view.teams.items() if answer is Eligibility.UNKNOWN]
    lines = [f"You are {names.user(view.user)} ({escape(view.user, 40)}), {account}."]
    if own or not unsure:
        lines.append(f"Your teams: {_all(own)}." if own else "You are in no team of shiproom.yml.")
    if unsure:
        lines.append(f"Whether you are in {_all(unsure)} is not known: Slack cannot be asked now.")
    if view.trouble and (unsure or view.account_status is Eligibility.UNKNOWN):
        lines.append(escape(view.trouble, TROUBLE))
    lines += [_rights(plan, frozenset(own)) for plan in view.plans]
    return message("Who you are and what you may do", *paragraphs(lines))


def _rights(plan: Plan, own: frozenset[str]) -> str:
    may: list[str] = []
    if own & {*plan.starters, *plan.operators}:
        may.append("start releases and ask for next steps")
    signs = [
        f"{escape(each.name, 24)} as {escape(rule.team, 24)}"
        for each in plan.environments
        for rule in sign_off_rules(each.gates)
        if rule.team in own
    ]
    if signs:
        may.append("sign off for " + _all(signs))
    if own & set(plan.operators):
        may.append("roll back, lock, settle, and cancel or retry anywhere")
    return f"*{escape(plan.service, 24)}*: you may {'; '.join(may or ['look'])}."


def _all(items: list[str]) -> str:
    return listing([escape(each, 60) for each in items], most=20)


def answer(found: QueryResult) -> Message:
    """Return the answer for all services."""
    plans = tuple(service.plan for service in found.services)
    view = WhoView(found.query.actor, found.account_status, found.teams, plans, found.trouble)
    return whoami(view, found.names)


WORDS = QueryWords(answer, QueryReads(people=True, services=True, for_anybody=True))
