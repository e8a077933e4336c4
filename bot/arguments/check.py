"""`shiproom check`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file
from bot.commands.output import CommandError


def add(parts: Parts) -> None:
    """Add the command."""
    about = "report every error and warning of the policy"
    parser = parts.add_parser("check", help=about, description=about, parents=[policy_file()])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--without-secrets", action="store_true", help="do not look up what ${NAME} stands for")
    how.add_argument("--online", action="store_true", help="also check Slack and every CI")
    add_review(parser)
    parser.set_defaults(load=_load)


def add_review(parser: argparse.ArgumentParser) -> None:
    """Add what is for whoever reviews a change of the policy."""
    beside = "say what the change from this older policy means, weaker first; an empty file means that there was none"
    place = "report on the pull request of a GitHub workflow, or on the merge request of a GitLab job"
    parser.add_argument("--against", default="", metavar="OLD.yml", help=beside)
    parser.add_argument(
        "--format", default="text", choices=("text", "markdown", "json"), help="how it is said"
    )
    parser.add_argument("--report", default="", choices=("github", "gitlab"), help=place)
    parser.add_argument("--fail-on", default="", choices=("weaker",), help="end with 3 if it is weaker")


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.check import check
    from bot.commands.policy_review import Review, review

    wanted = Review(arguments.against, arguments.format, arguments.report, arguments.fail_on == "weaker")
    if wanted.wanted:
        if arguments.fail_on and not arguments.against:
            raise CommandError(
                "--fail-on needs something to compare with: name the older policy with --against."
            )
        if arguments.online:
            raise CommandError(
                "--online looks at Slack and the CIs: leave it out where a change is reviewed."
            )
        return partial(review, arguments.config, wanted, without_secrets=arguments.without_secrets)
    return partial(
        check, arguments.config, without_secrets=arguments.without_secrets, online=arguments.online
    )
