"""Writes a first policy, with ids, and the names that they stand for as comments."""

from collections.abc import Iterator

from bot.setup.answers import Answers, TeamAnswer
from bot.setup.ci_kinds import KINDS_OF_CI, builds, scalar
from bot.slack_client.directory import Listed

_TOP = """\
# The release policy of {service}: who may bring what where, and who has to sign off before.
# Keep it in source control. `shiproom check` shows every mistake with its line and how to fix it; docs/shiproom.example.yml
# explains every setting, and `shiproom ids WORD` looks up more ids.
version: 1
time_zone: {time_zone}   # of the times on cards

# Who acts for what. A change here counts at once, also for releases that are under way.
teams:"""


def policy_text(answers: Answers) -> str:
    """Return the policy as text."""
    top = _TOP.format(service=answers.service, time_zone=scalar(answers.time_zone))
    return "\n".join([top, *_teams(answers), *_ci(answers), *_service(answers)]) + "\n"


def _teams(answers: Answers) -> Iterator[str]:
    for team in (answers.starters, answers.testers, answers.operators):
        if team.listed:
            yield f"  {team.name}:"
            yield from _members(team)


def _members(team: TeamAnswer) -> Iterator[str]:
    if team.group is not None:
        yield f"    usergroup: {_commented(team.group)}"
    if team.people:
        yield "    members:"
        yield from (f"      - {_commented(person)}" for person in team.people)


def _commented(listed: Listed) -> str:
    return f"{listed.id}   # {listed.label}" if listed.name else listed.id


def _ci(answers: Answers) -> Iterator[str]:
    yield ""
    yield "# What carries out deployments. A secret is written as ${NAME}, and is read from the environment of the bot."
    yield "ci:"
    yield from KINDS_OF_CI[answers.ci.kind].entry(answers.ci)


def _service(answers: Answers) -> Iterator[str]:
    yield ""
    yield "services:"
    yield f"  {answers.service}:"
    yield f"    channel: {_commented(answers.channel)}"
    if answers.ci.repository:
        yield f"    repository: {scalar(answers.ci.repository)}"
    starters = dict.fromkeys((answers.starters.name, answers.operators.name))
    yield f"    starters: [{', '.join(starters)}]   # may start a release, ask for its next step, cancel it"
    yield f"    operators: [{answers.operators.name}]   # may also roll back, lock and settle"
    yield f"    builds: {builds(answers.ci)}"
    yield ""
    yield "    # A build visits these in order, first to last."
    yield "    environments:"
    for name in answers.environments:
        yield from _environment(answers, name)


def _environment(answers: Answers, name: str) -> Iterator[str]:
    yield f"      - name: {name}"
    if name == answers.environments[-1]:
        teams = [team.name for team in (answers.testers, answers.operators) if team.listed]
        gates = ", ".join(f"{{sign_off: {team}}}" for team in teams)
        yield f"        gates: [{gates}]   # each has to sign before a build goes there"
    yield f"        deploy: {KINDS_OF_CI[answers.ci.kind].deploy(answers.ci, name)}"
