"""The kinds of CI that a policy can name, one module each."""

from bot.policy.kinds import buildbot, generic, github, gitlab, jenkins, local
from bot.policy.kinds.kind import KindReader

KINDS: dict[str, KindReader] = {
    "buildbot": buildbot.READER,
    "generic": generic.READER,
    "github": github.READER,
    "gitlab": gitlab.READER,
    "jenkins": jenkins.READER,
    "local": local.READER,
}

__all__ = ["KINDS", "KindReader"]
