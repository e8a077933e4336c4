"""Checks what a policy needs of a Jenkins: the token, the jobs and their parameters."""

from collections.abc import Sequence
from http import HTTPStatus

from bot.ci.http.client import CiClient
from bot.ci.http.json_access import listed, part, text
from bot.ci.http.response import CiResponse
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.jenkins.runs import job_path
from bot.ci.run import Source, Target

_JOB = "name,buildable,property[parameterDefinitions[name]]"
_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


async def problems_in(client: CiClient, targets: Sequence[Target], sources: Sequence[Source]) -> list[str]:
    """Check everything that the policy needs; return a sentence for each problem."""
    who = await client.read("/whoAmI/api/json")
    if who is None:
        return ["Jenkins does not answer now: check its `url`, and try again"]
    if who.status in _REFUSED or part(who.json, "anonymous") is True:
        return ["Jenkins refuses `user` and `token`: make an API token on that user's page and set it"]
    if not who.ok or who.json is None:
        return ["this is not a Jenkins: write the address of its start page as `url`"]
    problems: list[str] = []
    for target in targets:
        problems += _named(
            target.deploy.workflow, _target_problems(await _job(client, target.deploy.workflow), target)
        )
    for source in sources:
        found = await _job(client, source.builds.workflow)
        problems += _named(source.builds.workflow, _job_problems(found))
    return list(dict.fromkeys(problems))


def _named(workflow: str, problems: Sequence[str]) -> list[str]:
    return [f"the job {workflow or '(none)'} {problem}" for problem in problems]


async def _job(client: CiClient, workflow: str) -> CiResponse | None:
    return await client.read(f"{job_path(workflow)}/api/json", params={"tree": _JOB})


def _job_problems(found: CiResponse | None) -> list[str]:
    if found is None:
        return ["cannot be read now: try again"]
    if found.ok and text(found.json, "name"):
        return []
    return [
        "does not exist for this user: name it with its folders, like `folder/job`, and give the user Job/Read"
    ]


def _target_problems(found: CiResponse | None, target: Target) -> list[str]:
    missing = _job_problems(found)
    if missing or found is None:
        return missing
    problems = ["is disabled: enable it"] if part(found.json, "buildable") is False else []
    declared = {
        text(each, "name")
        for each_property in listed(found.json, "property")
        for each in listed(each_property, "parameterDefinitions")
    }
    return problems + [
        f"declares no parameter `{name}`, and Jenkins drops what is not declared: add it as a string parameter"
        for name in _needed(target)
        if name not in declared
    ]


def _needed(target: Target) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    own = [name for name, _ in target.deploy.inputs]
    return [SHA, CORRELATION, *sent, *own, *([SECRET] if target.deploy.claim else [])]
