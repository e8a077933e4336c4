"""`shiproom check --online`: asks Slack and every CI whether they have what the policy needs.

It changes nothing.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from bot.ci import KINDS
from bot.ci.http.reports import SILENT
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import Source, Target
from bot.ci.target import target_in
from bot.clock import SystemClock
from bot.health import Health
from bot.membership_cache import NO_ACCOUNT, NO_GROUP
from bot.settings import Settings
from bot.slack_client.advice import lacking, refused, unreachable
from bot.slack_client.results import CallDeferred, CallRejected, CallSucceeded
from bot.slack_client.web import SlackWeb
from bot.tasks import Tasks
from handlers.policy import Policy

SCOPES = ("chat:write", "commands", "users:read")
"""What the bot cannot work without; `usergroups:read` only if a team is a user group."""

CHANNEL_SCOPES = ("channels:read", "groups:read")
"""What lets the bot see whether it is in a channel, which only this check asks."""


TOKEN_ENDS_SOON = timedelta(days=7)


async def check_online(policy: Policy, settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[str]:
    """Yield a sentence for each problem."""
    async for sentence in check_slack(policy, settings):
        yield sentence
    for name in policy.connections:
        async for sentence in check_ci(name, policy, settings.secrets, environ):
            yield f"{name}: {sentence}"


async def check_ci(
    name: str, policy: Policy, secrets: tuple[str, ...], environ: Mapping[str, str]
) -> AsyncIterator[str]:
    """Yield a sentence for each problem of one CI of the policy."""
    connection = policy.connections[name]
    with TemporaryDirectory(prefix="shiproom-check-") as folder:
        clock = SystemClock()
        health = Health(clock)
        context = ProviderContext(clock, Tasks(), Path(folder), secrets, environ, health)
        provider = KINDS[connection.kind].connect(connection, context)
        try:
            found = await _ci(provider, name, policy)
            for sentence in (*found, *_cause(health.of(name).refusal, found)):
                yield sentence
            end = await provider.token_end() or health.of(name).expires_at
            for sentence in _ending(end, clock.now()):
                yield sentence
        finally:
            await provider.close()


def _cause(refusal: str, found: list[str]) -> list[str]:
    """Return why a CI does not answer at all, beside what follows from that."""
    return [refusal] if found and SILENT in refusal else []


def _ending(at: datetime | None, now: datetime) -> list[str]:
    """Return that a token ends soon."""
    if at is None or at - now > TOKEN_ENDS_SOON:
        return []
    return [f"the token ends on {at:%Y-%m-%d %H:%M} UTC: make a new one and set it"]


async def _ci(provider: Provider, name: str, policy: Policy) -> list[str]:
    targets = [
        target_in(plan, each)
        for plan in policy.plans.values()
        for each in plan.environments
        if each.deploy.ci == name
    ]
    sources = [
        Source(plan.service, plan.repository, plan.builds)
        for plan in policy.plans.values()
        if plan.builds.ci == name
    ]
    return [*await provider.check(_distinct(targets), sources)]


def _distinct(targets: list[Target]) -> list[Target]:
    return list({(each.repository, each.deploy, each.environment): each for each in targets}.values())


async def check_slack(policy: Policy, settings: Settings) -> AsyncIterator[str]:
    """Yield a sentence for each problem with Slack: tokens, scopes, channels, people and user groups."""
    slack = SlackWeb(settings.bot_token, settings.slack_api, SystemClock().monotonic)
    try:
        known = await slack.call("auth.test", {})
        if isinstance(known, CallRejected):
            yield refused(known)
            return
        if isinstance(known, CallDeferred):
            yield unreachable(known, settings.slack_api)
            return
        for sentence in _missing(known.scopes, policy):
            yield sentence
        if settings.socket_mode:
            async for sentence in _socket(settings):
                yield sentence
        async for sentence in _named(slack, policy, known.scopes):
            yield sentence
    finally:
        await slack.close()


async def _named(slack: SlackWeb, policy: Policy, scopes: frozenset[str]) -> AsyncIterator[str]:
    """Yield what is wrong with the channels, people and groups that the policy names."""
    for channel in sorted({plan.channel for plan in policy.plans.values()}):
        async for sentence in _channel(slack, channel, scopes):
            yield sentence
    for scope, ask in (("users:read", _accounts), ("usergroups:read", _groups)):
        if scope in scopes:
            async for sentence in ask(slack, policy):
                yield sentence


async def _accounts(slack: SlackWeb, policy: Policy) -> AsyncIterator[str]:
    """Yield a sentence for each account that Slack does not have, or has deactivated.

    What it does not say for another reason is left to what is said of the token and its scopes.
    """
    teams, people = policy.directory.teams.values(), policy.directory.people
    named = (*(team.named for team in teams), *(person.slack for person in people))
    for user in sorted({user for users in named for user in users}):
        result = await slack.call("users.info", {"user": user}, read=True)
        if isinstance(result, CallRejected) and result.error in NO_ACCOUNT:
            yield f"Slack: there is no member {user}: copy the member ID from the profile again."
        if isinstance(result, CallSucceeded) and _is_deactivated(result.answer["user"]):
            yield f"Slack: the account {user} is deactivated: take it out of the policy."


def _is_deactivated(user: object) -> bool:
    return isinstance(user, dict) and cast("dict[str, object]", user).get("deleted") is True


async def _groups(slack: SlackWeb, policy: Policy) -> AsyncIterator[str]:
    """Yield a sentence for each user group that Slack does not have."""
    for group in sorted({team.usergroup for team in policy.directory.teams.values()} - {""}):
        result = await slack.call("usergroups.users.list", {"usergroup": group}, read=True)
        if isinstance(result, CallRejected) and result.error in NO_GROUP:
            yield f"Slack: there is no user group {group}: copy its ID again."


def _missing(scopes: frozenset[str], policy: Policy) -> list[str]:
    groups = any(team.usergroup for team in policy.directory.teams.values())
    wanted = (*SCOPES, *(["usergroups:read"] if groups else []))
    return [lacking(scope) for scope in wanted if scope not in scopes]


async def _socket(settings: Settings) -> AsyncIterator[str]:
    app = SlackWeb(settings.app_token, settings.slack_api, SystemClock().monotonic)
    try:
        result = await app.call("apps.connections.open", {})
    finally:
        await app.close()
    if isinstance(result, CallRejected):
        yield (
            f"Slack: it refuses SLACK_APP_TOKEN for Socket Mode ({result.error}): make an app-level token with the "
            "scope connections:write under Basic Information."
        )


async def _channel(slack: SlackWeb, channel: str, scopes: frozenset[str]) -> AsyncIterator[str]:
    if not scopes & set(CHANNEL_SCOPES):
        yield f"Slack: whether the bot is in {channel} cannot be seen without the scope channels:read (groups:read if private)."
        return
    result = await slack.call("conversations.info", {"channel": channel}, read=True)
    if isinstance(result, CallRejected):
        yield f"Slack: the channel {channel} cannot be seen ({result.error}): is its id right, and is the bot in it?"
    elif isinstance(result, CallSucceeded):
        found = result.answer.get("channel")
        shown = cast("dict[str, object]", found) if isinstance(found, dict) else {}
        name = shown.get("name") or channel
        if shown.get("is_archived"):
            yield f"Slack: the channel {name} is archived: name another in the policy."
        elif not shown.get("is_member"):
            yield f"Slack: the bot is not in the channel {name}: type /invite @Shiproom there."
