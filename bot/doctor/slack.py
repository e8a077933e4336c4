"""Examines Slack: tokens, scopes, channels, people, user groups; and how far this machine's clock is from Slack's."""

from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import parsedate_to_datetime

import aiohttp

from bot.clock import SystemClock
from bot.doctor.finding import Finding, failed, warned, well
from bot.doctor.installation import Installation
from bot.online import check_slack
from bot.proxies import proxy_for
from bot.slack_client.web import TIMEOUT

ACCEPTED = 300
"""How many seconds a signed request may be old (docs.slack.dev/authentication/verifying-requests-from-slack)."""

NOTICED = 30


async def examine_slack(installation: Installation) -> AsyncIterator[Finding]:
    """Examine whether Slack has everything that the policy needs."""
    settings = installation.settings
    if not settings.bot_token:
        yield failed("slack", "Without SLACK_BOT_TOKEN Slack cannot be asked: set it.")
        return
    found = False
    async for sentence in check_slack(installation.policy, settings):
        found = True
        yield failed("slack", sentence.removeprefix("Slack: "))
    if not found:
        channels = {plan.channel for plan in installation.policy.plans.values()}
        yield well(
            "slack",
            f"Tokens and scopes are right, and the bot is in {', '.join(sorted(channels)) or 'no channel'}.",
        )


async def examine_clock(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the clock against the header Date of Slack's answer."""
    api = installation.settings.slack_api
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.get(f"{api}api.test", proxy=proxy_for(api, installation.environ)) as answer,
        ):
            written = answer.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        yield warned(
            "clock", f"Slack's time is not known ({type(error).__name__}): compare this clock with another."
        )
        return
    try:
        theirs = parsedate_to_datetime(written).replace(tzinfo=UTC)
    except ValueError:
        yield warned("clock", "Slack's answer has no time: compare this clock with another.")
        return
    yield _compare((SystemClock().now() - theirs).total_seconds(), http=not installation.settings.socket_mode)


def _compare(ahead: float, *, http: bool) -> Finding:
    text = f"This clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Slack's"
    if abs(ahead) < NOTICED:
        return well("clock", "This clock agrees with Slack's.")
    if abs(ahead) < ACCEPTED or not http:
        return warned("clock", f"{text}: set it by NTP, for times on cards and locks are wrong.")
    return failed("clock", f"{text}, so requests of Slack are refused: set it by NTP.")
