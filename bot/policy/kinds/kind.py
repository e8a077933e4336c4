"""What a kind of CI says about itself to be configured: its own settings, and what a step that it carries out may be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.policy.section import Section


@dataclass(frozen=True, slots=True)
class KindReader:
    """One kind of CI. `read` gives what its provider needs from its section, paths being relative to the folder given.

    `deploy` names the settings of a `deploy` that mean something to it besides `ci` and `timeout`; `needed` those of them
    that it cannot do without, each with what it should hold. `announces` says whether builds can come from it.
    """

    read: Callable[[Section, Path], Mapping[str, object]]
    deploy: frozenset[str]
    needed: Mapping[str, str]
    announces: bool
