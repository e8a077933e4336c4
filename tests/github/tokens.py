"""The signed tokens of a local GitHub's runs: each run can ask for its own, as GitHub's runners let it."""

from aiohttp import web

from tests.bot.ci_api.issuer import Issuer
from tests.github.model import Run

PATH = "/id-token/{run}"


def claims(run: Run) -> dict[str, str]:
    """Say what a token says of a run (GitHub's docs, "OpenID Connect reference")."""
    home = run.repository.full_name
    ref = f"refs/heads/{run.branch}"
    return {
        "sub": f"repo:{home}:ref:{ref}",
        "repository": home,
        "workflow_ref": f"{home}/.github/workflows/{run.file}@{ref}",
        "ref": ref,
        "ref_type": "branch",
        "sha": run.sha,
        "event_name": run.event,
        "run_id": str(run.id),
        "run_number": str(run.number),
        "run_attempt": str(run.attempt),
        "actor": run.actor,
    }


def environment(run: Run, root: str) -> dict[str, str]:
    """Give the variables by which a run's job asks for its token; the address has a query already, as GitHub's has."""
    return {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{root}{PATH.format(run=run.id)}?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": proof(run),
    }


def proof(run: Run) -> str:
    return f"runner-of-{run.id}-{run.attempt}"


def answer(run: Run, issuer: Issuer, request: web.Request) -> web.Response:
    """Give a run its token for the audience that it names."""
    if request.headers.get("Authorization") != f"Bearer {proof(run)}":
        return web.Response(status=401)
    audience = request.query.get("audience", f"https://github.com/{run.repository.full_name.split('/')[0]}")
    return web.json_response({"value": issuer.token(issuer.claims(**claims(run), aud=audience))})
