"""Checks what a policy needs of a GitLab: token, projects, branches, inputs, pipeline names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import yaml

from bot.ci.gitlab.addresses import branch_of, project
from bot.ci.http.client import CiClient
from bot.ci.http.json_access import listed, mapping, number, part, segment, text
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.run import Source, Target

_DEVELOPER = 30
"""The role that may run pipelines ("Permissions and roles")."""

_CONFIG = ".gitlab-ci.yml"
_HEADER_ENDS = re.compile(r"^---\s*$", re.MULTILINE)


class _Lenient(yaml.SafeLoader):
    """Reads a pipeline definition and ignores GitLab's own tags, like `!reference`."""


def _nothing(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> None:
    del loader, suffix, node


_Lenient.add_multi_constructor("!", _nothing)  # pyright: ignore[reportUnknownMemberType] - its stub leaves this open


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check uses; `tokens` is whether this GitLab's ID tokens can be verified."""

    client: CiClient
    tokens: bool


async def problems_in(
    context: CheckContext, targets: Sequence[Target], sources: Sequence[Source]
) -> list[str]:
    """Check everything that the policy needs; return a sentence for each problem."""
    token = await context.client.read("/personal_access_tokens/self")
    if token is None:
        return ["GitLab does not answer now: check its `url`, and try again"]
    if token.status == HTTPStatus.UNAUTHORIZED:
        return ["GitLab refuses the token: make a new one with the scope `api` and set it"]
    scopes = [text(each) for each in listed(token.json, "scopes")]
    problems: list[str] = []
    if token.ok and "api" not in scopes:
        problems.append(
            f"the token has only {', '.join(scopes) or 'no scope'}: make one with the scope `api`"
        )
    for target in targets:
        problems += await _target_problems(context, target)
    for source in sources:
        problems += await _branch_problems(context, source.repository, source.builds.branch)
    return list(dict.fromkeys(problems))


async def _target_problems(context: CheckContext, target: Target) -> list[str]:
    found = await context.client.read(project(target.repository))
    named = f"{target.service}: the project {target.repository or '(none)'}"
    if found is None:
        return [f"{named} cannot be read now: try again"]
    if not found.ok:
        return [f"{named} does not exist for this token: name it as in its address, and grant access"]
    problems = _project_problems(found.json, target, named)
    missing = await _branch_problems(context, target.repository, branch_of(target))
    return [*problems, *missing, *([] if missing else await _pipeline_problems(context, found.json, target))]


def _project_problems(found: object, target: Target, named: str) -> list[str]:
    problems: list[str] = []
    path = text(found, "path_with_namespace")
    if path and target.repository not in {path, text(found, "id")}:
        problems.append(f"{named} is now called {path}: write that as its `repository`")
    roles = [number(found, "permissions", way, "access_level") for way in ("project_access", "group_access")]
    if isinstance(part(found, "permissions"), dict) and max(roles) < _DEVELOPER:
        problems.append(f"{named}: the token may not run pipelines: give it the role Developer or more")
    return problems


async def _branch_problems(context: CheckContext, repository: str, branch: str) -> list[str]:
    found = await context.client.read(f"{project(repository)}/repository/branches/{segment(branch)}")
    if found is not None and found.status == HTTPStatus.NOT_FOUND:
        return [f"{repository} has no branch {branch}: make it, or name another under `builds`"]
    return []


async def _pipeline_problems(context: CheckContext, found: object, target: Target) -> list[str]:
    """Check the pipeline's definition, if it is kept in the project itself."""
    path = text(found, "ci_config_path") or _CONFIG
    if "@" in path or "://" in path:
        return []
    place = f"{project(target.repository)}/repository/files/{segment(path)}/raw"
    answer = await context.client.read(place, params={"ref": branch_of(target)})
    named = f"{target.service}: {path} on {branch_of(target)} of {target.repository}"
    if answer is None:
        return []
    if answer.status == HTTPStatus.NOT_FOUND:
        return [f"{named} does not exist: write the pipeline that deploys"]
    try:
        return [
            f"{named} {problem}"
            for problem in definition_problems(answer.text, target, tokens=context.tokens)
        ]
    except yaml.YAMLError:
        return [f"{named} is not YAML: fix it"]


def definition_problems(written: str, target: Target, *, tokens: bool) -> list[str]:
    """Return what a pipeline's definition lacks to be run for a target.

    Raises yaml.YAMLError. A header with `spec:inputs` stands before the first `---` ("CI/CD inputs").
    """
    parts = _HEADER_ENDS.split(written.removeprefix("---\n"), maxsplit=1)
    header: object = yaml.load(parts[0], _Lenient) if len(parts) > 1 else None  # noqa: S506 - a safe loader
    body: object = yaml.load(parts[-1], _Lenient)  # noqa: S506 - a safe loader
    problems = [
        f"declares no input `{name}`: add it under `spec: inputs:`"
        for name in _needed(target, tokens=tokens)
        if name not in mapping(header, "spec", "inputs")
    ]
    name, elsewhere = text(body, "workflow", "name"), part(body, "include") is not None
    if CORRELATION not in name and not (elsewhere and not name):
        snippet = f'`workflow: {{name: "shiproom $[[ inputs.{CORRELATION} ]]"}}`'
        problems.append(f"does not name its pipelines by the correlation id: add {snippet}")
    job = target.deploy.workflow
    if job and job not in mapping(body) and not elsewhere:
        problems.append(f"has no job `{job}`: name the job that deploys under `workflow`")
    if not job and (optional := [name for name, each in mapping(body).items() if _is_optional(each)]):
        named = ", ".join(f"`{each}`" for each in optional)
        problems.append(f"succeeds without {named}: name the job that deploys under `workflow`")
    if target.deploy.claim and tokens and not elsewhere and not _asks_for_token(body):
        snippet = "`id_tokens: {SHIPROOM_CLAIM_TOKEN: {aud: shiproom}}`"
        problems.append(f"has no job that can claim: add {snippet} to the one that deploys")
    return problems


def _is_optional(job: object) -> bool:
    """Return whether a pipeline can succeed although this job was not played, or failed ("Control how jobs run")."""
    rules = [job, *listed(job, "rules")]
    return any(
        text(rule, "when") == "manual" or part(rule, "allow_failure") not in (None, False) for rule in rules
    )


def _asks_for_token(body: object) -> bool:
    tokens = [each for job in mapping(body).values() for each in mapping(job, "id_tokens").values()]
    audiences = [text(each, "aud") for each in tokens]
    audiences += [text(each) for token in tokens for each in listed(token, "aud")]
    return "shiproom" in audiences


def _needed(target: Target, *, tokens: bool) -> list[str]:
    sent = [f"shiproom_{name}" for name in target.deploy.send]
    own = [name for name, _ in target.deploy.inputs]
    return [SHA, CORRELATION, *sent, *own, *([SECRET] if target.deploy.claim and not tokens else [])]
