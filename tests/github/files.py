"""A workflow file as GitHub itself reads it: its title, its inputs, its jobs."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(?:github\.event\.)?inputs\.(\w+)\s*\}\}")


@cache
def parsed(written: str) -> dict[Any, Any]:
    return cast("dict[Any, Any]", yaml.safe_load(written))


def title(written: str, inputs: Mapping[str, str]) -> str:
    """Give a run's title; expressions other than inputs are not known here."""
    document = parsed(written)
    wanted = str(document.get("run-name") or document.get("name") or "")
    return _EXPRESSION.sub(lambda found: inputs.get(found.group(1), ""), wanted)


def declared(written: str) -> dict[str, dict[str, Any]] | None:
    """Give the inputs of a dispatch; None if there can be none."""
    document = parsed(written)
    # YAML 1.1 reads `on` as true.
    events = document.get("on", document.get(True))
    if isinstance(events, dict):
        if "workflow_dispatch" not in events:
            return None
        dispatch = cast("dict[str, Any] | None", cast("dict[str, Any]", events)["workflow_dispatch"]) or {}
        inputs = cast("dict[str, dict[str, Any] | None]", dispatch.get("inputs") or {})
        return {name: each or {} for name, each in inputs.items()}
    return {} if "workflow_dispatch" in cast("list[str] | str", events) else None


def accepted(written: str, given: Mapping[str, object]) -> tuple[dict[str, str], str]:
    """Give the inputs of a run with their defaults, or why GitHub refuses them."""
    wanted = declared(written)
    if wanted is None:
        return {}, "Workflow does not have 'workflow_dispatch' trigger"
    if unexpected := sorted(set(given) - set(wanted)):
        return {}, f"Unexpected inputs provided: {unexpected}"
    for name, input_ in wanted.items():
        if input_.get("required") and "default" not in input_ and name not in given:
            return {}, f"Required input '{name}' not provided"
        if input_.get("type") == "choice" and given.get(name, input_["options"][0]) not in input_["options"]:
            return {}, f"Provided value '{given[name]}' for input '{name}' not in the list of allowed values"
    defaults = {name: str(each["default"]) for name, each in wanted.items() if "default" in each}
    return defaults | {name: str(value) for name, value in given.items()}, ""


def jobs(written: str) -> dict[str, list[str]]:
    """Give the names of the steps by the name of their job."""
    return {
        str(job.get("name", name)): [str(step.get("name", "Run")) for step in job.get("steps", [])]
        for name, job in parsed(written)["jobs"].items()
    }
