"""The inputs, parameters or variables that a remote CI is sent; every CI has the same names."""

from bot.ci.run import StartRequest

CORRELATION = "shiproom_correlation_id"
"""The input that a run is searched by."""

SHA = "shiproom_sha"
SECRET = "shiproom_claim_secret"  # noqa: S105 - the name of an input, not a secret


def inputs_of(request: StartRequest) -> dict[str, str]:
    """Return all inputs of a run.

    These are the policy's own inputs, the values it asks Shiproom to send, and those that are always sent.
    """
    target = request.target
    known = {
        "version": request.version,
        "environment": target.environment,
        "service": target.service,
        "release": str(request.release),
        "digest": request.digest,
        "build_url": request.build_url,
    }
    inputs = dict(request.deploy.inputs) | {f"shiproom_{name}": known[name] for name in request.deploy.send}
    inputs |= {SHA: request.sha, CORRELATION: request.correlation}
    return inputs | ({SECRET: request.claim_secret} if request.claim_secret else {})
