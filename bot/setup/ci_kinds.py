"""What each kind of CI is asked, and how it is written into a policy."""

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from bot.setup.answers import CiAnswer

DEPLOY_SCRIPT = "./deploy.sh"

_PLAIN = re.compile(r"[A-Za-z./][\w./-]*", re.ASCII)
_SPECIAL = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


@dataclass(frozen=True, slots=True)
class KindOfCi:
    """How a kind of CI is set up.

    `asked` are the fields of a CiAnswer that are asked for, each with its question and its default; `secrets` are variables
    with the place to get them; `entry` and `deploy` return the two places of a policy that name it.
    """

    title: str
    asked: dict[str, tuple[str, str | None]]
    secrets: dict[str, str]
    entry: Callable[[CiAnswer], list[str]]
    deploy: Callable[[CiAnswer, str], str]
    needs: str


def scalar(text: str) -> str:
    """Return a text as a YAML scalar, in quotes if it could be read as something else."""
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _SPECIAL
    return text if plain else json.dumps(text, ensure_ascii=False)


def builds(ci: CiAnswer) -> str:
    """Return the part `builds` of a service: from the CI if it announces them, else of a branch."""
    branch = scalar(ci.branch)
    if not ci.build_workflow:
        return f"{{branch: {branch}}}"
    return f'{{ci: {ci.kind}, workflow: {scalar(ci.build_workflow)}, branch: {branch}, version: "1.0.{{run_number}}"}}'


def _url(ci: CiAnswer) -> str:
    return f"url: {scalar(ci.url)}, " if ci.url else ""


def _forcer(ci: CiAnswer) -> str:
    return f'user: {scalar(ci.user)}, password: "${{BUILDBOT_PASSWORD}}"'


def _named(ci: CiAnswer, environment: str) -> str:
    return scalar(ci.workflow.replace("{environment}", environment))


def _command(ci: CiAnswer, environment: str) -> str:
    words = [scalar(word.replace("{environment}", environment)) for word in shlex.split(ci.command)]
    return f"{{ci: here, command: [{', '.join(words)}], timeout: 10m}}"


def _with_input(ci: CiAnswer, environment: str) -> str:
    return f"{{ci: {ci.kind}, workflow: {_named(ci, environment)}, inputs: {{environment: {environment}}}}}"


def _generic(ci: CiAnswer) -> list[str]:
    """Return the requests of a CI with an HTTP API, to be changed into its own; docs/ci-generic.yml has every setting."""
    return [
        "  # These requests are an example: write those of your CI. docs/ci-generic.yml explains every line.",
        "  generic:",
        "    kind: generic",
        f"    hosts: [{scalar(ci.url)}]",
        "    poll: 15s",
        '    headers: {Authorization: "Bearer ${CI_TOKEN}"}',
        "    trigger:",
        f"      url: https://{ci.url}/api/projects/{{{{service}}}}/runs",
        '      json: {ref: "{{sha}}", inputs: "{{inputs}}"}',
        "      id: run.id",
        "    status:",
        f"      url: https://{ci.url}/api/runs/{{{{run_id}}}}",
        "      state: run.state",
        "      map: {OK: succeeded, ERROR: failed}",
    ]


_REPOSITORY = ("The repository, like owner/name?", None)
_BRANCH = ("The branch that is released?", "main")

KINDS_OF_CI: dict[str, KindOfCi] = {
    "local": KindOfCi(
        "commands on the machine of the bot, such as your own script",
        {"command": ("The command that deploys?", f"{DEPLOY_SCRIPT} {{environment}}"), "branch": _BRANCH},
        {},
        lambda _: ["  here: {kind: local, directory: .}   # commands on this machine; they outlive the bot"],
        _command,
        "",
    ),
    "github": KindOfCi(
        "GitHub Actions",
        {
            "repository": _REPOSITORY,
            "workflow": ("The workflow that deploys, in .github/workflows?", "deploy.yml"),
            "build_workflow": ("The workflow that builds and tests?", "build.yml"),
            "branch": _BRANCH,
        },
        {
            "GITHUB_TOKEN": "a fine-grained token for the repository: Actions read and write, Contents read "
            "(GitHub: Settings, Developer settings)"
        },
        lambda _: ['  github: {kind: github, token: "${GITHUB_TOKEN}", poll: 15s}'],
        _with_input,
        "Its workflow takes the inputs shiproom_sha, shiproom_correlation_id and environment",
    ),
    "gitlab": KindOfCi(
        "GitLab CI",
        {
            "url": ("The address of your GitLab?", "https://gitlab.com"),
            "repository": ("The project, like group/project?", None),
            "workflow": ("The job that deploys?", "deploy"),
            "build_workflow": ("What starts the pipelines that build?", "push"),
            "branch": _BRANCH,
        },
        {"GITLAB_TOKEN": "an access token with the scope api (GitLab: the project, Settings, Access tokens)"},
        lambda ci: [f'  gitlab: {{kind: gitlab, {_url(ci)}token: "${{GITLAB_TOKEN}}", poll: 15s}}'],
        _with_input,
        "Its .gitlab-ci.yml declares the inputs shiproom_sha, shiproom_correlation_id and environment",
    ),
    "jenkins": KindOfCi(
        "Jenkins",
        {
            "url": ("The address of your Jenkins?", None),
            "user": ("The user that starts the jobs there?", "shiproom"),
            "workflow": ("The job that deploys, with its folders?", "deploy-{environment}"),
            "branch": _BRANCH,
        },
        {"JENKINS_TOKEN": "an API token of that user (Jenkins: the user, Security, API Token)"},
        lambda ci: [
            f'  jenkins: {{kind: jenkins, {_url(ci)}user: {scalar(ci.user)}, token: "${{JENKINS_TOKEN}}", poll: 15s}}'
        ],
        lambda ci, environment: f"{{ci: jenkins, workflow: {_named(ci, environment)}}}",
        "Its jobs declare the string parameters shiproom_sha and shiproom_correlation_id",
    ),
    "buildbot": KindOfCi(
        "Buildbot",
        {
            "url": ("The address of your Buildbot?", None),
            "user": ("The user that forces builds there?", "shiproom"),
            "workflow": ("The force scheduler that deploys?", "deploy-{environment}"),
            "build_workflow": ("The builder that builds and tests?", "build"),
            "branch": _BRANCH,
        },
        {"BUILDBOT_PASSWORD": "the password of that user, as in master.cfg"},
        lambda ci: [
            f"  buildbot: {{kind: buildbot, {_url(ci)}{_forcer(ci)}, poll: 15s}}",
        ],
        lambda ci, environment: f"{{ci: buildbot, workflow: {_named(ci, environment)}}}",
        "Its force schedulers have the string parameters shiproom_sha and shiproom_correlation_id",
    ),
    "generic": KindOfCi(
        "anything else with an HTTP API",
        {"url": ("The host of its API, like deploy.example.org?", None), "branch": _BRANCH},
        {"CI_TOKEN": "the token of its API"},
        _generic,
        lambda _, environment: f"{{ci: generic, inputs: {{environment: {environment}}}}}",
        "The requests in shiproom.yml are an example to be changed into those of your CI",
    ),
}
