"""Answers `/release whoami`: in a sentence what a person may do, for each service the details, and whom to ask for the rest."""

from collections.abc import Iterator

from bot.blocks.block_kit import Message, message
from bot.blocks.names import listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.text import escape
from handlers.people import Eligibility
from handlers.plan import EnvironmentPlan, Plan, unique
from handlers.sign_off_rule import SignOffRule, sign_off_rules

TROUBLE = 400
"""Characters of what is known of a trouble with Slack."""

MOST_SERVICES = 30


def whoami(found: QueryResult) -> Message:
    """Return what a person may do, their teams, and who does what they may not."""
    plans = [service.plan for service in found.services]
    lines = [_sentence(found, plans), *_away(found), *_account(found)]
    lines += _rights_of(plans[:MOST_SERVICES], found)
    if len(plans) > MOST_SERVICES:
        lines.append(f"and {len(plans) - MOST_SERVICES} more services")
    lines += _deserted(found, plans)
    return message("Who you are and what you may do", *paragraphs(lines))


def _sentence(found: QueryResult, plans: list[Plan]) -> str:
    """Return who the person is and what they may do anywhere, in one sentence."""
    names, user, own = found.names, found.query.actor, set(found.own_teams)
    who = f"You are {names.user(user)} ({escape(user, 40)})"
    if found.account_status is Eligibility.NOT_FULL_MEMBER:
        return f"{who}, no full member of this workspace, so you can only look at this."
    if found.account_status is Eligibility.UNKNOWN:
        return f"{who}, an account that Slack has yet to confirm, so nothing counts right now."
    may: list[str] = []
    if any(own & {*plan.starters, *plan.operators} for plan in plans):
        may.append("start releases")
    signs = unique(tuple(rule.team for plan in plans for rule in _rules(plan) if rule.team in own))
    if signs:
        may.append(f"sign for {_all(list(signs))}")
    if any(own & set(plan.operators) for plan in plans):
        may.append("lock and roll back")
    return f"{who}: you may {listing(may) if may else 'look, and nothing else'}."


def _away(found: QueryResult) -> Iterator[str]:
    """Yield until when the person is away, and that they can end it."""
    person, now = found.directory.person_of(found.query.actor), found.names.now
    ends = [
        each.until
        for service in found.services
        for each in service.absences.values()
        if each.lasts(now) and found.directory.person_of(each.user) == person
    ]
    if ends:
        yield f"You are away until {found.names.dated(max(ends))}. Are you back before? /release back"


def _rules(plan: Plan) -> Iterator[SignOffRule]:
    for each in plan.environments:
        yield from sign_off_rules(each.gates)


def _account(found: QueryResult) -> Iterator[str]:
    own = list(found.own_teams)
    unsure = [name for name, answer in found.teams.items() if answer is Eligibility.UNKNOWN]
    if own or not unsure:
        yield f"Your teams: {_all(own)}." if own else "You are in no team of shiproom.yml."
    if unsure:
        yield f"Whether you are in {_all(unsure)} is not known: Slack cannot be asked now."
    if found.trouble and (unsure or found.account_status is Eligibility.UNKNOWN):
        yield escape(found.trouble, TROUBLE)


def _rights_of(plans: list[Plan], found: QueryResult) -> list[str]:
    """Return what a person may do with each service; services of the same rights share their lines."""
    same = dict[tuple[str, ...], list[str]]()
    for plan in plans:
        same.setdefault(_rights(plan, found), []).append(f"*{escape(plan.service, 24)}*")
    return [
        line
        for (first, *more), services in same.items()
        for line in (f"{listing(services, most=20)}: {first}", *more)
    ]


def _rights(plan: Plan, found: QueryResult) -> tuple[str, ...]:
    """Return what a person may do with a service, and who does the rest; who signs takes a line for each of several steps."""
    own, rest = set(found.own_teams), list[str]()
    may: list[str] = []
    starters = unique(plan.starters + plan.operators)
    if own & set(starters):
        may.append("start releases and ask for next steps")
    else:
        rest.append(f"{_members(found, starters)} can start")
    signs = [
        f"{escape(each.name, 24)} as {escape(rule.team, 24)}"
        for each in plan.environments
        for rule in sign_off_rules(each.gates)
        if rule.team in own
    ]
    if signs:
        may.append("sign off for " + _all(signs))
    signed = [_signers(each, found) for each in plan.environments if _others_sign(each, own)]
    several = signed if len(signed) > 1 else []
    rest += [] if several else signed
    if own & set(plan.operators):
        may.append("roll back, lock, settle, and cancel or retry anywhere")
    else:
        rest.append(f"{_members(found, plan.operators)} can lock and roll back")
    asked = f" Ask others: {'; '.join(rest)}." if rest else ""
    return f"you may {'; '.join(may or ['look'])}.{asked}", *(f"• {each}" for each in several)


def _others_sign(environment: EnvironmentPlan, own: set[str]) -> bool:
    return any(rule.team not in own for rule in sign_off_rules(environment.gates))


def _signers(environment: EnvironmentPlan, found: QueryResult) -> str:
    teams = unique(tuple(rule.team for rule in sign_off_rules(environment.gates)))
    signers = "; ".join(
        f"{escape(team, 24)}: {_members(found, (team,))}" for team in teams if team not in found.own_teams
    )
    return f"{escape(environment.name, 24)} is signed by {signers}"


def _members(found: QueryResult, teams: tuple[str, ...]) -> str:
    return found.names.members(found.directory, teams)


def _deserted(found: QueryResult, plans: list[Plan]) -> Iterator[str]:
    """Yield a line for each team whose user group nobody is in, with the operators who decide instead."""
    wanted = unique(tuple(team for plan in plans for team in _teams(plan)))
    for name in wanted:
        team = found.directory.teams.get(name)
        if team is None or team.members or team.usergroup not in found.names.empty:
            continue
        operators = unique(
            tuple(each for plan in plans if name in _teams(plan) for each in plan.operators if each != name)
        )
        instead = f" Operators are {_members(found, operators)}." if operators else ""
        yield f"Nobody is in the user group of {escape(name, 24)} now: add somebody to it in Slack.{instead}"


def _teams(plan: Plan) -> tuple[str, ...]:
    return (*plan.starters, *plan.operators, *(rule.team for rule in _rules(plan)))


def _all(items: list[str]) -> str:
    return listing([escape(each, 60) for each in items], most=20)


WORDS = QueryWords(whoami, QueryReads(people=True, services=True, everywhere=True, for_anybody=True))
