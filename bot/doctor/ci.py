"""Examines the CIs of the policy; one that cannot be asked does not keep the others from being asked."""

from collections.abc import AsyncIterator

from bot.doctor.finding import Finding, failed, well
from bot.doctor.installation import Installation
from bot.online import check_ci


async def examine_ci(installation: Installation, name: str) -> AsyncIterator[Finding]:
    """Examine one CI: its token, its workflows, its commands."""
    found = False
    secrets = installation.settings.secrets
    async for sentence in check_ci(name, installation.policy, secrets, installation.environ):
        found = True
        yield failed(f"ci {name}", sentence)
    if not found:
        kind = installation.policy.connections[name].kind
        yield well(f"ci {name}", f"It has all that is needed ({kind}).")
