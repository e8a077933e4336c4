"""`shiproom init`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial
from pathlib import Path

from bot.arguments.values import DIRECTORIES, Parts, Run, completed_with

_SERVICE = (
    ("--service", "what is released, like website"),
    ("--channel", "the Slack channel for its cards: a name or an id"),
)
_LISTS = (
    ("--environment", "where a build goes, first to last; more than once, or with commas"),
    ("--starter", "who starts releases: a name, an e-mail address, an id or a @user-group"),
    ("--tester", "who tests and signs; '' for nobody"),
    ("--operator", "who operates and signs"),
)
_CI = (
    ("--ci-url", "the address of the CI, or its host for generic"),
    ("--ci-user", "the user that starts runs there (jenkins, buildbot)"),
    ("--repository", "the repository of the service (github, gitlab)"),
    ("--workflow", "the workflow or job that deploys; {environment} stands for its name"),
    ("--build-workflow", "the workflow that builds and tests"),
    ("--branch", "the branch that is released"),
    ("--command", "the command that deploys (local), like './deploy.sh {environment}'"),
)
KINDS = ("local", "github", "gitlab", "jenkins", "buildbot", "generic")


def add(parts: Parts) -> None:
    """Add the command."""
    about = "write shiproom.yml, the manifest of the Slack app and .env, by asking"
    parser = parts.add_parser("init", help=about, description=f"{about}; what an option says is not asked.")
    completed_with(
        parser.add_argument("--directory", default=".", help="where to write; else here"), DIRECTORIES
    )
    parser.add_argument("--offline", action="store_true", help="do not ask Slack: ids are typed")
    parser.add_argument(
        "--no-input", action="store_true", help="ask nothing: options and defaults say everything"
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there already")
    parser.add_argument(
        "--public-url", help="the https address where Slack reaches the bot; '' for Socket Mode"
    )
    service = parser.add_argument_group("the service")
    for name, text in _SERVICE:
        service.add_argument(name, help=text)
    for name, text in _LISTS:
        service.add_argument(name, action="append", help=text)
    service.add_argument("--time-zone", help="of the times on cards, like Europe/Berlin")
    ci = parser.add_argument_group("the CI")
    ci.add_argument("--ci", choices=KINDS, help="what carries out deployments")
    for name, text in _CI:
        ci.add_argument(name, help=text)
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.init import init
    from bot.setup.interview import Given

    parts = ("repository", "workflow", "build_workflow", "branch", "command")
    given = Given(
        folder=Path(arguments.directory).absolute(),
        offline=arguments.offline,
        force=arguments.force,
        public_url=arguments.public_url,
        service=arguments.service,
        channel=arguments.channel,
        environments=_joined(arguments.environment),
        starters=_joined(arguments.starter),
        testers=_joined(arguments.tester),
        operators=_joined(arguments.operator),
        kind=arguments.ci,
        time_zone=arguments.time_zone,
        ci={
            **{part: getattr(arguments, part) for part in parts},
            "url": arguments.ci_url,
            "user": arguments.ci_user,
        },
    )
    return partial(init, given, ask=not arguments.no_input)


def _joined(values: list[str] | None) -> str | None:
    return None if values is None else ",".join(values)
