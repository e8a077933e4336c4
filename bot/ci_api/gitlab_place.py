"""Where things are in a GitLab: its API beside its pages, a project by its path or number, the branch whose pipeline runs."""

from bot.ci_api.oidc import TokenIssuer
from bot.ci_api.parts import segment
from bot.ci_api.run import Target
from bot.clock import Clock

HERE = "https://gitlab.com"
API = "/api/v4"


def root_of(url: str) -> str:
    """Give the address of a GitLab's pages, also if its API's was written."""
    return (url or HERE).rstrip("/").removesuffix(API)


def project(repository: str) -> str:
    """Give the path of a project in the API: its own path, encoded, or its number ("REST API", namespaced paths)."""
    return f"/projects/{segment(repository)}"


def branch_of(target: Target) -> str:
    """Give the branch whose pipeline definition deploys."""
    return target.branch or "main"


def issuer_of(url: str, clock: Clock) -> TokenIssuer | None:
    """Give who checks the ID tokens of a GitLab; None if its keys could be forged on the way here."""
    try:
        return TokenIssuer(url, clock)
    except ValueError:
        return None
