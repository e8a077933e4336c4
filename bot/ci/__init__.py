"""The CI systems that Shiproom can drive: one package and one line here for each."""

from bot.ci import buildbot, generic, github, gitlab, jenkins, local
from bot.ci.kind import CiKind

KINDS: dict[str, CiKind] = {
    "buildbot": buildbot.KIND,
    "generic": generic.KIND,
    "github": github.KIND,
    "gitlab": gitlab.KIND,
    "jenkins": jenkins.KIND,
    "local": local.KIND,
}
"""What each kind of CI declares about itself, by the `kind` of a CI in the policy."""
