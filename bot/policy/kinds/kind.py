"""What a kind of CI says about itself to be configured: its own settings, and what a step that it carries out may be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.policy.faults import shown
from bot.policy.nodes import Scalar
from bot.policy.section import Section
from bot.policy.words import TEXT, URL

SHORTEST_SECRET = 16
"""How many characters a webhook's secret has at least: shorter ones can be guessed."""

SHORTEST_POLL = 2
LONGEST_POLL = 300


@dataclass(frozen=True, slots=True)
class KindReader:
    """One kind of CI. `read` gives what its provider needs from its section, paths being relative to the folder given.

    `deploy` names the settings of a `deploy` that mean something to it besides `ci` and `timeout`; `needed` those of them
    that it cannot do without, each with what it should hold. `announces` says whether builds can come from it, and
    `repository` what a service that it works for has to name as its repository (empty: nothing).
    """

    read: Callable[[Section, Path], Mapping[str, object]]
    deploy: frozenset[str]
    needed: Mapping[str, str]
    announces: bool
    repository: str = ""


REMOTE_DEPLOY = frozenset({"workflow", "inputs", "send", "claim"})
"""What a step that a remote CI carries out may be told."""


def read_remote(section: Section, *, url: str = "") -> dict[str, object]:
    """Read what every remote CI has: `url` (where its API is), `poll` in seconds, `webhook_secret` (empty: no webhooks)."""
    return {
        "url": (section.text("url", URL) or url).rstrip("/"),
        "poll": read_poll(section),
        "webhook_secret": read_secret(section, "webhook_secret", SHORTEST_SECRET),
    }


def read_secret(section: Section, key: str, shortest: int = 1) -> str:
    """Read a secret; it is written as `${NAME}`, so that it stands in no file. Empty if it is not set."""
    node = section.node(key)
    text = section.text(key, TEXT)
    if not isinstance(node, Scalar) or node.opaque:
        return text
    if "${" not in node.written:
        section.findings.fault(
            node.place, f"a secret stands in the policy under {shown(key)}: write `${{NAME}}` and set NAME"
        )
    elif len(text) < shortest:
        section.findings.fault(
            node.place, f"the secret is too short: it needs at least {shortest} characters"
        )
    return text


def read_poll(section: Section) -> int:
    """Read how many seconds are left between two looks at a run."""
    seconds = section.seconds("poll", 15)
    if not SHORTEST_POLL <= seconds <= LONGEST_POLL:
        section.findings.fault(
            section.value_place("poll"),
            f"a CI is asked every {SHORTEST_POLL} s to {LONGEST_POLL} s: choose between",
        )
    return seconds
