"""Reads a build of a deploying job as a run, whoever started it: where it deployed to, and whether it is Shiproom's."""

import re

from bot.ci.http.json_access import correlation_in, one_line, text
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.jenkins.causes import can_deploy, is_started_by, starter_of
from bot.ci.jenkins.checkout import commit_of, first_of
from bot.ci.jenkins.runs import parameters, started_at, state_of
from bot.ci.run import DEPLOYING, ListedRun, State, Target

_ENVIRONMENTS = (
    "shiproom_environment",
    "environment",
    "deploy_environment",
    "deploy_env",
    "target_environment",
    "target_env",
    "env",
    "target",
)
"""Parameters that commonly name the environment, in lower case."""


def listed_run(build: object, target: Target, user: str, unstable: State) -> ListedRun:
    """Read a build of a deploying job; it has our correlation id only if `user` started it.

    Its title includes its parameters, which show where it deploys to.
    """
    values = parameters(build)
    shown = [value for name, value in values.items() if name not in {CORRELATION, SECRET, SHA}]
    ours = is_started_by(build, user)
    return ListedRun(
        text(build, "number"),
        state_of(build, unstable),
        correlation=correlation_in(values.get(CORRELATION, "")) if ours else "",
        environment=_environment_of(values, target),
        title=one_line(text(build, "fullDisplayName"), *shown),
        sha=commit_of(build),
        url=text(build, "url"),
        actor=one_line(starter_of(build)),
        started_at=started_at(build),
        can_deploy=can_deploy(build),
    )


def _environment_of(values: dict[str, str], target: Target) -> str:
    """Return the environment that a parameter names, else the target's if a part of the job's full name is it.

    `website/deploy-production` is, `deploy-production-eu` and `not-production` are not.
    """
    named = first_of(values, _ENVIRONMENTS).strip().lower()
    if named:
        return named
    silent = {*DEPLOYING, *target.service.split("-")}
    folders = target.deploy.workflow.lower().split("/")
    words = (re.split(r"[-_.]", folder) for folder in folders)
    shown = ("-".join(word for word in each if word not in silent) for each in words)
    return target.environment if target.environment in (*folders, *shown) else ""
