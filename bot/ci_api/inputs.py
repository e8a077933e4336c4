"""What a remote CI is told of a run as inputs, parameters or variables, by the same names for every CI."""

from bot.ci_api.run import StartRequest

CORRELATION = "shiproom_correlation_id"
"""The input that a run is searched by."""

SHA = "shiproom_sha"
SECRET = "shiproom_claim_secret"  # noqa: S105 - the name of an input, not a secret


def inputs_of(request: StartRequest) -> dict[str, str]:
    """Give all that a run is told: what the policy says, what it has Shiproom say, and what is always said."""
    target = request.target
    known = {
        "version": request.version,
        "environment": target.environment,
        "service": target.service,
        "release": str(request.release),
        "digest": request.digest,
        "build_url": request.build_url,
    }
    told = dict(request.deploy.inputs) | {f"shiproom_{name}": known[name] for name in request.deploy.send}
    told |= {SHA: request.sha, CORRELATION: request.correlation}
    return told | ({SECRET: request.claim_secret} if request.claim_secret else {})
