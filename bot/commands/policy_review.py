"""`shiproom check --against` and `--report`: what a change of the policy means, for whoever reviews it."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from bot.commands.output import FAILED, OK, CommandError, fail, say
from bot.commands.report_formats import as_json, as_markdown, as_text
from bot.policy_report import PolicyReport, policy_report
from bot.settings import policy_path

WEAKER = 3
"""The exit status with `--fail-on weaker` of a policy without errors that is weaker, or cannot be compared."""

FORMATS = ("text", "markdown", "json")
PLACES = ("github", "gitlab")


@dataclass(frozen=True, slots=True)
class Review:
    """How a policy is looked at: beside which older file, in which format, where it is reported, and what fails."""

    against: str = ""
    form: str = "text"
    place: str = ""
    fail_on_weaker: bool = False

    @property
    def wanted(self) -> bool:
        """Whether anything of it was asked for."""
        return self != Review()


def review(config: str, wanted: Review, *, without_secrets: bool) -> int:
    """Say what a policy means; return the exit status."""
    path = policy_path(os.environ, config)
    try:
        against = Path(wanted.against) if wanted.against else None
        report = policy_report(path, None if without_secrets else os.environ, against)
    except OSError as error:
        message = f"The older policy {wanted.against} cannot be read: {error.strerror}. Name its file with --against."
        raise CommandError(message) from error
    _say(report, wanted.form)
    if wanted.place:
        # Only this needs a client for HTTP.
        from bot.commands.review_places import report_on  # noqa: PLC0415 - the reason stands above

        for sentence in asyncio.run(report_on(wanted.place, report, as_markdown(report), os.environ)):
            say(sentence)
    if report.errors:
        return FAILED
    if wanted.fail_on_weaker and (report.weaker or report.unknown):
        fail("This fails, as --fail-on weaker says: whoever may decide that has to look at it.")
        return WEAKER
    return OK


def _say(report: PolicyReport, form: str) -> None:
    if form == "json":
        say(as_json(report))
    elif form == "markdown":
        say(as_markdown(report).rstrip("\n"))
    else:
        for line in as_text(report):
            say(line)
