"""Parses a GitHub workflow file, as far as Shiproom has to know it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import yaml

from bot.ci.http.json_access import text

_TOKEN_SCOPE = "id-token"  # noqa: S105 - the name of a permission
_ALL = "write-all"
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


@dataclass(frozen=True, slots=True)
class Input:
    """An input that a workflow declares; `required` means that a dispatch has to set it."""

    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowJob:
    """A job that a workflow declares: how GitHub calls it, and whether it calls another workflow."""

    name: str
    calls: bool = False

    def may_be(self, name: str) -> bool:
        """Return whether a run may show this job by a name, with or without the values of a matrix in parentheses.

        What an expression yields is not known in advance.
        """
        shown = (self.name, self.name.partition(" (")[0])
        patterns = (".*".join(re.escape(part) for part in _EXPRESSION.split(each)) for each in shown)
        return any(re.fullmatch(pattern, name) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow's events, title, dispatch inputs and jobs by key; `has_token` if a job gets an ID token."""

    events: frozenset[str] = frozenset()
    run_name: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    has_token: bool = False
    jobs: Mapping[str, WorkflowJob] = field(default_factory=dict[str, WorkflowJob])


def read_workflow(written: str) -> Workflow | None:
    """Read a workflow file; None if it is not YAML, or not a workflow.

    GitHub's docs, "Workflow syntax for GitHub Actions".
    """
    try:
        document = cast("object", yaml.safe_load(written))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    keys = cast("dict[object, object]", document)
    # YAML 1.1 reads the key `on` as true.
    events = keys.get("on", keys.get(True))
    return Workflow(
        events=frozenset(_names(events)),
        run_name=text(keys, "run-name"),
        inputs={name: _input(value) for name, value in _pairs(_under(events, "workflow_dispatch", "inputs"))},
        has_token=any(_grants_token(each) for each in _permissions(keys)),
        jobs={key: _job(key, value) for key, value in _pairs(keys.get("jobs"))},
    )


def _job(key: str, declared: object) -> WorkflowJob:
    return WorkflowJob(text(declared, "name") or key, text(declared, "uses") != "")


def _input(declared: object) -> Input:
    required = _under(declared, "required") is True and _under(declared, "default") is None
    options = _under(declared, "options") if _under(declared, "type") == "choice" else None
    return Input(required, tuple(_names(options)))


def _permissions(keys: Mapping[object, object]) -> Iterator[object]:
    yield keys.get("permissions")
    for _, job in _pairs(keys.get("jobs")):
        yield _under(job, "permissions")


def _grants_token(permissions: object) -> bool:
    return permissions == _ALL or _under(permissions, _TOKEN_SCOPE) == "write"


def _under(value: object, *path: str) -> object:
    for key in path:
        value = cast("dict[object, object]", value).get(key) if isinstance(value, dict) else None
    return value


def _pairs(value: object) -> list[tuple[str, object]]:
    pairs = cast("dict[object, object]", value).items() if isinstance(value, dict) else ()
    return [(str(name), each) for name, each in pairs]


def _names(value: object) -> list[str]:
    """Return the names in a single text, a list, or the keys of a mapping."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict | list):
        return [str(each) for each in cast("list[object] | dict[object, object]", value)]
    return []
