"""Fills the placeholders of a described request: in an address percent-encoded, in JSON as a value, never as JSON text."""

import json
import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

from bot.ci_api.inputs import inputs_of
from bot.ci_api.parts import segment
from bot.ci_api.run import StartRequest, Target

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


def told_of(target: Target, correlation: str, run_id: str = "") -> dict[str, object]:
    """Give what every request can say."""
    return {
        "correlation_id": correlation,
        "run_id": run_id,
        "service": target.service,
        "environment": target.environment,
        "repository": target.repository,
        "branch": target.branch,
        "workflow": target.deploy.workflow,
    }


def told_at_start(request: StartRequest) -> dict[str, object]:
    """Give what the request that starts a run can say; `inputs` is all that a remote CI is told, as a mapping."""
    return told_of(request.target, request.correlation) | {
        "sha": request.sha,
        "version": request.version,
        "digest": request.digest,
        "build_url": request.build_url,
        "release": str(request.release),
        "claim_secret": request.claim_secret,
        "inputs": inputs_of(request),
    }


def address(template: str, told: Mapping[str, object]) -> str:
    """Fill an address: whatever is in a value, it stays within its segment or its part of the query."""
    return _PLACEHOLDER.sub(lambda found: segment(str(told.get(found[1], ""))), template)


def line(template: str, told: Mapping[str, object]) -> str:
    """Fill a header's value; what is not plain in a value is percent-encoded, so that it stays one line."""
    return _PLACEHOLDER.sub(lambda found: quote(str(told.get(found[1], ""))), template)


def tree(template: object, told: Mapping[str, object]) -> object:
    """Fill a tree of JSON values; what stands alone takes the value as it is, a mapping too."""
    match template:
        case str():
            alone = _PLACEHOLDER.fullmatch(template)
            if alone:
                return told.get(alone[1], template)
            return _PLACEHOLDER.sub(lambda found: str(told.get(found[1], found[0])), template)
        case dict():
            parts = cast(dict[str, object], template)
            return {key: tree(part, told) for key, part in parts.items()}
        case list():
            return [tree(part, told) for part in cast(list[object], template)]
        case _:
            return template


def faults_of(trigger: object, settings: object, target: Target) -> list[str]:
    """Say what a step tells its run that the requests leave out, and what they ask for that a step does not say."""
    said, sent = _named(trigger), _named(settings)
    step = f"The step of {target.service} in {target.environment}"
    found: list[str] = []
    if "inputs" not in said and (target.deploy.inputs or not said.issuperset(target.deploy.send)):
        found.append(
            f"{step} has inputs, and `trigger` leaves them out: put `{{{{inputs}}}}` into its `json`."
        )
    if target.deploy.claim and not said & {"inputs", "claim_secret"}:
        found.append(
            f"{step} has to claim, and `trigger` gives it no `{{{{claim_secret}}}}`: put it into its `json`."
        )
    if "workflow" in sent and not target.deploy.workflow:
        found.append(f"{step} names no `workflow`, and the requests ask for it.")
    if "repository" in sent and not target.repository:
        found.append(f"{step} has no `repository`, and the requests ask for it: name it in the service.")
    return found


def _named(template: object) -> set[str]:
    """Name the placeholders of all that stands in a tree."""
    return {found[1] for found in _PLACEHOLDER.finditer(json.dumps(template, default=str))}
