"""Reads the examples of the policy on the pages: whole policies, and fragments, each in a frame that completes it.

What a fragment is follows from its keys, most of which have to be known: those of the file, a service or an environment; a list
of environments or of gates. Teams and CIs that it names and does not describe are described by the frame.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any, cast

import yaml

from bot.policy import read_policy
from bot.policy.environments import EnvironmentSection
from bot.policy.loader import PolicyFile
from bot.policy.services import ServiceSection
from bot.schema.section import Section
from tests.docs.pages import Block

CONNECTIONS = {
    "here": "{kind: local, directory: .}",
    "github": '{kind: github, token: "${GITHUB_TOKEN}"}',
    "gitlab": '{kind: gitlab, token: "${GITLAB_TOKEN}"}',
    "jenkins": '{kind: jenkins, url: "https://jenkins.example.org", user: shiproom, token: "${JENKINS_TOKEN}"}',
    "buildbot": '{kind: buildbot, url: "https://buildbot.example.org"}',
}
MEMBERS = "{members: [U0ANDY, U0MARA, U0AMITA, U0TIM, U0KIM]}"
ENVIRONMENT = {
    "name": "production",
    "gates": "[{sign_off: ops}]",
    "deploy": "{ci: here, command: [./deploy.sh]}",
}
SERVICE = {"channel": "C0RELEASES", "repository": "tailspin/space-game-web"}
WAYS = {"local": "command: [./deploy.sh, staging]", "generic": "timeout: 10m"}
_UNKNOWN = re.compile(r"`([\w-]+)` is not described under `(teams|ci)`")


def keys_of(section: type[Section]) -> set[str]:
    """Return the keys that a mapping of the policy may have."""
    return {field.alias or name for name, field in section.model_fields.items()}


@dataclass(frozen=True, slots=True)
class Parts:
    """A fragment with the parts of the file that it has; `teams` and `connections` are those that the frame describes."""

    written: str
    has: Mapping[str, Any]
    teams: tuple[str, ...] = ("developers", "ops")
    connections: tuple[str, ...] = ("here",)

    def text(self) -> str:
        """Return the whole policy."""
        teams = "".join(f"  {name}: {MEMBERS}\n" for name in self.teams)
        connections = "".join(
            f"  {name}: {CONNECTIONS.get(name, CONNECTIONS['here'])}\n" for name in self.connections
        )
        made = {
            "version": "version: 1\n",
            "teams": f"teams:\n{teams}",
            "ci": f"ci:\n{connections}",
            "services": f"services:\n  website:\n{indent(_lines(self.service()), '    ')}",
        }
        return "".join(part for key, part in made.items() if key not in self.has) + self.written

    def service(self) -> dict[str, str]:
        """Return a service with the teams and the CI of the fragment, or else of the frame."""
        team = next(iter(self.has.get("teams", self.teams)))
        name, connection = next(iter(self.has.get("ci", {"here": {"kind": "local"}}).items()))
        way = WAYS.get(connection["kind"], "workflow: deploy.yml")
        deploy = f"deploy: {{ci: {name}, {way}}}"
        environments = f"[{{name: staging, {deploy}}}, {{name: production, signed: false, {deploy}}}]"
        return {**SERVICE, "starters": f"[{team}]", "operators": f"[{team}]", "environments": environments}


def _lines(parts: Mapping[str, str], without: Collection[str] = ()) -> str:
    return "".join(f"{key}: {value}\n" for key, value in parts.items() if key not in without)


def framed(text: str) -> Parts | None:
    """Return a fragment's parts, completed to a service that has it; None if it is no part of a policy."""
    try:
        found = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return None
    if len(found) != 1 or not found[0]:
        return None
    if isinstance(found[0], list):
        return _listed(text, cast("list[Any]", found[0]))
    return _mapped(text, cast("dict[str, Any]", found[0])) if isinstance(found[0], dict) else None


def _mapped(text: str, found: dict[str, Any]) -> Parts | None:
    keys = set(found)
    if "services" in keys and not _is_policy(found["services"]):
        return None
    level = max((PolicyFile, ServiceSection, EnvironmentSection), key=lambda each: len(keys & keys_of(each)))
    if 2 * len(keys & keys_of(level)) <= len(keys):
        return None
    if level is PolicyFile:
        return Parts(text, found)
    if level is ServiceSection:
        return _service(text, keys)
    own = indent(text.rstrip("\n") + "\n" + _lines(ENVIRONMENT, keys), "    ")
    return _service(f"environments:\n  -\n{own}", {"environments"})


def _listed(text: str, found: list[Any]) -> Parts | None:
    keys = {key for each in found if isinstance(each, dict) for key in cast("dict[str, Any]", each)}
    if "sign_off" in keys:
        return _mapped("gates:\n" + indent(text, "  "), {"gates": found})
    if {"name", "deploy"} <= keys:
        return _service("environments:\n" + indent(text, "  "), {"environments"})
    return None


def _service(text: str, keys: Collection[str]) -> Parts:
    own = text.rstrip("\n") + "\n" + _lines(Parts("", {}).service(), keys)
    return Parts("services:\n  website:\n" + indent(own, "    "), {"services": {}})


def _is_policy(services: object) -> bool:
    """Return whether `services` are those of a policy, and not those of a compose file."""
    each = cast("dict[str, Any]", services).values() if isinstance(services, dict) else ()
    return any(
        isinstance(service, dict) and {"channel", "environments"} & set(cast("dict[str, Any]", service))
        for service in each
    )


def faults(block: Block, parts: Parts, folder: Path) -> list[str]:
    """Read a policy or a completed fragment, and return what is wrong with it."""
    path = folder / "shiproom.yml"
    script = folder / "deploy.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    teams, connections = list(parts.teams), list(parts.connections)
    while True:
        now = Parts(parts.written, parts.has, tuple(teams), tuple(connections))
        path.write_text(now.text(), encoding="utf-8")
        found = [each.message for each in read_policy(path, None).errors]
        wanted = {match.groups() for each in found if (match := _UNKNOWN.match(each))}
        new = {(name, part) for name, part in wanted if part not in parts.has} - {
            (name, "teams") for name in teams
        }
        new -= {(name, "ci") for name in connections}
        if not new:
            return found
        teams += sorted(name for name, part in new if part == "teams")
        connections += sorted(name for name, part in new if part == "ci")


def policies(blocks: list[Block]) -> list[tuple[Block, Parts]]:
    """List the blocks that are policies or fragments, with what completes them."""
    return [(block, parts) for block in blocks if (parts := framed(block.text)) is not None]
