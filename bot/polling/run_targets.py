"""Tells to which environment a run deploys that a CI lists, whoever started it."""

import re

from bot.ci.run import DEPLOYING, ListedRun, Target

ENVIRONMENTS = frozenset(
    {
        "canary",
        "demo",
        "dev",
        "development",
        "integration",
        "live",
        "preprod",
        "preview",
        "prod",
        "production",
        "qa",
        "sandbox",
    }
    | {"stage", "staging", "test", "testing", "uat"}
)
"""Words that usually name an environment: a run that names one which the policy does not know deploys there."""

_REHEARSING = frozenset({"check", "destroy", "dry", "dry-run", "dryrun", "plan", "smoke", "teardown"})
"""Words that say that a run deploys nothing, or takes something away."""


def target_of_run(run: ListedRun, targets: tuple[Target, ...]) -> Target | None:
    """Return which target a run deploys to; None if it deploys to none of them, or if that is unclear.

    What started it must be able to deploy, and it must name the environment, even if there is only one target; where several
    services share the workflow, the service too. One that names two environments is unclear, and so is one that carries an id
    like ours which is not ours: it belongs to another Shiproom.
    """
    if not run.can_deploy or run.correlation:
        return None
    known = frozenset(each.environment for each in targets)
    places = {run.environment.lower()} if run.environment else environments_in(run.title, known)
    fits = [each for each in targets if each.environment in places] if len(places) == 1 else []
    if len({each.service for each in targets}) > 1:
        fits = [each for each in fits if _name_in(each.service, run.title)]
    return fits[0] if len(fits) == 1 else None


def environments_in(title: str, known: frozenset[str]) -> frozenset[str]:
    """Return the environments that a title names; `deploy-production` names one; `non-production`, `production/eu` or a dry run
    name none.
    """
    found: set[str] = set()
    words = [word.strip("-._/") for word in re.findall(r"[a-z0-9._/-]+", title.lower())]
    for word in words if not _REHEARSING & set(words) else ():
        parts = {*word.split("-")} - DEPLOYING
        found.update({word} if word in known else parts & (known | ENVIRONMENTS) if len(parts) == 1 else ())
    return frozenset(found)


def _name_in(service: str, title: str) -> bool:
    """Return whether a title names a service, as a word of its own or after `deploy-`."""
    words = re.findall(r"[a-z0-9-]+", title.lower())
    return any(word in {service, *(f"{verb}-{service}" for verb in DEPLOYING)} for word in words)
