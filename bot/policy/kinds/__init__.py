"""The kinds of CI that a policy can name, one module each."""

from bot.policy.kinds import local
from bot.policy.kinds.kind import KindReader

KINDS: dict[str, KindReader] = {"local": local.READER}

__all__ = ["KINDS", "KindReader"]
