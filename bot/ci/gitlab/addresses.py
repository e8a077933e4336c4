"""Addresses in a GitLab: its API, projects by path or number, branches, token issuers."""

from bot.ci.http.json_access import segment
from bot.ci.http.oidc import TokenIssuer
from bot.ci.run import Target
from bot.clock import Clock

CLOUD = "https://gitlab.com"
API = "/api/v4"


def root_of(url: str) -> str:
    """Return the root address of a GitLab's pages, also from the address of its API."""
    return (url or CLOUD).rstrip("/").removesuffix(API)


def project(repository: str) -> str:
    """Return the API path of a project: its own path, encoded, or its number.

    "REST API", namespaced paths.
    """
    return f"/projects/{segment(repository)}"


def branch_of(target: Target) -> str:
    """Return the branch whose pipeline definition deploys."""
    return target.branch or "main"


def issuer_of(url: str, clock: Clock) -> TokenIssuer | None:
    """Return the verifier of a GitLab's ID tokens.

    None if its keys could be forged on the way here.
    """
    try:
        return TokenIssuer(url, clock)
    except ValueError:
        return None
