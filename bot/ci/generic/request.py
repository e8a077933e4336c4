"""Fills in the placeholders of a described request.

Values are percent-encoded in addresses, and inserted as values into JSON, never as JSON text.
"""

import json
import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

from bot.ci.http.json_access import segment
from bot.ci.inputs import inputs_of
from bot.ci.run import StartRequest, Target

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


def request_values(target: Target, correlation: str, run_id: str = "") -> dict[str, object]:
    """Return the values that every request can use."""
    return {
        "correlation_id": correlation,
        "run_id": run_id,
        "service": target.service,
        "environment": target.environment,
        "repository": target.repository,
        "branch": target.branch,
        "workflow": target.deploy.workflow,
    }


def start_values(request: StartRequest) -> dict[str, object]:
    """Return the values that the start request can use.

    `inputs` is everything that a remote CI is sent, as a mapping.
    """
    return request_values(request.target, request.correlation) | {
        "sha": request.sha,
        "version": request.version,
        "digest": request.digest,
        "build_url": request.build_url,
        "release": str(request.release),
        "claim_secret": request.claim_secret,
        "inputs": inputs_of(request),
    }


def fill_url(template: str, values: Mapping[str, object]) -> str:
    """Fill in an address; a value stays within its path segment or query value."""
    return _PLACEHOLDER.sub(lambda found: segment(str(values.get(found[1], ""))), template)


def fill_header(template: str, values: Mapping[str, object]) -> str:
    """Fill in a header; special characters are percent-encoded to keep it one line."""
    return _PLACEHOLDER.sub(lambda found: quote(str(values.get(found[1], ""))), template)


def fill_json(template: object, values: Mapping[str, object]) -> object:
    """Fill in a tree of JSON values; a lone placeholder becomes the value itself.

    So it can become a mapping too.
    """
    match template:
        case str():
            alone = _PLACEHOLDER.fullmatch(template)
            if alone:
                return values.get(alone[1], template)
            return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), template)
        case dict():
            parts = cast(dict[str, object], template)
            return {key: fill_json(part, values) for key, part in parts.items()}
        case list():
            return [fill_json(part, values) for part in cast(list[object], template)]
        case _:
            return template


def problems_of(trigger: object, settings: object, target: Target) -> list[str]:
    """Return what the requests leave out of a step's settings, and what the step lacks for them."""
    in_trigger, in_requests = _named(trigger), _named(settings)
    step = f"The step of {target.service} in {target.environment}"
    problems: list[str] = []
    if "inputs" not in in_trigger and (target.deploy.inputs or not in_trigger.issuperset(target.deploy.send)):
        problems.append(
            f"{step} has inputs, and `trigger` leaves them out: put `{{{{inputs}}}}` into its `json`."
        )
    if target.deploy.claim and not in_trigger & {"inputs", "claim_secret"}:
        problems.append(
            f"{step} has to claim, and `trigger` gives it no `{{{{claim_secret}}}}`: put it into its `json`."
        )
    if "workflow" in in_requests and not target.deploy.workflow:
        problems.append(f"{step} names no `workflow`, and the requests use it.")
    if "repository" in in_requests and not target.repository:
        problems.append(f"{step} has no `repository`, and the requests use it: name it in the service.")
    return problems


def _named(template: object) -> set[str]:
    """Return the names of all placeholders in a tree."""
    return {found[1] for found in _PLACEHOLDER.finditer(json.dumps(template, default=str))}
