"""The `ci:` part: the systems that carry out deployments and announce builds, each read by its kind."""

from collections.abc import Mapping
from pathlib import Path

from bot.policy.kinds import KINDS
from bot.policy.readers import Written
from bot.policy.section import Section
from handlers.plan import Connection


def read_connections(root: Section, folder: Path) -> Mapping[str, tuple[Connection, Written]]:
    """Read the CIs by name, each with where it is written; paths are relative to the folder of the policy."""
    section = root.section("ci", "`ci`")
    if section is None:
        return {}
    return {
        name.text: (_connection(name.text, each, folder), name) for name, each in section.each_named("CI")
    }


def _connection(name: str, section: Section | None, folder: Path) -> Connection:
    if section is None:
        return Connection(name, "")
    section.need(kind=f"one of {', '.join(f'`{kind}`' for kind in KINDS)}")
    kind = section.choice("kind", KINDS)
    if not kind:
        return Connection(name, kind)
    settings = KINDS[kind].read(section, folder)
    section.close()
    return Connection(name, kind, settings)
