"""What a GitLab lacks to carry out a policy: a token that may, projects, branches, inputs, and a name that tells the run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import yaml

from bot.ci_api.client import CiClient
from bot.ci_api.gitlab_place import branch_of, project
from bot.ci_api.inputs import CORRELATION, SECRET, SHA
from bot.ci_api.parts import listed, mapping, number, part, segment, text
from bot.ci_api.run import Source, Target

_DEVELOPER = 30
"""The role that may run pipelines ("Permissions and roles")."""

_CONFIG = ".gitlab-ci.yml"
_HEADER_ENDS = re.compile(r"^---\s*$", re.MULTILINE)


class _Lenient(yaml.SafeLoader):
    """Reads a pipeline definition with tags of GitLab's own, like `!reference`, as if they were not there."""


def _nothing(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> None:
    del loader, suffix, node


_Lenient.add_multi_constructor("!", _nothing)  # pyright: ignore[reportUnknownMemberType] - its stub leaves this open


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked with. `tokens` says whether this GitLab's ID tokens can be checked."""

    client: CiClient
    tokens: bool


async def faults_in(look: Look, targets: Sequence[Target], sources: Sequence[Source]) -> list[str]:
    """Ask GitLab about everything that the policy needs of it; gives a sentence for each thing that is not so."""
    token = await look.client.read("/personal_access_tokens/self")
    if token is None:
        return ["GitLab does not answer now: look whether its `url` is right, and try again"]
    if token.status == HTTPStatus.UNAUTHORIZED:
        return ["GitLab refuses the token: make a new one with the scope `api` and set it"]
    scopes = [text(each) for each in listed(token.json, "scopes")]
    faults: list[str] = []
    if token.ok and "api" not in scopes:
        faults.append(f"the token has only {', '.join(scopes) or 'no scope'}: make one with the scope `api`")
    for target in targets:
        faults += await _target_faults(look, target)
    for source in sources:
        faults += await _branch_faults(look, source.repository, source.builds.branch)
    return list(dict.fromkeys(faults))


async def _target_faults(look: Look, target: Target) -> list[str]:
    found = await look.client.read(project(target.repository))
    named = f"{target.service}: the project {target.repository or '(none)'}"
    if found is None:
        return [f"{named} cannot be read now: try again"]
    if not found.ok:
        return [f"{named} is not there for this token: name it as in its address, and let the token in"]
    faults = _project_faults(found.json, target, named)
    missing = await _branch_faults(look, target.repository, branch_of(target))
    return [*faults, *missing, *([] if missing else await _pipeline_faults(look, found.json, target))]


def _project_faults(found: object, target: Target, named: str) -> list[str]:
    faults: list[str] = []
    path = text(found, "path_with_namespace")
    if path and target.repository not in {path, text(found, "id")}:
        faults.append(f"{named} is now called {path}: write that as its `repository`")
    roles = [number(found, "permissions", way, "access_level") for way in ("project_access", "group_access")]
    if isinstance(part(found, "permissions"), dict) and max(roles) < _DEVELOPER:
        faults.append(f"{named}: the token may not run pipelines: give it the role Developer or more")
    return faults


async def _branch_faults(look: Look, repository: str, branch: str) -> list[str]:
    found = await look.client.read(f"{project(repository)}/repository/branches/{segment(branch)}")
    if found is not None and found.status == HTTPStatus.NOT_FOUND:
        return [f"{repository} has no branch {branch}: make it, or name another under `builds`"]
    return []


async def _pipeline_faults(look: Look, found: object, target: Target) -> list[str]:
    """Look at the pipeline's definition, if it is kept in the project itself."""
    path = text(found, "ci_config_path") or _CONFIG
    if "@" in path or "://" in path:
        return []
    place = f"{project(target.repository)}/repository/files/{segment(path)}/raw"
    answer = await look.client.read(place, params={"ref": branch_of(target)})
    named = f"{target.service}: {path} on {branch_of(target)} of {target.repository}"
    if answer is None:
        return []
    if answer.status == HTTPStatus.NOT_FOUND:
        return [f"{named} is not there: write the pipeline that deploys"]
    try:
        return [f"{named} {fault}" for fault in definition_faults(answer.text, target, tokens=look.tokens)]
    except yaml.YAMLError:
        return [f"{named} is no YAML: mend it"]


def definition_faults(written: str, target: Target, *, tokens: bool) -> list[str]:
    """Say what a pipeline's definition lacks to be run for a target.

    Raises yaml.YAMLError. A header with `spec:inputs` stands before the first `---` ("CI/CD inputs").
    """
    parts = _HEADER_ENDS.split(written.removeprefix("---\n"), maxsplit=1)
    header: object = yaml.load(parts[0], _Lenient) if len(parts) > 1 else None  # noqa: S506 - a safe loader
    body: object = yaml.load(parts[-1], _Lenient)  # noqa: S506 - a safe loader
    faults = [
        f"declares no input `{name}`: add it under `spec: inputs:`"
        for name in _needed(target, tokens=tokens)
        if name not in mapping(header, "spec", "inputs")
    ]
    name, elsewhere = text(body, "workflow", "name"), part(body, "include") is not None
    if CORRELATION not in name and not (elsewhere and not name):
        advised = f'`workflow: {{name: "shiproom $[[ inputs.{CORRELATION} ]]"}}`'
        faults.append(f"does not name its pipelines by the correlation id: add {advised}")
    job = target.deploy.workflow
    if job and job not in mapping(body) and not elsewhere:
        faults.append(f"has no job `{job}`: name the job that deploys under `workflow`")
    if target.deploy.claim and tokens and not elsewhere and not _asks_for_token(body):
        asked = "`id_tokens: {SHIPROOM_CLAIM_TOKEN: {aud: shiproom}}`"
        faults.append(f"has no job that can claim: add {asked} to the one that deploys")
    return faults


def _asks_for_token(body: object) -> bool:
    tokens = [each for job in mapping(body).values() for each in mapping(job, "id_tokens").values()]
    audiences = [text(each, "aud") for each in tokens]
    audiences += [text(each) for token in tokens for each in listed(token, "aud")]
    return "shiproom" in audiences


def _needed(target: Target, *, tokens: bool) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    own = [name for name, _ in target.deploy.inputs]
    return [SHA, CORRELATION, *sent, *own, *([SECRET] if target.deploy.claim and not tokens else [])]
