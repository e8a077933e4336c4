"""What a Jenkins lacks to carry out a policy: a token that counts, jobs, and the parameters that a job has to declare."""

from collections.abc import Sequence
from http import HTTPStatus

from bot.ci_api.answer import Answer
from bot.ci_api.client import CiClient
from bot.ci_api.inputs import CORRELATION, SECRET, SHA
from bot.ci_api.jenkins_runs import job_path
from bot.ci_api.parts import listed, part, text
from bot.ci_api.run import Source, Target

_JOB = "name,buildable,property[parameterDefinitions[name]]"
_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


async def faults_in(client: CiClient, targets: Sequence[Target], sources: Sequence[Source]) -> list[str]:
    """Ask Jenkins about everything that the policy needs of it; gives a sentence for each thing that is not so."""
    who = await client.read("/whoAmI/api/json")
    if who is None:
        return ["Jenkins does not answer now: look whether its `url` is right, and try again"]
    if who.status in _REFUSED or part(who.json, "anonymous") is True:
        return ["Jenkins refuses `user` and `token`: make an API token on that user's page and set it"]
    if not who.ok or who.json is None:
        return ["this is no Jenkins: write the address of its start page as `url`"]
    faults: list[str] = []
    for target in targets:
        faults += _named(
            target.deploy.workflow, _target_faults(await _job(client, target.deploy.workflow), target)
        )
    for source in sources:
        found = await _job(client, source.builds.workflow)
        faults += _named(source.builds.workflow, _job_faults(found))
    return list(dict.fromkeys(faults))


def _named(workflow: str, faults: Sequence[str]) -> list[str]:
    return [f"the job {workflow or '(none)'} {fault}" for fault in faults]


async def _job(client: CiClient, workflow: str) -> Answer | None:
    return await client.read(f"{job_path(workflow)}/api/json", params={"tree": _JOB})


def _job_faults(found: Answer | None) -> list[str]:
    if found is None:
        return ["cannot be read now: try again"]
    if found.ok and text(found.json, "name"):
        return []
    return [
        "is not there for this user: name it with its folders, like `folder/job`, and give the user Job/Read"
    ]


def _target_faults(found: Answer | None, target: Target) -> list[str]:
    missing = _job_faults(found)
    if missing or found is None:
        return missing
    faults = ["is disabled: enable it"] if part(found.json, "buildable") is False else []
    declared = {
        text(each, "name")
        for each_property in listed(found.json, "property")
        for each in listed(each_property, "parameterDefinitions")
    }
    return faults + [
        f"declares no parameter `{name}`, and Jenkins drops what is not declared: add it as a string parameter"
        for name in _needed(target)
        if name not in declared
    ]


def _needed(target: Target) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    own = [name for name, _ in target.deploy.inputs]
    return [SHA, CORRELATION, *sent, *own, *([SECRET] if target.deploy.claim else [])]
